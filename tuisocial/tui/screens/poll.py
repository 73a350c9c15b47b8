"""A poll in the making: its choices, how long it is open, how it is voted in."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from tuisocial.commands import Command, Context
from tuisocial.model.draft import Ballot
from tuisocial.sdk.options import Field, FieldKind
from tuisocial.services.header_values import duration, read_duration
from tuisocial.tui.render.lines import Line
from tuisocial.tui.render.look import Role
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.render.width import Safe
from tuisocial.tui.screens.base import CommandScreen
from tuisocial.tui.widgets.fields import YES, FieldInput
from tuisocial.tui.widgets.key_line import KeyLine
from tuisocial.tui.widgets.page import Page

_LEAST, _ROOM = 2, 6
_LASTS = Field("lasts", "Open for", help="1d, 12h, 30m", value="1d")
_MULTIPLE = Field("multiple", "May several be chosen?", FieldKind.FLAG)
_HIDDEN = Field("hidden", "Are the counts hidden until it ends?", FieldKind.FLAG)


class PollScreen(CommandScreen[Ballot | None]):
    """Dismissed with the poll; with None where no choices were given."""

    context = Context.FORM

    def __init__(self, ballot: Ballot | None) -> None:
        super().__init__()
        self._before = ballot

    def compose(self) -> ComposeResult:
        look, before = self.program.look, self._before
        options = before.options if before else ()
        yield Page(look, [[], [(Safe(" Poll"), Role.STRONG)], []], classes="heading")
        room = max(_ROOM, len(options) + 1)
        self._options = [
            FieldInput(
                Field("option", "", placeholder=f"choice {number + 1}"),
                options[number] if number < len(options) else "",
            )
            for number in range(room)
        ]
        lasts = duration(before.lasts) if before else _LASTS.value
        self._lasts = FieldInput(_LASTS, lasts)
        self._multiple = FieldInput(_MULTIPLE, YES if before and before.multiple else "")
        self._hidden = FieldInput(_HIDDEN, YES if before and before.hide_totals else "")
        for made in self._options[:-1]:
            made.styles.margin = (0, 1, 0, 1)
        with VerticalScroll(can_focus=False):
            yield from self._options
            for field, made in (
                (_LASTS, self._lasts),
                (_MULTIPLE, self._multiple),
                (_HIDDEN, self._hidden),
            ):
                label: Line = [
                    (Safe(f" {safe_line(field.label)}"), Role.STRONG),
                    (Safe("  "), Role.TEXT),
                    (safe_line(field.help), Role.DIM),
                ]
                yield Page(look, [[(Safe(" "), Role.TEXT), *label]])
                yield made
        self._keys = KeyLine(look, self.context)
        yield self._keys

    def on_mount(self) -> None:
        self.set_focus(self._options[0])

    def look_changed(self) -> None:
        for part in (self._keys, *self.query(Page)):
            part.look = self.program.look
            part.forget()

    def run_command(self, command: Command, count: int) -> None:
        match command.name:
            case "next-field":
                self._turn(1)
            case "previous-field":
                self._turn(-1)
            case "submit" | "leave":
                self._end()

    def _turn(self, by: int) -> None:
        inputs = [*self._options, self._lasts, self._multiple, self._hidden]
        here = next((at for at, made in enumerate(inputs) if made.has_focus), 0)
        self.set_focus(inputs[(here + by) % len(inputs)])

    def _end(self) -> None:
        options = tuple(made.value.strip() for made in self._options if made.value.strip())
        if not options:
            self.dismiss(None)
            return
        if len(options) < _LEAST:
            self.note("a poll needs two choices; with none there is no poll")
            return
        try:
            lasts = read_duration(self._lasts.value.strip())
        except (ValueError, OverflowError):
            self.note("how long is it open? Write 1d, 12h or 30m")
            self.set_focus(self._lasts)
            return
        multiple, hidden = (
            made.value.strip().lower() in (YES, "y") for made in (self._multiple, self._hidden)
        )
        self.dismiss(Ballot(options, lasts, multiple=multiple, hide_totals=hidden))
