"""Adapters that each break one rule of records."""

from dataclasses import replace
from datetime import timedelta, timezone

from tests.contract.broken.case import breaks, breaks_rows, with_post
from tuisocial.model.entry import Entry
from tuisocial.model.post import Counts
from tuisocial.model.timeline import Timeline
from tuisocial.sdk.errors import BadAnswer
from tuisocial.sdk.page import Cursor, Page
from tuisocial.sdk.testing.memory import MemorySession


@breaks("records.a_bad_record_costs_no_other", "BadAnswer")
class AllOrNothing(MemorySession):
    async def timeline(
        self, timeline: Timeline, *, cursor: Cursor | None, limit: int
    ) -> Page[Entry]:
        page = await super().timeline(timeline, cursor=cursor, limit=limit)
        if page.skipped:
            raise BadAnswer("memory.example sent a record that makes no sense")
        return page


@breaks("records.a_bad_record_costs_no_other", "is not among the page's skipped")
class Silent(MemorySession):
    async def timeline(
        self, timeline: Timeline, *, cursor: Cursor | None, limit: int
    ) -> Page[Entry]:
        page = await super().timeline(timeline, cursor=cursor, limit=limit)
        return replace(page, skipped=())


@breaks("records.a_bad_record_costs_no_other", "good ones are missing")
class GivingUp(MemorySession):
    async def timeline(
        self, timeline: Timeline, *, cursor: Cursor | None, limit: int
    ) -> Page[Entry]:
        page = await super().timeline(timeline, cursor=cursor, limit=limit)
        return replace(page, items=()) if page.skipped else page


@breaks_rows("records.rows_survive_the_wire", "is read back differently")
def lists_for_tuples(row: Entry) -> Entry:
    return with_post(row, tags=["memory", *row.view.post.tags])


@breaks_rows("records.the_native_record_is_kept", "has no native record")
def nothing_kept(row: Entry) -> Entry:
    return with_post(row, native="")


@breaks_rows("records.the_native_record_is_kept", "is not JSON")
def python_kept(row: Entry) -> Entry:
    return with_post(row, native="{'id': None}")


@breaks_rows("records.times_are_in_utc", "not a time in UTC")
def naive_times(row: Entry) -> Entry:
    return with_post(row, edited_at=row.view.post.created_at.replace(tzinfo=None))


@breaks_rows("records.times_are_in_utc", "not a time in UTC")
def local_times(row: Entry) -> Entry:
    return replace(row, sort_at=row.sort_at.astimezone(timezone(timedelta(hours=2))))


@breaks_rows("records.counts_are_counts", "likes of memory:")
def counts_below_nothing(row: Entry) -> Entry:
    return with_post(row, counts=Counts(likes=-1))


@breaks_rows("records.authors_can_be_named", "has no handle")
def nameless(row: Entry) -> Entry:
    return with_post(row, author=replace(row.view.post.author, handle=" "))
