"""Reading a window of a view from the store: merged, folded, with everything a row shows.

No I/O but the store's, and no waiting: a window is what a key press may ask for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tuisocial.model.ids import LoginId, PostId
from tuisocial.model.post import Post
from tuisocial.services.merge import Place, merged
from tuisocial.store import entries, posts
from tuisocial.store.entries import GAP_MARK, Ref, StoredSource
from tuisocial.store.rows import Copy, Gap, Item, Position, Row, Sighting, Source, Window

_TOP: Place = (-(1 << 62), "")
_BOTTOM: Place = (1 << 62, "")
_MOST_NEW = 1000


@dataclass(frozen=True, slots=True)
class Frame:
    """What a window looks at: some sources, between a ceiling and a floor (both shown).

    `logins` names each source's login by the source's number.
    """

    sources: Sequence[StoredSource]
    logins: dict[int, LoginId]
    ceiling: Place = _TOP
    floor: Place = _BOTTOM

    def numbers(self) -> list[int]:
        """The sources' numbers."""
        return [source.number for source in self.sources]

    def shows(self, place: Place) -> bool:
        """Whether a row at `place` is in sight."""
        return self.ceiling <= place <= self.floor


@dataclass(slots=True)
class _Run:
    """Groups read in one direction, and whether there were more."""

    groups: list[list[Ref]] = field(default_factory=list)
    more: bool = False


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
    middle: list[list[Ref]] = []
    if at is None:
        start = frame.ceiling
        newer = _Run()
        middle = _group_at(connection, frame, start)
    else:
        start = place_of(at)
        newer = _walk(connection, frame, start, before, upwards=True)
        middle = _group_at(connection, frame, start)
    older = _walk(connection, frame, start, after - (len(middle) if at is None else 0))
    groups = [*reversed(newer.groups), *middle, *older.groups]
    items = _items(connection, frame, groups)
    return Window(
        items,
        newer.more,
        older.more,
        _count_above(connection, frame),
        *_estimate(connection, frame, items),
    )


def _group_at(connection: sqlite3.Connection, frame: Frame, place: Place) -> list[list[Ref]]:
    if not frame.shows(place):
        return []
    refs = [entries.at(connection, source, place) for source in frame.numbers()]
    group = [ref for ref in refs if ref is not None]
    return [group] if group and not _folded(connection, frame, [group]) else []


def _walk(
    connection: sqlite3.Connection,
    frame: Frame,
    start: Place,
    count: int,
    *,
    upwards: bool = False,
) -> _Run:
    """Up to `count` groups beyond `start` that are in sight and not folded into another."""
    run = _Run()
    read = entries.above if upwards else entries.below
    # Both ways from the floor itself at the lowest, which is in sight.
    floor = frame.floor
    start = min(start, (floor[0], floor[1] + "\0") if upwards else floor)
    while True:
        wanted = count - len(run.groups)
        lists = [read(connection, source, start, wanted + 1) for source in frame.numbers()]
        groups = []
        for group in merged(lists, upwards=upwards):
            if not frame.shows(group[0].order):
                break
            groups.append(group)
            if len(groups) > wanted:
                break
        run.more = len(groups) > wanted
        groups = groups[:wanted] if wanted else []
        folded = _folded(connection, frame, groups)
        run.groups += [group for group in groups if group[0].key not in folded]
        if not run.more or len(run.groups) >= count or not groups:
            return run
        start = groups[-1][0].order


def _folded(connection: sqlite3.Connection, frame: Frame, groups: Iterable[list[Ref]]) -> set[str]:
    """Keys of the rows that are declared copies of another row in sight."""
    own = {group[0].key: group[0].post for group in groups if group[0].reason is None}
    targets = posts.declared_targets(connection, own)
    if not targets:
        return set()
    back = posts.declared_targets(connection, {t: None for ts in targets.values() for t in ts})
    return {
        key
        for key, declared in targets.items()
        for target in declared
        # Of two that declare each other, the one with the smaller id stays.
        if not (key in back.get(target, ()) and key < target)
        and _in_sight(connection, frame, PostId.parse(target))
    }


def _in_sight(connection: sqlite3.Connection, frame: Frame, post: PostId) -> list[int]:
    """The sources in which a post stands by itself, within the frame."""
    rank = entries.rank_of(connection, post)
    if rank is None or not frame.shows((rank, str(post))):
        return []
    place = (rank, str(post))
    return [n for n in frame.numbers() if entries.at(connection, n, place) is not None]


def _items(
    connection: sqlite3.Connection, frame: Frame, groups: Sequence[list[Ref]]
) -> tuple[Item, ...]:
    loaded = posts.load_posts(connection, {g[0].post for g in groups if g[0].post is not None})
    seen = posts.sightings(connection, loaded)
    reposters = posts.load_accounts(
        connection, {by for g in groups if (by := entries.reposter_of(g[0].reason))}
    )
    own = [loaded[g[0].post].id for g in groups if g[0].post in loaded and g[0].reason is None]
    copies = _copies(connection, frame, own)
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
        marks = seen.get(first.post, {})
        items.append(
            Row(
                position_of(first.order),
                post,
                tuple(
                    Sighting(frame.logins[ref.source], *marks.get(login_numbers[ref.source], ()))
                    for ref in group
                ),
                entries.reason_from_text(first.reason, reposters),
                copies.get(post.id, ()) if first.reason is None else (),
            )
        )
    return tuple(items)


def _copies(
    connection: sqlite3.Connection, frame: Frame, targets: Sequence[PostId]
) -> dict[PostId, tuple[Copy, ...]]:
    found: dict[PostId, tuple[Copy, ...]] = {}
    for target, copy, _number, _rank in entries.copies_of(connection, targets):
        sources = _in_sight(connection, frame, PostId.parse(copy))
        if sources and copy != target:
            post = PostId.parse(target)
            logins = tuple(dict.fromkeys(frame.logins[source] for source in sources))
            found[post] = (*found.get(post, ()), Copy(PostId.parse(copy), logins))
    return found


def _gap(connection: sqlite3.Connection, frame: Frame, ref: Ref) -> Gap | None:
    stored = entries.gap_at(connection, ref.source, ref.order)
    if stored is None:
        return None
    source = next(s for s in frame.sources if s.number == ref.source)
    return Gap(
        position_of(ref.order),
        Source(frame.logins[ref.source], source.timeline),
        datetime.fromtimestamp(-stored.upper[0], UTC),
        datetime.fromtimestamp(-stored.lower[0], UTC),
    )


def _count_above(connection: sqlite3.Connection, frame: Frame) -> int:
    if frame.ceiling == _TOP:
        return 0
    keys = {
        ref.key
        for source in frame.numbers()
        for ref in entries.above(connection, source, frame.ceiling, _MOST_NEW)
        if not ref.key.endswith(GAP_MARK)
    }
    return len(keys)


def _estimate(
    connection: sqlite3.Connection, frame: Frame, items: Sequence[Item]
) -> tuple[int, int]:
    """Where the first item stands among how many, by its time: exact only at the two ends."""
    total = sum(source.count for source in frame.sources)
    spans = [span for n in frame.numbers() if (span := entries.ends(connection, n))]
    if not items or not spans:
        return 0, total
    top = min(first for first, _ in spans)[0]
    bottom = max(last for _, last in spans)[0]
    at = -items[0].position.sort_at
    if bottom == top:
        return 0, total
    return int((at - top) / (bottom - top) * max(total - len(items), 0)), total


def row_of(post: Post, sightings: tuple[Sighting, ...]) -> Row:
    """A post as a row of its own, outside any list."""
    return Row(Position(int(post.created_at.timestamp()), str(post.id)), post, sightings)
