"""Times as people say them: how long ago, and when."""

from __future__ import annotations

from datetime import datetime, timedelta

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def ago(then: datetime, now: datetime) -> str:
    """`3 min`, `2 h`, `5 d`, then the date; a time to come is `now`."""
    seconds = int((now - then).total_seconds())
    if seconds < 60:
        return "now"
    if seconds < 3600:
        return f"{seconds // 60} min"
    if seconds < 86_400:
        return f"{seconds // 3600} h"
    if seconds < 7 * 86_400:
        return f"{seconds // 86_400} d"
    return _date(then, now)


def ahead(then: datetime, now: datetime) -> str:
    """How long until `then`: `3 min`, `2 h`, `5 d`."""
    return ago(now - (then - now), now)


def clock(then: datetime, now: datetime) -> str:
    """The local time of day, with the date unless it is today's."""
    local = then.astimezone()
    time = f"{local.hour:02}:{local.minute:02}"
    if local.date() == now.astimezone().date():
        return time
    if local.date() == (now - timedelta(days=1)).astimezone().date():
        return f"yesterday {time}"
    return f"{_date(then, now)} {time}"


def span(first: datetime, last: datetime, now: datetime) -> str:
    """A stretch of local time: to the second where the minutes are the same, the day said once."""
    start, end = first.astimezone(), last.astimezone()
    if start.date() != end.date():
        today = f"today {clock(last, now)}" if end.date() == now.astimezone().date() else ""
        return f"between {clock(first, now)} and {today or clock(last, now)}"
    day = clock(first, now)[:-5]
    form = "%H:%M" if (start.hour, start.minute) != (end.hour, end.minute) else "%H:%M:%S"
    if start.replace(microsecond=0) == end.replace(microsecond=0):
        return f"of {day}{start:{form}}"
    return f"between {day}{start:{form}} and {end:{form}}"


def _date(then: datetime, now: datetime) -> str:
    local = then.astimezone()
    year = "" if local.year == now.astimezone().year else f" {local.year}"
    return f"{local.day} {_MONTHS[local.month - 1]}{year}"
