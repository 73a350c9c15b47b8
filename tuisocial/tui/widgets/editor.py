"""The text of a post being written: Textual's text area without its frame, its blinking cursor,
and what is not printable.

Paths that are pasted or dropped are files to attach. While names are suggested, keys choose among
them first.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote, urlsplit

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

from tuisocial.model.printable import printable
from tuisocial.tui.guard import Guarded

_WORD = re.compile(r"(?:^|(?<=[\s(]))([@#:])([\w.@+-]*)$")
_LONGEST_PASTE = 4000
"""Characters that may be paths."""


class Editor(Guarded, TextArea):
    """See the module. `choosing` takes a key while there are suggestions; False lets it through."""

    # Ctrl-z gives the terminal back to the shell, here as everywhere.
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+underscore", "undo", show=False)]

    class Dropped(Message):
        """Paths of files were pasted."""

        def __init__(self, paths: tuple[str, ...]) -> None:
            super().__init__()
            self.paths = paths

    def __init__(self, text: str, choosing: Callable[[str], bool]) -> None:
        super().__init__(printable(text), compact=True, highlight_cursor_line=False)
        self.cursor_blink = False
        self._choosing = choosing

    def begun(self) -> tuple[str, str] | None:
        """The name that is being typed before the cursor: `@`, `#` or `:`, and what follows."""
        row, column = self.cursor_location
        found = _WORD.search(self.document[row][:column])
        return (found[1], found[2]) if found else None

    def finish(self, begun: str, whole: str) -> None:
        """Put a whole name in the place of the one that was begun, and a blank after it."""
        row, column = self.cursor_location
        start = (row, max(column - len(begun), 0))
        followed = self.document[row][column : column + 1].isspace()
        self.replace(whole if followed else f"{whole} ", start, (row, column))
        self.move_cursor((row, start[1] + len(whole) + 1))

    def show(self, text: str) -> None:
        """Replace everything, the cursor at its end."""
        self.load_text(printable(text))
        self.move_cursor(self.document.end)

    async def _on_key(self, event: events.Key) -> None:
        if self._choosing(event.key):
            event.stop()
            event.prevent_default()

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        paths = paths_in(event.text)
        if paths:
            self.post_message(self.Dropped(paths))
            return
        done = self.replace(printable(event.text), *self.selection)
        self.move_cursor(done.end_location)


def paths_in(text: str) -> tuple[str, ...]:
    """The files that a text names, if it is nothing but their paths, as terminals drop them."""
    if len(text) > _LONGEST_PASTE or not text.strip():
        return ()
    whole = _path(text.strip())
    if whole:
        return (whole,)
    try:
        words = shlex.split(text)
    except ValueError:
        return ()
    paths = tuple(_path(word) for word in words)
    return paths if all(paths) else ()


def _path(word: str) -> str:
    """The absolute path of a file that is there, else nothing."""
    if word.startswith("file://"):
        word = unquote(urlsplit(word).path)
    if not word.startswith(("/", "~", "./", "../")) or "\0" in word or "\n" in word:
        return ""
    try:
        path = Path(word).expanduser()
        return str(path.absolute()) if path.is_file() else ""
    except (OSError, RuntimeError):
        return ""
