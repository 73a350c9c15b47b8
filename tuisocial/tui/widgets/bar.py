"""A widget of a line or a few: what the tabs, the line of state and the line of keys are."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from tuisocial.tui.guard import Guarded
from tuisocial.tui.render.lines import Line, painted
from tuisocial.tui.render.look import Look


class Bar(Guarded, Widget):
    """As tall as its words need, and painted again only when they are others."""

    def __init__(self, look: Look, **options: Any) -> None:
        super().__init__(**options)
        self.look = look
        self._lines: list[Line] = []

    @abstractmethod
    def lines(self, width: int) -> list[Line]:
        """The words in `width` cells."""

    def update(self) -> None:
        """Paint if the words are others now."""
        lines = self.lines(self.size.width)
        if self.is_mounted and lines != self._lines:
            taller = len(lines) != len(self._lines)
            self._lines = lines
            self.refresh(layout=taller)

    def forget(self) -> None:
        """The look is another."""
        self._lines = []
        self.update()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        self._lines = self.lines(width)
        return len(self._lines)

    def render_line(self, y: int) -> Strip:
        line = self._lines[y] if y < len(self._lines) else []
        return painted(line, self.size.width, self.look.colours)
