"""The terminal's echo: off while a secret is typed, and as it was whenever the program ends.

A thread that waits for a line cannot put it right when the process ends without it, so what the
terminal was like is kept here for whoever ends the process.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getpass
from typing import Any

from tuisocial.model.printable import printable_line

try:
    import termios
except ImportError:
    # Not on Windows, where only `getpass` hides what is typed, and nothing stays hidden.
    termios = None  # type: ignore[assignment]

_before: list[Any] | None = None


def secret_line(prompt: str) -> str:
    """Ask for a line that is not shown.

    Raises: EOFError at the end of the input.
    """
    with _restoring():
        return getpass(printable_line(prompt))


@contextmanager
def unseen() -> Iterator[None]:
    """Show nothing of what is typed meanwhile; without a terminal there is nothing to do."""
    with _restoring():
        if _before is not None:
            hidden = [*_before]
            hidden[3] &= ~termios.ECHO
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, hidden)
        yield


def restore() -> None:
    """Make the terminal what it was before a secret was asked for."""
    global _before
    if _before is None:
        return
    try:
        termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, _before)
    except (termios.error, OSError, ValueError):
        pass  # it is gone
    _before = None


@contextmanager
def _restoring() -> Iterator[None]:
    global _before
    if os.name == "posix" and _before is None and sys.stdin.isatty():
        _before = termios.tcgetattr(sys.stdin.fileno())
    try:
        yield
    finally:
        restore()
