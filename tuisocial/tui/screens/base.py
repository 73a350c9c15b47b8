"""What every screen of ours is: guarded, drawn without a frame, its keys read from `commands`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from textual import events
from textual.screen import Screen

from tuisocial.commands import TYPING, Command, Context
from tuisocial.tui.bridge import Stale
from tuisocial.tui.guard import Guarded
from tuisocial.tui.keymap import Keymap, name_of
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.widgets.key_line import KeyLine

if TYPE_CHECKING:
    from tuisocial.tui.app import TuisocialApp
    from tuisocial.tui.bridge import Stale

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

    def note(self, words: str) -> None:
        """Say something short on the line of keys, until the next key."""
        for line in self.query(KeyLine):
            line.note(safe_line(words))

    def look_changed(self) -> None:
        """The theme, the glyphs or the density is another."""

    def refresh_stale(self, stale: Stale) -> None:
        """Read again what the store says is stale."""

    def on_key(self, event: events.Key) -> None:
        press = self._keymap.press(name_of(event))
        if press.command is not None or press.pending:
            event.stop()
            event.prevent_default()
        typing = self.context in TYPING
        unknown = "" if typing or not press.unknown else f"{press.unknown} does nothing here"
        for line in self.query(KeyLine):
            line.show(press.pending, safe_line(unknown))
        if press.command is None:
            return
        match press.command.name:
            case "quit":
                self.app.exit()
            case "suspend":
                if not self.program.stop_process():
                    self.note("there is no shell to go back to here")
            case _:
                self.run_command(press.command, press.count)
