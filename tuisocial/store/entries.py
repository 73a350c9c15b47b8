"""The rows of each source's list, its two ends, and the gaps between.

A list is what was fetched: its `tail` is how far down it is whole but for its gaps, and `older`
the cursor that goes on from there. Merging several lists is `services.merge`'s work.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tuisocial.model.account import Account
from tuisocial.model.entry import Entry, FollowedTag, Pinned, Reason, Reposted
from tuisocial.model.ids import PostId
from tuisocial.model.timeline import Timeline
from tuisocial.sdk.page import Cursor, Page
from tuisocial.store import posts
from tuisocial.store.rows import Position

GAP_MARK = "~gap"
"""Ends a gap's key, which begins with the key of the row above it, so that it sorts below it."""

_Place = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Ref:
    """A row of one source by number; a gap has no post."""

    source: int
    rank: int
    key: str
    post: int | None
    reason: str | None = None

    @property
    def order(self) -> _Place:
        """Ascending from the head of the list downwards."""
        return (self.rank, self.key)


@dataclass(frozen=True, slots=True)
class StoredSource:
    """What is known of a source's list as a whole."""

    number: int
    login: int
    timeline: Timeline
    older: Cursor | None
    ended: bool
    fetched_at: int | None
    tail: _Place | None
    count: int


@dataclass(frozen=True, slots=True)
class StoredGap:
    """A hole below the row at `upper` and above the one at `lower`."""

    source: int
    upper: _Place
    lower: _Place
    cursor: Cursor | None


# --- sources ------------------------------------------------------------------------------


def add_source(connection: sqlite3.Connection, login: int, timeline: Timeline) -> None:
    """Make sure that a source has a row."""
    connection.execute(
        "INSERT OR IGNORE INTO sources (login, timeline, title) VALUES (?, ?, ?)",
        (login, str(timeline), timeline.title),
    )


def all_sources(connection: sqlite3.Connection) -> list[StoredSource]:
    """Every source that was ever added, in that order."""
    return [
        StoredSource(
            number,
            login,
            _timeline(timeline, title),
            None if older is None else Cursor(older),
            bool(ended),
            fetched_at,
            None if tail_rank is None else (tail_rank, tail_key),
            count,
        )
        for (
            number, login, timeline, title, older, ended, fetched_at, tail_rank, tail_key, count,
        ) in connection.execute(
            "SELECT id, login, timeline, title, older, ended, fetched_at, tail_rank, tail_key, "
            "count FROM sources ORDER BY id"
        )
    ]  # fmt: skip


def _timeline(text: str, title: str) -> Timeline:
    parsed = Timeline.parse(text)
    return Timeline(parsed.kind, parsed.argument, title)


# --- writing pages ------------------------------------------------------------------------


def save_head(
    connection: sqlite3.Connection,
    source: int,
    page: Page[Entry],
    logins: Mapping[str, int],
    now: float,
) -> int:
    """Store the newest page of a source; the number of rows that are new to it.

    When nothing joins the page to what was there before, a gap is recorded between them.
    """
    head = _head(connection, source)
    places, new = _insert(connection, source, page, logins, now)
    connection.execute("UPDATE sources SET fetched_at = ? WHERE id = ?", (int(now), source))
    if head is None or not places:
        if head is None:
            _move_tail(connection, source, places, page.older)
        return new
    bottom = max(places)
    joined = new < len(set(places)) or bottom > head or page.older is None
    if not joined:
        connection.execute(
            "INSERT OR REPLACE INTO gaps VALUES (?, ?, ?, ?, ?, ?)",
            (source, bottom[0], bottom[1] + GAP_MARK, *head, page.older),
        )
    return new


def save_older(
    connection: sqlite3.Connection,
    source: int,
    page: Page[Entry],
    logins: Mapping[str, int],
    now: float,
) -> int:
    """Store the page below a source's tail and move the tail; the number of new rows."""
    places, new = _insert(connection, source, page, logins, now)
    _move_tail(connection, source, places, page.older)
    return new


def save_fill(
    connection: sqlite3.Connection,
    gap: StoredGap,
    page: Page[Entry],
    logins: Mapping[str, int],
    now: float,
) -> bool:
    """Store a page from inside a gap; True when the gap is closed, else it has become smaller."""
    places, _ = _insert(connection, gap.source, page, logins, now)
    connection.execute(
        "DELETE FROM gaps WHERE source = ? AND rank = ? AND key = ?", (gap.source, *gap.upper)
    )
    if page.older is None or any(place >= gap.lower for place in places):
        return True
    bottom = max(places, default=None)
    upper = gap.upper if bottom is None else (bottom[0], bottom[1] + GAP_MARK)
    connection.execute(
        "INSERT OR REPLACE INTO gaps VALUES (?, ?, ?, ?, ?, ?)",
        (gap.source, *upper, *gap.lower, page.older),
    )
    return False


def reset_cursor(connection: sqlite3.Connection, source: int, older: Cursor | None) -> None:
    """Replace a tail's expired cursor by another that leads to it or past it."""
    connection.execute(
        "UPDATE sources SET older = ?, ended = ? WHERE id = ?", (older, older is None, source)
    )


def reset_gap(connection: sqlite3.Connection, gap: StoredGap, cursor: Cursor | None) -> None:
    """Replace a gap's expired cursor by another that leads into it."""
    connection.execute(
        "UPDATE gaps SET cursor = ? WHERE source = ? AND rank = ? AND key = ?",
        (cursor, gap.source, *gap.upper),
    )


def _move_tail(
    connection: sqlite3.Connection, source: int, places: Sequence[_Place], older: Cursor | None
) -> None:
    row = connection.execute(
        "SELECT tail_rank, tail_key FROM sources WHERE id = ?", (source,)
    ).fetchone()
    bounds = [*places] if row[0] is None else [*places, (row[0], row[1])]
    tail = max(bounds, default=(None, None))
    connection.execute(
        "UPDATE sources SET tail_rank = ?, tail_key = ?, older = ?, ended = ? WHERE id = ?",
        (*tail, older, older is None, source),
    )


def _head(connection: sqlite3.Connection, source: int) -> _Place | None:
    row: _Place | None = connection.execute(
        "SELECT rank, key FROM entries WHERE source = ? ORDER BY rank, key LIMIT 1", (source,)
    ).fetchone()
    return row


def _insert(
    connection: sqlite3.Connection,
    source: int,
    page: Page[Entry],
    logins: Mapping[str, int],
    now: float,
) -> tuple[list[_Place], int]:
    """Save a page's posts and rows; the rows' places, and how many were new to the source."""
    reposters = [e.reason.by for e in page.items if isinstance(e.reason, Reposted)]
    saved = posts.save_views(
        connection,
        [entry.view for entry in page.items],
        logins,
        now,
        [*reposters, *page.accounts],
    )
    reposts = _repost_ranks(connection, page.items, now)
    rows = []
    for entry in page.items:
        post = saved[entry.view.post.id]
        if post.deleted:
            continue
        at = reposts.get(entry.key, post.rank)
        rows.append((source, at, entry.key, post.number, _reason_to_text(entry.reason)))
    before = connection.total_changes
    connection.executemany("INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?, ?)", rows)
    new = connection.total_changes - before
    connection.execute("UPDATE sources SET count = count + ? WHERE id = ?", (new, source))
    return [(row[1], row[2]) for row in rows], new


def _repost_ranks(
    connection: sqlite3.Connection, entries: Sequence[Entry], now: float
) -> dict[str, int]:
    """The rank of every row that is not at its post's own place, the same for all who see it."""
    own = [
        (entry.key, posts.rank(entry.sort_at.timestamp(), now))
        for entry in entries
        if entry.key != str(entry.view.post.id)
    ]
    if not own:
        return {}
    connection.executemany("INSERT OR IGNORE INTO reposts VALUES (?, ?)", own)
    return dict(
        connection.execute(
            "SELECT key, rank FROM reposts WHERE key IN (SELECT value FROM json_each(?))",
            (json.dumps([key for key, _ in own]),),
        ).fetchall()
    )


# --- reading lists ------------------------------------------------------------------------


def below(connection: sqlite3.Connection, source: int, place: _Place, limit: int) -> list[Ref]:
    """Rows and gaps of one source after `place`, downwards."""
    return _read(connection, source, ">", "", place, limit)


def above(connection: sqlite3.Connection, source: int, place: _Place, limit: int) -> list[Ref]:
    """Rows and gaps of one source before `place`, upwards."""
    return _read(connection, source, "<", "DESC", place, limit)


def at(connection: sqlite3.Connection, source: int, place: _Place) -> Ref | None:
    """The row or gap of one source that stands at `place`."""
    rank, key = place
    if key.endswith(GAP_MARK):
        found = connection.execute(
            "SELECT 1 FROM gaps WHERE source = ? AND rank = ? AND key = ?", (source, rank, key)
        ).fetchone()
        return Ref(source, rank, key, None) if found else None
    row = connection.execute(
        "SELECT post, reason FROM entries WHERE source = ? AND rank = ? AND key = ?",
        (source, rank, key),
    ).fetchone()
    return Ref(source, rank, key, row[0], row[1]) if row else None


def _read(
    connection: sqlite3.Connection,
    source: int,
    comparison: str,
    direction: str,
    place: _Place,
    limit: int,
) -> list[Ref]:
    bounds = (source, *place, limit)
    rows = connection.execute(
        f"SELECT source, rank, key, post, reason FROM entries WHERE source = ? "
        f"AND (rank, key) {comparison} (?, ?) "
        f"ORDER BY rank {direction}, key {direction} LIMIT ?",
        bounds,
    ).fetchall()
    gaps = connection.execute(
        f"SELECT source, rank, key, NULL, NULL FROM gaps WHERE source = ? "
        f"AND (rank, key) {comparison} (?, ?) "
        f"ORDER BY rank {direction}, key {direction} LIMIT ?",
        bounds,
    ).fetchall()
    if gaps:
        rows = sorted([*rows, *gaps], key=lambda r: (r[1], r[2]), reverse=bool(direction))[:limit]
    return [Ref(*row) for row in rows]


def gap_at(connection: sqlite3.Connection, source: int, place: _Place) -> StoredGap | None:
    """The gap of one source that stands at `place`."""
    row = connection.execute(
        "SELECT lower_rank, lower_key, cursor FROM gaps WHERE source = ? AND rank = ? AND key = ?",
        (source, *place),
    ).fetchone()
    return StoredGap(source, place, (row[0], row[1]), row[2]) if row else None


def ends(connection: sqlite3.Connection, source: int) -> tuple[_Place, _Place] | None:
    """The places of a source's newest and oldest rows."""
    first = _head(connection, source)
    last = connection.execute(
        "SELECT rank, key FROM entries WHERE source = ? ORDER BY rank DESC, key DESC LIMIT 1",
        (source,),
    ).fetchone()
    return (first, last) if first and last else None


def copies_of(
    connection: sqlite3.Connection, targets: Sequence[PostId]
) -> list[tuple[str, str, int, int]]:
    """`(target, copy, copy's number, copy's rank)` for the stored posts that declare a target."""
    return connection.execute(
        "SELECT copies.target, copies.copy, posts.id, posts.rank FROM copies "
        "JOIN posts ON posts.uri = copies.copy "
        "WHERE copies.target IN (SELECT value FROM json_each(?)) AND NOT posts.deleted "
        "ORDER BY copies.target, copies.copy",
        (json.dumps([str(target) for target in targets]),),
    ).fetchall()


def rank_of(connection: sqlite3.Connection, post: PostId) -> int | None:
    """The rank of a stored post that was not deleted."""
    row = connection.execute(
        "SELECT rank FROM posts WHERE uri = ? AND NOT deleted", (str(post),)
    ).fetchone()
    return row[0] if row else None


def read_position(connection: sqlite3.Connection, view: str) -> Position | None:
    """Where a view was left."""
    row = connection.execute("SELECT rank, key FROM positions WHERE view = ?", (view,)).fetchone()
    return Position(-row[0], row[1]) if row else None


def save_position(connection: sqlite3.Connection, view: str, position: Position) -> None:
    """Remember where a view is left."""
    connection.execute(
        "INSERT OR REPLACE INTO positions VALUES (?, ?, ?)",
        (view, -position.sort_at, position.key),
    )


def _reason_to_text(reason: Reason | None) -> str | None:
    match reason:
        case None:
            return None
        case Reposted():
            return f"reposted {reason.by.id}"
        case FollowedTag():
            return f"tag {reason.tag}"
        case Pinned():
            return "pinned"


def reposter_of(reason: str | None) -> str | None:
    """The text of the reposter's id in a stored reason."""
    if reason is None or not reason.startswith("reposted "):
        return None
    return reason.removeprefix("reposted ")


def reason_from_text(reason: str | None, accounts: Mapping[str, Account]) -> Reason | None:
    """Put a stored reason together; `accounts` holds the reposters by the text of their ids."""
    if reason is None:
        return None
    kind, _, rest = reason.partition(" ")
    if kind == "reposted":
        by = accounts.get(rest)
        return None if by is None else Reposted(by)
    return FollowedTag(rest) if kind == "tag" else Pinned()
