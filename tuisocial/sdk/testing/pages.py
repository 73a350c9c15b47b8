"""Pages: a timeline read in pieces is the timeline."""

from __future__ import annotations

import json
from itertools import pairwise

from tuisocial.sdk.errors import (
    AdapterError,
    BadAnswer,
    CursorExpired,
    Refused,
)
from tuisocial.sdk.page import Cursor
from tuisocial.sdk.testing import hostile
from tuisocial.sdk.testing.reading import MANY, walk
from tuisocial.sdk.testing.rule import Group, Violation, attempt, require
from tuisocial.sdk.testing.specimen import NotApplicable, Specimen

GROUP = Group("pages")

_CURSOR_LENGTH = 8_000


@GROUP.rule
async def no_row_is_lost_between_pages(specimen: Specimen) -> None:
    """Small pages joined by their cursors hold every row that large ones hold, ties included."""
    async with specimen.session() as session:
        small = await walk(session, specimen, specimen.small_page)
        large = await walk(session, specimen, MANY)
    # A walk that was given up is compared as far as it certainly went: before its last instant.
    floor = None if small.ended else small.rows[-1].sort_at
    seen = {row.key for row in small.rows}
    lost = [
        row.key
        for row in large.rows
        if row.key not in seen and (floor is None or row.sort_at > floor)
    ]
    require(
        not lost,
        f"{len(lost)} rows are lost between pages of {specimen.small_page}, {lost[:1]} first",
    )


@GROUP.rule
async def no_row_comes_twice(specimen: Specimen) -> None:
    """Pages joined by their cursors hold no key twice."""
    async with specimen.session() as session:
        keys = [row.key for row in (await walk(session, specimen, specimen.small_page)).rows]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    require(not twice, f"{len(twice)} rows come twice, {twice[:1]} first")


@GROUP.rule
async def newest_comes_first(specimen: Specimen) -> None:
    """Rows are in order of `sort_at`, newest first, within pages and across them."""
    async with specimen.session() as session:
        rows = (await walk(session, specimen, specimen.small_page)).rows
    for newer, older in pairwise(rows):
        require(
            newer.sort_at >= older.sort_at,
            f"{older.key} ({older.sort_at}) stands below {newer.key} ({newer.sort_at})",
        )


@GROUP.rule
async def the_end_comes(specimen: Specimen) -> None:
    """Following `older` ends at a page whose `older` is None."""
    async with specimen.session() as session:
        walked = await walk(session, specimen, MANY)
    require(walked.ended, f"there is no end after {len(walked.pages)} pages")


@GROUP.rule
async def pages_keep_to_their_limit(specimen: Specimen) -> None:
    """A page holds about as many rows as asked for: at most twice as many, and 20."""
    async with specimen.session() as session:
        for limit in (1, specimen.small_page):
            page = await session.timeline(specimen.samples.timeline, cursor=None, limit=limit)
            count, most = len(page.items), 2 * limit + 20
            require(count <= most, f"a page of {limit} rows holds {count}")


@GROUP.rule
async def cursors_are_text(specimen: Specimen) -> None:
    """A cursor is a short string that UTF-8 and JSON can carry."""
    async with specimen.session() as session:
        walked = await walk(session, specimen, specimen.small_page)
    for cursor in (page.older for page in walked.pages if page.older is not None):
        require(type(cursor) is str, f"a cursor is {type(cursor).__name__}")
        require(len(cursor) <= _CURSOR_LENGTH, f"a cursor has {len(cursor)} characters")
        try:
            carried = json.loads(json.dumps(cursor, ensure_ascii=False).encode())
        except UnicodeEncodeError:
            carried = None
        require(carried == cursor, f"the cursor {cursor!r} cannot be kept as text")


@GROUP.rule
async def cursors_outlive_their_session(specimen: Specimen) -> None:
    """A cursor kept from one session leads another, opened later, to the same rows."""
    timeline = specimen.samples.timeline
    async with specimen.session() as session:
        first = await session.timeline(timeline, cursor=None, limit=specimen.small_page)
        if first.older is None:
            raise NotApplicable("the sample timeline ends with its first page")
        expected = await session.timeline(timeline, cursor=first.older, limit=specimen.small_page)
    async with specimen.session() as session:
        page = await session.timeline(timeline, cursor=first.older, limit=specimen.small_page)
    keys, found = [row.key for row in expected.items], [row.key for row in page.items]
    require(found == keys, f"in a new session the cursor leads to {found[:1]}, not {keys[:1]}")


@GROUP.rule
async def foreign_cursors_are_refused(specimen: Specimen) -> None:
    """What is no cursor of the adapter's raises CursorExpired, BadAnswer or Refused."""
    async with specimen.session() as session:
        for text in hostile.CURSORS:
            what = f"timeline(cursor={text[:40]!r})"
            answer = await attempt(
                what,
                session.timeline(
                    specimen.samples.timeline, cursor=Cursor(text), limit=specimen.small_page
                ),
            )
            if not isinstance(answer, AdapterError):
                raise Violation(f"{what} answered a page of {len(answer.items)} rows")
            require(
                isinstance(answer, CursorExpired | BadAnswer | Refused),
                f"{what} raised {type(answer).__name__}: {answer.message}",
            )
