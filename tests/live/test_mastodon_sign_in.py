"""The whole OAuth dance with a real server, with a browser that follows its pages."""

import re
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests.live.servers import LiveMastodon
from tuisocial.adapters.mastodon.adapter import adapter
from tuisocial.model.ids import LoginId
from tuisocial.model.login import Login
from tuisocial.model.timeline import HOME
from tuisocial.sdk.adapter import Session
from tuisocial.sdk.capabilities import EndpointState, ReportsHealth, ReportsRights, Revokes
from tuisocial.sdk.errors import NotAllowed, NotSupported, Refused, SignInNeeded
from tuisocial.sdk.login_steps import Answers, Done, Elsewhere, SignInContext
from tuisocial.sdk.secret import Secret
from tuisocial.sdk.testing.context import make_context, make_sign_in

pytestmark = pytest.mark.live


@pytest.fixture
async def context() -> AsyncIterator[SignInContext]:
    made = make_sign_in()
    yield made
    await made.http.aclose()


@pytest.fixture
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(follow_redirects=True, trust_env=False) as client:
        yield client


async def begin(context: SignInContext, typed: str) -> Elsewhere:
    """The step at which the browser is opened."""
    flow = next(flow for flow in adapter.login_flows() if flow.name == "browser")
    step = await flow.start(Answers({"server": typed}), context)
    assert isinstance(step, Elsewhere)
    return step


async def agree(browser: httpx.AsyncClient, address: str, name: str) -> httpx.Response:
    """Open the page, choose an account on it, and follow where that leads."""
    page = await browser.get(address)
    assert page.status_code == 200
    form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text))
    assert f'value="{name}"' in page.text
    action = str(page.url.copy_with(query=None))
    return await browser.post(action, data={**form, "username": name})


def login_of(done: Done) -> Login:
    return Login(
        LoginId(done.suggested_name),
        adapter.name,
        adapter.network,
        done.account,
        done.handle,
        done.options,
    )


async def session_of(done: Done, context: SignInContext) -> Session:
    secrets = {name: secret.reveal() for name, secret in done.secrets.items()}
    return await adapter.open(login_of(done), make_context(secrets, http=context.http))


async def signed_in(context: SignInContext, browser: httpx.AsyncClient, typed: str) -> Done:
    step = await begin(context, typed)
    ended = await agree(browser, step.address, "ada")
    assert "You can close this page" in ended.text
    done = await step.arrived()
    await step.aclose()
    assert isinstance(done, Done)
    return done


@pytest.mark.parametrize("typed", ["{url}", "@ada@{netloc}"])
async def test_agreeing_in_a_browser_signs_in(
    mastodon_server: LiveMastodon,
    context: SignInContext,
    browser: httpx.AsyncClient,
    typed: str,
) -> None:
    url = mastodon_server.url
    done = await signed_in(context, browser, typed.format(url=url, netloc=urlsplit(url).netloc))
    session = await session_of(done, context)

    assert done.warning == ""
    assert (await session.me()).handle == done.handle == f"@ada@{urlsplit(url).netloc}"
    mastodon_server.post("ada", "signed in")
    page = await session.timeline(HOME, cursor=None, limit=1)
    assert page.items[0].view.post.text.text == "signed in"
    await session.aclose()


async def test_a_code_is_typed_where_the_browser_is_on_another_machine(
    mastodon_server: LiveMastodon, context: SignInContext, browser: httpx.AsyncClient
) -> None:
    step = await begin(context, mastodon_server.url)
    assert step.by_hand is not None
    page = await agree(browser, step.by_hand.address, "ada")
    shown = re.search(r"code: (\S+?)<", page.text)
    assert shown is not None

    name = step.by_hand.field.name
    with pytest.raises(Refused, match="does not accept the code") as caught:
        await step.by_hand.next(Answers(secrets={name: Secret("a-wrong-code")}))
    assert caught.value.field == name
    done = await step.by_hand.next(Answers(secrets={name: Secret(shown[1])}))
    await step.aclose()
    assert isinstance(done, Done)
    assert done.handle.startswith("@ada@")


async def test_a_denied_consent_signs_nobody_in(
    mastodon_server: LiveMastodon, context: SignInContext, browser: httpx.AsyncClient
) -> None:
    step = await begin(context, mastodon_server.url)
    page = await browser.get(step.address)
    form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text))
    # The page has no button to deny by; this is where Mastodon's leads.
    denied = {"error": "access_denied", "state": form["state"]}
    ended = await browser.get(form["redirect_uri"], params=denied)

    assert "Nothing was granted" in ended.text
    with pytest.raises(NotAllowed, match="told not to let"):
        await step.arrived()
    await step.aclose()


async def test_a_revoked_sign_in_says_to_sign_in_again(
    mastodon_server: LiveMastodon, context: SignInContext, browser: httpx.AsyncClient
) -> None:
    session = await session_of(await signed_in(context, browser, mastodon_server.url), context)
    assert isinstance(session, Revokes)
    await session.revoke()

    assert isinstance(session, ReportsRights)
    for question in (session.me, session.rights):
        with pytest.raises(SignInNeeded) as caught:
            await question()
        assert caught.value.remedy == "sign in again"
    await session.aclose()


async def test_a_token_of_the_server_s_own_pages_is_not_revoked_from_here(
    mastodon_server: LiveMastodon, context: SignInContext
) -> None:
    token = mastodon_server.tokens["ada"]
    flow = next(flow for flow in adapter.login_flows() if flow.name == "token")
    answers = Answers({"server": mastodon_server.url}, secrets={"token": Secret(token)})
    done = await flow.start(answers, context)
    assert isinstance(done, Done)
    session = await session_of(done, context)

    assert isinstance(session, Revokes)
    with pytest.raises(NotSupported, match="made on its pages") as caught:
        await session.revoke()
    assert caught.value.remedy
    assert await session.me()
    await session.aclose()


async def test_a_session_tells_its_rights_and_how_its_server_does(
    mastodon_server: LiveMastodon, context: SignInContext, browser: httpx.AsyncClient
) -> None:
    session = await session_of(await signed_in(context, browser, mastodon_server.url), context)
    assert isinstance(session, ReportsRights)
    assert isinstance(session, ReportsHealth)
    assert session.endpoints()[0].state is EndpointState.IDLE
    rights = await session.rights()

    assert rights.granted == ("read", "write")
    assert rights.lacking == ()
    assert rights.skew is not None
    assert abs(rights.skew) < 60
    (endpoint,) = session.endpoints()
    assert (endpoint.url, endpoint.state) == (mastodon_server.url, EndpointState.OK)
    assert endpoint.latency is not None
    assert endpoint.rights == ("read", "write")
    await session.aclose()
