"""Some lines of text, as tall as they are: headings and notes on a screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from tuisocial.tui.guard import Guarded
from tuisocial.tui.render.lines import Line, painted
from tuisocial.tui.render.look import Look


class Page(Guarded, Widget):
    """Lines as they are given, cut at the edge."""

    def __init__(self, look: Look, lines: Sequence[Line], **options: Any) -> None:
        super().__init__(**options)
        self.look = look
        self._lines = lines

    def show(self, lines: Sequence[Line]) -> None:
        """Replace the lines."""
        taller = len(lines) != len(self._lines)
        self._lines = lines
        self.refresh(layout=taller)

    def forget(self) -> None:
        """The look is another."""
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines)

    def render_line(self, y: int) -> Strip:
        line = self._lines[y] if y < len(self._lines) else []
        return painted(line, self.size.width, self.look.colours)
