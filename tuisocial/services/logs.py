"""The log file: what went wrong in detail, bounded in size, with secrets scrubbed.

It is made when the first line is written; only warnings and worse go there.
"""

from __future__ import annotations

import logging
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path

_LARGEST = 1_000_000
_SECRETS = re.compile(
    r"(?i)(nsec1|ncryptsec1)[a-z0-9]+"
    r"|((?:authorization|bearer|access_token|token|password|secret)[\"']?\s*[:=]?\s*[\"']?)"
    r"(?:bearer\s+)?[A-Za-z0-9._~+/=-]{8,}"
)


class _Scrubbing(logging.Formatter):
    """Writes `***` where a line holds something shaped like a credential."""

    def format(self, record: logging.LogRecord) -> str:
        return scrubbed(super().format(record))


def scrubbed(text: str) -> str:
    """`text` with everything shaped like a credential replaced.

    A second line of defence: nothing that knows a secret is meant to log it at all.
    """
    return _SECRETS.sub(lambda match: f"{match[2] or match[1]}***", text)


def open_log(file: Path) -> logging.Logger:
    """The program's logger, writing to `file`."""
    log = logging.getLogger("tuisocial")
    for old in tuple(log.handlers):
        log.removeHandler(old)
        old.close()
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            file, maxBytes=_LARGEST, backupCount=1, encoding="utf-8", errors="replace", delay=True
        )
    except OSError:
        # Without a place for a log the program still works.
        handler = logging.NullHandler()
    handler.setFormatter(_Scrubbing("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.WARNING)
    log.propagate = False
    return log
