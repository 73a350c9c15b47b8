"""A choice between a few things, by moving to one or by its number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult

from tuisocial.commands import Command, Context
from tuisocial.tui.render.lines import Line, wrapped
from tuisocial.tui.render.look import Look, Role
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.render.width import Safe
from tuisocial.tui.screens.base import CommandScreen
from tuisocial.tui.widgets.block_list import BlockList
from tuisocial.tui.widgets.key_line import KeyLine
from tuisocial.tui.widgets.page import Page


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose, and a sentence about it."""

    title: str
    about: str = ""


class ChoiceList(BlockList[tuple[int, Choice]]):
    """The choices with their numbers."""

    def __init__(self, look: Look, choices: Sequence[Choice]) -> None:
        super().__init__(look)
        self._choices = list(enumerate(choices, 1))

    def on_mount(self) -> None:
        self.show(self._choices)

    def key_of(self, block: tuple[int, Choice]) -> str:
        return str(block[0])

    def lines_of(self, block: tuple[int, Choice], width: int) -> list[Line]:
        number, choice = block
        lines: list[Line] = []
        for line in wrapped([(safe_line(choice.title), Role.STRONG)], width - 4, 3)[:3]:
            lead = f" {number}  " if not lines else "    "
            lines.append([(Safe(lead), Role.ACCENT), *line])
        if choice.about:
            about = wrapped([(safe_line(choice.about), Role.DIM)], width - 4, 4)[:4]
            lines += [[(Safe("    "), Role.TEXT), *line] for line in about]
        return lines


class ChoiceScreen(CommandScreen[int | None]):
    """Dismissed with the number of the choice from 0, or None for none."""

    context = Context.CHOICE

    def __init__(self, title: str, choices: Sequence[Choice], below: Sequence[str] = ()) -> None:
        super().__init__()
        self._title = title
        self._choices = choices
        self._below = below

    def compose(self) -> ComposeResult:
        look = self.program.look
        heading: list[Line] = [
            [],
            [(Safe(" "), Role.TEXT), (safe_line(self._title), Role.STRONG)],
            [],
        ]
        yield Page(look, heading, classes="heading")
        self._list = ChoiceList(look, self._choices)
        yield self._list
        if self._below:
            lines: list[Line] = [[(Safe(f" {words}"), Role.DIM)] for words in self._below]
            yield Page(look, lines, classes="below")
        self._keys = KeyLine(look, self.context)
        yield self._keys

    def on_mount(self) -> None:
        self._list.focus()

    def chosen(self, index: int) -> None:
        """A choice was taken."""
        self.dismiss(index)

    def left(self) -> None:
        """None was."""
        self.dismiss(None)

    def look_changed(self) -> None:
        for part in (self._list, self._keys, *self.query(Page)):
            part.look = self.program.look
            part.forget()

    def run_command(self, command: Command, count: int) -> None:
        match command.name:
            case "choose":
                self.chosen(self._list.viewport.selected)
            case "back" | "close":
                self.left()
            case "help":
                self.program.help(self.context)
            case name:
                self._list.move(name, count)

    def on_key(self, event: events.Key) -> None:
        if event.key.isdigit() and 1 <= int(event.key) <= min(len(self._choices), 9):
            event.stop()
            event.prevent_default()
            self.chosen(int(event.key) - 1)

    @on(BlockList.Chosen)
    def _clicked(self) -> None:
        self.chosen(self._list.viewport.selected)
