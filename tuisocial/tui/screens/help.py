"""The keys that work where the person was, and those of the other places below."""

from __future__ import annotations

from textual.app import ComposeResult

from tuisocial.commands import Command, Context, available
from tuisocial.tui.render.lines import Line, wrapped
from tuisocial.tui.render.look import Look, Role
from tuisocial.tui.render.width import Safe
from tuisocial.tui.screens.base import CommandScreen
from tuisocial.tui.widgets.block_list import BlockList
from tuisocial.tui.widgets.key_line import KeyLine

_KEYS_WIDTH = 22


class KeyTable(BlockList[Context]):
    """A block for each context, its keys and what they do."""

    def __init__(self, look: Look, contexts: list[Context], *, panes: bool) -> None:
        super().__init__(look)
        self._panes = panes
        self._contexts = contexts

    def on_mount(self) -> None:
        self.show(self._contexts)

    def key_of(self, block: Context) -> str:
        return block.value

    def lines_of(self, block: Context, width: int) -> list[Line]:
        lines: list[Line] = [[(Safe(block.value), Role.STRONG)]]
        for command in _listed(block, panes=self._panes):
            keys = "  ".join(command.keys)
            if command.name.startswith("tab-"):
                keys, about = "Alt-1 … Alt-9", "The tab of that number."
            else:
                about = command.about
            said = wrapped([(Safe(about), Role.TEXT)], max(width - _KEYS_WIDTH - 2, 20))
            for at, line in enumerate(said):
                lead = (keys if at == 0 else "").ljust(_KEYS_WIDTH)
                lines.append([(Safe(f"  {lead}"), Role.ACCENT), *line])
        return lines


def _listed(context: Context, *, panes: bool) -> list[Command]:
    """The commands of a context: one line for all tabs, the other pane's where there is one."""
    return [
        command
        for command in available(context)
        if not command.name.startswith("tab-") or command.name == "tab-1"
        if panes or command.name != "switch-pane"
    ]


class HelpScreen(CommandScreen[None]):
    """What is true in `about` comes first."""

    context = Context.HELP

    def __init__(self, about: Context) -> None:
        super().__init__()
        self._contexts = [about, *(context for context in Context if context is not about)]

    def compose(self) -> ComposeResult:
        panes = self.program.home.has_class("wide")
        self._table = KeyTable(self.program.look, self._contexts, panes=panes)
        yield self._table
        self._keys = KeyLine(self.program.look, self.context)
        yield self._keys

    def on_mount(self) -> None:
        self._table.focus()

    def look_changed(self) -> None:
        for part in (self._table, self._keys):
            part.look = self.program.look
            part.forget()

    def run_command(self, command: Command, count: int) -> None:
        match command.name:
            case "back" | "close":
                self.dismiss(None)
            case "next":
                self._table.move("scroll", count)
            case "previous":
                self._table.move("scroll", -count)
            case name:
                self._table.move(name, count)
