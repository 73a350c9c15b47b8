"""A program on a pseudo-terminal, timed from outside: what it paints, and when it is done."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

PATIENCE = 60.0
SETTLED = 0.06
"""Seconds of silence after which the answer to a key counts as painted."""

_HELLO = """\
from textual.app import App
from textual.widgets import Label

class Hello(App):
    def compose(self):
        yield Label("Hello, world")

Hello().run()
"""

HELLO = [
    sys.executable,
    "-c",
    _HELLO,
]


class Timed:
    """Runs a command on an 80×24 terminal; times are seconds since it was started."""

    def __init__(self, command: Sequence[str], environment: dict[str, str] | None = None) -> None:
        self._terminal, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            stdin=inner,
            stdout=inner,
            stderr=inner,
            env={
                **os.environ,
                "TERM": "xterm-256color",
                "LANG": "C.UTF-8",
                **(environment or {}),
            },
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
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        os.close(self._terminal)

    def until(self, words: str) -> float:
        """When `words` had been written.

        Raises: RuntimeError if they never are, with the end of what was.
        """
        wanted, written = words.encode(), b""
        while wanted not in written:
            chunk = self._read(PATIENCE)
            if not chunk:
                raise RuntimeError(f"{words!r} was never painted: …{written[-2000:]!r}")
            written += chunk
        return time.perf_counter() - self.started

    def rest(self, silence: float = 0.5) -> None:
        """Wait until nothing is painted for `silence` seconds."""
        while self._read(silence):
            pass

    def press(self, keys: str) -> float:
        """Type `keys`; the seconds until the last of what they made was painted."""
        pressed = last = time.perf_counter()
        os.write(self._terminal, keys.encode())
        patience = 2.0
        while self._read(patience):
            last = time.perf_counter()
            patience = SETTLED
        return last - pressed

    def peak_memory(self) -> float:
        """The most memory the process ever had in use, in MB (VmHWM of proc(5))."""
        with open(f"/proc/{self._process.pid}/status") as status:
            line = next(line for line in status if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024

    def _read(self, patience: float) -> bytes:
        ready, _, _ = select.select([self._terminal], [], [], patience)
        if not ready:
            return b""
        try:
            return os.read(self._terminal, 1 << 16)
        except OSError:  # Linux reports the other end's closing as an error.
            return b""
