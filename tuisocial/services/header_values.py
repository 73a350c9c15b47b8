"""The values of a draft's header lines as text, and back.

A value is one line without white space at its ends; a backslash writes what would not survive
that: `\\n`, `\\r`, `\\t`, `\\s` (a space), `\\|`, `\\"` and `\\\\`. An empty value is `""`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

_EMPTY = '""'
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", "s": " "}
_WRITTEN = {char: f"\\{letter}" for letter, char in _LETTERS.items() if char != " "}
_ESCAPE = re.compile(r'\\([nrts|"\\])')
_BETWEEN = re.compile(r"(?:[^\\|]|\\.?)*")
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?\s*[dhms]\s*)+")
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*([dhms])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_ANSWERS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


def escaped(text: str) -> str:
    """A value that is any text."""
    if text in ("", _EMPTY):
        return (text and f"\\{_EMPTY}") or _EMPTY
    text = text.replace("\\", "\\\\")
    text = re.sub(r"[\n\r\t]", lambda found: _WRITTEN[found[0]], text)
    return re.sub(r"^ | $", r"\\s", text)


def unescaped(value: str) -> str:
    """The text that `escaped` wrote."""
    if value == _EMPTY:
        return ""
    return _ESCAPE.sub(lambda found: _LETTERS.get(found[1], found[1]), value)


def listed(texts: Iterable[str]) -> str:
    """`a | b | c`; a bar alone for an empty list."""
    return " | ".join(escaped(text).replace("|", "\\|") for text in texts) or "|"


def unlisted(value: str) -> tuple[str, ...]:
    """The texts that `listed` wrote; what is blank between two bars is left out."""
    items, at = [], 0
    while at <= len(value):
        found = _BETWEEN.match(value, at)
        item = found[0] if found else ""
        items.append(item.strip(" \t"))
        at += len(item) + 1
    return tuple(unescaped(item) for item in items if item)


def duration(length: timedelta) -> str:
    """`1d 2h 3m 4.5s`, without what is nought."""
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{length.microseconds:06}".rstrip("0") if length.microseconds else ""
    amounts = (f"{length.days}d", f"{hours}h", f"{minutes}m", f"{seconds}{fraction}s")
    return " ".join(each for each in amounts if each[:-1] != "0") or "0s"


def read_duration(value: str) -> timedelta:
    """The length of time that `duration` wrote.

    Raises: ValueError, OverflowError.
    """
    if not _DURATION.fullmatch(value):
        raise ValueError(value)
    parts = (timedelta(**{_UNITS[unit]: float(much)}) for much, unit in _AMOUNT.findall(value))
    return sum(parts, timedelta())


def read_answer(value: str) -> bool:
    """Yes or no.

    Raises: ValueError.
    """
    answer = _ANSWERS.get(value.casefold())
    if answer is None:
        raise ValueError(value)
    return answer


def read_time(value: str) -> datetime:
    """A day and a time of day, those of this machine's zone where none is named.

    Raises: ValueError, OverflowError, OSError.
    """
    if ":" not in value:
        raise ValueError(value)
    time = datetime.fromisoformat(value)
    return time if time.tzinfo is not None else time.astimezone()


def read_point(value: str) -> tuple[float, float]:
    """Two numbers from -1 to 1.

    Raises: ValueError.
    """
    x, comma, y = value.partition(",")
    point = (float(x), float(y))
    if not comma or not all(-1 <= each <= 1 for each in point):
        raise ValueError(value)
    return point
