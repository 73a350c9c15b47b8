"""A program on a pseudo-terminal, and the screen that a person in front of it would see."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

PATIENCE = 60.0
"""Seconds after which a program that paints nothing more is taken to hang."""


class _Screen(pyte.Screen):
    """pyte's screen, deaf to the private sequences that it mistakes for others it cannot take."""

    def report_device_status(self, *_: int, **__: bool) -> None:
        pass

    def select_graphic_rendition(self, *attributes: int, private: bool = False) -> None:
        if not private:
            super().select_graphic_rendition(*attributes)


class Terminal:
    """Run `command` on a terminal of `columns` × `lines`; leaving the block ends it."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        environment: Mapping[str, str],
        folder: Path,
        columns: int = 80,
        lines: int = 24,
    ) -> None:
        self._screen = _Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._terminal, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self._process = subprocess.Popen(
            list(command),
            stdin=inner,
            stdout=inner,
            stderr=inner,
            env={"TERM": "xterm-256color", "LANG": "C.UTF-8", **environment},
            cwd=folder,
            start_new_session=True,
        )
        os.close(inner)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        if self._terminal >= 0:
            os.close(self._terminal)

    @property
    def text(self) -> str:
        """What the screen shows, a line of text for each of its lines."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def wait_for(self, words: str) -> None:
        """Read until the screen shows `words`, in whatever case.

        Raises:
            AssertionError: The program ended or hung without showing them; it quotes the screen.
        """
        deadline = time.monotonic() + PATIENCE
        while words.casefold() not in self.text.casefold():
            assert self._read(deadline), f"{words!r} never appeared:\n{self.text}"

    def press(self, keys: str) -> None:
        """Type `keys`."""
        os.write(self._terminal, keys.encode())

    def hang_up(self) -> int:
        """Take the terminal away, as closing its window does, and return the program's exit code.

        Raises:
            subprocess.TimeoutExpired: The program went on without it.
        """
        os.close(self._terminal)
        self._terminal = -1
        return self._process.wait(PATIENCE)

    def wait_for_end(self) -> int:
        """Read until the program ends and return its exit code.

        Raises:
            AssertionError: It did not end; the message quotes the screen.
        """
        deadline = time.monotonic() + PATIENCE
        while self._read(deadline):
            pass
        try:
            return self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the program did not end:\n{self.text}") from None

    def _read(self, deadline: float) -> bool:
        """Take in what the program paints next; false where it has ended or time is up."""
        remaining = max(0.0, deadline - time.monotonic())
        ready, _, _ = select.select([self._terminal], [], [], remaining)
        if not ready:
            return False
        try:
            painted = os.read(self._terminal, 65536)
        except OSError:  # Linux reports the other end's closing as an error.
            return False
        self._stream.feed(painted)
        return bool(painted)
