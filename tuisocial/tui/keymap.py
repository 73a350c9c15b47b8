"""From key presses to commands: sequences (`g g`), counts (`5j`), one meaning in each context.

Textual's own bindings know neither sequences nor counts, so screens hand their key events here.
Which keys there are is written in `commands`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from textual import events

from tuisocial.commands import Command, Context, available

_NAMES = {
    "escape": "Esc",
    "enter": "Enter",
    "tab": "Tab",
    "space": "Space",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "underscore": "_",
}
_MOST = 9999


def name_of(event: events.Key) -> str:
    """A key event in the spelling of `commands`: `j`, `Ctrl-d`, `PgDn`, `Alt-1`."""
    if event.key in _NAMES:
        return _NAMES[event.key]
    if event.character is not None and event.is_printable and "+" not in event.key[1:]:
        return event.character
    *modifiers, key = event.key.split("+")
    shown = _NAMES.get(key, event.character if event.is_printable and event.character else key)
    return "-".join([*(modifier.capitalize() for modifier in modifiers), shown])


@dataclass(frozen=True, slots=True)
class Press:
    """What a key press came to: a command, or keys that wait for more, or `unknown` ones."""

    command: Command | None = None
    count: int = 1
    pending: str = ""
    unknown: str = ""


class Keymap:
    """The keys of one context, with what was pressed so far."""

    def __init__(self, context: Context) -> None:
        self._commands = {key: command for command in available(context) for key in command.keys}
        self._counts = any(command.takes_count for command in self._commands.values())
        self._pending = ""
        self._count = ""

    def press(self, key: str) -> Press:
        """Take in one key."""
        if self._takes_digit(key):
            self._count += key
            return Press(pending=self._count)
        if key == "Esc" and (self._pending or self._count):
            self._reset()
            return Press()
        keys = f"{self._pending} {key}".strip()
        command = self._commands.get(keys)
        if command is not None:
            count = min(int(self._count), _MOST) if self._count else command.uncounted
            self._reset()
            return Press(command, count if command.takes_count else 1)
        if any(known.startswith(f"{keys} ") for known in self._commands):
            self._pending = keys
            return Press(pending=f"{self._count}{keys}")
        again = bool(self._pending or self._count)
        self._reset()
        if again and not key.isdigit():
            found = self.press(key)
            return replace(found, unknown=keys) if found.unknown else found
        return Press(unknown=keys)

    def _takes_digit(self, key: str) -> bool:
        if not self._counts or self._pending or len(key) != 1 or key not in "0123456789":
            return False
        return bool(self._count) or key != "0"

    def _reset(self) -> None:
        self._pending = self._count = ""
