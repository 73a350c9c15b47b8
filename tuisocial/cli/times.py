"""Times and lengths of time as people type them."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from tuisocial.errors import UsageError
from tuisocial.services.header_values import read_duration, read_time

_DAY = re.compile(r"(today|tomorrow) +(\d{1,2}):(\d{2})")


def moment(text: str, now: datetime) -> datetime:
    """`+2h`, `tomorrow 9:00`, or a date and a time, here where no zone is named.

    Raises: UsageError.
    """
    try:
        if text.startswith("+"):
            return now + read_duration(text[1:])
        day = _DAY.fullmatch(text.strip().lower())
        if day is None:
            return read_time(text)
        here = now.astimezone()
        date = here.date() + timedelta(days=day[1] == "tomorrow")
        return datetime.combine(date, time(int(day[2]), int(day[3]))).astimezone()
    except (ValueError, OverflowError, OSError):
        raise UsageError(
            f"not a time: {text[:40]!r}", "write +2h, tomorrow 9:00 or 2026-12-24T18:00"
        ) from None


def length(text: str) -> timedelta:
    """`30m`, `2h`, `1d 12h`. Raises: UsageError."""
    try:
        return read_duration(text)
    except (ValueError, OverflowError):
        raise UsageError(f"not a length of time: {text[:40]!r}", "write 30m, 2h or 1d") from None
