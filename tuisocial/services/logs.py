"""The log file: what went wrong in detail, bounded in size, with secrets scrubbed.

It is made when the first line is written; only warnings and worse go there.
"""

from __future__ import annotations

import logging
import os
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

from tuisocial.services.credentials import scrubbed
from tuisocial.services.spellings import spellings

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import TextIOWrapper

    from tuisocial.sdk.secret import Secret

_LARGEST = 1_000_000


class Scrubber:
    """Knows every secret that was handed out, and takes it out of any text."""

    def __init__(self) -> None:
        self._secrets: set[Secret] = set()
        self._spelled: tuple[str, ...] = ()

    def hide(self, *secrets: Secret) -> None:
        """Let nobody read these from now on, however they are quoted or encoded."""
        new = set(secrets) - self._secrets
        if new:
            self._secrets |= new
            every = {text for secret in self._secrets for text in spellings(secret.reveal())}
            self._spelled = tuple(sorted(every, key=lambda text: (-len(text), text)))

    def exactly(self, text: str) -> str:
        """`text` with every known secret replaced."""
        for spelled in self._spelled:
            text = text.replace(spelled, "***")
        return text

    def __call__(self, text: str) -> str:
        """`text` without known secrets and without what looks like one."""
        return scrubbed(self.exactly(text))


class _Scrubbing(logging.Formatter):
    """Writes `***` where a line holds a secret."""

    def __init__(self, scrub: Callable[[str], str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._scrub = scrub

    def format(self, record: logging.LogRecord) -> str:
        return self._scrub(super().format(record))


class _Quiet(RotatingFileHandler):
    """A file that only its owner reads. Without a place for a log the program still works."""

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return open(file, "a", encoding="utf-8", errors="replace")

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Say nothing: standard error may be the screen."""


def open_log(file: Path, scrub: Callable[[str], str] = scrubbed) -> logging.Logger:
    """The program's logger, writing to `file`."""
    log = logging.getLogger("tuisocial")
    close_log(log)
    handler = _Quiet(file, maxBytes=_LARGEST, backupCount=1, encoding="utf-8", delay=True)
    handler.setFormatter(_Scrubbing(scrub))
    log.addHandler(handler)
    log.setLevel(logging.WARNING)
    log.propagate = False
    return log


def close_log(log: logging.Logger) -> None:
    """Write no more."""
    for handler in tuple(log.handlers):
        log.removeHandler(handler)
        handler.close()
