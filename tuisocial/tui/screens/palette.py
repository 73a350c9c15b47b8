"""The palette: a line to type into, and what answers to it below; Enter does what is marked."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from tuisocial.commands import Command, Context
from tuisocial.tui.palette import Entry, entries, found, refusal
from tuisocial.tui.render.lines import Line, fitted, width_of
from tuisocial.tui.render.look import Look, Role
from tuisocial.tui.render.width import Safe
from tuisocial.tui.screens.base import CommandScreen
from tuisocial.tui.widgets.block_list import BlockList
from tuisocial.tui.widgets.key_line import KeyLine
from tuisocial.tui.widgets.page import Page

_NAME_WIDTH = 28
_MOVES = {
    "next-entry": "next",
    "previous-entry": "previous",
    "entries-down": "page-down",
    "entries-up": "page-up",
}


class EntryList(BlockList[Entry], can_focus=False):
    """What can be done, a line each."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.nothing = ""

    def key_of(self, block: Entry) -> str:
        return block.name

    def spaced(self) -> bool:
        return False

    def lines_of(self, block: Entry, width: int) -> list[Line]:
        line: Line = [(block.name, Role.STRONG)]
        line.append((Safe(" " * max(_NAME_WIDTH - width_of(line), 2)), Role.TEXT))
        return [fitted([*line, (block.about, Role.DIM)], width, self.look.glyphs.more)]

    def empty(self) -> list[Line]:
        return [[(Safe(self.nothing), Role.WARNING)]]


class PaletteScreen(CommandScreen[Entry | None]):
    """Dismissed with what was chosen."""

    context = Context.PALETTE

    def compose(self) -> ComposeResult:
        look = self.program.look
        self._known = entries(self.program)
        with Horizontal(classes="prompt"):
            yield Page(look, [[(Safe(" :"), Role.ACCENT)]])
            self._input = Input(
                placeholder="a command, a timeline, a theme, #hashtag",
                compact=True,
                select_on_focus=False,
            )
            yield self._input
        self._list = EntryList(look)
        yield self._list
        self._keys = KeyLine(look, self.context)
        yield self._keys

    def on_mount(self) -> None:
        self._input.focus()
        self._asked = ""
        self._list.show(self._known)

    def look_changed(self) -> None:
        for part in (self._list, self._keys, *self.query(Page)):
            part.look = self.program.look
            part.forget()

    def run_command(self, command: Command, count: int) -> None:
        # What was typed last may not have been announced yet.
        self._search()
        match command.name:
            case "leave":
                self.dismiss(None)
            case "run":
                self._run()
            case name:
                self._list.move(_MOVES[name], count)

    @on(Input.Changed)
    def _typed(self) -> None:
        self._search()

    @on(BlockList.Chosen)
    def _run(self) -> None:
        if self._list.selected is not None:
            self.dismiss(self._list.selected)

    def _search(self) -> None:
        query = self._input.value.strip()
        if query == self._asked:
            return
        self._asked = query
        self._list.nothing = refusal(query)
        self._list.show(found(self.program, self._known, query))
        self._list.put(0)
