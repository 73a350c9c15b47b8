"""Reading a window of a view from the store: merged, folded, with everything a row shows.

No I/O but the store's, and no waiting: a window is what a key press may ask for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from tuisocial.model.ids import PostId
from tuisocial.services.merge import merged
from tuisocial.store import accounts, copies, entries, gaps, posts, reasons, repeats
from tuisocial.store.entries import Ref
from tuisocial.store.rows import Copy, Gap, Position, Row, Sighting, Source, Window
from tuisocial.store.sight import Sight

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tuisocial.model.ids import LoginId
    from tuisocial.model.post import Post
    from tuisocial.services.merge import Place
    from tuisocial.store.entries import StoredSource
    from tuisocial.store.rows import Item

_TOP: Place = (-(1 << 62), "")
_BOTTOM: Place = (1 << 62, "")
_MOST_NEW = 1000
_FIRST_STEP, _LARGEST_STEP = 64, 1024
"""Rows read of each source at a time while walking."""

_Group = list[Ref]
"""The same row as several sources have it."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a window looks at: some sources, between a ceiling and a floor (both shown).

    `logins` names each source's login by the source's number. Of the sources whose numbers are in
    `addressed` only rows are shown that speak to their login's account.
    """

    sources: Sequence[StoredSource]
    logins: dict[int, LoginId]
    ceiling: Place = _TOP
    floor: Place = _BOTTOM
    addressed: frozenset[int] = frozenset()

    def numbers(self) -> list[int]:
        """The sources' numbers."""
        return [source.number for source in self.sources]

    def shows(self, place: Place) -> bool:
        """Whether a row at `place` is in sight."""
        return self.ceiling <= place <= self.floor

    def sight(self) -> Sight:
        """Where rows must stand to be folded, and what they fold under."""
        return Sight(self.numbers(), self.ceiling, self.floor, sorted(self.addressed))


def place_of(position: Position) -> Place:
    """A position in the store's terms."""
    return (-position.sort_at, position.key)


def position_of(place: Place) -> Position:
    """A place in front ends' terms."""
    return Position(-place[0], place[1])


def read_window(
    connection: sqlite3.Connection,
    frame: Frame,
    at: Position | None,
    before: int,
    after: int,
) -> Window:
    """The items around `at`, or from the top of the frame for None."""
    start = None if at is None else place_of(at)
    newer: list[_Group] = []
    more_newer = False
    if start is not None:
        newer, more_newer = _take(_walk(connection, frame, start, upwards=True), before)
    middle = [] if start is None else _shown(connection, frame, _group_at(connection, frame, start))
    older, more_older = _take(_walk(connection, frame, start), after)
    items = _items(connection, frame, [*reversed(newer), *middle, *older])
    return Window(
        items,
        more_newer,
        more_older,
        _count_above(connection, frame),
        *_estimate(connection, frame, items, begins=not more_newer, ends=not more_older),
    )


def _take(groups: Iterator[_Group], count: int) -> tuple[list[_Group], bool]:
    """The first `count` groups, and whether there are more."""
    taken = list(islice(groups, max(count, 0)))
    return taken, next(groups, None) is not None


def _walk(
    connection: sqlite3.Connection, frame: Frame, start: Place | None, *, upwards: bool = False
) -> Iterator[_Group]:
    """Every group beyond `start` that is in sight and not folded into another, nearest first.

    From outside the frame the way begins at the frame's edge, and that is part of it.
    """
    read, edge = (entries.above, frame.floor) if upwards else (entries.below, frame.ceiling)
    beyond = start is None or (start > edge if upwards else start < edge)
    place = edge if start is None or beyond else start
    if beyond:
        yield from _shown(connection, frame, _group_at(connection, frame, place))
    size = _FIRST_STEP
    while True:
        lists = [
            read(connection, source, place, size, addressed=source in frame.addressed)
            for source in frame.numbers()
        ]
        groups = list(islice(merged(lists, upwards=upwards), size))
        yield from _shown(connection, frame, groups)
        if len(groups) < size or not frame.shows(groups[-1][0].order):
            return
        place, size = groups[-1][0].order, min(size * 2, _LARGEST_STEP)


def _group_at(connection: sqlite3.Connection, frame: Frame, place: Place) -> list[_Group]:
    refs = [
        entries.at(connection, source, place, addressed=source in frame.addressed)
        for source in frame.numbers()
    ]
    group = [ref for ref in refs if ref is not None]
    return [group] if group else []


def _shown(connection: sqlite3.Connection, frame: Frame, groups: Sequence[_Group]) -> list[_Group]:
    """Those of `groups` that are in sight and not folded into another."""
    groups = [group for group in groups if frame.shows(group[0].order)]
    staying = _staying(connection, frame.sight(), [group[0] for group in groups])
    return [group for group in groups if group[0].order in staying]


def _staying(connection: sqlite3.Connection, sight: Sight, refs: Sequence[Ref]) -> set[Place]:
    """The places of those rows in sight that fold neither as a repeat nor as a copy."""
    repeated = repeats.folded(connection, sight, refs)
    once = [ref for ref in refs if ref.order not in repeated]
    copied = copies.folded(connection, sight, [ref.key for ref in once])
    return {ref.order for ref in once if ref.key not in copied}


def _items(
    connection: sqlite3.Connection, frame: Frame, groups: Sequence[_Group]
) -> tuple[Item, ...]:
    loaded = posts.load_posts(connection, {g[0].post for g in groups if g[0].post is not None})
    seen = posts.sightings(connection, loaded)
    rows = repeats.rows_of(connection, frame.sight(), loaded)
    every = [ref for refs in (*groups, *rows.values()) for ref in refs]
    reposters = accounts.load_accounts(
        connection, {by for ref in every if (by := reasons.reposter_of(ref.reason))}
    )
    under = _copies(connection, frame, [g[0].key for g in groups if g[0].post in loaded])
    login_numbers = {source.number: source.login for source in frame.sources}
    items: list[Item] = []
    for group in groups:
        first = group[0]
        if first.post is None:
            gap = _gap(connection, frame, first)
            if gap is not None:
                items.append(gap)
            continue
        post = loaded.get(first.post)
        if post is None:
            continue
        marks, refs = seen.get(first.post, {}), [*group, *rows.get(first.post, ())]
        ids = dict.fromkeys(reasons.reposter_of(ref.reason) for ref in refs)
        items.append(
            Row(
                position_of(first.order),
                post,
                tuple(
                    Sighting(login, *marks.get(number, ()))
                    for number, login in dict.fromkeys(
                        (login_numbers[ref.source], frame.logins[ref.source]) for ref in refs
                    )
                ),
                reasons.reason_from_text(first.reason, reposters),
                under.get(first.key, ()),
                tuple(reposters[each] for each in ids if each in reposters),
            )
        )
    return tuple(items)


def _copies(
    connection: sqlite3.Connection, frame: Frame, keys: Iterable[str]
) -> Mapping[str, tuple[Copy, ...]]:
    """The declared copies that each row stands for, by the row's key."""
    under = copies.copies_under(connection, frame.sight(), keys)
    if not under:
        return {}
    every = {copy for found in under.values() for copy in found}
    sources = copies.sources_of(connection, frame.numbers(), every)
    return {
        key: tuple(
            Copy(
                PostId.parse(copy),
                tuple(dict.fromkeys(frame.logins[source] for source in sources.get(copy, ()))),
            )
            for copy in found
        )
        for key, found in under.items()
    }


def _gap(connection: sqlite3.Connection, frame: Frame, ref: Ref) -> Gap | None:
    stored = gaps.gap_at(connection, ref.source, ref.order)
    if stored is None:
        return None
    source = next(s for s in frame.sources if s.number == ref.source)
    return Gap(
        position_of(ref.order),
        Source(frame.logins[ref.source], source.timeline),
        _time(stored.upper),
        _time(stored.lower),
    )


def _time(place: Place) -> datetime:
    return datetime.fromtimestamp(-place[0] / 1000, UTC)


def _count_above(connection: sqlite3.Connection, frame: Frame) -> int:
    """How many rows wait above the ceiling; those that will fold do not count."""
    if frame.ceiling == _TOP:
        return 0
    rows = entries.rows_above(
        connection, frame.numbers(), sorted(frame.addressed), frame.ceiling, _MOST_NEW
    )
    return len(_staying(connection, replace(frame, ceiling=_TOP).sight(), rows))


def _estimate(
    connection: sqlite3.Connection,
    frame: Frame,
    items: Sequence[Item],
    *,
    begins: bool,
    ends: bool,
) -> tuple[int, int]:
    """Where the first item stands among how many, by its time: exact only at the two ends."""
    total = sum(s.count for s in frame.sources if s.number not in frame.addressed)
    spans = [span for n in frame.numbers() if (span := entries.ends(connection, n))]
    lowest = max(total - len(items), 0)
    if not spans or not items or begins:
        return 0, total
    if ends:
        return lowest, total
    top = min(first for first, _ in spans)[0]
    bottom = max(last for _, last in spans)[0]
    passed = -items[0].position.sort_at - top
    return min(int(passed / max(bottom - top, 1) * total), lowest), total


def row_of(post: Post, sightings: tuple[Sighting, ...]) -> Row:
    """A post as a row of its own, outside any list."""
    return Row(Position(int(post.created_at.timestamp() * 1000), str(post.id)), post, sightings)
