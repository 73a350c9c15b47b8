"""Fetching pages of one source into the store: its head, what is below its tail, its gaps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from sqlite3 import Connection
from typing import TYPE_CHECKING

from tuisocial.errors import UsageError
from tuisocial.model.entry import Entry
from tuisocial.sdk.errors import BadAnswer, CursorExpired
from tuisocial.sdk.page import Cursor, Page
from tuisocial.services import promises
from tuisocial.store import entries, gaps, posts
from tuisocial.store import logins as stored_logins

if TYPE_CHECKING:
    from datetime import datetime

    from tuisocial.services.merge import Place
    from tuisocial.services.sessions import Sessions
    from tuisocial.store.database import Database
    from tuisocial.store.rows import Source

_MOST_PAGES = 8
"""How often "nothing here, ask again" is believed before the person is asked to press again."""


_Save = Callable[[Connection, int, Page[Entry], dict[str, int], float, Cursor], int]
"""Stores a page of a source by number, for these logins, at this time, that a cursor brought."""


class Fetching:
    """Each method answers how many rows it brought.

    All raise AdapterError and UserError. A page is kept only if its login is still the one that
    asked for it.
    """

    def __init__(
        self, database: Database, sessions: Sessions, now: Callable[[], datetime], page_size: int
    ) -> None:
        self._database = database
        self._sessions = sessions
        self._now = now
        self._page_size = page_size

    async def head(self, source: Source, limit: int | None = None) -> int:
        """Fetch the newest page."""
        login = self._login(source)
        return await self._save_head(source, login, await self._head(source, limit))

    async def older(self, source: Source) -> int:
        """Fetch the page below the tail."""
        login = self._login(source)
        record = self._database.read(lambda c: entries.source_of(c, login, source.timeline))
        if record is None:
            return 0
        return await self._follow(source, login, record.older, entries.save_older)

    async def fill(self, source: Source, place: Place) -> int:
        """Fetch a page of the gap at `place`."""
        login = self._login(source)

        def cursor(connection: Connection) -> Cursor | None:
            record = entries.source_of(connection, login, source.timeline)
            gap = None if record is None else gaps.gap_at(connection, record.number, place)
            return None if gap is None else gap.cursor

        return await self._follow(source, login, self._database.read(cursor), _save_fill)

    async def _follow(self, source: Source, login: int, cursor: Cursor | None, save: _Save) -> int:
        """Ask from `cursor` on until a page brings something.

        An expired cursor is replaced by the head's, which leads to the same place from above.
        """
        expired = False
        for _ in range(_MOST_PAGES):
            if cursor is None:
                return 0
            asked = cursor
            try:
                page = await self._page(source, asked)
            except CursorExpired:
                if expired:
                    raise
                expired = True
                cursor = await self._restart(source, login, asked)
                continue
            if page.older == asked:
                raise _endless(source)

            def keep(
                connection: Connection,
                number: int,
                page: Page[Entry] = page,
                asked: Cursor = asked,
            ) -> int:
                logins = {source.login.name: login}
                return save(connection, number, page, logins, self._timestamp(), asked)

            new = await self._kept(source, login, page, keep)
            if new:
                return new
            cursor = page.older
        return 0

    async def _restart(self, source: Source, login: int, expired: Cursor) -> Cursor | None:
        page = await self._head(source, None)
        await self._save_head(source, login, page)
        await self._kept(
            source, login, page, lambda c, number: entries.restart(c, number, expired, page.older)
        )
        return page.older

    async def _head(self, source: Source, limit: int | None) -> Page[Entry]:
        """The newest page that holds anything, with all that was learnt on the way to it."""
        page = await self._page(source, None, limit)
        for _ in range(_MOST_PAGES):
            if page.items or page.older is None:
                break
            further = await self._page(source, page.older, limit)
            if further.older == page.older:
                raise _endless(source)
            page = replace(
                further,
                accounts=(*page.accounts, *further.accounts),
                deleted=(*page.deleted, *further.deleted),
                withdrawn=(*page.withdrawn, *further.withdrawn),
            )
        return page

    async def _save_head(self, source: Source, login: int, page: Page[Entry]) -> int:
        def keep(connection: Connection, number: int) -> int:
            logins = {source.login.name: login}
            return entries.save_head(connection, number, page, logins, self._timestamp())

        return await self._kept(source, login, page, keep)

    async def _page(
        self, source: Source, cursor: Cursor | None, limit: int | None = None
    ) -> Page[Entry]:
        session = await self._sessions.get(source.login)
        guard = self._sessions.guard
        page = await guard(
            source.login,
            lambda: session.timeline(
                source.timeline, cursor=cursor, limit=limit or self._page_size
            ),
            lambda page: promises.page(page, source.login),
        )
        for skipped in page.skipped:
            guard.log.warning(
                "%s: a record was skipped: %s: %r", source, skipped.reason, skipped.excerpt
            )
        return page

    async def _kept(
        self,
        source: Source,
        login: int,
        page: Page[Entry],
        keep: Callable[[Connection, int], int | None],
    ) -> int:
        """Store a page; what cannot be stored is its adapter's fault."""

        def save(connection: Connection) -> int:
            if _number(connection, source) != login:
                raise _gone(source)
            entries.add_source(connection, login, source.timeline)
            record = entries.source_of(connection, login, source.timeline)
            new = keep(connection, record.number) if record is not None else 0
            posts.delete_posts(connection, page.deleted)
            posts.delete_withdrawn(connection, page.withdrawn)
            return new or 0

        return await self._sessions.guard(
            source.login, lambda: asyncio.wrap_future(self._database.write(save)), patience=None
        )

    def _login(self, source: Source) -> int:
        """The number of the login that asks. Raises: UsageError."""
        number = self._database.read(lambda c: _number(c, source))
        if number is None:
            raise _gone(source)
        return number

    def _timestamp(self) -> float:
        return self._now().timestamp()


def _save_fill(
    connection: Connection,
    number: int,
    page: Page[Entry],
    logins: dict[str, int],
    now: float,
    asked: Cursor,
) -> int:
    """The number of new rows, and 1 for a gap that closes without any."""
    new = entries.save_fill(connection, number, page, logins, now, asked)
    return new or int(not gaps.waits(connection, number, page.older))


def _number(connection: Connection, source: Source) -> int | None:
    return next(
        (
            each.number
            for each in stored_logins.all_logins(connection)
            if each.login.id == source.login
        ),
        None,
    )


def _gone(source: Source) -> UsageError:
    return UsageError(f"there is no login named {source.login} any more")


def _endless(source: Source) -> BadAnswer:
    return BadAnswer(f"the server of {source.login} sends the same page again and again")
