"""What an HTTP status and its headers mean: an error by its remedy, when to come back, what time it
is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from tuisocial.model.printable import printable_line
from tuisocial.sdk.errors import (
    AdapterError,
    BadAnswer,
    NotAllowed,
    NotFound,
    RateLimited,
    Refused,
    Sent,
    SignInNeeded,
    Unreachable,
)

_LONGEST_WAIT = timedelta(days=1)
_EPOCH_SECONDS = 1_000_000_000
"""From here on a number is a moment, not a duration."""


def error_for_status(
    status: int,
    where: str,
    headers: Mapping[str, str] | None = None,
    reason: str = "",
    now: datetime | None = None,
) -> AdapterError:
    """The error that an HTTP status stands for; `reason` is the server's own sentence, if any.

    Printable whatever the server said.
    """
    reason = printable_line(reason).strip()[:200]
    said = f" ({reason})" if reason else ""
    if status == 401:
        return SignInNeeded(f"{where} does not accept this sign-in{said}")
    if status in (403, 451):
        return NotAllowed(
            f"{where} does not allow that{said}",
            remedy=f"another login may be allowed to, and the people of {where} know why",
        )
    if status in (404, 410):
        return NotFound(
            f"{where} has no such thing{said}",
            remedy="it may be deleted, or hidden from this login",
        )
    if status == 429:
        until = retry_after(headers or {}, now or datetime.now(UTC))
        when = f", wait until {until.astimezone(UTC):%H:%M:%S} UTC" if until else ""
        return RateLimited(f"{where} asks for fewer requests{when}", until=until)
    if status in (408, 425) or status >= 500:
        return Unreachable(
            f"{where} has trouble of its own (status {status}){said}", sent=Sent.MAYBE
        )
    if 400 <= status < 500:
        return Refused(
            f"{where} refused the request (status {status}){said}",
            remedy="change what was asked for; the server may not be able to do this",
        )
    return BadAnswer(f"{where} answered with the odd status {status}")


def retry_after(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When the server answers again, at most a day from `now`.

    `Retry-After` is seconds or an HTTP date (RFC 9110 §10.2.3); `X-RateLimit-Reset` is RFC 3339
    where Mastodon writes it and seconds since 1970 elsewhere.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    value = (lower.get("retry-after") or lower.get("x-ratelimit-reset") or "").strip()
    try:
        when = _moment(value, now)
        return min(when if when.tzinfo else when.replace(tzinfo=UTC), now + _LONGEST_WAIT)
    except (ValueError, TypeError, OverflowError):
        return None


def _moment(value: str, now: datetime) -> datetime:
    if value.isdecimal():
        seconds = int(value)
        if seconds < _EPOCH_SECONDS:
            return now + timedelta(seconds=seconds)
        return datetime.fromtimestamp(seconds, UTC)
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        from email.utils import parsedate_to_datetime  # 0.005 s, for a rare form

        return parsedate_to_datetime(value)


def ahead(headers: Mapping[str, str], now: datetime) -> float | None:
    """How many seconds `now` is ahead of the server's `Date` (RFC 9110 §6.6.1); None if untold."""
    from email.utils import parsedate_to_datetime

    date = next((value for name, value in headers.items() if name.lower() == "date"), "")
    try:
        when = parsedate_to_datetime(date)
        return (now - (when if when.tzinfo else when.replace(tzinfo=UTC))).total_seconds()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
