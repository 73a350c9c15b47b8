"""The page that tells whole what the line of state shortens: each login's trouble and remedy."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from tuisocial.commands import Command, Context
from tuisocial.store.rows import SourceState
from tuisocial.tui.render.lines import Line, wrapped
from tuisocial.tui.render.look import Look, Role
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.render.width import Safe
from tuisocial.tui.screens.base import CommandScreen
from tuisocial.tui.widgets.block_list import BlockList
from tuisocial.tui.widgets.key_line import KeyLine

_MOST_LINES = 8


class StateList(BlockList[SourceState]):
    """A block for each timeline: whose it is, how it stands, why, what to do."""

    def __init__(self, look: Look, states: Sequence[SourceState]) -> None:
        super().__init__(look)
        self._states = states

    def on_mount(self) -> None:
        self.show(self._states)

    def key_of(self, block: SourceState) -> str:
        return str(block.source)

    def lines_of(self, block: SourceState, width: int) -> list[Line]:
        role = Role.WARNING if block.error else Role.TEXT
        detail = f", {block.detail}" if block.detail else ""
        said: list[Line] = [
            [
                (safe_line(str(block.source)), Role.STRONG),
                (Safe(f"  {safe_line(f'{block.status}{detail}')}"), role),
            ]
        ]
        for words, tone in ((block.error, Role.TEXT), (block.remedy, Role.DIM)):
            if words:
                sentence = safe_line(f"{words[:1].upper()}{words[1:]}.")
                said.append([(sentence, tone)])
        return [line for each in said for line in wrapped(each, width, _MOST_LINES)[:_MOST_LINES]]


class TroubleScreen(CommandScreen[None]):
    """How things stood when it was opened."""

    context = Context.HELP

    def __init__(self, states: Sequence[SourceState]) -> None:
        super().__init__()
        self._states = states

    def compose(self) -> ComposeResult:
        self._list = StateList(self.program.look, self._states)
        yield self._list
        self._keys = KeyLine(self.program.look, self.context)
        yield self._keys

    def on_mount(self) -> None:
        self._list.focus()

    def look_changed(self) -> None:
        for part in (self._list, self._keys):
            part.look = self.program.look
            part.forget()

    def run_command(self, command: Command, count: int) -> None:
        if command.name in ("back", "close"):
            self.dismiss(None)
        else:
            self._list.move(command.name, count)
