"""The line between two panes."""

from __future__ import annotations

from typing import Any

from textual.strip import Strip
from textual.widget import Widget

from tuisocial.tui.guard import Guarded
from tuisocial.tui.render.lines import painted
from tuisocial.tui.render.look import Look, Role
from tuisocial.tui.render.width import Safe


class Divider(Guarded, Widget):
    """One column, as tall as the panes."""

    def __init__(self, look: Look, **options: Any) -> None:
        super().__init__(**options)
        self.look = look

    def forget(self) -> None:
        """The look is another."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        return painted([(Safe(self.look.glyphs.trunk), Role.DIM)], 1, self.look.colours)
