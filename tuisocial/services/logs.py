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
from tuisocial.services.spellings import SHORTEST, spellings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import TextIOWrapper

    from tuisocial.sdk.secret import Secret

_LARGEST = 1_000_000
_MOST = 100_000
"""Characters of one text; going through them takes some hundredths of a second."""


class Scrubber:
    """Takes every secret that was handed out of any text, and keeps none of them.

    Of each spelling it remembers a digest under a key that only this process has, its length, and
    sixteen bits of its first four characters, by which a text is gone through once.
    """

    def __init__(self) -> None:
        self._key = os.urandom(32)
        self._hidden: set[bytes] = set()
        self._spelled: set[bytes] = set()
        self._lengths: dict[int, tuple[int, ...]] = {}
        self._longest = 0

    def hide(self, *secrets: Secret) -> None:
        """Let nobody read these from now on, however they are quoted or encoded."""
        for secret in secrets:
            whole = self._digest(secret.reveal())
            if whole in self._hidden:
                continue
            for spelled in spellings(secret.reveal()):
                self._spelled.add(self._digest(spelled))
                mark = _mark(spelled[:SHORTEST])
                lengths = {len(spelled), *self._lengths.get(mark, ())}
                self._lengths[mark] = tuple(sorted(lengths, reverse=True))
                self._longest = max(self._longest, len(spelled))
            self._hidden.add(whole)

    def exactly(self, text: str) -> str:
        """`text` with every known secret replaced, cut where it is longer than anybody reads."""
        seen = text[:_MOST]
        parts, after = [], 0
        for begin, end in self._places(seen):
            parts += [seen[after:begin], "***"]
            after = end
        clean = "".join([*parts, seen[after:]])
        if len(text) <= _MOST:
            return clean
        # The cut may go through a secret, whose beginning then looks like nothing.
        return f"{clean[: max(len(clean) - self._longest, 0)]} (cut)"

    def __call__(self, text: str) -> str:
        """`text` without known secrets and without what looks like one."""
        return scrubbed(self.exactly(text))

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        """Where the known spellings in `text` begin and end; those that overlap are one place."""
        begin = end = 0
        for at in range(len(text) - SHORTEST + 1):
            for length in self._lengths.get(_mark(text[at : at + SHORTEST]), ()):
                if at + length <= end:
                    break
                if at + length > len(text):
                    continue
                if self._digest(text[at : at + length]) in self._spelled:
                    if at >= end:
                        if end:
                            yield begin, end
                        begin = at
                    end = at + length
                    break
        if end:
            yield begin, end

    def _digest(self, text: str) -> bytes:
        from hashlib import blake2b  # OpenSSL, and only where there is a secret

        return blake2b(
            text.encode("utf-8", "surrogatepass"), key=self._key, digest_size=16
        ).digest()


def _mark(beginning: str) -> int:
    return hash(beginning) & 0xFFFF


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
