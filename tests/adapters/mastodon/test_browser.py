"""Signing in by a browser, with each server of the family, and what is said when that fails."""

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.adapters.mastodon import dialects
from tests.adapters.mastodon.dialects import (
    APPS,
    CODE,
    DIALECTS,
    METADATA,
    OOB,
    SECRET,
    TOKENS,
    Dialect,
)  # fmt: skip
from tests.adapters.mastodon.script import TOKEN, Asked, Reply, Script, running
from tuisocial.adapters.mastodon.adapter import adapter
from tuisocial.model.ids import AccountId
from tuisocial.sdk.errors import (
    AdapterError,
    BadAnswer,
    NotAllowed,
    RateLimited,
    Refused,
    Unreachable,
)
from tuisocial.sdk.http import Http
from tuisocial.sdk.login_steps import Answers, Done, Elsewhere, SignInContext
from tuisocial.sdk.secret import Secret

dialect = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda each: each.name)


@pytest.fixture
async def context() -> AsyncIterator[SignInContext]:
    http = Http()
    yield SignInContext(http, lambda: datetime.now(UTC))
    await http.aclose()


async def begin(context: SignInContext, typed: str, *, read_only: bool = False) -> Elsewhere:
    """The step at which the browser is opened."""
    flow = adapter.login_flows()[0]
    assert flow.name == "browser"
    flags = frozenset({"read_only"} if read_only else ())
    step = await flow.start(Answers({"server": typed}, flags=flags), context)
    assert isinstance(step, Elsewhere)
    return step


def query_of(address: str) -> Mapping[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


async def browse(step: Elsewhere, **answer: str) -> int:
    """What the browser does after the page: it goes where the page sends it, with `answer`."""
    asked = query_of(step.address)
    back = urlsplit(asked["redirect_uri"])
    reader, writer = await asyncio.open_connection(back.hostname, back.port)
    target = f"{back.path}?{urlencode({'state': asked['state'], **answer})}"
    writer.write(f"GET {target} HTTP/1.1\r\nHost: {back.netloc}\r\n\r\n".encode())
    status = int((await reader.read()).split()[1])
    writer.close()
    return status


async def sign_in(context: SignInContext, typed: str, *, read_only: bool = False) -> Done:
    """The whole way, by a browser that agrees."""
    step = await begin(context, typed, read_only=read_only)
    try:
        assert await browse(step, code=CODE) == 200
        done = await step.arrived()
    finally:
        await step.aclose()
    assert isinstance(done, Done)
    return done


async def by_hand(step: Elsewhere, code: str) -> Done:
    assert step.by_hand is not None
    done = await step.by_hand.next(Answers(secrets={step.by_hand.field.name: Secret(code)}))
    assert isinstance(done, Done)
    return done


# --- what works -----------------------------------------------------------------------------


@dialect
async def test_agreeing_in_the_browser_signs_in(
    script: Script, context: SignInContext, dialect: Dialect
) -> None:
    dialect.speak(script)
    done = await sign_in(context, script.url)

    assert done.account == AccountId("activitypub", "https://example.social/users/ada")
    assert done.handle == "@ada@example.social"
    assert done.suggested_name == "ada"
    assert done.secrets == {"token": Secret(TOKEN), "client_secret": Secret(SECRET)}
    assert done.options["server"] == script.url
    assert done.options["client_id"] == "the-app"
    assert "read" in done.options["scopes"].split()
    assert done.warning == ""
    assert not {TOKEN, SECRET} & set(done.options.values())


@dialect
async def test_a_code_from_another_machine_s_browser_signs_in(
    script: Script, context: SignInContext, dialect: Dialect
) -> None:
    dialect.speak(script)
    step = await begin(context, script.url)
    assert step.by_hand is not None
    assert query_of(step.by_hand.address)["redirect_uri"] == OOB

    assert (await by_hand(step, f" {CODE}\n")).handle == "@ada@example.social"
    assert script.forms(TOKENS)[-1]["redirect_uri"] == OOB
    await step.aclose()


@dialect
async def test_an_app_is_registered_for_the_very_address_that_it_is_asked_with(
    script: Script, context: SignInContext, dialect: Dialect
) -> None:
    dialect.speak(script)
    step = await begin(context, script.url)
    await step.aclose()
    assert step.by_hand is not None

    redirects = [query_of(a)["redirect_uri"] for a in (step.address, step.by_hand.address)]
    registered = [form["redirect_uris"] for form in script.forms(APPS)]
    assert urlsplit(redirects[0]).hostname == "127.0.0.1"
    assert "\n".join(redirects) in registered
    assert dialect.apart or registered[-2:] == redirects


@dialect
async def test_pkce_is_used_where_the_server_has_it(
    script: Script, context: SignInContext, dialect: Dialect
) -> None:
    dialect.speak(script)
    step = await begin(context, script.url)
    await browse(step, code=CODE)
    await step.arrived()
    await step.aclose()

    asked, sent = query_of(step.address), script.forms(TOKENS)[-1]
    assert ("code_challenge" in asked, "code_verifier" in sent) == (dialect.pkce, dialect.pkce)
    if dialect.pkce:
        digest = sha256(sent["code_verifier"].encode()).digest()
        assert asked["code_challenge"] == urlsafe_b64encode(digest).decode().rstrip("=")
        assert asked["code_challenge_method"] == "S256"


@dialect
async def test_the_least_scopes_are_asked_that_the_server_knows(
    script: Script, context: SignInContext, dialect: Dialect
) -> None:
    dialect.speak(script)
    step = await begin(context, script.url)
    await step.aclose()
    asked = query_of(step.address)["scope"].split()

    assert asked[0] == "read"
    assert ("write" in asked) is not dialect.fine
    assert ("write:statuses" in asked) is dialect.fine
    assert "write:accounts" not in asked


@dialect
async def test_read_only_asks_for_nothing_but_reading(
    script: Script, context: SignInContext, dialect: Dialect
) -> None:
    dialect.speak(script)
    step = await begin(context, script.url, read_only=True)
    await step.aclose()

    assert query_of(step.address)["scope"] == "read"
    assert {form["scopes"] for form in script.forms(APPS)} == {"read"}


@dialect
async def test_a_wrong_code_is_told_and_the_right_one_may_follow(
    script: Script, context: SignInContext, dialect: Dialect
) -> None:
    dialect.speak(script)
    step = await begin(context, script.url)
    for wrong in ("wrong-code", "two words", ""):
        with pytest.raises(Refused) as caught:
            await by_hand(step, wrong)
        assert caught.value.field == "code"
        assert caught.value.remedy
        assert wrong == "" or wrong not in f"{caught.value.message}{caught.value.remedy}"

    assert (await by_hand(step, CODE)).handle == "@ada@example.social"
    await step.aclose()


async def test_every_sign_in_has_its_own_state_and_verifier(
    script: Script, context: SignInContext
) -> None:
    dialects.mastodon(script)
    steps = [await begin(context, script.url) for _ in range(2)]
    for step in steps:
        await step.aclose()

    first, second = (query_of(step.address) for step in steps)
    assert first["state"] != second["state"]
    assert first["code_challenge"] != second["code_challenge"]
    assert len(first["state"]) >= 43


async def test_the_address_at_which_the_browser_ended_may_be_pasted(
    script: Script, context: SignInContext
) -> None:
    dialects.mastodon(script)
    step = await begin(context, script.url)
    asked = query_of(step.address)
    ended = f"{asked['redirect_uri']}?{urlencode({'code': CODE, 'state': asked['state']})}"

    assert (await by_hand(step, ended)).handle == "@ada@example.social"
    assert script.forms(TOKENS)[-1]["redirect_uri"] == asked["redirect_uri"]
    with pytest.raises(Refused, match="not the answer to this sign-in"):
        await by_hand(step, ended.replace("state=", "state=x"))
    denied = f"{asked['redirect_uri']}?error=access_denied&state={asked['state']}"
    with pytest.raises(NotAllowed):
        await by_hand(step, denied)
    await step.aclose()


async def test_a_code_in_an_out_of_band_address_may_be_pasted(
    script: Script, context: SignInContext
) -> None:
    dialects.takahe(script)
    step = await begin(context, script.url)

    assert (await by_hand(step, f"{OOB}?code={CODE}")).handle == "@ada@example.social"
    await step.aclose()


async def test_leaving_frees_the_port(script: Script, context: SignInContext) -> None:
    dialects.mastodon(script)
    step = await begin(context, script.url)
    await step.aclose()

    with pytest.raises(ConnectionRefusedError):
        await browse(step, code=CODE)


# --- where the server is --------------------------------------------------------------------


def webfinger(script: Script, server: str, path: str = "/.well-known/webfinger") -> None:
    """The script's domain says that ada's server is `server`."""
    link = {"rel": "self", "type": "application/activity+json", "href": f"{server}/users/ada"}
    script.answers[path] = Reply({"subject": "acct:ada@x", "links": [{"rel": "x"}, link]})


def host_meta(script: Script, server: str) -> None:
    xrd = (
        '<?xml version="1.0"?><XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">'
        f'<Link rel="lrdd" type="application/xrd+xml" template="{server}/finger?q={{uri}}"/></XRD>'
    )
    script.answers["/.well-known/host-meta"] = Reply(xrd.encode())


def handle_at(script: Script) -> str:
    return f"@ada@{urlsplit(script.url).netloc}"


async def test_a_handle_leads_to_the_server_that_webfinger_names(
    script: Script, context: SignInContext
) -> None:
    with running() as domain:
        webfinger(domain, script.url)
        dialects.mastodon(script)
        done = await sign_in(context, handle_at(domain))

        assert done.options["server"] == script.url
        assert domain.asked[0].query == {"resource": f"acct:{handle_at(domain)[1:]}"}
        assert APPS not in domain.paths()


async def test_webfinger_may_be_where_host_meta_says(
    script: Script, context: SignInContext
) -> None:
    with running() as domain:
        host_meta(domain, script.url)
        webfinger(script, script.url, "/finger")
        dialects.mastodon(script)

        assert (await sign_in(context, handle_at(domain))).options["server"] == script.url


async def test_webfinger_may_redirect(script: Script, context: SignInContext) -> None:
    with running() as domain:
        place = f"{script.url}/.well-known/webfinger?resource=acct:ada@x"
        domain.answers["/.well-known/webfinger"] = Reply(b"", 301, {"Location": place})
        webfinger(script, script.url)
        dialects.mastodon(script)

        assert (await sign_in(context, handle_at(domain))).options["server"] == script.url


@pytest.mark.parametrize("way", ["host-meta", "redirect"])
async def test_a_domain_without_the_api_may_name_the_server_that_has_it(
    script: Script, context: SignInContext, way: str
) -> None:
    with running() as domain:
        dialects.mastodon(script)
        if way == "host-meta":
            host_meta(domain, script.url)
        else:
            domain.answers[APPS] = Reply(b"", 301, {"Location": f"{script.url}{APPS}"})

        assert (await sign_in(context, domain.url)).options["server"] == script.url


async def test_a_handle_at_a_domain_without_webfinger_is_on_that_domain(
    script: Script, context: SignInContext
) -> None:
    dialects.mastodon(script)
    done = await sign_in(context, handle_at(script))

    assert done.options["server"] == script.url
    assert "signed in as @ada@example.social, not as @ada@127.0.0.1" in done.warning


@pytest.mark.parametrize("place", ["http://example.com", "https://192.168.1.1", "https://nas.lan"])
@pytest.mark.parametrize("way", ["webfinger", "host-meta", "redirect", "metadata", "api"])
async def test_a_server_that_leads_to_a_private_place_or_without_tls_is_not_followed(
    script: Script, context: SignInContext, place: str, way: str
) -> None:
    dialects.mastodon(script)
    typed = script.url
    if way == "webfinger":
        webfinger(script, place)
        typed = handle_at(script)
    elif way == "host-meta":
        del script.answers[APPS]
        host_meta(script, place)
    elif way == "redirect":
        script.answers["/.well-known/webfinger"] = Reply(b"", 302, {"Location": f"{place}/x"})
        typed = handle_at(script)
    elif way == "metadata":
        script.answers[METADATA] = Reply({"token_endpoint": f"{place}/oauth/token"})
    else:
        script.answers[APPS] = Reply(b"", 302, {"Location": f"{place}{APPS}"})

    with pytest.raises(Refused, match="leads to") as caught:
        await begin(context, typed)
    assert "--private-host" in caught.value.remedy


@pytest.mark.parametrize("typed", ["http://example.social", "http://192.168.1.1:3000"])
async def test_a_server_is_not_asked_without_tls(context: SignInContext, typed: str) -> None:
    for flow in adapter.login_flows():
        secrets = {"token": Secret(TOKEN)}
        with pytest.raises(Refused, match="without TLS") as caught:
            await flow.start(Answers({"server": typed}, secrets=secrets), context)
        assert caught.value.field == "server"


# --- what goes wrong ------------------------------------------------------------------------


async def test_a_denied_consent_is_told_apart(script: Script, context: SignInContext) -> None:
    dialects.mastodon(script)
    step = await begin(context, script.url)
    await browse(step, error="access_denied", error_description="The owner denied the request")

    with pytest.raises(NotAllowed, match="told not to let this program in") as caught:
        await step.arrived()
    assert "agree" in caught.value.remedy
    assert script.forms(TOKENS) == []
    await step.aclose()


async def test_another_error_of_the_page_is_told_in_its_words(
    script: Script, context: SignInContext
) -> None:
    dialects.mastodon(script)
    step = await begin(context, script.url)
    await browse(step, error="server_error", error_description="Out of\x1b tea")

    with pytest.raises(Refused, match=r"Out of tea"):
        await step.arrived()
    await step.aclose()


async def test_scopes_that_were_not_granted_are_named(
    script: Script, context: SignInContext
) -> None:
    dialects.pleroma(script)
    script.answers[TOKENS] = Reply({"access_token": TOKEN, "scope": "read write:statuses"})
    done = await sign_in(context, script.url)

    assert done.options["scopes"] == "read write:statuses"
    assert "did not grant write:blocks" in done.warning
    assert "write:statuses" not in done.warning


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(6, "6 minutes ahead of"), (-7, "7 minutes behind"), (4, ""), (-4, "")],
)
async def test_a_clock_that_is_five_minutes_off_is_told(
    script: Script, context: SignInContext, minutes: int, words: str
) -> None:
    dialects.mastodon(script)
    late = SignInContext(context.http, lambda: datetime.now(UTC) + timedelta(minutes=minutes))
    done = await sign_in(late, script.url)

    assert words in done.warning
    assert bool(done.warning) is bool(words)


def nodeinfo(script: Script, name: str) -> None:
    script.answers["/.well-known/nodeinfo"] = Reply(
        {"links": [{"rel": "http://x/2.0", "href": f"{script.url}/nodeinfo/2.0"}]}
    )
    script.answers["/nodeinfo/2.0"] = Reply({"software": {"name": name, "version": "?"}})


def blog(script: Script) -> None:
    nodeinfo(script, "wordpress")
    script.answers[APPS] = Reply({"code": "rest_no_route"}, 404)


def parked(script: Script) -> None:
    script.always = Reply(b"<!doctype html><title>This domain is for sale</title>")


def static(script: Script) -> None:
    script.always = Reply(b"<!doctype html><h1>Unsupported method</h1>", 501)


def lemmy(script: Script) -> None:
    nodeinfo(script, "lemmy")


def misskey(script: Script) -> None:
    nodeinfo(script, "misskey")
    script.answers[APPS] = Reply({"error": {"code": "UNKNOWN_API_ENDPOINT"}}, 404)


def sharkey(script: Script) -> None:
    nodeinfo(script, "sharkey")


def nothing(script: Script) -> None:
    script.answers[APPS] = Reply([])


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (blog, "runs wordpress, which does not offer"),
        (parked, "web site of another kind"),
        (static, "web site of another kind"),
        (lemmy, "runs lemmy, which does not offer"),
        (misskey, "runs misskey, which does not offer"),
        (sharkey, "runs sharkey, but lets no program"),
        (nothing, "web site of another kind"),
    ],
)
async def test_a_server_of_another_kind_is_called_what_it_is(
    script: Script, context: SignInContext, kind: Callable[[Script], None], words: str
) -> None:
    kind(script)
    with pytest.raises(BadAnswer, match=words) as caught:
        await begin(context, script.url)

    assert "127.0.0.1" in caught.value.message
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("reply", "expected", "words"),
    [
        (Reply({}, 429, {"Retry-After": "60"}), RateLimited, "fewer requests"),
        (Reply(b"<h1>Down</h1>", 503), Unreachable, "trouble of its own"),
        (Reply({"error": "This app is blocked"}, 403), NotAllowed, "blocked"),
        (Reply({"error": "Name is bad"}, 422), Refused, "Name is bad"),
    ],
)
async def test_a_registration_that_fails_says_why_and_promises_nothing(
    script: Script,
    context: SignInContext,
    reply: Reply,
    expected: type[AdapterError],
    words: str,
) -> None:
    script.answers[APPS] = reply
    with pytest.raises(expected, match=words) as caught:
        await begin(context, script.url)

    assert caught.value.remedy
    assert "by itself" not in caught.value.remedy


@pytest.mark.parametrize(
    ("reply", "expected", "words"),
    [
        (Reply({"error": "invalid_client"}, 401), Refused, "does not know this program"),
        (Reply({"error": "Your login is currently disabled"}, 403), NotAllowed, "disabled"),
        (Reply({"token": "none"}), BadAnswer, "gave no token"),
        (Reply(b"<h1>Hello</h1>"), BadAnswer, "gave no token"),
        (Reply({"access_token": "a b"}), BadAnswer, "gave no token"),
        (Reply(b"", 500), Unreachable, "trouble of its own"),
        (Reply(b"", 302, {"Location": "https://elsewhere.example/"}), BadAnswer, "status 302"),
    ],
)
async def test_a_token_that_is_not_given_says_why(
    script: Script,
    context: SignInContext,
    reply: Reply,
    expected: type[AdapterError],
    words: str,
) -> None:
    dialects.mastodon(script)
    script.answers[TOKENS] = reply
    step = await begin(context, script.url)
    with pytest.raises(expected, match=words) as caught:
        await by_hand(step, CODE)
    await step.aclose()

    told = f"{caught.value.message}{caught.value.remedy}{vars(caught.value)}"
    assert not [secret for secret in (CODE, SECRET, TOKEN) if secret in told]
    assert caught.value.remedy
    assert "by itself" not in caught.value.remedy


async def test_a_dead_server_is_told(context: SignInContext) -> None:
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:1 could not be reached") as caught:
        await begin(context, "http://127.0.0.1:1")
    assert "by itself" not in caught.value.remedy


async def test_a_server_without_tls_is_told(script: Script, context: SignInContext) -> None:
    with pytest.raises(Unreachable, match="TLS failed") as caught:
        await begin(context, script.url.replace("http:", "https:"))
    assert "clock" in caught.value.remedy


async def test_no_secret_of_a_sign_in_is_shown(
    script: Script, context: SignInContext, caplog: pytest.LogCaptureFixture
) -> None:
    def echo(asked: Asked) -> Reply:
        return Reply({"error": f"bad {asked.form}"}, 400)

    dialects.mastodon(script)
    script.answers[TOKENS] = echo
    step = await begin(context, script.url)
    with caplog.at_level("DEBUG"), pytest.raises(AdapterError) as caught:
        await by_hand(step, "hush-hush")
    await step.aclose()

    told = f"{step!r}{caught.value!r}{vars(caught.value)}{caplog.text}"
    assert "hush-hush" not in told
    assert SECRET not in told
