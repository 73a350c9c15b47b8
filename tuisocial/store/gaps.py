"""Holes in a source's list: where they are, which cursor leads in, and how pages close them."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from tuisocial.sdk.page import Cursor

MARK = "\0gap"
"""Ends a gap's key, which begins with the key of the row above it, so that it stands below that
one. No stored key holds a NUL, so that no row can pass for a gap."""

_Place = tuple[int, str]


@dataclass(frozen=True, slots=True)
class StoredGap:
    """A hole below the row above `upper`, its own place, and above the row at `lower`."""

    source: int
    upper: _Place
    lower: _Place
    cursor: Cursor


def gap_at(connection: sqlite3.Connection, source: int, place: _Place) -> StoredGap | None:
    """The gap of one source that stands at `place`."""
    row = connection.execute(
        "SELECT lower_rank, lower_key, cursor FROM gaps WHERE source = ? AND rank = ? AND key = ?",
        (source, *place),
    ).fetchone()
    return StoredGap(source, place, (row[0], row[1]), Cursor(row[2])) if row else None


def waits(connection: sqlite3.Connection, source: int, cursor: Cursor | None) -> bool:
    """Whether a gap is to be filled from `cursor` on."""
    row = connection.execute(
        "SELECT 1 FROM gaps WHERE source = ? AND cursor = ?", (source, cursor)
    ).fetchone()
    return row is not None


def open_gap(
    connection: sqlite3.Connection, source: int, above: _Place, lower: _Place, cursor: Cursor
) -> None:
    """Record a hole between the rows at `above` and at `lower`."""
    connection.execute(
        "INSERT OR REPLACE INTO gaps VALUES (?, ?, ?, ?, ?, ?)",
        (source, above[0], above[1] + MARK, *lower, cursor),
    )


def cover(
    connection: sqlite3.Connection,
    source: int,
    span: tuple[_Place, _Place] | None,
    asked: Cursor | None,
    older: Cursor | None,
) -> None:
    """Close or shorten what a page of the list has covered.

    `span` is the page's first and last place, None for a page without rows; `asked` is the
    cursor that brought it, None for the head; `older` leads on from it.
    """
    rows = connection.execute(
        "SELECT rank, key, lower_rank, lower_key, cursor FROM gaps WHERE source = ?", (source,)
    ).fetchall()
    for rank, key, lower_rank, lower_key, cursor in rows:
        place, lower = (rank, key), (lower_rank, lower_key)
        continues = asked is not None and cursor == asked
        if not continues and (span is None or span[0] > place):
            continue
        if older is None or (span is not None and span[1] >= lower):
            _close(connection, source, place)
        elif span is not None and span[1] > place:
            _close(connection, source, place)
            open_gap(connection, source, span[1], lower, older)
        elif continues:
            connection.execute(
                "UPDATE gaps SET cursor = ? WHERE source = ? AND rank = ? AND key = ?",
                (older, source, rank, key),
            )


def restart(
    connection: sqlite3.Connection, source: int, expired: Cursor, fresh: Cursor | None
) -> None:
    """Replace an expired cursor by another that leads to the same hole from further up."""
    if fresh is None:
        connection.execute("DELETE FROM gaps WHERE source = ? AND cursor = ?", (source, expired))
    else:
        connection.execute(
            "UPDATE gaps SET cursor = ? WHERE source = ? AND cursor = ?", (fresh, source, expired)
        )


def _close(connection: sqlite3.Connection, source: int, place: _Place) -> None:
    connection.execute(
        "DELETE FROM gaps WHERE source = ? AND rank = ? AND key = ?", (source, *place)
    )
