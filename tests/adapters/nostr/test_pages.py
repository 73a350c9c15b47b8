"""Paging over relays: whatever their limits and seconds, nothing is lost and nothing doubled."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuisocial.adapters.nostr.events import Event
from tuisocial.adapters.nostr.filters import Filter
from tuisocial.adapters.nostr.pages import Pager, Place
from tuisocial.adapters.nostr.relay import End, Ending
from tuisocial.adapters.nostr.relays import Answer, Question
from tuisocial.sdk.errors import CursorExpired, Unreachable
from tuisocial.sdk.page import Cursor, Skipped

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HEAD = int(NOW.timestamp())


def event(number: int, seconds_ago: int) -> Event:
    event_id = f"{number:016x}" + "0" * 48
    return Event(event_id, "a" * 64, HEAD - seconds_ago, 1, [], str(number), "", "")


@dataclass
class SimulatedRelay:
    """Answers as relays do: newest first, cut at its own limit, told or untold."""

    events: list[Event]
    most: int = 500
    told: bool = False
    inclusive: bool = True
    down: bool = False
    most_sent: int = 0

    def answer(self, question: Question) -> Answer:
        wanted = question.filter
        until = wanted.until if self.inclusive or wanted.until is None else wanted.until - 1
        asked = min(wanted.limit, self.most) if self.told else wanted.limit
        if self.down:
            return Answer(question, asked, ending=Ending(End.FAILED, "refused the connection"))
        matching = [one for one in self.events if replace(wanted, until=until).matches(one)]
        matching.sort(key=lambda one: (-one.created_at, one.id))
        sent = matching[: min(wanted.limit, self.most)]
        self.most_sent = max(self.most_sent, len(sent))
        return Answer(question, asked, len(sent), sent, ending=Ending(End.COMPLETE))


@dataclass
class SimulatedRelays:
    relays: dict[str, SimulatedRelay]
    rounds: int = 0
    plan: dict[str, list[Filter]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.plan = {url: [Filter(kinds=(1,))] for url in self.relays}

    async def ask(self, questions: Sequence[Question]) -> list[Answer]:
        self.rounds += 1
        return [self.relays[question.url].answer(question) for question in questions]

    def sure(self, url: str, count: int) -> bool:
        relay = self.relays[url]
        return count < relay.most_sent or (relay.told and count < relay.most)

    def pager(self) -> Pager:
        return Pager(self.ask, self.sure, lambda: NOW)

    def held(self) -> set[str]:
        return {one.id for relay in self.relays.values() for one in relay.events}


def read_all(
    relays: SimulatedRelays, limit: int, *, most_pages: int = 400
) -> tuple[list[Event], list[Skipped], int]:
    """Every page from the head to the end."""

    async def read() -> tuple[list[Event], list[Skipped], int]:
        pager, cursor = relays.pager(), None
        events: list[Event] = []
        skipped: list[Skipped] = []
        for number in range(most_pages):
            batch = await pager.page(relays.plan, cursor, limit)
            assert len(batch.events) <= limit
            events += batch.events
            skipped += batch.skipped
            cursor = batch.older
            if cursor is None:
                return events, skipped, number + 1
        raise AssertionError("the list has no end")

    return asyncio.run(read())


@st.composite
def honest_relays(draw: st.DrawFn) -> SimulatedRelays:
    """Relays with overlapping events in few seconds, whose limits are told, or never reached."""
    pool = [event(n, ago) for n, ago in enumerate(draw(st.lists(st.integers(0, 12), max_size=60)))]
    relays = {}
    for number in range(draw(st.integers(1, 4))):
        held = draw(st.sets(st.sampled_from(range(len(pool))))) if pool else set()
        relays[f"wss://r{number}"] = SimulatedRelay(
            [pool[at] for at in held], inclusive=draw(st.booleans())
        )
    return SimulatedRelays(relays)


@given(relays=honest_relays(), limit=st.integers(1, 20))
@settings(max_examples=150)
def test_every_post_is_given_once_and_in_order(relays: SimulatedRelays, limit: int) -> None:
    events, skipped, _ = read_all(relays, limit)

    assert sorted(one.id for one in events) == sorted(relays.held())
    order = [(-one.created_at, one.id) for one in events]
    assert [second for second, _ in order] == sorted(second for second, _ in order)
    assert not skipped


@st.composite
def sparse_relays(draw: st.DrawFn) -> SimulatedRelays:
    """Relays that cut answers at limits of their own, which no single second exceeds."""
    relays = {}
    for number in range(draw(st.integers(1, 4))):
        most = draw(st.integers(2, 9))
        agos = draw(st.lists(st.integers(0, 30), unique=True, max_size=30))
        relays[f"wss://r{number}"] = SimulatedRelay(
            [event(ago, ago) for ago in agos],
            most=most,
            told=draw(st.booleans()),
            inclusive=draw(st.booleans()),
        )
    return SimulatedRelays(relays)


@given(relays=sparse_relays(), limit=st.integers(1, 20))
@settings(max_examples=150)
def test_limits_that_relays_keep_quiet_about_lose_nothing(
    relays: SimulatedRelays, limit: int
) -> None:
    events, _, _ = read_all(relays, limit)

    assert sorted(one.id for one in events) == sorted(relays.held())
    if all(relay.told for relay in relays.relays.values()):
        seconds = [one.created_at for one in events]
        assert seconds == sorted(seconds, reverse=True)


def test_a_second_with_more_posts_than_a_page_is_read_to_its_end() -> None:
    relays = SimulatedRelays(
        {"wss://a": SimulatedRelay([event(n, 5) for n in range(120)] + [event(200, 9)])}
    )

    events, skipped, _ = read_all(relays, 20)

    assert {one.id for one in events} == relays.held()
    assert len(events) == 121
    assert not skipped


@pytest.mark.parametrize("inclusive", [True, False])
def test_a_second_that_a_relay_cannot_send_whole_is_named_and_passed(inclusive: bool) -> None:
    crowded = [event(n, 5) for n in range(50)]
    relays = SimulatedRelays(
        {"wss://a.example": SimulatedRelay([*crowded, event(99, 9)], 30, inclusive=inclusive)}
    )

    events, skipped, _ = read_all(relays, 20)

    assert event(99, 9) in events
    assert len(events) == 31
    assert [one.reason for one in skipped] == [
        "a.example may hold more posts of 2025-12-31 23:59:55 UTC than it sends in one answer"
    ]


def test_a_relay_that_was_down_catches_up_without_doubling() -> None:
    up = SimulatedRelay([event(n, n) for n in range(60)])
    down = SimulatedRelay([event(n, n) for n in range(0, 60, 2)] + [event(99, 3)], down=True)
    relays = SimulatedRelays({"wss://up": up, "wss://down": down})

    async def read() -> list[Event]:
        pager = relays.pager()
        first = await pager.page(relays.plan, None, 10)
        down.down = False
        events, cursor = first.events, first.older
        while cursor is not None:
            batch = await pager.page(relays.plan, cursor, 10)
            events, cursor = events + batch.events, batch.older
        return events

    events = asyncio.run(read())
    assert sorted(one.id for one in events) == sorted(relays.held())


def test_when_all_relays_fail_the_first_is_named() -> None:
    relays = SimulatedRelays(
        {f"wss://{name}": SimulatedRelay([], down=True) for name in ("one", "two")}
    )

    with pytest.raises(Unreachable, match=r"one refused the connection, and 1 more relay"):
        asyncio.run(relays.pager().page(relays.plan, None, 10))


def test_a_short_list_ends_with_its_first_page() -> None:
    relays = SimulatedRelays({"wss://a": SimulatedRelay([event(n, n) for n in range(5)])})

    events, _, pages = read_all(relays, 20)

    assert (len(events), pages) == (5, 1)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"at":[["wss://a",0]],"given":{},"over":[]}'])
def test_a_cursor_that_is_not_ours_is_expired(text: str) -> None:
    with pytest.raises(CursorExpired):
        Place.read(Cursor(text))


def test_a_cursor_reads_back_as_it_was_written() -> None:
    place = Place({("wss://a", 0): 12, ("wss://b", 1): -1}, {12: {"aa", "bb"}}, {("wss://a", 0): 3})

    assert Place.read(place.cursor()) == place
