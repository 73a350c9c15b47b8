"""The line of tabs: a number for its key, a title, how much is new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message

from tuisocial.tui.render.lines import Line, fitted, width_of
from tuisocial.tui.render.look import Look, Role, Tone
from tuisocial.tui.render.width import Safe, cut
from tuisocial.tui.widgets.bar import Bar

_TITLE_WIDTH = 20


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab; `tone` is its login's colour where it belongs to one."""

    title: Safe
    newer: int = 0
    tone: Tone = Role.DIM


class Tabs(Bar):
    """All tabs; those that do not fit give way to the active one."""

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._tabs: Sequence[Tab] = ()
        self._active = 0
        self._first = 0

    def show(self, tabs: Sequence[Tab], active: int) -> None:
        """Replace the tabs."""
        self._tabs, self._active = tabs, active
        self.update()

    def lines(self, width: int) -> list[Line]:
        self._first = 0
        while True:
            line = self._line_from(self._first)
            if self._first >= self._active or self._end_of_active() <= width:
                return [fitted(line, width, self.look.glyphs.more)]
            self._first += 1

    def on_click(self, event: events.Click) -> None:
        end = 0
        for index in range(self._first, len(self._tabs)):
            end += width_of(self._tab(index))
            if event.x < end:
                self.post_message(self.Chosen(index))
                return

    def _line_from(self, first: int) -> Line:
        return [piece for index in range(first, len(self._tabs)) for piece in self._tab(index)]

    def _end_of_active(self) -> int:
        return sum(width_of(self._tab(n)) for n in range(self._first, self._active + 1))

    def _tab(self, index: int) -> Line:
        tab = self._tabs[index]
        active = index == self._active
        number = f" {index + 1} " if index < 9 else " "
        title = cut(tab.title, _TITLE_WIDTH, self.look.glyphs.more)
        line: Line = [
            (Safe(number), Role.ACCENT if active else Role.DIM),
            (title, Role.STRONG if active else tab.tone),
        ]
        if tab.newer:
            line.append((Safe(f" {tab.newer}"), Role.UNREAD))
        return [*line, (Safe(" "), Role.TEXT)]
