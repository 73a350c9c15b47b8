"""Signing in by a browser, here or on another machine, with each server of the family."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from urllib.parse import urlencode, urlsplit

import pytest

from tests.adapters.mastodon import dialects
from tests.adapters.mastodon.browsing import begin, browse, by_hand, query_of, sign_in
from tests.adapters.mastodon.dialects import (
    APPS,
    CODE,
    DIALECTS,
    OOB,
    SECRET,
    TOKENS,
    Dialect,
)  # fmt: skip
from tests.adapters.mastodon.script import TOKEN, Script
from tuisocial.model.ids import AccountId
from tuisocial.sdk.errors import (
    NotAllowed,
    Refused,
)
from tuisocial.sdk.login_steps import SignInContext
from tuisocial.sdk.secret import Secret

dialect = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda each: each.name)


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
