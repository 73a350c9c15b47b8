"""Lines of words that can be clicked, each standing for a command by its name."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from tuisocial.tui.render.lines import Line, fitted, width_of
from tuisocial.tui.render.look import Look, Role
from tuisocial.tui.render.width import Safe
from tuisocial.tui.widgets.bar import Bar

Spot = tuple[Line, str]
"""Words that stay together, and the command that a click on them is."""

_GAP = 3


class Spots(Bar):
    """Rows of spots; each row goes on in another line where it is too long."""

    class Asked(Message):
        """A spot was clicked."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._rows: Sequence[Sequence[Spot]] = ()
        self._places: list[list[tuple[int, str]]] = []

    def show(self, rows: Sequence[Sequence[Spot]]) -> None:
        """Replace the rows."""
        self._rows = rows
        self.update()

    def lines(self, width: int) -> list[Line]:
        lines: list[Line] = []
        self._places = []
        for row in self._rows:
            line: Line = [(Safe(" "), Role.TEXT)]
            places: list[tuple[int, str]] = []
            for words, name in row:
                words = fitted(words, max(width - 2, 1), self.look.glyphs.more)
                if places and width_of(line) + width_of(words) > width:
                    lines.append(line)
                    self._places.append(places)
                    line, places = [(Safe("    "), Role.TEXT)], []
                line = [*line, *words]
                places.append((width_of(line), name))
                line.append((Safe(" " * _GAP), Role.TEXT))
            lines.append(line)
            self._places.append(places)
        return [fitted(line, width, "") for line in lines]

    def on_click(self, event: events.Click) -> None:
        places = self._places[event.y] if event.y < len(self._places) else []
        name = next((name for end, name in places if event.x < end), "")
        if name:
            self.post_message(self.Asked(name))
