"""A poll under a post."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PollOption:
    """One answer; `votes` is unknown while results are hidden."""

    title: str
    votes: int | None = None
    chosen: bool | None = None


@dataclass(frozen=True, slots=True)
class Poll:
    """Answers and state; `voted` says whether the login that saw it has voted."""

    key: str
    options: tuple[PollOption, ...]
    multiple: bool | None = None
    closes_at: datetime | None = None
    closed: bool | None = None
    votes: int | None = None
    voters: int | None = None
    voted: bool | None = None
