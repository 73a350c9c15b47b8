"""One question with one answer."""

from __future__ import annotations

from collections.abc import Callable

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
    """Dismissed with what was typed, or None.

    `fault` says what is wrong with an answer, nothing for a good one. With `kept`, going back
    hands over what was typed, too.
    """

    context = Context.FORM

    def __init__(
        self,
        title: str,
        field: Field,
        value: str = "",
        *,
        fault: Callable[[str], str] = lambda answer: "",
        kept: bool = False,
    ) -> None:
        super().__init__()
        self._title = title
        self._field = field
        self._value = value
        self._fault = fault
        self._kept = kept

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
        answer = self._input.value.strip()
        match command.name:
            case "submit" if answer or not self._field.required:
                fault = self._fault(answer) if answer else ""
                if fault:
                    self.note(fault)
                else:
                    self.dismiss(answer)
            case "leave":
                self.dismiss(answer if self._kept and answer else None)
