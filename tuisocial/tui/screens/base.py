"""What every screen of ours is: guarded, drawn without a frame, its keys read from `commands`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from textual import events
from textual.screen import Screen

from tuisocial.commands import Command, Context
from tuisocial.tui.guard import Guarded
from tuisocial.tui.keymap import Keymap, Press, name_of

if TYPE_CHECKING:
    from tuisocial.tui.app import TuisocialApp

Result = TypeVar("Result")


class CommandScreen(Guarded, Screen[Result], inherit_bindings=False):
    """A screen whose keys are commands; `run_command` carries one out."""

    AUTO_FOCUS = ""
    context = Context.LIST

    def __init__(self) -> None:
        super().__init__()
        self._keymap = Keymap(self.context)

    @property
    def program(self) -> TuisocialApp:
        """The application, as ours."""
        return cast("TuisocialApp", self.app)

    def run_command(self, command: Command, count: int) -> None:
        """Carry out a command of this screen's context."""
        raise NotImplementedError

    def pressed(self, press: Press) -> None:
        """Called with what each key press came to, to show keys that wait for more."""

    def look_changed(self) -> None:
        """The theme, the glyphs or the density is another."""

    def on_key(self, event: events.Key) -> None:
        press = self._keymap.press(name_of(event))
        if press.command is not None or press.pending:
            event.stop()
            event.prevent_default()
        self.pressed(press)
        if press.command is None:
            return
        if press.command.name == "quit":
            self.app.exit()
        else:
            self.run_command(press.command, press.count)
