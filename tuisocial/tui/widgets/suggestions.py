"""The names that what is being typed may become, one of them marked."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from tuisocial.tui.render.lines import Line, fitted
from tuisocial.tui.render.look import Look, Role
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.render.width import Safe
from tuisocial.tui.suggesting import Suggestion
from tuisocial.tui.widgets.bar import Bar


class Suggestions(Bar):
    """A line for each; none, and no line, while there is nothing to suggest."""

    class Taken(Message):
        """One was clicked."""

        def __init__(self, suggestion: Suggestion) -> None:
            super().__init__()
            self.suggestion = suggestion

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.all: Sequence[Suggestion] = ()
        self._at = 0
        self._moved = False

    @property
    def marked(self) -> Suggestion | None:
        """The one that Tab takes."""
        return self.all[self._at] if self.all else None

    @property
    def chosen(self) -> bool:
        """Whether somebody moved among them, so that Enter means the marked one."""
        return self._moved and bool(self.all)

    def show(self, suggestions: Sequence[Suggestion]) -> None:
        """Replace them; the marked one stays so if it is still there."""
        before = self.marked
        self.all = suggestions
        kept = self._moved and before in suggestions
        self._at = list(suggestions).index(before) if kept and before else 0
        self._moved = kept
        self.update()

    def move(self, by: int) -> None:
        """Mark the next one, or the one before."""
        self._at = (self._at + by) % len(self.all)
        self._moved = True
        self.update()

    def lines(self, width: int) -> list[Line]:
        lines: list[Line] = []
        for at, each in enumerate(self.all):
            marked = at == self._at
            lead = f" {self.look.glyphs.bar} " if marked else "   "
            line: Line = [
                (Safe(lead), Role.ACCENT),
                (safe_line(each.text), Role.STRONG if marked else Role.TEXT),
                (Safe("  "), Role.TEXT),
                (safe_line(each.about), Role.DIM),
            ]
            if marked:
                line.append((Safe("  Tab takes it"), Role.DIM))
            lines.append(fitted(line, width, self.look.glyphs.more))
        return lines

    def on_click(self, event: events.Click) -> None:
        if event.y < len(self.all):
            self.post_message(self.Taken(self.all[event.y]))
