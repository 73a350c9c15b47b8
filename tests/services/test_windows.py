"""A window is what a naive reading of everything would give, wherever it is opened."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.services.lists import BOTTOM, TOP, World, edges, of, post, shown, worlds
from tuisocial.sdk.page import Cursor
from tuisocial.sdk.testing.making import at
from tuisocial.services.merge import Place
from tuisocial.services.windows import place_of, position_of, read_window
from tuisocial.store import gaps
from tuisocial.store.rows import Item, Position, Row


@settings(max_examples=400)
@given(
    world=worlds(),
    ceiling=st.just(TOP) | edges,
    floor=st.just(BOTTOM) | edges,
    where=st.none() | edges,
    before=st.integers(0, 4),
    after=st.integers(0, 5),
)
def test_a_window_is_what_a_naive_reading_gives(
    world: World, ceiling: Place, floor: Place, where: Place | None, before: int, after: int
) -> None:
    assume(ceiling <= floor)
    visible = world.visible(ceiling, floor)
    if where is None:
        newer, middle, older = [], [], visible
    else:
        newer = [item for item in visible if item.place < where]
        middle = [item for item in visible if item.place == where]
        older = [item for item in visible if item.place > where]
    expected = [*newer[len(newer) - before :], *middle, *older[:after]]
    if before >= len(newer):
        expected = [*newer, *middle, *older[:after]]

    window = read_window(
        world.connection,
        world.frame(ceiling, floor),
        None if where is None else position_of(where),
        before,
        after,
    )

    assert [shown(item) for item in window.items] == expected
    assert window.more_newer == (len(newer) > before)
    assert window.more_older == (len(older) > after)
    whole = world.visible(TOP, floor)
    waiting = [i for i in whole if i.place < ceiling and not i.place[1].endswith(gaps.MARK)]
    assert window.newer == len(waiting)
    assert 0 <= window.index <= window.total


@settings(max_examples=150)
@given(world=worlds(), step=st.integers(1, 4), floor=st.just(BOTTOM) | edges)
def test_paging_down_and_up_visits_every_item_once(world: World, step: int, floor: Place) -> None:
    frame = world.frame(floor=floor)
    expected = [item.place for item in world.visible(TOP, floor)]

    window = read_window(world.connection, frame, None, 0, step)
    down = list(window.items)
    while window.more_older:
        window = read_window(world.connection, frame, down[-1].position, 0, step)
        # The item at the place is part of the window.
        assert len(window.items) > 1
        down += window.items[1:]
    assert [place_of(item.position) for item in down] == expected

    up: list[Item] = []
    here, more = position_of((1 << 61, "")), True
    while more:
        window = read_window(world.connection, frame, here, step, 0)
        up = [*(item for item in window.items if item.position != here), *up]
        more = window.more_newer
        if more:
            here = up[0].position
    assert [place_of(item.position) for item in up] == expected


# --- edges --------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["above", "below"])
def test_a_place_outside_the_frame_shows_the_rows_at_that_edge(where: str) -> None:
    world = of(*(post(name, minute) for minute, name in enumerate("abcdef")))
    ceiling, floor = (-int(at(minute).timestamp() * 1000) for minute in (4, 1))
    frame = world.frame((ceiling, "memory:e"), (floor, "memory:b"))
    beyond = Position(int(at(9 if where == "above" else -9).timestamp() * 1000), "memory:x")
    window = read_window(world.connection, frame, beyond, 2, 2)
    letters = [item.key[-1] for item in window.items]
    assert letters == (["e", "d"] if where == "above" else ["c", "b"])
    assert (window.more_newer, window.more_older) == (where == "below", where == "above")


def test_a_hostile_key_that_ends_like_a_gap_is_still_a_row() -> None:
    for ending in (gaps.MARK, gaps.MARK.replace("\0", "\ufffd"), "~gap", "gap"):
        name = f"a{ending}"
        world = of(post(name))
        window = read_window(world.connection, world.frame(), None, 0, 9)
        assert [type(item) for item in window.items] == [Row]
        around = read_window(world.connection, world.frame(), window.items[0].position, 0, 9)
        assert around.items == window.items


def test_a_gap_stands_right_below_the_row_above_it() -> None:
    world = of(*(post(name) for name in ("a", "a!", "a~", "b")))
    gaps.open_gap(
        world.connection, 1, (-int(at(0).timestamp() * 1000), "memory:a"), (0, "x"), Cursor("g")
    )
    window = read_window(world.connection, world.frame(), None, 0, 9)
    kinds = [type(item).__name__ for item in window.items]
    assert kinds == ["Row", "Gap", "Row", "Row", "Row"]


@given(st.integers(0, 200), st.integers(0, 200))
@example(64, 64)
def test_windows_of_any_size_hold_what_there_is(count: int, asked: int) -> None:
    world = of(*(post(f"{number:03}", number) for number in range(count)))
    window = read_window(world.connection, world.frame(), None, 0, asked)
    assert len(window.items) == min(count, asked)
    assert window.more_older == (count > asked)
    assert (window.index, window.total) == (0, count)


def test_the_estimate_is_exact_at_both_ends() -> None:
    world = of(*(post(f"{number:03}", number) for number in range(100)))
    bottom = read_window(world.connection, world.frame(), position_of(BOTTOM), 10, 0)
    assert (bottom.index, bottom.total) == (90, 100)
    for before, after in product((0, 5), (0, 5)):
        middle = position_of((-int(at(50).timestamp() * 1000), "memory:050"))
        window = read_window(world.connection, world.frame(), middle, before, after)
        assert abs(window.index - (49 - before)) <= 6
