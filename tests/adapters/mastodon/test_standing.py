"""How a sign-in stands with its server: rights, clocks, latency, and its end."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.adapters.mastodon.dialects import DIALECTS, REVOKE, SECRET, VERIFY, Dialect
from tests.adapters.mastodon.script import TOKEN, Reply, Script, statuses
from tuisocial.adapters.mastodon.adapter import adapter
from tuisocial.adapters.mastodon.session import MastodonSession
from tuisocial.model.timeline import HOME, Timeline, TimelineKind
from tuisocial.sdk.adapter import Session
from tuisocial.sdk.capabilities import (
    EndpointState,
    ReportsHealth,
    ReportsRights,
    Revokes,
    Rights,
    endpoints_of,
)
from tuisocial.sdk.errors import (
    AdapterError,
    NotAllowed,
    NotSupported,
    SignInNeeded,
    Unreachable,
)
from tuisocial.sdk.testing.context import make_context

APP = "/api/v1/apps/verify_credentials"
HOME_PATH = "/api/v1/timelines/home"
CLIENT = {"client_id": "the-app"}


async def rights(session: Session) -> Rights:
    assert isinstance(session, ReportsRights)
    found = await session.rights()
    await session.aclose()
    return found


async def test_the_sign_in_s_own_scopes_count_before_the_registration_s(script: Script) -> None:
    script.answers[APP] = Reply({"scopes": ["read", "write"]})
    found = await rights(await script.session(scopes="read write:media"))

    assert found.granted == ("read", "write:media")
    assert "write:statuses" in found.lacking
    assert "write:media" not in found.lacking


async def test_a_server_may_tell_the_scopes_of_a_token(script: Script) -> None:
    script.answers[APP] = Reply({"scopes": ["read", 7, "write"]})

    assert (await rights(await script.session())).granted == ("read", "write")


@pytest.mark.parametrize("reply", [Reply({"name": "x"}), Reply({"error": "none"}, 404), Reply([])])
async def test_where_nobody_tells_the_rights_are_unknown(script: Script, reply: Reply) -> None:
    script.answers |= {APP: reply, VERIFY: Reply(statuses(1, 1)[0]["account"])}
    found = await rights(await script.session())

    assert (found.granted, found.lacking) == (None, ())


async def test_a_revoked_token_needs_a_sign_in(script: Script) -> None:
    script.always = Reply({"error": "The access token was revoked"}, 401)
    with pytest.raises(SignInNeeded) as caught:
        await rights(await script.session())

    assert caught.value.remedy == "sign in again"


async def test_a_guest_has_no_rights_and_a_clock(script: Script) -> None:
    script.answers["/api/v1/instance"] = Reply({"uri": "example.social"})
    found = await rights(await script.session(guest=True))

    assert (found.granted, found.lacking) == ((), ())
    assert found.skew is not None


@pytest.mark.parametrize("seconds", [0, 400, -400])
async def test_the_clocks_are_compared(script: Script, seconds: int) -> None:
    script.answers[APP] = Reply({"scopes": ["read"]})
    session = await script.session(now=lambda: datetime.now(UTC) + timedelta(seconds=seconds))
    found = await rights(session)

    assert found.skew == pytest.approx(seconds, abs=60)


async def test_the_last_answer_tells_how_the_server_does(script: Script) -> None:
    script.answers[HOME_PATH] = Reply([])
    session = await script.session(scopes="read")
    assert isinstance(session, ReportsHealth)
    assert endpoints_of(session)[0].state is EndpointState.IDLE

    await session.timeline(HOME, cursor=None, limit=5)
    (endpoint,) = endpoints_of(session)
    assert (endpoint.url, endpoint.state, endpoint.rights) == (
        script.url,
        EndpointState.OK,
        ("read",),
    )
    assert endpoint.latency is not None
    await session.aclose()


@pytest.mark.parametrize("reply", [Reply({}, 503), Reply(act=lambda handler: None)])
async def test_a_server_in_trouble_shows_as_failed_until_it_answers(
    script: Script, reply: Reply
) -> None:
    session = await script.session()
    script.always = reply
    with pytest.raises(Unreachable):
        await session.timeline(HOME, cursor=None, limit=5)
    (endpoint,) = endpoints_of(session)
    assert endpoint.state is EndpointState.FAILED
    assert endpoint.detail

    script.always = Reply([])
    await session.timeline(HOME, cursor=None, limit=5)
    assert endpoints_of(session)[0].state is EndpointState.OK
    await session.aclose()


@pytest.mark.parametrize(
    ("timeline", "scope"),
    [
        (HOME, "read:statuses"),
        (Timeline(TimelineKind.BOOKMARKS), "read:bookmarks"),
        (Timeline(TimelineKind.LIST, "1"), "read:lists"),
    ],
)
async def test_a_missing_scope_is_named_when_it_is_needed(
    script: Script, timeline: Timeline, scope: str
) -> None:
    script.always = Reply({"error": "This action is outside the authorized scopes"}, 403)
    session = await script.session(scopes="write:statuses")
    with pytest.raises(NotAllowed) as caught:
        await session.timeline(timeline, cursor=None, limit=5)
    await session.aclose()

    assert caught.value.remedy == f"sign in again to grant {scope}"


# --- the end --------------------------------------------------------------------------------


async def revoke(script: Script, *, options: dict[str, str] = CLIENT, secret: bool = True) -> None:
    context = make_context({"token": TOKEN, **({"client_secret": SECRET} if secret else {})})
    session: Any = await adapter.open(script.login(**options), context)
    assert isinstance(session, MastodonSession)
    assert isinstance(session, Revokes)
    try:
        await session.revoke()
    finally:
        await session.aclose()
        await context.http.aclose()


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda each: each.name)
async def test_revoking_sends_the_token_and_the_registration(
    script: Script, dialect: Dialect
) -> None:
    dialect.speak(script)
    if REVOKE in script.answers:
        await revoke(script)
    else:
        with pytest.raises(NotSupported, match="no way to revoke"):
            await revoke(script)

    sent = {"client_id": "the-app", "client_secret": SECRET, "token": TOKEN}
    assert script.forms(REVOKE) == [sent]


async def test_without_a_registration_there_is_nothing_to_revoke_with(script: Script) -> None:
    for options, secret in (({}, True), (CLIENT, False)):
        with pytest.raises(NotSupported, match="made on its pages") as caught:
            await revoke(script, options=options, secret=secret)
        assert caught.value.remedy
    assert "by itself" not in caught.value.remedy
    assert script.asked == []


@pytest.mark.parametrize(
    ("status", "expected"),
    [(401, SignInNeeded), (403, NotAllowed), (500, Unreachable), (405, NotSupported)],
)
async def test_revoking_that_fails_says_why_and_tells_no_secret(
    script: Script, status: int, expected: type[AdapterError]
) -> None:
    script.answers[REVOKE] = Reply({"error": f"no such token: {TOKEN} of {SECRET}"}, status)
    with pytest.raises(expected) as caught:
        await revoke(script)

    assert TOKEN not in f"{caught.value.message}{caught.value.remedy}"
    assert SECRET not in f"{caught.value.message}{caught.value.remedy}"
    assert caught.value.remedy
    assert "by itself" not in caught.value.remedy
