"""One question with one answer."""

from __future__ import annotations

from textual.app import ComposeResult

from tuisocial.commands import Command, Context
from tuisocial.sdk.options import Field
from tuisocial.tui.render.lines import Line
from tuisocial.tui.render.look import Role
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.render.width import Safe
from tuisocial.tui.screens.base import CommandScreen
from tuisocial.tui.widgets.fields import FieldInput
from tuisocial.tui.widgets.key_line import KeyLine
from tuisocial.tui.widgets.page import Page


class PromptScreen(CommandScreen[str | None]):
    """Dismissed with what was typed, or None."""

    context = Context.FORM

    def __init__(self, title: str, field: Field, value: str = "") -> None:
        super().__init__()
        self._title = title
        self._field = field
        self._value = value

    def compose(self) -> ComposeResult:
        look = self.program.look
        space = (Safe(" "), Role.TEXT)
        heading: list[Line] = [
            [],
            [space, (safe_line(self._title), Role.STRONG)],
            [],
            [space, (safe_line(self._field.label), Role.STRONG)],
            [space, (safe_line(self._field.help), Role.DIM)],
        ]
        yield Page(look, heading, classes="heading")
        self._input = FieldInput(self._field, self._value)
        yield self._input
        self._keys = KeyLine(look, self.context)
        self._keys.styles.dock = "bottom"
        yield self._keys

    def on_mount(self) -> None:
        self.set_focus(self._input)

    def look_changed(self) -> None:
        for part in (self._keys, *self.query(Page)):
            part.look = self.program.look
            part.forget()

    def run_command(self, command: Command, count: int) -> None:
        match command.name:
            case "submit" if self._input.value.strip():
                self.dismiss(self._input.value.strip())
            case "leave":
                self.dismiss(None)
