"""Pages over several relays: each is read from its own place, so that nothing is lost or doubled.

Relays know no cursors, only `until`, in whole seconds, which includes its second by NIP-01 and
excludes it in some relays. So each source (one filter at one relay) is asked again from the
second where it stopped and one more, and what was already given of those seconds is dropped.

How far a page reaches: a source that gave as many events as it was asked for may hold more below
its oldest, so rows below the highest such oldest wait for the next page. A source that gave
fewer is not believed to be at its end (it may cut answers short without saying so) before it has
nothing new to give; it, and one that failed, is read on from where it stopped, and holds up
nobody.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice

from tuisocial.adapters.nostr.addresses import host
from tuisocial.adapters.nostr.events import Event
from tuisocial.adapters.nostr.filters import Filter
from tuisocial.adapters.nostr.relays import FUTURE_SECONDS, Answer, Question, require_one
from tuisocial.sdk.errors import CursorExpired
from tuisocial.sdk.page import Cursor, Skipped

Plan = Mapping[str, Sequence[Filter]]
"""What to ask of which relay, without `until` and `limit`."""

Ask = Callable[[Sequence[Question]], Awaitable[list[Answer]]]
Sure = Callable[[str, int], bool]
"""Whether an answer of so many events was certainly not cut short by the relay."""

Source = tuple[str, int]
"""A relay and which of its filters."""

_ROUNDS = 4
_PREFIX = 16
"""Characters of an id that a cursor keeps."""

_REMEMBERED = 20_000
_END = -1


@dataclass(slots=True)
class Place:
    """Where a list was left.

    `at` is the second down to which a source was read, `_END` once it holds nothing older;
    `given` the ids given of the seconds that will be asked for again; `over` a second that was
    stepped over because a source had given all that it gives of it.
    """

    at: dict[Source, int] = field(default_factory=dict)
    given: dict[int, set[str]] = field(default_factory=dict)
    over: dict[Source, int] = field(default_factory=dict)

    def cursor(self) -> Cursor:
        """As text for the core to keep."""
        return Cursor(
            json.dumps(
                {
                    "at": [[*source, at] for source, at in self.at.items()],
                    "given": {str(at): sorted(ids) for at, ids in self.given.items()},
                    "over": [[*source, at] for source, at in self.over.items()],
                },
                separators=(",", ":"),
            )
        )

    @classmethod
    def read(cls, cursor: Cursor) -> Place:
        """What `cursor()` wrote.

        Raises: CursorExpired.
        """
        try:
            kept = json.loads(cursor)
            return cls(
                {(str(url), int(n)): int(at) for url, n, at in kept["at"]},
                {int(at): set(ids) for at, ids in kept["given"].items()},
                {(str(url), int(n)): int(at) for url, n, at in kept["over"]},
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise CursorExpired("the place in this timeline was lost") from None


@dataclass(slots=True)
class Batch:
    """The events of one page, newest first, and the way on; None for the end."""

    events: list[Event]
    older: Cursor | None
    skipped: list[Skipped]
    relay_of: dict[str, str]
    """The relay that each event came from."""


class Pager:
    """One timeline's pages in one session.

    It remembers what it gave since the head, so that a relay that was away and catches up gives
    nothing twice; after a restart the store knows such rows by their keys.
    """

    def __init__(self, ask: Ask, sure: Sure, now: Callable[[], datetime]) -> None:
        self._ask = ask
        self._sure = sure
        self._now = now
        self._given: dict[str, None] = {}

    async def page(self, plan: Plan, cursor: Cursor | None, limit: int) -> Batch:
        """The head, or what follows `cursor`: at most `limit` events.

        Raises: Unreachable when no relay answers, CursorExpired.
        """
        place = Place() if cursor is None else Place.read(cursor)
        if cursor is None:
            self._given.clear()
        reading = _Reading(plan, place, limit, int(self._now().timestamp()) + FUTURE_SECONDS)
        away: set[str] = set()
        for _ in range(_ROUNDS):
            questions = reading.questions(away)
            if not questions:
                break
            answers = await self._ask(list(questions.values()))
            if not reading.rounds:
                require_one(answers)
            away |= {answer.question.url for answer in answers if not answer.complete}
            reading.take(dict(zip(questions, answers, strict=True)), self._given, self._sure)
            if len(reading.rows) >= limit or reading.ended:
                break
        self._given.update(dict.fromkeys(event.id for event in reading.rows))
        for event_id in list(islice(self._given, max(0, len(self._given) - _REMEMBERED))):
            del self._given[event_id]
        older = None if reading.ended else place.cursor()
        return Batch(reading.rows, older, reading.skipped, reading.relay_of)


class _Reading:
    """The rounds of one page."""

    def __init__(self, plan: Plan, place: Place, limit: int, latest: int) -> None:
        self.rows: list[Event] = []
        self.skipped: list[Skipped] = []
        self.relay_of: dict[str, str] = {}
        self.rounds = 0
        self._place = place
        self._limit = limit
        self._filters = {
            (url, n): wanted for url, filters in plan.items() for n, wanted in enumerate(filters)
        }
        # A source that is new to the plan begins where the others are.
        begin = min((at for at in place.at.values() if at != _END), default=latest)
        if place.at and all(at == _END for at in place.at.values()):
            begin = _END
        place.at = {source: place.at.get(source, begin) for source in self._filters}

    @property
    def ended(self) -> bool:
        """Whether no source holds anything older."""
        return all(at == _END for at in self._place.at.values())

    def questions(self, away: set[str]) -> dict[Source, Question]:
        """What to ask of each source that is not at its end, nor away."""
        questions = {}
        for source, at in self._place.at.items():
            if at == _END or source[0] in away:
                continue
            repeated = sum(len(self._place.given.get(second, ())) for second in (at, at + 1))
            room = self._limit - len(self.rows) + repeated
            wanted = replace(self._filters[source], until=at + 1, limit=room)
            questions[source] = Question(source[0], wanted)
        return questions

    def take(self, answers: Mapping[Source, Answer], given: Container[str], sure: Sure) -> None:
        """Add a round's events to the rows and move every source's place on."""
        self.rounds += 1
        place = self._place
        front = min(place.at[source] for source in answers)
        shown = set(self.relay_of)
        fresh: dict[str, Event] = {}
        reached: dict[Source, _Reached] = {}
        lowest = 0
        for source, answer in answers.items():
            self.skipped += answer.skipped
            news = {
                event.id
                for event in answer.events
                if event.id not in given and event.id not in shown and not self._repeated(event)
            }
            for event in answer.events:
                if event.id in news and event.id not in fresh:
                    fresh[event.id] = event
                    self.relay_of[event.id] = source[0]
            if not answer.complete:
                continue
            short = answer.received < answer.asked
            certain = short and sure(source[0], answer.received)
            down_to = self._down_to(source, answer, bool(news))
            reached[source] = _Reached(down_to, news, certain or not answer.events)
            if not short and place.at[source] == front:
                lowest = max(lowest, down_to)
        self._move(fresh, reached, lowest)

    def _repeated(self, event: Event) -> bool:
        return event.id[:_PREFIX] in self._place.given.get(event.created_at, ())

    def _down_to(self, source: Source, answer: Answer, news: bool) -> int:
        """Down to which second the source is read by this answer."""
        at, over = self._place.at[source], self._place.over
        oldest = min((event.created_at for event in answer.events), default=at)
        if oldest < at or news:
            stepped = over.get(source)
            if stepped is not None and oldest < stepped:
                del over[source]
                when = datetime.fromtimestamp(stepped, UTC)
                self.skipped.append(
                    Skipped(
                        f"{host(source[0])} may hold more posts of {when:%Y-%m-%d %H:%M:%S} UTC "
                        "than it sends in one answer"
                    )
                )
            return min(at, oldest)
        # All of it was given before: this may be the end, or a second that holds more than the
        # relay sends at once. One second further on tells.
        over.setdefault(source, oldest)
        return at - 1

    def _move(self, fresh: dict[str, Event], reached: dict[Source, _Reached], lowest: int) -> None:
        """Give what is not below `lowest`, as far as there is room, and note where that leaves."""
        place = self._place
        ready = sorted(
            (event for event in fresh.values() if event.created_at >= lowest),
            key=lambda event: (-event.created_at, event.id),
        )
        room = self._limit - len(self.rows)
        if len(ready) > room:
            lowest = max(lowest, ready[room - 1].created_at)
            del ready[room:]
        waiting = fresh.keys() - {event.id for event in ready}
        for source, read in reached.items():
            if read.exhausted and not read.news & waiting:
                place.at[source] = _END
                place.over.pop(source, None)
            else:
                place.at[source] = min(place.at[source], max(read.down_to, lowest))
        for event_id in waiting:
            del self.relay_of[event_id]
        self.rows += ready
        again = {at + more for at in place.at.values() if at != _END for more in (0, 1)}
        for event in ready:
            place.given.setdefault(event.created_at, set()).add(event.id[:_PREFIX])
        place.given = {at: ids for at, ids in place.given.items() if at in again}


@dataclass(frozen=True, slots=True)
class _Reached:
    """How far one answer read its source, the ids that are new in it, whether nothing is left."""

    down_to: int
    news: set[str]
    exhausted: bool
