"""The rows of each source's list, its two ends, and pages as they come in.

A list is what was fetched: its `tail` is how far down it is whole but for its gaps, and `older`
the cursor that goes on from there. Merging several lists is `services.merge`'s work.

Some rows are loose: a date in the future, a pinned post. They do not stand where their server put
them, so they tell nothing of how far a page reaches. An addressed row speaks to its login's own
account.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tuisocial.model.entry import Entry, Pinned, Reposted
from tuisocial.model.timeline import Timeline
from tuisocial.sdk.page import Cursor, Page
from tuisocial.store import gaps, posts
from tuisocial.store.reasons import reason_to_text
from tuisocial.store.text import dumps, storable

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
class _Landed:
    """What a page brought: rows new to the source, and from where to where it is whole."""

    new: int
    span: tuple[_Place, _Place] | None


# --- sources ------------------------------------------------------------------------------


def add_source(connection: sqlite3.Connection, login: int, timeline: Timeline) -> None:
    """Make sure that a source has a row."""
    connection.execute(
        "INSERT OR IGNORE INTO sources (login, timeline, title) VALUES (?, ?, ?)",
        (login, storable(str(timeline)), storable(timeline.title)),
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


def source_of(
    connection: sqlite3.Connection, login: int, timeline: Timeline
) -> StoredSource | None:
    """What is known of one source, or None before it was added."""
    name = storable(str(timeline))
    return next(
        (
            source
            for source in all_sources(connection)
            if source.login == login and str(source.timeline) == name
        ),
        None,
    )


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
    landed = _insert(connection, source, page, logins, now)
    connection.execute("UPDATE sources SET fetched_at = ? WHERE id = ?", (int(now), source))
    gaps.cover(connection, source, landed.span, None, page.older)
    if head is None:
        if landed.span is not None or _older(connection, source) is None:
            _move_tail(connection, source, landed.span, page.older)
    elif landed.span is not None:
        bottom = landed.span[1]
        if page.older is None:
            _move_tail(connection, source, landed.span, None)
        elif bottom < head:
            gaps.open_gap(connection, source, bottom, head, page.older)
    return landed.new


def save_older(
    connection: sqlite3.Connection,
    source: int,
    page: Page[Entry],
    logins: Mapping[str, int],
    now: float,
    asked: Cursor | None = None,
) -> int:
    """Store the page below a source's tail and move the tail; the number of new rows.

    `asked` is the cursor that brought the page: a tail that went on meanwhile stays.
    """
    landed = _insert(connection, source, page, logins, now)
    if asked is None or _older(connection, source) == asked:
        _move_tail(connection, source, landed.span, page.older)
    gaps.cover(connection, source, landed.span, asked, page.older)
    return landed.new


def save_fill(
    connection: sqlite3.Connection,
    source: int,
    page: Page[Entry],
    logins: Mapping[str, int],
    now: float,
    asked: Cursor,
) -> int:
    """Store a page from inside the gap that waits for `asked`; the number of new rows."""
    landed = _insert(connection, source, page, logins, now)
    gaps.cover(connection, source, landed.span, asked, page.older)
    return landed.new


def restart(
    connection: sqlite3.Connection, source: int, expired: Cursor, fresh: Cursor | None
) -> None:
    """Replace an expired cursor, of the tail or of a gap, by one that leads to it from above."""
    connection.execute(
        "UPDATE sources SET older = ?, ended = ? WHERE id = ? AND older = ?",
        (fresh, fresh is None, source, expired),
    )
    gaps.restart(connection, source, expired, fresh)


def _older(connection: sqlite3.Connection, source: int) -> str | None:
    row = connection.execute("SELECT older FROM sources WHERE id = ?", (source,)).fetchone()
    return row[0] if row else None


def _move_tail(
    connection: sqlite3.Connection,
    source: int,
    span: tuple[_Place, _Place] | None,
    older: Cursor | None,
) -> None:
    row = connection.execute(
        "SELECT tail_rank, tail_key FROM sources WHERE id = ?", (source,)
    ).fetchone()
    places = [] if row[0] is None else [(row[0], row[1])]
    if span is not None:
        places.append(span[1])
    tail = max(places, default=(None, None))
    connection.execute(
        "UPDATE sources SET tail_rank = ?, tail_key = ?, older = ?, ended = ? WHERE id = ?",
        (*tail, older, older is None, source),
    )


def _head(connection: sqlite3.Connection, source: int) -> _Place | None:
    """The newest row that stands where its server put it."""
    row: _Place | None = connection.execute(
        "SELECT rank, key FROM entries WHERE source = ? AND NOT loose ORDER BY rank, key LIMIT 1",
        (source,),
    ).fetchone()
    return row


def _insert(
    connection: sqlite3.Connection,
    source: int,
    page: Page[Entry],
    logins: Mapping[str, int],
    now: float,
) -> _Landed:
    """Save a page's posts and rows."""
    reposters = [e.reason.by for e in page.items if isinstance(e.reason, Reposted)]
    saved = posts.save_views(
        connection,
        [entry.view for entry in page.items],
        logins,
        now,
        [*reposters, *page.accounts],
    )
    keys = [storable(entry.key) for entry in page.items]
    reposts = _repost_ranks(connection, page.items, keys, saved, now)
    me = _account_of(connection, source)
    rows, firm = [], []
    for entry, key, post in zip(page.items, keys, saved, strict=True):
        if post.deleted:
            continue
        at = reposts.get(key, post.rank)
        # Servers keep different fractions of the same second.
        away = abs(at + entry.sort_at.timestamp() * 1000) >= 1000
        loose = away or isinstance(entry.reason, Pinned)
        reason = reason_to_text(entry.reason)
        addressed = me is not None and _addresses(entry, me)
        rows.append((source, at, key, post.number, reason, loose, addressed))
        if not loose:
            firm.append((at, key))
    before = connection.total_changes
    connection.executemany("INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    new = connection.total_changes - before
    connection.execute("UPDATE sources SET count = count + ? WHERE id = ?", (new, source))
    if not firm:
        return _Landed(new, None)
    # A row in the middle that is older than the last one came late to its server.
    return _Landed(new, (min(firm), max(place for place in firm if place[0] <= firm[-1][0])))


def _account_of(connection: sqlite3.Connection, source: int) -> str | None:
    """The account of the login whose list it is; None for a guest's."""
    row = connection.execute(
        "SELECT account FROM logins JOIN sources ON sources.login = logins.id WHERE sources.id = ?",
        (source,),
    ).fetchone()
    return row[0] if row else None


def _addresses(entry: Entry, me: str) -> bool:
    """Whether a row speaks to that account: by naming it, or by answering it."""
    post = entry.view.post
    if not (post.mentions or post.reply_to):
        return False
    answered = post.reply_to.author if post.reply_to else None
    return any(str(account) == me for account in (*post.mentions, answered))


def _repost_ranks(
    connection: sqlite3.Connection,
    entries: Sequence[Entry],
    keys: Sequence[str],
    saved: Sequence[posts.SavedPost],
    now: float,
) -> dict[str, int]:
    """The rank of every row that is not at its post's own place, the same for all who see it."""
    own = [
        (key, posts.rank(entry.sort_at.timestamp(), now))
        for entry, key, post in zip(entries, keys, saved, strict=True)
        if key != post.uri
    ]
    if not own:
        return {}
    connection.executemany("INSERT OR IGNORE INTO reposts VALUES (?, ?)", own)
    return dict(
        connection.execute(
            "SELECT key, rank FROM reposts WHERE key IN (SELECT value FROM json_each(?))",
            (dumps([key for key, _ in own]),),
        ).fetchall()
    )


# --- reading lists ------------------------------------------------------------------------


def below(
    connection: sqlite3.Connection, source: int, place: _Place, limit: int, *, addressed: bool
) -> list[Ref]:
    """Rows and gaps of one source after `place`, downwards; or only `addressed` rows."""
    return _read(connection, source, ">", "", place, limit, addressed=addressed)


def above(
    connection: sqlite3.Connection, source: int, place: _Place, limit: int, *, addressed: bool
) -> list[Ref]:
    """Rows and gaps of one source before `place`, upwards; or only `addressed` rows."""
    return _read(connection, source, "<", "DESC", place, limit, addressed=addressed)


def at(
    connection: sqlite3.Connection, source: int, place: _Place, *, addressed: bool
) -> Ref | None:
    """The row or gap of one source that stands at `place`; or only an `addressed` row."""
    rank, key = place
    if key.endswith(gaps.MARK):
        found = not addressed and gaps.gap_at(connection, source, place)
        return Ref(source, rank, key, None) if found else None
    row = connection.execute(
        f"SELECT post, reason FROM entries WHERE source = ? AND rank = ? AND key = ? "
        f"{_only(addressed)}",
        (source, rank, storable(key)),
    ).fetchone()
    return Ref(source, rank, key, row[0], row[1]) if row else None


def _only(addressed: bool) -> str:
    return "AND addressed" if addressed else ""


def _read(
    connection: sqlite3.Connection,
    source: int,
    comparison: str,
    direction: str,
    place: _Place,
    limit: int,
    *,
    addressed: bool,
) -> list[Ref]:
    bounds = (source, *place, limit)
    rows = connection.execute(
        f"SELECT source, rank, key, post, reason FROM entries WHERE source = ? "
        f"AND (rank, key) {comparison} (?, ?) {_only(addressed)} "
        f"ORDER BY rank {direction}, key {direction} LIMIT ?",
        bounds,
    ).fetchall()
    if addressed:
        return [Ref(*row) for row in rows]
    holes = connection.execute(
        f"SELECT source, rank, key, NULL, NULL FROM gaps WHERE source = ? "
        f"AND (rank, key) {comparison} (?, ?) "
        f"ORDER BY rank {direction}, key {direction} LIMIT ?",
        bounds,
    ).fetchall()
    if holes:
        rows = sorted([*rows, *holes], key=lambda r: (r[1], r[2]), reverse=bool(direction))[:limit]
    return [Ref(*row) for row in rows]


def ends(connection: sqlite3.Connection, source: int) -> tuple[_Place, _Place] | None:
    """The places of a source's newest and oldest rows."""
    first, last = (
        connection.execute(
            "SELECT rank, key FROM entries WHERE source = ? "
            f"ORDER BY rank {direction}, key {direction} LIMIT 1",
            (source,),
        ).fetchone()
        for direction in ("ASC", "DESC")
    )
    return (first, last) if first and last else None


def rows_above(
    connection: sqlite3.Connection,
    sources: Sequence[int],
    addressed: Sequence[int],
    place: _Place,
    limit: int,
) -> list[Ref]:
    """The rows of any of `sources` before `place`, each key once, at most `limit`.

    Of the sources in `addressed` only such rows count.
    """
    rows = connection.execute(
        "SELECT min(source), rank, key, post, reason FROM entries "
        "WHERE source IN (SELECT value FROM json_each(?)) "
        "AND (addressed OR source NOT IN (SELECT value FROM json_each(?))) "
        "AND (rank, key) < (?, ?) GROUP BY rank, key LIMIT ?",
        (dumps(list(sources)), dumps(list(addressed)), *place, limit),
    )
    return [Ref(*row) for row in rows]
