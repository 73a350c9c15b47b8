"""Times as people type them mean what people mean."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tuisocial.cli.times import length, moment
from tuisocial.errors import UsageError

NOW = datetime(2026, 12, 24, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("+2h", NOW + timedelta(hours=2)),
        ("+1d 30m", NOW + timedelta(days=1, minutes=30)),
        ("2026-12-25T09:00:00Z", datetime(2026, 12, 25, 9, tzinfo=UTC)),
        ("2026-12-25T09:00:00+02:00", datetime(2026, 12, 25, 7, tzinfo=UTC)),
        ("2026-12-25 09:00", datetime(2026, 12, 25, 9).astimezone()),
    ],
)
def test_a_moment_is_from_now_on_or_by_the_clock(typed: str, meant: datetime) -> None:
    assert moment(typed, NOW) == meant
    assert moment(typed, NOW).tzinfo is not None


@pytest.mark.parametrize(("day", "days"), [("today", 0), ("tomorrow", 1), ("Tomorrow", 1)])
def test_a_day_is_the_day_here(day: str, days: int) -> None:
    found = moment(f"{day} 9:05", NOW)
    here = NOW.astimezone()
    assert (found.hour, found.minute) == (9, 5)
    assert found.date() == here.date() + timedelta(days=days)
    assert found.utcoffset() == found.replace(tzinfo=None).astimezone().utcoffset()


@pytest.mark.parametrize("typed", ["", "soon", "+", "+2", "2h", "tomorrow 25:00", "2026-12-25"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(UsageError, match="not a time"):
        moment(typed, NOW)


def test_a_length_of_time_adds_up() -> None:
    assert length("1d 12h") == timedelta(hours=36)
    with pytest.raises(UsageError, match="not a length of time"):
        length("36")
