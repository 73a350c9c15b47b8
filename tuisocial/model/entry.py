"""A row of a timeline: a post, why it stands there, and where it sorts."""

from __future__ import annotations

from datetime import datetime

from tuisocial.model.account import Account
from tuisocial.model.post import PostView
from tuisocial.model.record import record


@record(frozen=True, slots=True)
class Reposted:
    """The row exists because `by` reposted the post at the row's `sort_at`."""

    by: Account


@record(frozen=True, slots=True)
class FollowedTag:
    """The row exists because the login follows a hashtag (without '#')."""

    tag: str


@record(frozen=True, slots=True)
class Pinned:
    """The row stands at the head of an account's posts because they pinned it."""


Reason = Reposted | FollowedTag | Pinned


@record(frozen=True, slots=True)
class Entry:
    """One row.

    `key` is the global name (`network:uri`) of the event that put the row there: the post's own
    id, or the repost's. Two logins that see the same event give the same key. Timelines are
    ordered by `(sort_at descending, key)`.
    """

    view: PostView
    sort_at: datetime
    key: str
    reason: Reason | None = None
