"""A post, and a post as one login sees it.

A `Post` is the same for everybody. What differs by login (the server's local key, my marks, what
I may do) is a `PostView`. Why a post stands in a timeline belongs to `model.entry`.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from tuisocial.model.account import Account
from tuisocial.model.ids import AccountId, LoginId, PostId
from tuisocial.model.media import Media
from tuisocial.model.poll import Poll
from tuisocial.model.record import record
from tuisocial.model.richtext import RichText


class Visibility(StrEnum):
    """Who may see a post, narrowest last; an unmapped value is `UNKNOWN`, taken as narrowest."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    LOCAL = "local"
    FOLLOWERS = "followers"
    DIRECT = "direct"
    UNKNOWN = "unknown"


class PostKind(StrEnum):
    """What sort of record a post is; an unknown sort is kept and shown as such."""

    NOTE = "note"
    ARTICLE = "article"
    UNKNOWN = "unknown"


@record(frozen=True, slots=True)
class ReplyTo:
    """What a post answers.

    `post` is None when the network names the parent only by `key`, its adapter's handle for it.
    """

    post: PostId | None
    author: AccountId | None = None
    key: str = ""


@record(frozen=True, slots=True)
class Quote:
    """A post quoted inside another; `post` is None when the network withholds which one."""

    post: PostId | None
    author: Account | None = None
    text: RichText | None = None
    url: str | None = None
    state: str | None = None
    """Why it is not shown, in the network's word (pending, revoked, deleted), or None."""


@record(frozen=True, slots=True)
class Card:
    """A preview of a linked page."""

    url: str
    title: str
    description: str = ""
    author: str = ""
    image_url: str | None = None


@record(frozen=True, slots=True)
class Reaction:
    """How often one emoji was given; `url` is a picture's when the emoji is a custom one."""

    name: str
    count: int
    url: str | None = None


@record(frozen=True, slots=True)
class Counts:
    """Totals as the network told them; None where it did not."""

    replies: int | None = None
    reposts: int | None = None
    likes: int | None = None
    quotes: int | None = None
    reactions: tuple[Reaction, ...] = ()


UNCOUNTED = Counts()


@record(frozen=True, slots=True)
class Post:
    """One post, as everybody sees it.

    `content_warning` is None without one and `""` for a warning with no reason given. `same_as`
    holds declared copies only. `native` is the record as it came, as JSON text.
    """

    id: PostId
    author: Account
    text: RichText
    created_at: datetime
    kind: PostKind = PostKind.NOTE
    title: str | None = None
    edited_at: datetime | None = None
    content_warning: str | None = None
    sensitive: bool | None = None
    visibility: Visibility = Visibility.UNKNOWN
    language: str | None = None
    reply_to: ReplyTo | None = None
    quote: Quote | None = None
    media: tuple[Media, ...] = ()
    poll: Poll | None = None
    card: Card | None = None
    tags: tuple[str, ...] = ()
    mentions: tuple[AccountId, ...] = ()
    counts: Counts = UNCOUNTED
    url: str | None = None
    same_as: tuple[PostId, ...] = ()
    native: str = ""


@record(frozen=True, slots=True)
class On:
    """The mark is set; `undo` is what its adapter needs to unset it."""

    undo: str = ""


@record(frozen=True, slots=True)
class Off:
    """The mark is certainly not set."""


@record(frozen=True, slots=True)
class Unknown:
    """Nobody told us whether the mark is set."""


Mark = On | Off | Unknown
UNKNOWN_MARK = Unknown()


class Action(StrEnum):
    """What a login may do to a post."""

    REPLY = "reply"
    REPOST = "repost"
    LIKE = "like"
    REACT = "react"
    QUOTE = "quote"
    BOOKMARK = "bookmark"
    VOTE = "vote"
    EDIT = "edit"
    DELETE = "delete"


@record(frozen=True, slots=True)
class Viewer:
    """One login's marks on a post and the actions it is allowed."""

    liked: Mark = UNKNOWN_MARK
    reposted: Mark = UNKNOWN_MARK
    bookmarked: Mark = UNKNOWN_MARK
    allowed: frozenset[Action] = frozenset()


STRANGER = Viewer()


@record(frozen=True, slots=True)
class PostView:
    """A post as `login` sees it; `remote_key` is the adapter's own handle for acting on it."""

    login: LoginId
    post: Post
    remote_key: str = ""
    viewer: Viewer = STRANGER
