"""The path of a file, typed with the folder's names to help."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from tuisocial.commands import Command, Context
from tuisocial.sdk.options import Field
from tuisocial.tui.render.lines import Line, fitted
from tuisocial.tui.render.look import Role
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.render.width import Safe
from tuisocial.tui.screens.base import CommandScreen
from tuisocial.tui.widgets.fields import FieldInput
from tuisocial.tui.widgets.key_line import KeyLine
from tuisocial.tui.widgets.page import Page

_PATH = Field("path", "File", help="Tab finishes the name.")
_MANY = 5000
"""Names of a folder that are looked at."""


class PathScreen(CommandScreen[str | None]):
    """Dismissed with the absolute path of a file that is there, or None."""

    context = Context.FORM

    def compose(self) -> ComposeResult:
        look, space = self.program.look, (Safe(" "), Role.TEXT)
        heading: list[Line] = [
            [],
            [space, (Safe("Add a file"), Role.STRONG)],
            [space, (safe_line(_PATH.help), Role.DIM)],
        ]
        yield Page(look, heading, classes="heading")
        self._input = FieldInput(_PATH, f"{Path.cwd()}/")
        yield self._input
        self._names = Page(look, [])
        self._names.styles.height = "1fr"
        yield self._names
        self._keys = KeyLine(look, self.context)
        self._keys.words = {"next-field": "finish the name", "submit": "add it"}
        yield self._keys

    def on_mount(self) -> None:
        self.set_focus(self._input)
        self._show()

    def look_changed(self) -> None:
        for part in (self._keys, *self.query(Page)):
            part.look = self.program.look
            part.forget()

    def run_command(self, command: Command, count: int) -> None:
        match command.name:
            case "next-field":
                self._finish()
            case "submit":
                self._submit()
            case "leave":
                self.dismiss(None)

    @on(Input.Changed)
    def _changed(self) -> None:
        whole = begun_anew(self._input.value)
        if whole != self._input.value:
            self._input.value = whole
            self._input.cursor_position = len(whole)
        self._show()

    def _show(self) -> None:
        look = self.program.look
        lines: list[Line] = []
        for name in matching(self._input.value)[: max(self.size.height - 7, 1)]:
            words: Line = [(Safe("  "), Role.TEXT), (safe_line(name), Role.TEXT)]
            lines.append(fitted(words, max(self.size.width - 1, 1), look.glyphs.more))
        self._names.show(lines)

    def _finish(self) -> None:
        value = self._input.value
        names = matching(value)
        common = beginning_of(names)
        if common:
            folder, _ = split(value)
            self._input.value = folder + common
            self._input.cursor_position = len(self._input.value)
        if not names:
            self.note("nothing here begins like that")

    def _submit(self) -> None:
        path = Path(self._input.value.strip()).expanduser()
        try:
            there = path.is_file()
        except OSError:
            there = False
        if there:
            self.dismiss(str(path.absolute()))
        elif path.is_dir():
            self._input.value = f"{self._input.value.rstrip('/')}/"
            self._input.cursor_position = len(self._input.value)
        else:
            self.note("there is no such file")


def begun_anew(typed: str) -> str:
    """What is meant where a whole path was typed or pasted behind the folder that stood there."""
    at = max(typed.rfind("//"), typed.rfind("/~/"))
    return typed[at + 1 :]


def beginning_of(names: Sequence[str]) -> str:
    """What all names begin with."""
    if not names:
        return ""
    first, last = min(names), max(names)
    at = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[:at]


def split(typed: str) -> tuple[str, str]:
    """What was typed as a folder, with its slash, and the beginning of a name."""
    at = typed.rfind("/") + 1
    return typed[:at], typed[at:]


def matching(typed: str) -> list[str]:
    """The names in the folder that begin as typed, folders with a slash; hidden ones if asked."""
    folder, start = split(typed)
    found = []
    try:
        with os.scandir(Path(folder or ".").expanduser()) as entries:
            for entry, _ in zip(entries, range(_MANY), strict=False):
                hidden = entry.name.startswith(".") and not start.startswith(".")
                if entry.name.startswith(start) and not hidden:
                    found.append(f"{entry.name}/" if entry.is_dir() else entry.name)
    except (OSError, RuntimeError, ValueError):
        return []
    return sorted(found)
