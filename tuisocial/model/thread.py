"""A conversation around one post, with its holes named."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tuisocial.model.ids import PostId
from tuisocial.model.post import PostView


class MissingReason(StrEnum):
    """Why a post of a thread is not here."""

    DELETED = "deleted"
    NOT_FOUND = "not found"
    NOT_ALLOWED = "not allowed"
    NOT_FETCHED = "not fetched"


@dataclass(frozen=True, slots=True)
class Missing:
    """A post that the thread names and that is not among its posts."""

    post: PostId
    reason: MissingReason


@dataclass(frozen=True, slots=True)
class Thread:
    """The posts around `focus`, the focus among them, linked by `Post.reply_to`.

    `complete` is False when the network said or implied that there are more, None when it
    cannot know.
    """

    focus: PostId
    posts: tuple[PostView, ...]
    missing: tuple[Missing, ...] = ()
    complete: bool | None = None
