"""Holes are marked where they are and close page by page; lost and endless cursors end."""

from __future__ import annotations

from tests.services.world import World, numbers
from tuisocial.model.ids import PostId
from tuisocial.model.timeline import HOME
from tuisocial.sdk.errors import CursorExpired
from tuisocial.sdk.page import Cursor, Page
from tuisocial.sdk.testing.making import at, make_entry, make_posts


async def test_an_absence_longer_than_a_page_leaves_a_marked_gap(world: World) -> None:
    world.server.add(*make_posts(3))
    await world.refresh()
    world.server.add(*make_posts(17, first=4))
    await world.refresh()
    assert world.names() == [*numbers(20, 16), "~", *numbers(3, 1)]
    (gap,) = world.gaps()
    assert (gap.newest, gap.oldest) == (at(16), at(3))
    assert gap.source == world.merged.sources[0]


async def test_a_gap_closes_page_by_page(world: World) -> None:
    world.server.add(*make_posts(3))
    await world.refresh()
    world.server.add(*make_posts(17, first=4))
    await world.refresh()
    found = []
    while world.gaps():
        await world.timelines.fill(world.merged, world.gaps()[0])
        found.append(world.names())
    assert found == [
        [*numbers(20, 11), "~", *numbers(3, 1)],
        [*numbers(20, 6), "~", *numbers(3, 1)],
        numbers(20, 1),
    ]


async def test_an_absence_of_exactly_a_page_leaves_a_gap_that_closes_at_once(world: World) -> None:
    world.server.add(*make_posts(3))
    await world.refresh()
    world.server.add(*make_posts(5, first=4))
    await world.refresh()
    (gap,) = world.gaps()
    await world.timelines.fill(world.merged, gap)
    assert world.names() == numbers(8, 1)


async def test_pages_that_meet_leave_no_gap(world: World) -> None:
    world.server.add(*make_posts(3))
    await world.refresh()
    world.server.add(*make_posts(4, first=4))
    await world.refresh()
    assert world.names() == numbers(7, 1)


async def test_each_absence_has_its_own_gap(world: World) -> None:
    for first in (1, 11, 21):
        world.server.add(*make_posts(8, first=first))
        await world.refresh()
    assert world.names() == [*numbers(28, 24), "~", *numbers(18, 14), "~", *numbers(8, 4)]
    lower = world.gaps()[1]
    await world.timelines.fill(world.merged, lower)
    assert world.names() == [*numbers(28, 24), "~", *numbers(18, 11), *numbers(8, 4)]


async def test_a_longer_page_closes_the_gaps_it_covers(world: World) -> None:
    for first in (1, 11, 21):
        world.server.add(*make_posts(8, first=first))
        await world.refresh()
    await world.timelines.refresh(world.merged, limit=12)
    assert world.names() == [
        *numbers(28, 21), *numbers(18, 14), "~", *numbers(8, 4),
    ]  # fmt: skip
    await world.timelines.refresh(world.merged, limit=40)
    assert world.names() == [*numbers(28, 21), *numbers(18, 11), *numbers(8, 1)]


async def test_a_longer_page_that_ends_in_a_gap_shortens_it(world: World) -> None:
    world.server.add(*make_posts(3))
    await world.refresh()
    world.server.add(*make_posts(17, first=4))
    await world.refresh()
    await world.timelines.refresh(world.merged, limit=8)
    assert world.names() == [*numbers(20, 13), "~", *numbers(3, 1)]
    await world.timelines.fill(world.merged, world.gaps()[0])
    assert world.names() == [*numbers(20, 8), "~", *numbers(3, 1)]


async def test_a_gap_outlives_a_restart(world: World) -> None:
    world.server.add(*make_posts(3))
    await world.refresh()
    world.server.add(*make_posts(17, first=4))
    await world.refresh()
    later = await world.restarted()
    assert later.names() == [*numbers(20, 16), "~", *numbers(3, 1)]
    await later.timelines.fill(later.merged, later.gaps()[0])
    assert later.names() == [*numbers(20, 11), "~", *numbers(3, 1)]
    await later.close()


async def test_a_gap_whose_upper_row_was_deleted_can_still_be_filled(world: World) -> None:
    world.server.add(*make_posts(3))
    await world.refresh()
    world.server.add(*make_posts(9, first=4))
    await world.refresh()
    world.server.script(HOME, Page((), None, deleted=(PostId("memory", "post-8"),)))
    await world.refresh()
    assert world.names() == [*numbers(12, 9), "~", *numbers(3, 1)]
    await world.timelines.fill(world.merged, world.gaps()[0])
    assert world.names() == [*numbers(12, 9), *numbers(7, 1)]


# --- lost, endless and empty --------------------------------------------------------------


async def test_an_expired_cursor_below_is_walked_around(world: World) -> None:
    world.server.add(*make_posts(12))
    await world.refresh()
    await world.older()
    world.server.add(*make_posts(6, first=13))
    world.server.script(HOME, CursorExpired("who knows where that was"))
    assert await world.older()
    while await world.older() or world.gaps():
        for gap in world.gaps():
            await world.timelines.fill(world.merged, gap)
    assert world.names() == numbers(18, 1)
    assert world.state("me").error == ""


async def test_what_came_while_a_cursor_expired_is_not_a_hole(world: World) -> None:
    world.server.add(*make_posts(12))
    await world.refresh()
    # So much is new that the head, read again, is not joined to what was known.
    world.server.add(*make_posts(20, first=13))
    world.server.script(HOME, CursorExpired("who knows where that was"))
    await world.older()
    await world.refresh()
    assert "~" in world.names() or world.names() == numbers(32, 1)
    while await world.older():
        pass
    while world.gaps():
        await world.timelines.fill(world.merged, world.gaps()[0])
    assert world.names() == numbers(32, 1)


async def test_an_expired_cursor_in_a_gap_is_walked_around(world: World) -> None:
    world.server.add(*make_posts(3))
    await world.refresh()
    world.server.add(*make_posts(17, first=4))
    await world.refresh()
    world.server.script(HOME, CursorExpired("who knows where that was"))
    while world.gaps():
        await world.timelines.fill(world.merged, world.gaps()[0])
    assert world.names() == numbers(20, 1)
    assert world.state("me").error == ""


async def test_a_gap_stays_in_its_place_while_a_lost_cursor_is_walked_around(world: World) -> None:
    world.server.add(*make_posts(3))
    await world.refresh()
    world.server.add(*make_posts(17, first=4))
    await world.refresh()
    server = world.server
    answers = [server.page(HOME, None, 2)]
    answers += [Page((), Cursor(f"c{n}")) for n in range(20)]
    server.script(HOME, CursorExpired("who knows where that was"), *answers)
    await world.timelines.fill(world.merged, world.gaps()[0])
    assert world.names() == [*numbers(20, 16), "~", *numbers(3, 1)]


async def test_a_server_that_always_says_expired_is_asked_a_few_times(world: World) -> None:
    world.server.add(*make_posts(12))
    await world.refresh()
    page = world.server.page(HOME, None, 5)
    answers: list[Page[object] | BaseException] = []
    for _ in range(50):
        answers += [CursorExpired("expired"), page]
    world.server.script(HOME, *answers)  # type: ignore[arg-type]
    before = len(world.server.calls)
    assert not await world.older()
    assert len(world.server.calls) - before <= 4
    assert world.state("me").error == "expired"


async def test_an_endless_cursor_is_bounded(world: World) -> None:
    page = Page(tuple(make_entry(p, "me") for p in make_posts(3)), Cursor("again"))
    world.server.script(HOME, *[page] * 500)
    await world.refresh()
    assert await world.everything() <= 2
    assert "again and again" in world.state("me").error
    assert world.names() == numbers(3, 1)
    assert len(world.server.calls) < 20


async def test_a_circle_of_cursors_is_bounded(world: World) -> None:
    rows = tuple(make_entry(p, "me") for p in make_posts(3))
    world.server.script(HOME, *[Page(rows, Cursor(f"c{n % 3}")) for n in range(500)])
    await world.refresh()
    assert await world.everything() == 0
    assert len(world.server.calls) < 20


async def test_empty_pages_are_followed_and_bounded(world: World) -> None:
    rows = tuple(make_entry(p, "me") for p in make_posts(3))
    world.server.script(HOME, *[Page((), Cursor(f"c{n}")) for n in range(4)], Page(rows, None))
    await world.refresh()
    assert world.names() == numbers(3, 1)

    world.server.script(HOME, *[Page((), Cursor(f"d{n}")) for n in range(500)])
    before = len(world.server.calls)
    await world.refresh()
    assert len(world.server.calls) - before < 12


async def test_a_source_that_began_with_nothing_but_empty_pages_can_go_on(world: World) -> None:
    world.server.script(HOME, *[Page((), Cursor(f"c{n}")) for n in range(9)])
    await world.refresh()
    rows = tuple(make_entry(p, "me") for p in make_posts(3))
    world.server.script(HOME, Page(rows, None))
    assert await world.older()
    assert world.names() == numbers(3, 1)


async def test_an_endless_cursor_in_a_gap_is_bounded(world: World) -> None:
    world.server.add(*make_posts(3))
    await world.refresh()
    world.server.add(*make_posts(17, first=4))
    await world.refresh()
    rows = tuple(make_entry(p, "me") for p in make_posts(2, first=15))
    world.server.script(HOME, *[Page(rows, Cursor("again")) for _ in range(500)])
    before = len(world.server.calls)
    await world.timelines.fill(world.merged, world.gaps()[0])
    await world.timelines.fill(world.merged, world.gaps()[0])
    assert len(world.server.calls) - before < 4
    assert "again and again" in world.state("me").error
    assert len(world.gaps()) == 1
