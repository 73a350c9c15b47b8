"""The line between two panes."""

from __future__ import annotations

from tuisocial.tui.render.lines import Line
from tuisocial.tui.render.look import Role
from tuisocial.tui.render.width import Safe
from tuisocial.tui.widgets.bar import Bar


class Divider(Bar):
    """One column."""

    def line(self, width: int) -> Line:
        return [(Safe(self.look.glyphs.trunk), Role.DIM)]
