"""What is said when signing in by a browser fails."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.adapters.mastodon import dialects
from tests.adapters.mastodon.browsing import begin, browse, by_hand, sign_in
from tests.adapters.mastodon.dialects import (
    APPS,
    CODE,
    REVOKE,
    SECRET,
    TOKENS,
    VERIFY,
)  # fmt: skip
from tests.adapters.mastodon.script import TOKEN, Asked, Reply, Script
from tuisocial.sdk.errors import (
    AdapterError,
    BadAnswer,
    NotAllowed,
    RateLimited,
    Refused,
    Unreachable,
)
from tuisocial.sdk.login_steps import SignInContext


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


@pytest.mark.parametrize(
    "reply", [Reply(b"", 503), Reply({"error": "This action is not allowed"}, 403), Reply([])]
)
async def test_a_token_whose_owner_is_not_told_is_given_back(
    script: Script, context: SignInContext, reply: Reply
) -> None:
    dialects.mastodon(script)
    script.answers[VERIFY] = reply
    step = await begin(context, script.url)
    with pytest.raises(AdapterError):
        await by_hand(step, CODE)
    await step.aclose()

    (form,) = script.forms(REVOKE)
    assert form == {"client_id": "the-app", "client_secret": SECRET, "token": TOKEN}


async def test_a_server_that_cannot_take_a_token_back_hides_no_trouble(
    script: Script, context: SignInContext
) -> None:
    dialects.gotosocial(script)
    script.answers[VERIFY] = Reply(b"", 503)
    step = await begin(context, script.url)
    with pytest.raises(Unreachable, match="trouble of its own"):
        await by_hand(step, CODE)
    await step.aclose()


async def test_whatever_a_server_may_quote_is_hidden_before_it_is_asked(
    script: Script, context: SignInContext
) -> None:
    hidden: list[str] = []
    sent: list[str] = []

    def token(asked: Asked) -> Reply:
        sent.extend(asked.form[name] for name in ("code", "client_secret", "code_verifier"))
        assert set(sent) <= set(hidden)
        return Reply({"access_token": TOKEN})

    def verify(_: Asked) -> Reply:
        assert TOKEN in hidden
        return Reply({"error": f"{TOKEN} is odd"}, 422)

    dialects.mastodon(script)
    script.answers |= {TOKENS: token, VERIFY: verify}
    hiding = replace(context, hide=lambda secret: hidden.append(secret.reveal()))
    step = await begin(hiding, script.url)
    with pytest.raises(Refused):
        await by_hand(step, CODE)
    await step.aclose()
    assert len(sent) == 3
