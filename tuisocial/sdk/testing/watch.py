"""What a piece of code does beyond computing, as the interpreter's audit events tell it.

They tell of every socket of this process, whichever library opened it and in whichever thread.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

_TRAFFIC = frozenset(
    {
        "socket.connect",
        "socket.sendto",
        "socket.sendmsg",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "subprocess.Popen",
    }
)


@dataclass(slots=True)
class Watch:
    """What happened while it was on.

    `traffic` are connections, look-ups and processes begun by any thread; `blocking` are calls
    by the watching thread that wait without giving the event loop a turn.
    """

    thread: int
    traffic: list[str] = field(default_factory=list)
    blocking: list[str] = field(default_factory=list)

    def note(self, event: str, args: tuple[Any, ...]) -> None:
        """Take down one audit event."""
        if event in _TRAFFIC:
            self.traffic.append(f"{event} {args[1] if len(args) > 1 else args!r}")
        if threading.get_ident() != self.thread:
            return
        if event in ("socket.getaddrinfo", "socket.gethostbyname"):
            self.blocking.append(f"{event} {args[0]}")
        elif event == "socket.connect" and args[0].gettimeout() != 0:
            self.blocking.append(f"socket.connect {args[1]} on a blocking socket")


_watches: list[Watch] = []
_hooked = threading.Event()


def _hook(event: str, args: tuple[Any, ...]) -> None:
    for watch in _watches:
        watch.note(event, args)


@contextmanager
def watching() -> Iterator[Watch]:
    """Watch this process, and this thread in particular, until the end of the block."""
    if not _hooked.is_set():
        # An audit hook cannot be taken away again, so there is one, idle while nobody watches.
        _hooked.set()
        sys.addaudithook(_hook)
    watch = Watch(threading.get_ident())
    _watches.append(watch)
    try:
        yield watch
    finally:
        _watches.remove(watch)
