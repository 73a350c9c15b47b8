"""Reading a sample timeline, as several groups of rules do."""

from __future__ import annotations

from dataclasses import dataclass

from tuisocial.model.entry import Entry, Pinned
from tuisocial.sdk.adapter import Session
from tuisocial.sdk.page import Cursor, Page
from tuisocial.sdk.testing.rule import Violation, require
from tuisocial.sdk.testing.specimen import Specimen

MANY = 40
_MOST_PAGES = 100
_MOST_EMPTY = 10
_ROWS_NEEDED = 12


@dataclass(frozen=True, slots=True)
class Walk:
    """A timeline read page by page; `ended` unless it was given up after very many pages."""

    pages: tuple[Page[Entry], ...]
    ended: bool

    @property
    def rows(self) -> tuple[Entry, ...]:
        """The rows of all pages, without pinned ones, which stand outside the order."""
        return tuple(
            row for page in self.pages for row in page.items if not isinstance(row.reason, Pinned)
        )


async def head(session: Session, specimen: Specimen, limit: int = MANY) -> tuple[Entry, ...]:
    """The first rows of the sample timeline, at least one."""
    page = await session.timeline(specimen.samples.timeline, cursor=None, limit=limit)
    require(page.items, f"the sample timeline {specimen.samples.timeline} has no rows")
    return page.items


async def walk(session: Session, specimen: Specimen, limit: int) -> Walk:
    """The sample timeline, to its end.

    Raises: Violation if it is too short to tell anything, or yields empty pages without end.
    """
    timeline = specimen.samples.timeline
    pages: list[Page[Entry]] = []
    cursor: Cursor | None = None
    empty = 0
    while len(pages) < _MOST_PAGES:
        page = await session.timeline(timeline, cursor=cursor, limit=limit)
        pages.append(page)
        empty = 0 if page.items else empty + 1
        if empty > _MOST_EMPTY:
            raise Violation(f"{timeline} gave {empty} empty pages in a row, each with a cursor")
        cursor = page.older
        if cursor is None:
            break
    walked = Walk(tuple(pages), cursor is None)
    require(
        len(walked.rows) >= _ROWS_NEEDED,
        f"the sample timeline {timeline} has {len(walked.rows)} rows; "
        f"the kit needs {_ROWS_NEEDED} to tell anything",
    )
    return walked
