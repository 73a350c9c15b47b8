"""Reading JSON that may lack fields or hold odd ones: each reader gives its type or "unknown".

Servers differ, and so do their versions; only what a record cannot do without is an error.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from tuisocial.sdk.text import scalar

Json = dict[str, Any]

_MAX_COUNT = 2**53
_MAX_URI = 2_000
_URI = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:[^\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_AUTHORITY = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*://)((?:[^/?#@]*@)?)([^/?#]*)")


def excerpt(record: object) -> str:
    """The beginning of a record, for a message about it."""
    try:
        return scalar(json.dumps(record, ensure_ascii=False)[:200])
    except RecursionError:
        return ""


class Malformed(ValueError):
    """A record lacks what it cannot do without; the message says what."""


def text(record: Json, key: str) -> str:
    """A string, empty if there is none."""
    value = record.get(key)
    return scalar(value) if isinstance(value, str) else ""


def identifier(record: Json, key: str) -> str:
    """A server's own id: a string everywhere, a number on some; empty if there is none."""
    value = record.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if 0 <= value < _MAX_COUNT else ""
    return value if isinstance(value, str) and re.fullmatch(r"[\w.~:-]{1,200}", value) else ""


def uri(record: Json, key: str) -> str:
    """A global name in its one spelling, empty if there is none that makes sense."""
    return spelling(text(record, key))


def spelling(name: str) -> str:
    """`name` with scheme and host in lower case; empty for what cannot be a URI."""
    name = name.strip()
    if len(name) > _MAX_URI or not _URI.fullmatch(name):
        return ""
    parts = _AUTHORITY.match(name)
    if parts is None:
        return name
    return parts[1].lower() + parts[2] + parts[3].lower() + name[parts.end() :]


def web(record: Json, key: str) -> str | None:
    """An http(s) address."""
    value = uri(record, key)
    return value if value.startswith(("http://", "https://")) else None


def count(record: Json, key: str) -> int | None:
    """A total; servers that hide one say -1 or nothing."""
    value = record.get(key)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value < _MAX_COUNT else None


def number(record: Json, key: str) -> float | None:
    """A finite number from 0 on."""
    value = record.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < _MAX_COUNT else None


def flag(record: Json, key: str) -> bool | None:
    """Yes, no or unknown."""
    value = record.get(key)
    return value if isinstance(value, bool) else None


def moment(record: Json, key: str) -> datetime | None:
    """A time in UTC, from ISO 8601 in any of its spellings; one without a zone is UTC."""
    value = record.get(key)
    if not isinstance(value, str):
        return None
    try:
        time = datetime.fromisoformat(value.strip())
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def record(parent: Json, key: str) -> Json:
    """A nested record, empty if there is none."""
    value = parent.get(key)
    return value if isinstance(value, dict) else {}


def records(parent: Json, key: str) -> list[Json]:
    """The records of a list, without what is no record."""
    value = parent.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
