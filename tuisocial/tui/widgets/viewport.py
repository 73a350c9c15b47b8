"""Which part of a long list is on the screen, by item and line: arithmetic without a screen.

Only the heights of items near the screen are ever asked for, so the length of the list costs
nothing. Items are numbered from the top; `top` and `skip` say which line of which item is the
screen's first.
"""

from __future__ import annotations

from collections.abc import Callable


class Viewport:
    """A window of `height` lines on `count` items, one of them `selected`."""

    def __init__(self, height_of: Callable[[int], int]) -> None:
        self._height_of = height_of
        self.count = 0
        self.height = 0
        self.top = 0
        self.skip = 0
        self.selected = 0
        self.tail = 0
        """Lines below the last item that belong to the list and cannot be selected."""

    # --- looking --------------------------------------------------------------------------

    def lines(self) -> list[tuple[int, int]]:
        """For each line of the screen its item and the line of that; shorter at the end."""
        out: list[tuple[int, int]] = []
        index, line = self.top, self.skip
        while index < self.count and len(out) < self.height:
            height = self._height_of(index)
            out += [(index, at) for at in range(line, height)]
            index, line = index + 1, 0
        return out[: self.height]

    def line_of(self, index: int) -> int:
        """The screen's line on which an item begins; negative above the screen."""
        if index >= self.top:
            line = -self.skip
            for item in range(self.top, index):
                line += self._height_of(item)
                if line > self.height:
                    break
            return line
        line = -self.skip
        for item in range(self.top - 1, index - 1, -1):
            line -= self._height_of(item)
        return line

    def is_visible(self, index: int) -> bool:
        """Whether any line of an item is on the screen."""
        return any(item == index for item, _ in self.lines())

    # --- moving ---------------------------------------------------------------------------

    def place(self, index: int, line: int) -> None:
        """Put an item's first line on a line of the screen, as far as the list's ends allow."""
        self.top, self.skip = index, 0
        if line < 0:
            self._advance(-line)
        else:
            self._rewind(line)
        self._settle()

    def select(self, index: int) -> None:
        """Select an item and bring it wholly onto the screen, moving as little as possible."""
        self.selected = max(0, min(index, self.count - 1))
        if not self.count:
            return
        if self.selected < self.top:
            self.top, self.skip = self.selected, 0
            return
        line, height, room = self.line_of(self.selected), self._height_of(self.selected), self._room
        if height >= room:
            if line > 0:
                self.place(self.selected, 0)
        elif line + height > room:
            self.place(self.selected, room - height)
        elif line < 0:
            self.top, self.skip = self.selected, 0

    def to_end(self) -> None:
        """Select the last item, its last line on the screen's."""
        self.selected = max(self.count - 1, 0)
        if self.count:
            self.place(self.selected, self._room - self._height_of(self.selected))

    def step(self, count: int) -> None:
        """Select the next item (or the previous, for less than 0); scroll one that is too tall."""
        direction = 1 if count > 0 else -1
        for _ in range(abs(count)):
            if self._hidden_lines(direction):
                self.scroll(direction * max(min(self.height - 2, self._hidden_lines(direction)), 1))
                continue
            if not 0 <= self.selected + direction < self.count:
                self.select(self.selected)
                return
            self.select(self.selected + direction)
            if direction < 0 and self._height_of(self.selected) > self.height:
                self.place(self.selected, self.height - self._height_of(self.selected))

    def page(self, lines: int) -> None:
        """Move by so many lines; the selection keeps its line, or goes to the end reached."""
        shown = self.lines()
        line = max(0, min(self.line_of(self.selected), max(len(shown) - 1, 0)))
        before = (self.top, self.skip)
        self._move(lines)
        if (self.top, self.skip) == before:
            self.select(self.count - 1 if lines > 0 else 0)
            return
        shown = self.lines()
        if shown:
            self.selected = self._whole(shown, shown[min(line, len(shown) - 1)][0])

    def _whole(self, shown: list[tuple[int, int]], index: int) -> int:
        """The item itself, or its neighbour if only that is on the screen from its first line."""
        whole = [item for item, line in shown if line == 0]
        if index in whole or not whole:
            return index
        return whole[0] if index < whole[0] else whole[-1]

    def scroll(self, lines: int) -> None:
        """Move by so many lines; the selection stays unless it would leave the screen."""
        self._move(lines)
        visible = [index for index, _ in self.lines()]
        if visible and self.selected not in visible:
            self.selected = visible[0] if self.selected < visible[0] else visible[-1]

    def _move(self, lines: int) -> None:
        if lines > 0:
            self._advance(lines)
        else:
            self._rewind(-lines)
        self._settle()

    def _hidden_lines(self, direction: int) -> int:
        """How much of a selected item that is taller than the screen lies beyond its edge."""
        if not self.count or self._height_of(self.selected) <= self._room:
            return 0
        line = self.line_of(self.selected)
        if direction > 0:
            return max(line + self._height_of(self.selected) - self._room, 0)
        return max(-line, 0)

    @property
    def _room(self) -> int:
        """The lines for the selected item; below the last one there is the tail."""
        return self.height - (self.tail if self.selected == self.count - 1 else 0)

    def _advance(self, lines: int) -> None:
        self.skip += lines
        while self.top < self.count - 1 and self.skip >= self._height_of(self.top):
            self.skip -= self._height_of(self.top)
            self.top += 1

    def _rewind(self, lines: int) -> None:
        self.skip -= lines
        while self.skip < 0 and self.top > 0:
            self.top -= 1
            self.skip += self._height_of(self.top)
        self.skip = max(self.skip, 0)

    def _settle(self) -> None:
        """Leave no blank below the last item while there is something above the first line."""
        self.top = max(0, min(self.top, self.count - 1))
        if not self.count:
            self.skip = 0
            return
        self.skip = min(self.skip, max(self._height_of(self.top) - 1, 0))
        room = self.height - self.tail
        filled = -self.skip
        for index in range(self.top, self.count):
            filled += self._height_of(index)
            if filled >= room:
                return
        self._rewind(room - filled)
