"""Fetching pages of one source into the store: its head, what is below its tail, its gaps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from sqlite3 import Connection

from tuisocial.model.entry import Entry
from tuisocial.sdk.errors import BadAnswer, CursorExpired
from tuisocial.sdk.page import Cursor, Page
from tuisocial.services.guard import guarded
from tuisocial.services.merge import Place
from tuisocial.services.sessions import Sessions
from tuisocial.store import entries, posts
from tuisocial.store import logins as stored_logins
from tuisocial.store.database import Database
from tuisocial.store.entries import StoredSource
from tuisocial.store.rows import Source

_MOST_EMPTY_PAGES = 8
"""How often "nothing here, ask again" is believed before the person is asked to press again."""


class Fetching:
    """Each method answers how many rows it brought, and raises AdapterError."""

    def __init__(
        self, database: Database, sessions: Sessions, now: Callable[[], datetime], page_size: int
    ) -> None:
        self._database = database
        self._sessions = sessions
        self._now = now
        self._page_size = page_size

    async def head(self, source: Source, limit: int | None = None) -> int:
        """Fetch the newest page."""
        page = await self._page(source, None, limit)
        logins, now = self._logins(), self._now().timestamp()

        def save(connection: Connection) -> int:
            entries.add_source(connection, logins[source.login.name], source.timeline)
            number = _record(connection, logins, source).number
            new = entries.save_head(connection, number, page, logins, now)
            posts.delete_posts(connection, page.deleted)
            return new

        return await asyncio.wrap_future(self._database.write(save))

    async def older(self, source: Source) -> int:
        """Fetch the page below the tail; an expired cursor is replaced by a fresh one first."""
        logins = self._logins()
        record = self._database.read(lambda c: _record(c, logins, source))
        cursor = record.older
        for _ in range(_MOST_EMPTY_PAGES):
            if cursor is None:
                return 0
            try:
                page = await self._page(source, cursor)
            except CursorExpired:
                page = await self._page(source, None)
            if page.older == cursor:
                raise BadAnswer(f"the server of {source.login} sends the same page again and again")
            now = self._now().timestamp()
            found = page

            def save(connection: Connection, page: Page[Entry] = found, now: float = now) -> int:
                new = entries.save_older(connection, record.number, page, logins, now)
                posts.delete_posts(connection, page.deleted)
                return new

            new = await asyncio.wrap_future(self._database.write(save))
            if new:
                return new
            cursor = page.older
        return 0

    async def fill(self, source: Source, place: Place) -> int:
        """Fetch a page of the gap at `place`."""
        logins = self._logins()
        record = self._database.read(lambda c: _record(c, logins, source))
        gap = self._database.read(lambda c: entries.gap_at(c, record.number, place))
        if gap is None:
            return 0
        try:
            page = await self._page(source, gap.cursor)
        except CursorExpired:
            page = await self._page(source, None)
        now = self._now().timestamp()

        def save(connection: Connection) -> int:
            entries.save_fill(connection, gap, page, logins, now)
            posts.delete_posts(connection, page.deleted)
            return len(page.items)

        return await asyncio.wrap_future(self._database.write(save))

    async def _page(
        self, source: Source, cursor: Cursor | None, limit: int | None = None
    ) -> Page[Entry]:
        session = await self._sessions.get(source.login)
        call = session.timeline(source.timeline, cursor=cursor, limit=limit or self._page_size)
        page = await guarded(source.login, call, self._sessions.log)
        for skipped in page.skipped:
            self._sessions.log.warning(
                "%s: a record was skipped: %s: %r", source, skipped.reason, skipped.excerpt
            )
        return page

    def _logins(self) -> dict[str, int]:
        return {
            each.login.id.name: each.number
            for each in self._database.read(stored_logins.all_logins)
        }


def _record(connection: Connection, logins: dict[str, int], source: Source) -> StoredSource:
    number = logins[source.login.name]
    return next(
        record
        for record in entries.all_sources(connection)
        if record.login == number and str(record.timeline) == str(source.timeline)
    )
