"""The line between two panes."""

from __future__ import annotations

from textual.strip import Strip

from tuisocial.tui.render.lines import Line
from tuisocial.tui.render.look import Role
from tuisocial.tui.render.width import Safe
from tuisocial.tui.widgets.bar import Bar


class Divider(Bar):
    """One column, as tall as the panes."""

    def lines(self, width: int) -> list[Line]:
        return [[(Safe(self.look.glyphs.trunk), Role.DIM)]]

    def render_line(self, y: int) -> Strip:
        return super().render_line(0)
