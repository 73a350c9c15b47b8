"""stdout: the one place that prints data, and where all of it becomes harmless to a terminal.

JSON keeps every character by escaping the dangerous ones; text for people loses them. Commands
say what to print, never how.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from typing import Any

from tuisocial.cli.wrap import cells, wrapped
from tuisocial.errors import UserError
from tuisocial.model.printable import printable, printable_line

_NARROWEST = 20


class Style(Enum):
    """How a part of a line looks where colour is wanted."""

    PLAIN = ""
    STRONG = "1"
    QUIET = "2"


Part = str | tuple[Style, str]
"""A piece of a line; a bare string is plain."""


def document(value: Mapping[str, Any]) -> None:
    """Print one JSON document, indented."""
    _write_json(json.dumps(value, ensure_ascii=False, indent=2))


def record(value: Mapping[str, Any]) -> None:
    """Print one JSON object on a line of its own."""
    _write_json(json.dumps(value, ensure_ascii=False))


def lines(text: str) -> None:
    """Print text of our own making as it is, less what a terminal would obey."""
    _write(printable(text.rstrip("\n")))


def flush() -> None:
    """Send what was printed on its way now; otherwise the end of the command does."""
    with _telling():
        sys.stdout.flush()


def line(*parts: Part, indent: int = 0) -> None:
    """Print one line made of parts."""
    _write(" " * indent + "".join(_styled(part) for part in parts))


def paragraph(text: str, indent: int = 0, style: Style = Style.PLAIN) -> None:
    """Print text wrapped to the terminal's width, its own line breaks kept."""
    width = max(_NARROWEST, _terminal_width() - indent)
    for broken in printable(text).split("\n"):
        for piece in wrapped(broken, width):
            line((style, piece), indent=indent if piece else 0)


def table(rows: list[tuple[str, ...]]) -> None:
    """Print rows in columns, the first row as their heads."""
    shown = [[printable_line(cell) for cell in row] for row in rows]
    widths = [max(map(cells, column)) for column in zip(*shown, strict=True)]
    for number, row in enumerate(shown):
        padded = [
            cell + " " * (width - cells(cell)) for cell, width in zip(row, widths, strict=True)
        ]
        line((Style.PLAIN if number else Style.STRONG, "  ".join(padded).rstrip()))


# --- harmless JSON ------------------------------------------------------------------------


def _write_json(text: str) -> None:
    """Escape what a terminal would obey or hide; the JSON's meaning stays the same."""
    text = "\n".join(
        line if printable(line) == line else _NOT_ASCII.sub(_escape, line)
        for line in text.split("\n")
    )
    try:
        text.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        text = _NOT_ASCII.sub(_escape, text)
    _write(text)


_NOT_ASCII = re.compile("[^\n -~]")


def _escape(found: re.Match[str]) -> str:
    number = ord(found[0])
    if number < 0x10000:
        return f"\\u{number:04x}"
    number -= 0x10000
    return f"\\u{0xD800 + (number >> 10):04x}\\u{0xDC00 + (number & 0x3FF):04x}"


# --- text for people ----------------------------------------------------------------------


def _styled(part: Part) -> str:
    style, text = (Style.PLAIN, part) if isinstance(part, str) else part
    text = printable_line(text)
    if style is Style.PLAIN or not text or not _in_colour():
        return text
    return f"\x1b[{style.value}m{text}\x1b[0m"


def _in_colour() -> bool:
    return (
        sys.stdout.isatty()
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM", "dumb") != "dumb"
    )


def _terminal_width() -> int:
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except OSError:
        return 80


def _write(text: str) -> None:
    encoding = sys.stdout.encoding
    with _telling():
        sys.stdout.write(f"{text}\n".encode(encoding, "replace").decode(encoding))


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise  # that is how a reader ends us, and no trouble
    except OSError as error:
        problem = error.strerror or "it is closed"
        raise UserError(f"standard output cannot be written: {problem}") from None
