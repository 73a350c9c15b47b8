"""A widget of one line: what the tabs, the line of state and the line of keys are."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from textual.strip import Strip
from textual.widget import Widget

from tuisocial.tui.guard import Guarded
from tuisocial.tui.render.lines import Line, painted
from tuisocial.tui.render.look import Look


class Bar(Guarded, Widget):
    """One line, painted again only when its words are others."""

    def __init__(self, look: Look, **options: Any) -> None:
        super().__init__(**options)
        self.look = look
        self._line: Line | None = None

    @abstractmethod
    def line(self, width: int) -> Line:
        """The words in `width` cells."""

    def update(self) -> None:
        """Paint if the words are others now."""
        if self._line != self.line(self.size.width):
            self.refresh()

    def forget(self) -> None:
        """The look is another."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        self._line = self.line(self.size.width)
        return painted(self._line, self.size.width, self.look.colours)
