"""The log file: what is too long for stderr, appended without any secret.

Knows nothing of who writes: `diagnostics` brings tracebacks, `capture` what libraries log.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from tuisocial.config.paths import find_paths
from tuisocial.sdk.secret import Secret

_file: Path | None = None
_hiding: list[Callable[[str], str]] = []


def log_to(file: Path) -> None:
    """Name the log file, until then the usual one; it is made when something is written to it."""
    global _file
    _file = file


def hide_by(scrub: Callable[[str], str]) -> None:
    """Take what `scrub` takes out of a text out of all that is written from now on.

    A runtime knows secrets again that nobody holds any more.
    """
    _hiding.append(scrub)


def append(text: str) -> str:
    """Add `text` and a time, and say where, in words that end a sentence."""
    file = _file or find_paths().log_file
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        log = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with open(log, "a", encoding="utf-8", errors="backslashreplace") as out:
            out.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {scrubbed(text).rstrip()}\n")
    except OSError as error:
        return f"the details could not be written to {file}: {error.strerror}"
    return f"the details are in {file}"


def append_error(error: BaseException) -> str:
    """Like `append`, for an error with its traceback."""
    from traceback import format_exception  # 0.006 s that a good end does not need

    return append("".join(format_exception(error)))


def scrubbed(text: str) -> str:
    """`text` without the value of any secret that this process holds, or handed to a runtime."""
    from tuisocial.services.credentials import scrubbed as without_likely_secrets
    from tuisocial.services.spellings import spellings

    every = {spelled for value in _secrets() for spelled in spellings(value)}
    for spelled in sorted(every, key=lambda text: (-len(text), text)):
        text = text.replace(spelled, "***")
    for scrub in _hiding:
        text = scrub(text)
    return without_likely_secrets(text)


def _secrets() -> Iterable[str]:
    # Asking the collector finds those that libraries' frames hold on to as well.
    return {thing.reveal() for thing in gc.get_objects() if isinstance(thing, Secret)}


_TALKATIVE = (
    "asyncio",
    "hpack",
    "httpcore",
    "httpx",
    "keyring",
    "requests",
    "urllib3",
    "websockets",
)
"""What writes down whole requests, headers and frames when it is asked for its details."""


def capture() -> None:
    """Send what Python and libraries would print to stderr to the file: logs and warnings."""
    import logging  # 0.01 s; asyncio needs it, so whoever calls this has paid already

    class ToFile(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            append(self.format(record))

    handler = ToFile(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    for other in tuple(root.handlers):
        # One that a plugin put there writes to the screen, and scrubs nothing.
        root.removeHandler(other)
    root.addHandler(handler)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
