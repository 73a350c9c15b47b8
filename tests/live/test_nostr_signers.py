"""Signing in by a remote signer over a real relay: one that agrees, and each that does not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.adapters.nostr.signing import Author
from tests.live.fake_relay import FakeRelay
from tests.live.nostr import until
from tests.live.nostr_signer import PAGE, RemoteSigner, signing
from tests.live.servers import LiveRelay
from tuisocial.adapters.nostr.adapter import NostrAdapter
from tuisocial.adapters.nostr.outside import Outside, SignerPatience
from tuisocial.adapters.nostr.signed import RemoteSession
from tuisocial.adapters.nostr.signers import Unsigned
from tuisocial.model.ids import LoginId
from tuisocial.model.login import Login
from tuisocial.sdk.capabilities import ExportsKey, ReportsRights, Revokes
from tuisocial.sdk.errors import BadAnswer, NotAllowed, Refused, SignInNeeded, Unreachable
from tuisocial.sdk.http import Http
from tuisocial.sdk.login_steps import Answers, Done, Elsewhere, Step
from tuisocial.sdk.secret import Secret
from tuisocial.sdk.testing.context import make_context, make_sign_in

pytestmark = pytest.mark.live

ada, beth = Author("ada"), Author("beth")
Make = Callable[[], FakeRelay]
SOON = SignerPatience(answer=0.2, life=0.2)
"""For a signer that is not there: nothing would come later either."""


LONG = SignerPatience(answer=60, life=60)


def outside(relay: str, patience: SignerPatience = LONG) -> Outside:
    return Outside(indexers=(relay,), suggested=(relay,), meeting=(relay,), patience=patience)


async def begin(flow: str, means: Outside, relay: str = "", bunker: str = "") -> Step:
    http = Http()
    (chosen,) = (one for one in NostrAdapter(means).login_flows() if one.name == flow)
    answers = Answers(
        lists={"relay": (relay,)} if relay else {},
        secrets={"bunker": Secret(bunker)} if bunker else {},
    )
    try:
        return await chosen.start(answers, make_sign_in(http))
    finally:
        await http.aclose()


@asynccontextmanager
async def session_of(done: Done, means: Outside) -> AsyncIterator[RemoteSession]:
    login = Login(LoginId("me"), "nostr", "nostr", done.account, done.handle, dict(done.options))
    secrets = {name: secret.reveal() for name, secret in done.secrets.items()}
    http = Http()
    opened = await NostrAdapter(means).open(login, make_context(secrets, http=http))
    assert isinstance(opened, RemoteSession)
    try:
        yield opened
    finally:
        await opened.aclose()
        await http.aclose()


def unsigned() -> Unsigned:
    return Unsigned(int(datetime.now(UTC).timestamp()), 1, (("t", "x"),), "hello")


async def signed_in(relay: LiveRelay, signer: RemoteSigner) -> Done:
    step = await begin("bunker", outside(relay.url), relay.url, signer.uri)
    assert isinstance(step, Done)
    return step


async def test_a_signer_that_is_named_signs_in_and_signs(relay: LiveRelay) -> None:
    async with signing(relay.url, ada) as signer:
        done = await signed_in(relay, signer)
        async with session_of(done, outside(relay.url)) as opened:
            event = await opened._remote.sign(unsigned())
            rights = await opened.rights()

    assert str(done.account) == f"nostr:{ada.pubkey}"
    assert done.options["signer"] == signer.key.pubkey
    assert done.options["signer_relays"] == relay.url
    assert set(done.secrets) == {"client_key"}
    assert signer.secret not in repr(done) + str(done.options)
    assert (event.pubkey, event.content, event.tags) == (ada.pubkey, "hello", [["t", "x"]])
    assert rights.granted == ("read", "sign")
    assert isinstance(opened, ReportsRights)
    assert isinstance(opened, Revokes)
    assert not isinstance(opened, ExportsKey)


async def test_a_signer_that_reads_our_address_signs_in(relay: LiveRelay) -> None:
    async with signing(relay.url, ada) as signer:
        step = await begin("connect", outside(relay.url), relay.url)
        assert isinstance(step, Elsewhere)
        assert not step.page
        waiting = asyncio.create_task(step.arrived())
        await signer.read(step.address, "a guess")
        await signer.read(step.address)
        done = await waiting
        await step.aclose()

    assert isinstance(done, Done)
    assert str(done.account) == f"nostr:{ada.pubkey}"
    assert done.options["signer"] == signer.key.pubkey


async def test_only_who_knows_the_secret_of_our_address_is_let_in(relay: LiveRelay) -> None:
    async with signing(relay.url, ada) as signer:
        step = await begin("connect", outside(relay.url), relay.url)
        assert isinstance(step, Elsewhere)
        waiting = asyncio.create_task(step.arrived())
        await signer.read(step.address, "a guess")
        # The relay passes events on in order: what comes back after it means it was heard.
        await signed_in(relay, signer)
        assert not waiting.done()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await step.aclose()


async def test_a_signer_may_have_it_confirmed_on_a_page(relay: LiveRelay) -> None:
    async with signing(relay.url, ada) as signer:
        signer.confirmed = {"connect"}
        step = await begin("bunker", outside(relay.url), relay.url, signer.uri)
        assert isinstance(step, Elsewhere)
        assert (step.address, step.page) == (PAGE, True)
        waiting = asyncio.create_task(step.arrived())
        signer.agreed.set()
        done = await waiting
        await step.aclose()

    assert isinstance(done, Done)


async def test_a_signer_that_takes_its_time_is_waited_for(relay: LiveRelay) -> None:
    async with signing(relay.url, ada) as signer:
        signer.held = {"connect"}
        waiting = asyncio.create_task(signed_in(relay, signer))
        await until(lambda: signer.methods == ["connect"])
        assert not waiting.done()
        signer.agreed.set()
        done = await waiting

    assert str(done.account) == f"nostr:{ada.pubkey}"


async def test_whoever_agrees_late_need_not_agree_again(relay: LiveRelay) -> None:
    impatient = outside(relay.url, SignerPatience(answer=0.2, life=60))
    (way,) = (way for way in NostrAdapter(impatient).login_flows() if way.name == "bunker")
    http = Http()
    async with signing(relay.url, ada) as signer:
        answers = Answers(lists={"relay": (relay.url,)}, secrets={"bunker": Secret(signer.uri)})
        signer.ignored = {"connect"}
        with pytest.raises(Unreachable, match="has not agreed to let this program in yet"):
            await way.start(answers, make_sign_in(http))
        signer.ignored = set()
        done = await until_done(lambda: way.start(answers, make_sign_in(http)))
    await http.aclose()

    assert isinstance(done, Done)
    assert len(signer.clients) == 1


async def until_done(attempt: Callable[[], Awaitable[Step]]) -> Step:
    """Try until the machine is fast enough for a signer's short time."""
    while True:
        try:
            return await attempt()
        except Unreachable:
            continue


async def test_a_signer_that_refuses_is_quoted(relay: LiveRelay) -> None:
    async with signing(relay.url, ada) as signer:
        signer.refused = {"connect"}
        with pytest.raises(NotAllowed) as at_the_door:
            await signed_in(relay, signer)
        signer.refused = {"sign_event"}
        async with session_of(await signed_in(relay, signer), outside(relay.url)) as opened:
            with pytest.raises(NotAllowed) as later:
                await opened._remote.sign(unsigned())

    assert at_the_door.value.message == (
        "the signer refused to let this program in (the owner said no)"
    )
    assert later.value.message == "the signer refused to sign (the owner said no)"
    assert signer.secret not in at_the_door.value.message + at_the_door.value.remedy


async def test_a_signer_that_nobody_has_agreed_at_is_told_from_one_that_is_gone(
    relay: LiveRelay,
) -> None:
    slow = outside(relay.url, SignerPatience(answer=0.2, life=60))
    async with signing(relay.url, ada) as signer:
        done = await signed_in(relay, signer)
        signer.held = {"sign_event"}
        async with session_of(done, slow) as opened:
            with pytest.raises(Unreachable, match="the signer has not agreed to sign yet") as late:
                await opened._remote.sign(unsigned())
    async with session_of(done, outside(relay.url, SOON)) as opened:
        with pytest.raises(Unreachable, match=r"^the signer does not answer$") as gone:
            await opened._remote.sign(unsigned())
        with pytest.raises(Unreachable, match=r"^the signer does not answer$"):
            await begin("bunker", outside(relay.url, SOON), relay.url, signer.uri)

    assert late.value.remedy == "agree in the signer, then try again"
    assert "running and on line" in gone.value.remedy


async def test_a_signer_whose_relays_are_away_is_named_by_them(fake_relay: FakeRelay) -> None:
    fake_relay.stop()
    at = fake_relay.url.removeprefix("ws://")
    with pytest.raises(
        Unreachable, match=f"^the signer cannot be reached: {at} refused the connection$"
    ):
        await begin(
            "bunker",
            outside(fake_relay.url),
            fake_relay.url,
            f"bunker://{beth.pubkey}?relay={fake_relay.url}",
        )


async def test_a_line_that_is_lost_ends_the_wait(fake_relay: FakeRelay) -> None:
    asking = asyncio.create_task(
        begin(
            "bunker",
            outside(fake_relay.url),
            fake_relay.url,
            f"bunker://{beth.pubkey}?relay={fake_relay.url}",
        )
    )
    await asyncio.to_thread(fake_relay.wait_for, "EVENT")
    await asyncio.to_thread(fake_relay.drop_all)

    with pytest.raises(Unreachable, match="the line to the signer was lost"):
        await asking


async def test_a_relay_that_wants_to_know_is_told_the_clients_key_and_no_more(
    fake_relay: FakeRelay,
) -> None:
    fake_relay.demand()
    asking = asyncio.create_task(
        begin(
            "bunker",
            outside(fake_relay.url),
            fake_relay.url,
            f"bunker://{beth.pubkey}?relay={fake_relay.url}",
        )
    )
    (request, *_) = await asyncio.to_thread(fake_relay.wait_for, "EVENT")
    (vouched, *_) = await asyncio.to_thread(fake_relay.wait_for, "AUTH")
    await asyncio.to_thread(fake_relay.drop_all)
    with pytest.raises(Unreachable):
        await asking

    assert vouched[1]["pubkey"] == request[1]["pubkey"]


async def test_an_invitation_outlives_a_line_that_was_lost(fake_relay: FakeRelay) -> None:
    step = await begin("connect", outside(fake_relay.url), fake_relay.url)
    assert isinstance(step, Elsewhere)
    waiting = asyncio.create_task(step.arrived())
    await asyncio.to_thread(fake_relay.drop_all)
    with pytest.raises(Unreachable, match="the line to the signer was lost"):
        await waiting
    before = len(fake_relay.received)
    again = asyncio.create_task(step.arrived())
    await until(lambda: len(fake_relay.received) > before)
    assert not again.done()
    again.cancel()
    await asyncio.gather(again, return_exceptions=True)
    await step.aclose()


async def test_a_relay_that_passes_nothing_on_is_named(fake_relay: FakeRelay) -> None:
    fake_relay.take_with(lambda event: [["OK", event["id"], False, "blocked: no such kind here"]])

    with pytest.raises(Unreachable, match="refused to pass on what was asked"):
        await begin(
            "bunker",
            outside(fake_relay.url),
            fake_relay.url,
            f"bunker://{beth.pubkey}?relay={fake_relay.url}",
        )


async def test_what_a_signer_signs_must_be_what_it_was_asked(relay: LiveRelay) -> None:
    async with signing(relay.url, ada) as signer:
        done = await signed_in(relay, signer)
        async with session_of(done, outside(relay.url)) as opened:
            signer.owner = beth
            with pytest.raises(BadAnswer, match="something else than it was asked"):
                await opened._remote.sign(unsigned())
            with pytest.raises(SignInNeeded, match="another account's key"):
                await opened.rights()
            signer.refused = {"get_public_key"}
            with pytest.raises(SignInNeeded, match="does not let this program in any more"):
                await opened.rights()


async def test_a_signer_is_told_that_a_sign_in_is_over(relay: LiveRelay) -> None:
    async with signing(relay.url, ada) as signer:
        done = await signed_in(relay, signer)
        async with session_of(done, outside(relay.url)) as opened:
            await opened.revoke()
            signer.refused = {"logout"}
            with pytest.raises(NotAllowed, match="does not say that it forgot") as refused:
                await opened.revoke()

    assert signer.methods[-2:] == ["logout", "logout"]
    assert "in the signer itself" in refused.value.remedy


async def test_a_login_whose_client_key_is_lost_signs_in_again(relay: LiveRelay) -> None:
    async with signing(relay.url, ada) as signer:
        done = await signed_in(relay, signer)
    async with session_of(replace(done, secrets={}), outside(relay.url)) as opened:
        with pytest.raises(SignInNeeded, match="lost its part of the line"):
            await opened._remote.sign(unsigned())


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("hello", "not a signer's address"),
        ("https://signer.example", "not a signer's address"),
        (f"nostrconnect://{ada.pubkey}?relay=wss://a.example&secret=x", "for a signer to read"),
        ("bunker://abc?relay=wss://a.example&secret=hush", "names no key"),
        (f"bunker://{ada.pubkey}?secret=hush", "names no relay"),
        (f"bunker://{ada.pubkey}?relay=http://a.example&secret=hush", "cannot be one"),
        ("bunker://[?relay=x", "not a signer's address"),
    ],
)
async def test_what_is_no_signers_address_is_refused_without_repeating_it(
    address: str, told: str
) -> None:
    with pytest.raises(Refused, match=told) as refused:
        await begin("bunker", outside("ws://127.0.0.1:9"), "", address)

    assert refused.value.field == "bunker"
    assert refused.value.__cause__ is None
    assert address not in refused.value.message + refused.value.remedy
    assert "hush" not in refused.value.message + refused.value.remedy
