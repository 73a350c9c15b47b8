"""Drafts: kept as they are typed, found again by their words.

One that is `queued` was sent: its deliveries are in `store.outbox`, and it waits there to be
edited again should something stand in the way.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from dataclasses import dataclass

from tuisocial.model.draft import Draft
from tuisocial.model.wire_draft import draft_from_json, draft_to_json
from tuisocial.store.text import dumps

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft by its id; `saved` is in milliseconds since 1970."""

    id: str
    draft: Draft
    saved: int
    queued: bool = False


def save_draft(connection: sqlite3.Connection, key: str, draft: Draft, now: int) -> None:
    """Keep a draft as it is at `now`, in milliseconds since 1970."""
    connection.execute(
        "INSERT INTO drafts (id, saved, body) VALUES (?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET saved = excluded.saved, body = excluded.body",
        (key, now, dumps(draft_to_json(draft))),
    )


def mark_queued(connection: sqlite3.Connection, key: str, *, queued: bool) -> None:
    """Say whether a draft is being sent or waits to be written on."""
    connection.execute("UPDATE drafts SET queued = ? WHERE id = ?", (queued, key))


def discard_draft(connection: sqlite3.Connection, key: str) -> None:
    """Forget a draft that is not being sent."""
    connection.execute("DELETE FROM drafts WHERE id = ? AND NOT queued", (key,))


def draft(connection: sqlite3.Connection, key: str) -> StoredDraft | None:
    """One draft, sent or not."""
    return next(iter(_read(connection, "WHERE id = ?", key)), None)


def open_drafts(connection: sqlite3.Connection) -> list[StoredDraft]:
    """Every draft that waits to be written on, the newest first."""
    return _read(connection, "WHERE NOT queued ORDER BY saved DESC, id")


def _read(connection: sqlite3.Connection, which: str, *values: object) -> list[StoredDraft]:
    found = []
    for key, saved, queued, body in connection.execute(
        f"SELECT id, saved, queued, body FROM drafts {which}", values
    ):
        try:
            found.append(StoredDraft(key, draft_from_json(json.loads(body)), saved, bool(queued)))
        except (ValueError, KeyError, TypeError, AttributeError):
            # One of another version: it stays in the file for that.
            _log.warning("draft %s cannot be read", key)
    return found
