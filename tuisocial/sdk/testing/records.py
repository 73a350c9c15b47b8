"""Records: what is carried over the seam is whole, and one bad record costs nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from tuisocial.model.entry import Entry
from tuisocial.model.wire import (
    account_from_json,
    account_to_json,
    entry_from_json,
    entry_to_json,
    thread_from_json,
    thread_to_json,
)
from tuisocial.sdk.testing.reading import MANY, head
from tuisocial.sdk.testing.rule import Group, Violation, require
from tuisocial.sdk.testing.specimen import FaultKind, Specimen

GROUP = Group("records")


def _without_native(row: Entry) -> Entry:
    post = replace(row.view.post, native="")
    return replace(row, view=replace(row.view, post=post))


@GROUP.rule
async def a_bad_record_costs_no_other(specimen: Specimen) -> None:
    """A record that cannot be converted is skipped with a reason, and its page keeps the others."""
    timeline = specimen.samples.timeline
    async with specimen.session() as session:
        healthy = await session.timeline(timeline, cursor=None, limit=MANY)
    async with specimen.failing(FaultKind.BAD_RECORD) as session:
        page = await session.timeline(timeline, cursor=None, limit=MANY)
    # The bad record may have pushed the last row to the next page.
    lost = {row.key for row in healthy.items[:-1]} - {row.key for row in page.items}
    require(not lost, f"beside one bad record {len(lost)} good ones are missing")
    require(page.skipped, "the bad record is not among the page's skipped")
    for skipped in page.skipped:
        require(skipped.reason.strip(), "a record is skipped without a reason")
        length = len(skipped.excerpt)
        require(length <= 200, f"a skipped record's excerpt has {length} characters")


@GROUP.rule
async def rows_survive_the_wire(specimen: Specimen) -> None:
    """Every row, thread and profile is equal to what its JSON form is read back as."""
    samples = specimen.samples
    async with specimen.session() as session:
        rows = await head(session, specimen)
        thread = await session.thread(samples.post)
        account = await session.account(samples.account)
    for row in rows:
        carried = entry_from_json(json.loads(json.dumps(entry_to_json(row))))
        require(carried == _without_native(row), f"{row.key} is read back differently")
    plain = replace(
        thread,
        posts=tuple(replace(view, post=replace(view.post, native="")) for view in thread.posts),
    )
    carried_thread = thread_from_json(json.loads(json.dumps(thread_to_json(thread))))
    require(carried_thread == plain, f"the thread of {samples.post} is read back differently")
    carried_account = account_from_json(json.loads(json.dumps(account_to_json(account))))
    require(carried_account == account, f"{samples.account} is read back differently")


@GROUP.rule
async def the_native_record_is_kept(specimen: Specimen) -> None:
    """Every post keeps the record that it was made from, as JSON."""
    async with specimen.session() as session:
        rows = await head(session, specimen)
    for row in rows:
        native = row.view.post.native
        require(native, f"{row.key} has no native record")
        try:
            json.loads(native)
        except ValueError:
            raise Violation(
                f"the native record of {row.key} is not JSON: {native[:60]!r}"
            ) from None


@GROUP.rule
async def times_are_in_utc(specimen: Specimen) -> None:
    """Every time is aware and in UTC."""
    async with specimen.session() as session:
        rows = await head(session, specimen)
    for row in rows:
        post = row.view.post
        times = {
            "sort_at": row.sort_at,
            "created_at": post.created_at,
            "edited_at": post.edited_at,
            "author.created_at": post.author.created_at,
            "poll.closes_at": post.poll.closes_at if post.poll else None,
        }
        for what, time in times.items():
            require(
                time is None or time.utcoffset() == timedelta(0),
                f"the {what} of {row.key} is {time}, not a time in UTC",
            )


@GROUP.rule
async def counts_are_counts(specimen: Specimen) -> None:
    """A total is a whole number from 0 on, or None where the network did not tell it."""
    async with specimen.session() as session:
        rows = await head(session, specimen)
    for row in rows:
        post = row.view.post
        numbers = {
            name: getattr(post.counts, name) for name in ("replies", "reposts", "likes", "quotes")
        }
        numbers |= {
            f"author.{name}": getattr(post.author, name)
            for name in ("followers", "following", "posts")
        }
        for what, number in numbers.items():
            require(
                number is None or (type(number) is int and number >= 0),
                f"{what} of {row.key} is {number!r}",
            )


@GROUP.rule
async def authors_can_be_named(specimen: Specimen) -> None:
    """Every author has a handle."""
    async with specimen.session() as session:
        rows = await head(session, specimen)
    for row in rows:
        require(row.view.post.author.handle.strip(), f"the author of {row.key} has no handle")
