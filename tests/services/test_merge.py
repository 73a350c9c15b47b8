"""The merge is right where others' is wrong: order, gaps, ties, failures, shared posts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.services.world import World, numbers, ordered, two_logins
from tuisocial.events import TimelineChanged
from tuisocial.model.entry import Pinned
from tuisocial.model.ids import LoginId, PostId
from tuisocial.model.timeline import HOME
from tuisocial.sdk.errors import Unreachable
from tuisocial.sdk.page import Cursor, Page
from tuisocial.sdk.testing.making import (
    at,
    make_account,
    make_entry,
    make_post,
    make_posts,
    make_repost,
)
from tuisocial.sdk.testing.memory import MemoryAdapter
from tuisocial.services.merge import Tail, watermark
from tuisocial.store.rows import Row, SourceStatus

Open = Callable[..., World]


async def test_order_holds_across_pages_of_sources_of_different_speed(open_world: Open) -> None:
    world, fast, slow = await two_logins(open_world(page=5))
    fast.add(*(make_post(n) for n in range(100, 161)))
    slow.add(*(make_post(n) for n in range(1, 160, 7)))
    await world.refresh()
    seen = [item.position for item in world.items()]
    while await world.older():
        items = world.items()
        assert ordered(items)
        # What was shown once stays where it was: pages only add below.
        assert [item.position for item in items][: len(seen)] == seen
        seen = [item.position for item in items]
    every = sorted({*range(100, 161), *range(1, 160, 7)}, reverse=True)
    assert world.names() == [str(n) for n in every]


async def test_rows_wait_until_the_slowest_source_got_there(open_world: Open) -> None:
    world, busy, quiet = await two_logins(open_world(page=5))
    busy.add(*(make_post(n) for n in range(100, 121)))
    quiet.add(make_post(1), make_post(110), make_post(119))
    await world.refresh()
    # `busy` may yet bring rows between 116 and 110.
    assert world.names() == numbers(120, 116)
    await world.older()
    assert world.names() == numbers(120, 111)
    await world.everything()
    assert world.names() == [*numbers(120, 100), "1"]


async def test_without_a_network_nothing_waits(open_world: Open) -> None:
    world, busy, quiet = await two_logins(open_world(page=5))
    busy.add(*(make_post(n) for n in range(100, 121)))
    quiet.add(make_post(1), make_post(2))
    await world.refresh()
    later = await world.restarted(offline=True)
    assert later.names() == [*numbers(120, 116), "2", "1"]
    assert not await later.older()
    await later.close()


async def test_a_source_that_ends_lets_the_others_go_on(open_world: Open) -> None:
    world, short, long = await two_logins(open_world(page=5))
    short.add(*(make_post(n) for n in range(200, 205)))
    long.add(*(make_post(n) for n in range(1, 31)))
    await world.refresh()
    assert world.names()[:5] == numbers(204, 200)
    assert await world.older()
    await world.everything()
    assert world.names() == [*numbers(204, 200), *numbers(30, 1)]


async def test_the_end_of_a_source_counts_as_more_to_read(open_world: Open) -> None:
    world, server, other = await two_logins(open_world(page=5))
    other.add(make_post(1))
    rows = tuple(make_entry(make_post(n), "one") for n in (9, 8))
    server.script(HOME, Page(rows, Cursor("more")), Page((), None))
    await world.refresh()
    assert world.names() == ["9", "8"]
    assert await world.older()
    assert world.names() == ["9", "8", "1"]
    assert not await world.older()


async def test_newer_posts_load_in_a_merged_list(open_world: Open) -> None:
    world, one, other = await two_logins(open_world(page=5))
    one.add(*make_posts(4))
    await world.refresh()
    one.add(make_post(5))
    other.add(make_post(6))
    await world.refresh()
    assert world.names() == numbers(6, 1)


async def test_a_refresh_deletes_nothing(world: World) -> None:
    world.server.add(*make_posts(12))
    await world.refresh()
    await world.everything()
    # The server forgets, as servers do with what nobody of theirs follows any more.
    for post in make_posts(12):
        world.server.remove(post.id)
    world.server.add(make_post(13))
    await world.refresh()
    await world.refresh()
    assert world.names() == numbers(13, 1)


async def test_a_source_that_fails_keeps_its_cursor_and_its_rows(world: World) -> None:
    world.server.add(*make_posts(20))
    await world.refresh()
    await world.older()
    world.server.fail(Unreachable("the server is down"))
    await world.refresh()
    assert not await world.older()
    assert world.names() == numbers(20, 11)
    assert world.state("me").error == "the server is down"
    world.server.mend()
    before = len(world.server.calls)
    assert await world.older()
    # It goes on from where it was, without walking down again.
    assert len(world.server.calls) == before + 1
    assert world.names() == numbers(20, 6)


async def test_a_source_that_fails_holds_nobody_back(open_world: Open) -> None:
    world, bad, good = await two_logins(open_world(page=5))
    bad.add(*(make_post(n) for n in range(200, 220)))
    good.add(*(make_post(n) for n in range(1, 11)))
    await world.refresh()
    assert world.names() == numbers(219, 215)
    bad.fail(Unreachable("the server is down"))
    assert await world.older()
    assert world.names() == [*numbers(219, 215), *numbers(10, 6)]
    # It comes back, and its rows take their places.
    bad.mend()
    await world.everything()
    assert world.names() == [*numbers(219, 200), *numbers(10, 1)]


async def test_a_slow_source_delays_nobody(open_world: Open) -> None:
    world, slow, quick = await two_logins(open_world(page=5))
    slow.add(make_post(2))
    quick.add(make_post(1))
    shown = asyncio.Event()

    def listen(event: object) -> None:
        if isinstance(event, TimelineChanged) and event.source.login == LoginId("two"):
            shown.set()

    world.runtime.bus.subscribe(listen)
    gate = slow.hold("timeline")
    refreshing = asyncio.create_task(world.refresh())
    await shown.wait()
    assert world.names() == ["1"]
    assert world.state("one").status is SourceStatus.FETCHING
    assert world.state("two").status is SourceStatus.UP_TO_DATE
    gate.set()
    await refreshing
    assert world.names() == ["2", "1"]


async def test_one_post_seen_by_two_logins_is_one_row_that_names_both(open_world: Open) -> None:
    world, one, other = await two_logins(open_world(page=5))
    one.add(make_post(1), make_post(2))
    other.add(make_post(2), make_post(3))
    await world.refresh()
    seen = {row.post.id.uri: [str(s.login) for s in row.sightings] for row in world.rows()}
    assert seen == {"post-3": ["two"], "post-2": ["one", "two"], "post-1": ["one"]}


async def test_one_repost_seen_by_two_logins_is_one_row(open_world: Open) -> None:
    world, one, other = await two_logins(open_world(page=5))
    for server in (one, other):
        server.put(HOME, make_repost(make_post(1), "bob", 5))
    await world.refresh()
    (row,) = world.rows()
    assert [str(s.login) for s in row.sightings] == ["one", "two"]
    assert row.reposted_by == make_account("bob")


# --- ties ---------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [1, 2, 3, 5])
async def test_ties_in_one_second_lose_nothing(open_world: Open, page: int) -> None:
    world, one, other = await two_logins(open_world(page=page))
    posts = [make_post(n, created_at=at(7) + timedelta(milliseconds=n * 90)) for n in range(11)]
    one.add(*posts[:8])
    other.add(*posts[4:])
    await world.refresh()
    await world.everything()
    assert sorted(world.names(), key=int) == [str(n) for n in range(11)]
    assert ordered(world.items())


async def test_posts_of_one_second_stand_newest_first(world: World) -> None:
    second = at(3)
    posts = [
        replace(make_post(n), created_at=second + timedelta(milliseconds=n * 7)) for n in range(5)
    ]
    world.server.add(*posts)
    await world.refresh()
    assert world.names() == numbers(4, 0)


async def test_a_fraction_told_otherwise_elsewhere_makes_no_second_row(open_world: Open) -> None:
    world, one, two = await two_logins(open_world())
    post = make_post(1)
    one.add(replace(post, created_at=post.created_at + timedelta(milliseconds=700)))
    two.add(post, make_post(0))
    await world.refresh()
    assert world.names() == ["1", "0"]
    assert len(world.rows()[0].sightings) == 2


async def test_a_page_that_ends_within_a_second_leaves_no_row_of_it_behind(world: World) -> None:
    world.server.add(*(make_post(n, created_at=at(1)) for n in range(12)))
    await world.refresh()
    world.server.add(*(make_post(n, created_at=at(2)) for n in range(12, 24)))
    await world.refresh()
    for gap in world.gaps():
        await world.timelines.fill(world.merged, gap)
    while world.gaps():
        await world.timelines.fill(world.merged, world.gaps()[0])
    await world.everything()
    assert sorted(world.names(), key=int) == [str(n) for n in range(24)]


# --- dates in the future, and other rows out of place ----------------------------------------


async def test_a_date_in_the_future_counts_as_the_time_of_fetching(world: World) -> None:
    world.clock.set(10)
    world.server.add(make_post(1), make_post(99, created_at=at(5_000_000)))
    await world.refresh()
    assert world.names() == ["99", "1"]
    assert world.rows()[0].position.sort_at == int(at(10).timestamp() * 1000)
    world.clock.set(20)
    world.server.add(make_post(15))
    await world.refresh()
    assert world.names() == ["15", "99", "1"]


async def test_a_future_post_fetched_by_two_logins_at_two_times_is_one_row(
    open_world: Open,
) -> None:
    world, one, other = await two_logins(open_world(page=5))
    future = make_post(99, created_at=at(5_000_000))
    one.add(future)
    world.clock.set(10)
    await world.refresh()
    other.add(future)
    world.clock.set(20)
    await world.refresh()
    assert [[str(s.login) for s in row.sightings] for row in world.rows()] == [["one", "two"]]


async def test_a_future_repost_fetched_at_two_times_is_one_row(open_world: Open) -> None:
    world, one, other = await two_logins(open_world(page=5))
    repost = make_repost(make_post(1), "bob", 5_000_000)
    one.put(HOME, repost)
    world.clock.set(10)
    await world.refresh()
    other.put(HOME, repost)
    world.clock.set(20)
    await world.refresh()
    assert [[str(s.login) for s in row.sightings] for row in world.rows()] == [["one", "two"]]


async def test_a_post_from_the_future_on_top_of_every_page_hides_no_gap(world: World) -> None:
    world.clock.set(20)
    world.server.add(make_post(999, created_at=at(5_000_000)), *make_posts(8))
    await world.refresh()
    world.clock.set(2000)
    world.server.add(*(make_post(n) for n in range(1000, 1020)))
    await world.refresh()
    assert len(world.gaps()) == 1
    while world.gaps():
        await world.timelines.fill(world.merged, world.gaps()[0])
    await world.everything()
    assert world.names() == [*numbers(1019, 1000), "999", *numbers(8, 1)]


async def test_a_pinned_post_on_top_hides_no_gap(world: World) -> None:
    pinned = make_entry(make_post(1), reason=Pinned())
    world.server.put(HOME, pinned)
    world.server.add(*(make_post(n) for n in range(10, 20)))

    def page(first: int) -> Page[object]:
        rows = [make_entry(make_post(n), "me") for n in range(first, first - 4, -1)]
        return Page((make_entry(make_post(1), "me", reason=Pinned()), *rows), Cursor(f"c{first}"))

    world.server.script(HOME, page(19), page(39))  # type: ignore[arg-type]
    await world.refresh()
    await world.refresh()
    assert world.names() == [*numbers(39, 36), "~", *numbers(19, 16), "1"]


# --- ceiling ------------------------------------------------------------------------------


async def test_new_rows_wait_above_the_ceiling_and_are_counted(world: World) -> None:
    world.server.add(*make_posts(3))
    await world.refresh()
    ceiling = world.timelines.head(world.merged)
    world.server.add(*make_posts(9, first=4))
    await world.refresh()
    window = world.timelines.window(world.merged, ceiling=ceiling)
    # The gap above the ceiling is not a row that is new.
    assert (window.newer, window.more_newer) == (5, False)
    assert [i.post.id.uri for i in window.items if isinstance(i, Row)] == [
        "post-3", "post-2", "post-1",
    ]  # fmt: skip
    lifted = world.timelines.window(world.merged, ceiling=world.timelines.head(world.merged))
    assert lifted.newer == 0


async def test_an_empty_list_has_no_head(world: World) -> None:
    assert world.timelines.head(world.merged) is None
    assert world.items() == ()


# --- deleted ------------------------------------------------------------------------------


async def test_a_deleted_post_leaves_every_list_and_does_not_come_back(open_world: Open) -> None:
    world, one, other = await two_logins(open_world(page=5))
    one.add(*make_posts(3))
    other.add(*make_posts(3))
    other.put(HOME, make_repost(make_post(2), "bob", 9))
    await world.refresh()
    assert world.names() == ["3", "2", "1"]
    assert world.rows()[1].reposters == (make_account("bob"),)
    one.script(HOME, Page((), None, deleted=(PostId("memory", "post-2"),)))
    await world.refresh()
    assert world.names() == ["3", "1"]
    # The other server has not heard of it.
    await world.refresh()
    assert world.names() == ["3", "1"]
    assert world.timelines.window(world.merged).total == 4


# --- the watermark by itself --------------------------------------------------------------


def test_the_watermark_is_the_highest_tail_that_holds() -> None:
    tails = [Tail((-5, "a")), Tail((-9, "b")), Tail((-1, "c"))]
    assert watermark(tails) == (-9, "b")
    assert watermark([*tails, Tail((-20, "x"), ended=True)]) == (-9, "b")
    assert watermark([*tails, Tail((-20, "x"), failing=True), Tail(None)]) == (-9, "b")
    assert watermark([]) is None


async def test_two_networks_merge_by_time(open_world: Open) -> None:
    world = open_world(MemoryAdapter(), MemoryAdapter(network="other"))
    await world.login("one")
    await world.login("two", adapter=world.adapters[1])
    world.server.add(make_post(1), make_post(3))
    world.adapters[1].server.add(make_post(2, network="other"))
    await world.refresh()
    assert [row.post.id.network for row in world.rows()] == ["memory", "other", "memory"]


async def test_a_busy_login_that_joins_takes_nothing_from_the_reader(open_world: Open) -> None:
    world = open_world(page=5)
    await world.login("quiet")
    world.server.add(*(make_post(number) for number in range(20)))
    await world.refresh()
    await world.everything()
    place = world.items()[12].position
    ceiling = world.timelines.head(world.merged)
    await world.login("busy", "busy.example")
    world.adapters[0].at("busy.example").add(*(make_post(number) for number in range(100, 140)))
    await world.refresh()
    around = world.timelines.window(world.merged, at=place, before=50, after=50, ceiling=ceiling)
    assert [item.position for item in around.items][-1] == place
    assert around.newer > 0
