"""Relays that misbehave cost nobody else's posts, and their trouble is told in words."""

import asyncio
import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from tests.adapters.nostr.signing import NOON, Author
from tests.live.fake_relay import DISCONNECT, FakeRelay, matches
from tests.live.nostr import Clock, health, messages, read_all, reasons, session, texts, until
from tuisocial.adapters.nostr.dial import Socket, dial
from tuisocial.adapters.nostr.relays import Patience
from tuisocial.model.timeline import Timeline, TimelineKind
from tuisocial.sdk.capabilities import EndpointState, ReportsHealth
from tuisocial.sdk.errors import Unreachable

pytestmark = pytest.mark.live

PUBLIC = Timeline(TimelineKind.PUBLIC)
ada, beth = Author("ada"), Author("beth")
Make = Callable[[], FakeRelay]


def is_for_posts(filters: list[Any]) -> bool:
    return 30_023 in filters[0].get("kinds", ())


def posts_with(relay: FakeRelay, answer: Iterable[object]) -> None:
    """Answer requests for posts with these messages, and all others as is proper."""
    fixed = list(answer)
    obey = relay._obey

    def scripted(subscription: str, filters: list[Any]) -> Iterable[object]:
        if not is_for_posts(filters):
            return obey(subscription, filters)
        return [_for(subscription, one) for one in fixed]

    relay.answer_with(scripted)


def _for(subscription: str, message: object) -> object:
    if isinstance(message, str):
        return message.replace("SUB", subscription)
    if isinstance(message, list):
        return [subscription if part == "SUB" else part for part in message]
    return message


async def test_one_event_from_several_relays_is_one_row(fake_relays: Make) -> None:
    relays = [fake_relays() for _ in range(3)]
    for number, relay in enumerate(relays):
        relay.events = [ada.event("shared"), ada.event(f"only {number}", created_at=NOON - number)]

    async with session(*(relay.url for relay in relays)) as opened:
        entries, _ = await read_all(opened, PUBLIC)

    assert sorted(texts(entries)) == ["only 0", "only 1", "only 2", "shared"]


async def test_all_requests_share_one_connection_and_are_closed(fake_relay: FakeRelay) -> None:
    dialled = []

    async def counting(url: str, foreign: bool) -> Socket:
        dialled.append(url)
        return await dial(url, foreign)

    fake_relay.events = [ada.event("hello")]
    async with session(fake_relay.url, dial=counting) as opened:
        assert dialled == []
        await asyncio.gather(*(opened.timeline(PUBLIC, cursor=None, limit=5) for _ in range(3)))

        asked = [message[1] for message in messages(fake_relay, "REQ")]
        closed = [message[1] for message in fake_relay.wait_for("CLOSE", len(asked))]

    assert dialled == [fake_relay.url]
    assert len(set(asked)) == len(asked)
    assert sorted(closed) == sorted(asked)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("auth-required: we know you not", "asks for a sign-in (we know you not)"),
        ("restricted: members only", "does not serve this login (members only)"),
        ("rate-limited: slow down", "asks for fewer requests (slow down)"),
        ("error: no database", "has trouble of its own (no database)"),
        ("go \x1b[2Jaway", "ended the request (go [2Jaway)"),
        (7, "ended the request"),
    ],
)
async def test_a_relay_that_refuses_is_named_and_the_others_are_read(
    fake_relays: Make, said: object, told: str
) -> None:
    good, bad = fake_relays(), fake_relays()
    good.events = [ada.event("hello")]
    bad.answer_with([["CLOSED", "SUB", said]])

    async with session(bad.url, good.url) as opened:
        page = await opened.timeline(PUBLIC, cursor=None, limit=5)
        state = health(opened, bad)

    assert texts(page.items) == ["hello"]
    assert state.state is EndpointState.FAILED
    assert told in state.detail


async def test_a_relay_that_never_answers_holds_nobody_up(fake_relays: Make) -> None:
    good, slow = fake_relays(), fake_relays()
    good.events = [ada.event("hello")]
    slow.answer_with([["NOTICE", "busy today"]])
    patience = Patience(grace=0.05, longest=1_000_000)

    async with session(slow.url, good.url, patience=patience) as opened:
        async with asyncio.timeout(120):
            page = await opened.timeline(PUBLIC, cursor=None, limit=5)
        state = health(opened, slow)

    assert texts(page.items) == ["hello"]
    assert state.state is EndpointState.SLOW
    assert state.detail == "says: busy today"
    assert page.older is not None, "what the slow relay holds is still to come"


async def test_what_a_slow_relay_held_back_comes_with_a_later_page(fake_relays: Make) -> None:
    good, slow = fake_relays(), fake_relays()
    good.events = [ada.event(f"good {n}", created_at=NOON - n) for n in range(10)]
    slow.events = [beth.event(f"slow {n}", created_at=NOON - n) for n in range(10)]
    slow.answer_with([])

    async with session(slow.url, good.url) as opened:
        first = await opened.timeline(PUBLIC, cursor=None, limit=5)
        slow.obey()
        entries, cursor = list(first.items), first.older
        while cursor is not None:
            page = await opened.timeline(PUBLIC, cursor=cursor, limit=5)
            entries, cursor = [*entries, *page.items], page.older

    assert set(texts(first.items)) == {f"good {n}" for n in range(5)}
    assert sorted(texts(entries)) == sorted(
        f"{who} {n}" for who in ("good", "slow") for n in range(10)
    )


async def test_when_no_relay_answers_the_first_reason_is_given(fake_relays: Make) -> None:
    gone, refusing = fake_relays(), fake_relays()
    gone.stop()
    refusing.answer_with([["CLOSED", "SUB", "restricted: no"]])

    async with session(gone.url, refusing.url) as opened:
        with pytest.raises(Unreachable) as failed:
            await opened.timeline(PUBLIC, cursor=None, limit=5)

    host = gone.url.removeprefix("ws://")
    assert failed.value.message == (
        f"{host} refused the connection, and 1 more relay gave no answer"
    )


async def test_rubbish_is_passed_over_with_reasons_and_good_posts_are_kept(
    fake_relay: FakeRelay,
) -> None:
    good, other_kind = ada.event("good"), ada.event("other", kind=9)
    ahead = ada.event("ahead", created_at=NOON + 10**6)
    forged = {**ada.event("true"), "content": "forged"}
    loud = {**ada.event("x"), "pubkey": ada.pubkey.upper()}
    posts_with(
        fake_relay,
        [
            "not json",
            "[" * 50_000,
            "{}",
            "[]",
            "null",
            '"EVENT"',
            '["EVENT"]',
            '["EVENT",7,{}]',
            '["EVENT","SUB"]',
            '["EVENT","SUB",null]',
            '["EVENT","SUB","text"]',
            '["EVENT","SUB",{"id":1}]',
            f'["EVENT","SUB",{{"id":{"[" * 20_000}',
            ["EOSE"],
            ["EOSE", None],
            ["EOSE", "not-mine"],
            ["CLOSED", "not-mine", "error: x"],
            ["AUTH", "challenge"],
            ["OK", "x", True, ""],
            ["NOTICE", 5],
            ["NOTICE", "\ud800\x1b]0;x\x07"],
            ["EVENT", "not-mine", ada.event("for somebody else")],
            ["EVENT", "SUB", other_kind],
            ["EVENT", "SUB", ahead],
            ["EVENT", "SUB", forged],
            ["EVENT", "SUB", loud],
            ["EVENT", "SUB", {**good, "sig": "00" * 64}],
            '["EVENT","SUB",' + json.dumps(ada.event("x")).replace('"x"', '"\\ud800"') + "]",
            ["EVENT", "SUB", good],
            ["EVENT", "SUB", good],
            ["EOSE", "SUB"],
        ],
    )

    async with session(fake_relay.url) as opened:
        page = await opened.timeline(PUBLIC, cursor=None, limit=5)
        assert isinstance(opened, ReportsHealth)
        notice = health(opened, fake_relay).detail

    assert texts(page.items) == ["good"]
    said = " ".join(reasons(page))
    for part in (
        "not an event",
        "an event without pubkey",
        "a post that it was not asked for",
        "an id that is not the hash of its content",
        "lower-case hex",
        "a signature that is not its author's",
        "a lone surrogate",
    ):
        assert part in said
    assert all(len(one.excerpt) <= 200 for one in page.skipped)
    assert notice.startswith("says: ")
    assert "\x1b" not in notice


async def test_a_giant_message_ends_only_the_relay_that_sent_it(fake_relays: Make) -> None:
    good, giant = fake_relays(), fake_relays()
    good.events = [ada.event("hello")]
    giant.answer_with(['["NOTICE","' + "x" * 1_100_000 + '"]'])

    async with session(giant.url, good.url) as opened:
        page = await opened.timeline(PUBLIC, cursor=None, limit=5)
        giant_health = health(opened, giant)

    assert texts(page.items) == ["hello"]
    assert giant_health.state in (EndpointState.FAILED, EndpointState.SLOW)


async def test_a_lone_giant_is_named(fake_relay: FakeRelay) -> None:
    fake_relay.answer_with(['["NOTICE","' + "x" * 1_100_000 + '"]'])

    async with session(fake_relay.url) as opened:
        with pytest.raises(Unreachable, match="sent a message of more than 1000000 bytes"):
            await opened.timeline(PUBLIC, cursor=None, limit=5)


async def test_a_relay_that_sends_without_end_is_cut_off(fake_relay: FakeRelay) -> None:
    fake_relay.answer_with([["EVENT", "SUB", ada.event("again")]] * 1000)

    async with session(fake_relay.url) as opened:
        with pytest.raises(Unreachable, match="sent far more than it was asked for"):
            await opened.timeline(PUBLIC, cursor=None, limit=5)


async def test_a_connection_lost_in_mid_answer_loses_nothing(fake_relay: FakeRelay) -> None:
    clock = Clock()
    events = [ada.event(str(n), created_at=NOON - n) for n in range(8)]
    fake_relay.events = events
    async with session(fake_relay.url, clock=clock) as opened:
        first = await opened.timeline(PUBLIC, cursor=None, limit=4)
        fake_relay.answer_with([["EVENT", "SUB", events[4]], DISCONNECT])
        with pytest.raises(Unreachable, match="closed the connection"):
            await opened.timeline(PUBLIC, cursor=first.older, limit=4)
        fake_relay.obey()
        clock.now += 1000
        second = await opened.timeline(PUBLIC, cursor=first.older, limit=10)

    assert texts(first.items + second.items) == [str(n) for n in range(8)]


async def test_a_failed_relay_is_left_in_peace_for_a_while(fake_relay: FakeRelay) -> None:
    clock, dialled = Clock(), []

    async def counting(url: str, foreign: bool) -> Socket:
        dialled.append(clock.now)
        return await dial(url, foreign)

    fake_relay.events = [ada.event("hello")]
    fake_relay.stop()
    async with session(fake_relay.url, clock=clock, dial=counting) as opened:
        for now in (0.0, 0.1, 1.0, 1.1):
            clock.now = now
            with pytest.raises(Unreachable, match="refused the connection"):
                await opened.timeline(PUBLIC, cursor=None, limit=5)
        assert health(opened, fake_relay).detail == "refused the connection"
        fake_relay.start()
        clock.now = 100
        page = await opened.timeline(PUBLIC, cursor=None, limit=5)
        state = health(opened, fake_relay).state

    assert dialled == [0.0, 1.0, 100]
    assert texts(page.items) == ["hello"]
    assert state is EndpointState.OK


async def test_a_connection_that_was_idle_for_long_is_closed_and_opened_again() -> None:
    from tuisocial.adapters.nostr.backoff import BackOff
    from tuisocial.adapters.nostr.filters import Filter
    from tuisocial.adapters.nostr.relay import End, Relay

    fake = FakeRelay()
    clock, opened = Clock(), []

    async def counting(url: str, foreign: bool) -> Socket:
        opened.append(await dial(url, foreign))
        return opened[-1]

    relay = Relay(fake.url, counting, BackOff(clock), clock, idle=0.0)
    try:
        assert (await relay.fetch(Filter(limit=1), [])).end is End.COMPLETE
        await until(lambda: relay.health().state is EndpointState.IDLE)
        assert (await relay.fetch(Filter(limit=1), [])).end is End.COMPLETE
    finally:
        await relay.aclose()
        fake.stop()

    assert len(opened) == 2


async def test_a_limit_that_the_relay_told_is_kept_to(fake_relay: FakeRelay) -> None:
    fake_relay.info = {"limitation": {"max_limit": 3, "max_message_length": 9000, "x": "y"}}
    fake_relay.events = [ada.event(str(n), created_at=NOON - n) for n in range(7)]

    async with session(fake_relay.url) as opened:
        await opened.timeline(PUBLIC, cursor=None, limit=1)
        await until(lambda: opened.limits().page_size is not None)
        fake_relay.received.clear()
        entries, pages = await read_all(opened, PUBLIC, 20)
        limits = opened.limits()

    asked = [message[2]["limit"] for message in messages(fake_relay, "REQ")]
    assert (limits.page_size, limits.message_size) == (3, 9000)
    assert max(asked) <= 3
    assert texts(entries) == [str(n) for n in range(7)]
    assert sum(len(page.skipped) for page in pages) == 0


@pytest.mark.parametrize(
    "document", [b"<html>", b"[]", b'{"limitation":7}', b'{"limitation":{"max_limit":-1}}', b""]
)
async def test_a_relay_without_a_sensible_document_is_read_all_the_same(
    fake_relay: FakeRelay, document: bytes
) -> None:
    fake_relay.info_raw = document
    fake_relay.events = [ada.event("hello")]

    async with session(fake_relay.url) as opened:
        page = await opened.timeline(PUBLIC, cursor=None, limit=5)
        assert opened.limits().page_size is None

    assert texts(page.items) == ["hello"]


async def test_relays_that_cut_answers_in_silence_lose_nothing(fake_relays: Make) -> None:
    relays = [fake_relays(), fake_relays()]
    for number, relay in enumerate(relays):
        relay.events = [ada.event(f"{number} {n}", created_at=NOON - 2 * n) for n in range(30)]

    def cut_by(relay: FakeRelay, most: int) -> None:
        def answer(subscription: str, filters: list[Any]) -> Iterable[object]:
            found = [e for e in relay.events if any(matches(e, one) for one in filters)]
            found.sort(key=lambda event: -event["created_at"])
            yield from (["EVENT", subscription, e] for e in found[: min(most, filters[0]["limit"])])
            yield ["EOSE", subscription]

        relay.answer_with(answer)

    cut_by(relays[0], 4)
    cut_by(relays[1], 7)
    async with session(*(relay.url for relay in relays)) as opened:
        entries, _ = await read_all(opened, PUBLIC, 10)

    assert sorted(texts(entries)) == sorted(f"{r} {n}" for r in range(2) for n in range(30))


async def test_strangers_lists_make_nobody_dial_private_hosts(fake_relay: FakeRelay) -> None:
    """With a relay that is not on this machine, as it seems; its socket leads to the fake one."""
    dialled = []

    async def mapped(url: str, foreign: bool) -> Socket:
        dialled.append((url, foreign))
        return await dial(fake_relay.url, False)

    fake_relay.events = [
        ada.follows(beth),
        beth.writes_to(
            "ws://127.0.0.1:22", "wss://10.0.0.1", "wss://u:p@x.example", "wss://hers.example"
        ),
        beth.event("hello", [["e", "a" * 64, "ws://127.0.0.1:9"], ["p", "b" * 64, "ws://[::1]"]]),
    ]
    async with session("wss://mine.example", author=ada, dial=mapped) as opened:
        page = await opened.timeline(Timeline(TimelineKind.HOME), cursor=None, limit=5)
        await opened.thread(page.items[0].view.post.id)

    assert texts(page.items) == ["hello"]
    assert set(dialled) == {("wss://mine.example", False), ("wss://hers.example", True)}
