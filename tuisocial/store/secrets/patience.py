"""Calls that may never come back, waited for only so long and never at the program's end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 45.0
"""Seconds for a person to answer a prompt for a password: fewer than a session has to open, which
would be called silent instead."""


def beside(call: Callable[[], T]) -> Future[T]:
    """Make a call on a thread of its own, which does not keep the program from ending.

    A pool's threads would: the interpreter waits for them.
    """
    answer: Future[T] = Future()

    def run() -> None:
        try:
            value = call()
        except BaseException as error:  # noqa: BLE001 - handed to whoever asks for the answer
            answer.set_exception(error)
        else:
            answer.set_result(value)

    # From here on it is not to be cancelled: nothing would stop the call.
    answer.set_running_or_notify_cancel()
    threading.Thread(target=run, name="secrets", daemon=True).start()
    return answer


def within(seconds: float, call: Callable[[], T]) -> T:
    """The answer of a call; after `seconds` it is left to itself.

    Raises: TimeoutError, and what the call raises.
    """
    return beside(call).result(seconds)
