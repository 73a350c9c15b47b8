"""Where each view was left."""

from __future__ import annotations

import sqlite3

from tuisocial.store.rows import Position
from tuisocial.store.text import storable


def read_position(connection: sqlite3.Connection, view: str) -> Position | None:
    """Where a view was left."""
    row = connection.execute(
        "SELECT rank, key FROM positions WHERE view = ?", (storable(view),)
    ).fetchone()
    return Position(-row[0], row[1]) if row else None


def save_position(connection: sqlite3.Connection, view: str, position: Position) -> None:
    """Remember where a view is left."""
    connection.execute(
        "INSERT OR REPLACE INTO positions VALUES (?, ?, ?)",
        (storable(view), -position.sort_at, position.key),
    )
