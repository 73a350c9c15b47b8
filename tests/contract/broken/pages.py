"""Adapters that each break one rule of pages."""

from dataclasses import replace

from tests.contract.broken.case import breaks
from tuisocial.model.entry import Entry
from tuisocial.model.timeline import Timeline
from tuisocial.sdk.errors import CursorExpired
from tuisocial.sdk.page import Cursor, Page
from tuisocial.sdk.testing.memory import MemorySession


@breaks("pages.no_row_is_lost_between_pages", "rows are lost between pages")
class Hasty(MemorySession):
    """Goes on below the whole second of a page's last row, as `until` filters are written."""

    async def timeline(
        self, timeline: Timeline, *, cursor: Cursor | None, limit: int
    ) -> Page[Entry]:
        page = await super().timeline(timeline, cursor=cursor, limit=limit)
        if page.older is None:
            return page
        return replace(page, older=Cursor(f"{page.items[-1].sort_at.isoformat()} memory:~"))


@breaks("pages.no_row_comes_twice", "rows come twice")
class Stuttering(MemorySession):
    """Starts each page with the last row of the page before, as `max_id` inclusive would."""

    async def timeline(
        self, timeline: Timeline, *, cursor: Cursor | None, limit: int
    ) -> Page[Entry]:
        page = await super().timeline(timeline, cursor=cursor, limit=limit)
        if page.older is None:
            return page
        return replace(page, older=Cursor(f"{page.items[-1].sort_at.isoformat()} "))


@breaks("pages.newest_comes_first", "stands below")
class UpsideDown(MemorySession):
    async def timeline(
        self, timeline: Timeline, *, cursor: Cursor | None, limit: int
    ) -> Page[Entry]:
        page = await super().timeline(timeline, cursor=cursor, limit=limit)
        return replace(page, items=page.items[::-1])


@breaks("pages.the_end_comes", "there is no end")
class Endless(MemorySession):
    async def timeline(
        self, timeline: Timeline, *, cursor: Cursor | None, limit: int
    ) -> Page[Entry]:
        page = await super().timeline(timeline, cursor=cursor, limit=limit)
        if page.older is not None:
            return page
        return replace(page, older=Cursor("9999-12-31T00:00:00+00:00 "))


@breaks("pages.the_end_comes", "empty pages in a row")
class Trailing(MemorySession):
    async def timeline(
        self, timeline: Timeline, *, cursor: Cursor | None, limit: int
    ) -> Page[Entry]:
        page = await super().timeline(timeline, cursor=cursor, limit=limit)
        return replace(page, older=page.older or Cursor("0001-01-01T00:00:00+00:00 "))


@breaks("pages.pages_keep_to_their_limit", "a page of 1 rows holds")
class Generous(MemorySession):
    async def timeline(
        self, timeline: Timeline, *, cursor: Cursor | None, limit: int
    ) -> Page[Entry]:
        return await super().timeline(timeline, cursor=cursor, limit=1000)


@breaks("pages.cursors_are_text", "a cursor is list")
class Structured(MemorySession):
    async def timeline(
        self, timeline: Timeline, *, cursor: Cursor | None, limit: int
    ) -> Page[Entry]:
        place = Cursor(" ".join(cursor)) if isinstance(cursor, list) else cursor
        page = await super().timeline(timeline, cursor=place, limit=limit)
        parts = None if page.older is None else page.older.split(" ")
        return replace(page, older=parts)  # type: ignore[arg-type]


@breaks("pages.cursors_outlive_their_session", "CursorExpired")
class Forgetful(MemorySession):
    """Keeps its places in the session and hands out tickets for them."""

    _places: dict[Cursor, Cursor]

    async def timeline(
        self, timeline: Timeline, *, cursor: Cursor | None, limit: int
    ) -> Page[Entry]:
        self.__dict__.setdefault("_places", {})
        place = None
        if cursor is not None:
            if cursor not in self._places:
                raise CursorExpired("memory.example has forgotten this place")
            place = self._places[cursor]
        page = await super().timeline(timeline, cursor=place, limit=limit)
        if page.older is None:
            return page
        ticket = Cursor(f"ticket {len(self._places)}")
        self._places[ticket] = page.older
        return replace(page, older=ticket)


@breaks("pages.foreign_cursors_are_refused", "answered a page of 5 rows")
class Lenient(MemorySession):
    async def timeline(
        self, timeline: Timeline, *, cursor: Cursor | None, limit: int
    ) -> Page[Entry]:
        try:
            return await super().timeline(timeline, cursor=cursor, limit=limit)
        except CursorExpired:
            return await super().timeline(timeline, cursor=None, limit=limit)
