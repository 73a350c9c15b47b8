"""What the store answers when a list is read: rows, gaps, windows of them, and how sources stand.

Front ends hold positions and keys, never posts; they ask for a window again when told it changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tuisocial.model.account import Account
from tuisocial.model.entry import Reason
from tuisocial.model.ids import LoginId, PostId
from tuisocial.model.post import STRANGER, Post, Viewer
from tuisocial.model.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Source:
    """One timeline of one login: what is fetched, and what a merged list is made of."""

    login: LoginId
    timeline: Timeline

    def __str__(self) -> str:
        return f"{self.login} {self.timeline}"


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a list: rows are ordered by `(sort_at descending, key)`.

    `sort_at` is in milliseconds since 1970.
    """

    sort_at: int
    key: str

    @property
    def order(self) -> tuple[int, str]:
        """Ascending from the head of the list downwards."""
        return (-self.sort_at, self.key)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A login that sees a row's post, with its own handle for it and its own marks."""

    login: LoginId
    remote_key: str = ""
    viewer: Viewer = STRANGER


@dataclass(frozen=True, slots=True)
class Copy:
    """A declared copy of a row's post, folded into that row."""

    post: PostId
    logins: tuple[LoginId, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A post standing in a list: who sees it, and why it is there.

    `reposters` is everybody who reposted it into this list, in that order.
    """

    position: Position
    post: Post
    sightings: tuple[Sighting, ...]
    reason: Reason | None = None
    copies: tuple[Copy, ...] = ()
    reposters: tuple[Account, ...] = ()

    @property
    def key(self) -> str:
        """The row's identity in any list."""
        return self.position.key

    @property
    def reposted_by(self) -> Account | None:
        """Whose repost put the row where it stands, if one did."""
        return getattr(self.reason, "by", None)


@dataclass(frozen=True, slots=True)
class Gap:
    """A hole in one source between what was fetched later (above) and earlier (below)."""

    position: Position
    source: Source
    newest: datetime
    oldest: datetime

    @property
    def key(self) -> str:
        """The gap's identity in any list."""
        return self.position.key


Item = Row | Gap


@dataclass(frozen=True, slots=True)
class Window:
    """Neighbouring items of a list, newest first.

    `more_newer` and `more_older` say whether the store holds items beyond either end (newer ones
    up to the ceiling that was asked for). `newer` counts the rows above that ceiling.
    `index` and `total` are estimates, for a scroll bar: the first item's place among all.
    """

    items: tuple[Item, ...] = ()
    more_newer: bool = False
    more_older: bool = False
    newer: int = 0
    index: int = 0
    total: int = 0


class SourceStatus(StrEnum):
    """How a source stands: what the status line says in words."""

    NEVER = "not fetched yet"
    FETCHING = "fetching"
    UP_TO_DATE = "up to date"
    BEHIND = "behind"
    SIGNED_OUT = "signed out"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source's status, its last success, and what went wrong with the next step to take.

    `ended` is True when its oldest row is the list's last. `error` and `remedy` are sentences
    for people that may quote remote text: make them printable before showing them.
    """

    source: Source
    status: SourceStatus = SourceStatus.NEVER
    fetched_at: datetime | None = None
    ended: bool = False
    error: str = ""
    remedy: str = ""
    detail: str = ""
