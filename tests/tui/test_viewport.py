"""The arithmetic of a long list, held to what a reader would say of it whatever is done."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tuisocial.tui.widgets.viewport import Viewport

HEIGHTS = st.lists(st.integers(1, 30), min_size=1, max_size=25)
MOVES = st.lists(
    st.tuples(
        st.sampled_from(["step", "page", "scroll", "select", "height"]), st.integers(-30, 30)
    ),
    max_size=20,
)


def made(heights: list[int], height: int = 20, tail: int = 0) -> Viewport:
    view = Viewport(heights.__getitem__)
    view.count, view.height, view.tail = len(heights), height, tail
    return view


@given(heights=HEIGHTS, moves=MOVES, tail=st.integers(0, 2))
def test_after_any_moves_the_screen_is_full_and_shows_the_selection(
    heights: list[int], moves: list[tuple[str, int]], tail: int
) -> None:
    view = made(heights, tail=tail)
    for how, count in moves:
        match how:
            case "step":
                view.step(count)
            case "page":
                view.page(count)
            case "scroll":
                view.scroll(count)
            case "select":
                view.select(count)
            case "height":
                line = view.line_of(view.selected)
                view.height = abs(count) + 3
                view.place(view.selected, line)
                view.select(view.selected)
        assert view.is_visible(view.selected)
        shown = view.lines()
        whole = [(item, line) for item, height in enumerate(heights) for line in range(height)]
        start = whole.index(shown[0])
        assert shown == whole[start : start + view.height]
        if len(shown) < view.height - tail:
            assert start == 0 or len(whole) - start >= view.height - tail


@given(heights=HEIGHTS)
def test_steps_down_visit_every_item_and_show_every_line(heights: list[int]) -> None:
    view = made(heights, height=10)
    seen, visited = set(view.lines()), [view.selected]
    for _ in range(sum(heights)):
        view.step(1)
        seen |= set(view.lines())
        if visited[-1] != view.selected:
            visited.append(view.selected)
    assert visited == list(range(len(heights)))
    assert seen == {(item, line) for item, height in enumerate(heights) for line in range(height)}


@given(heights=HEIGHTS, index=st.integers(0, 24), line=st.integers(-20, 20))
def test_an_item_is_put_on_the_line_asked_for_as_far_as_the_ends_allow(
    heights: list[int], index: int, line: int
) -> None:
    view = made(heights)
    index %= len(heights)
    view.place(index, line)
    above, total = sum(heights[:index]), sum(heights)
    first = min(max(above - line, 0), max(total - view.height, 0))
    assert sum(heights[: view.top]) + view.skip == first
    assert view.line_of(index) == above - first
