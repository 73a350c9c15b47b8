"""One post as one target is to get it, what becomes of it on the way, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tuisocial.model.draft import Attachment, Ballot, Quotable
from tuisocial.model.ids import PostId
from tuisocial.model.post import PostView, Visibility
from tuisocial.model.richtext import EMPTY, RichText


@dataclass(frozen=True, slots=True)
class Attempt:
    """The name of one act of sending, the same however often it is tried.

    `key` is random ASCII of at most 64 characters, `created_at` in whole seconds.
    """

    key: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PostRef:
    """A post that another refers to; `key` is the `PostView.remote_key` that its login knows."""

    post: PostId
    key: str = ""


@dataclass(frozen=True, slots=True)
class Upload:
    """An attachment on its way; `key` is what its server answered, empty until it was uploaded."""

    attachment: Attachment
    key: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """A post for one login's network.

    Facets of `text` are mentions of accounts of that network; whatever else stands in it is for
    the adapter to find. `visibility` is one of the target's `Limits.visibilities`. `copies` are
    the same post on other networks, where it was sent before. `markdown` says that the server is
    to read the text as that, which it does by its `Limits`.
    """

    text: RichText = EMPTY
    content_warning: str | None = None
    sensitive: bool = False
    language: str | None = None
    markdown: bool = False
    visibility: Visibility = Visibility.PUBLIC
    quotable: Quotable | None = None
    media: tuple[Upload, ...] = ()
    ballot: Ballot | None = None
    reply_to: PostRef | None = None
    quote: PostRef | None = None
    edits: PostRef | None = None
    at: datetime | None = None
    copies: tuple[PostId, ...] = ()


class Feature(StrEnum):
    """A part of a post that may fare differently on different networks."""

    TEXT = "text"
    FORMAT = "format"
    CONTENT_WARNING = "content warning"
    SENSITIVE = "sensitive"
    LANGUAGE = "language"
    VISIBILITY = "visibility"
    MEDIA = "media"
    ALT = "alt text"
    FOCUS = "focus"
    POLL = "poll"
    REPLY = "reply"
    QUOTE = "quote"
    QUOTABLE = "quotable"
    MENTION = "mention"
    SCHEDULE = "schedule"
    EDIT = "edit"


class Outcome(StrEnum):
    """What becomes of a feature, gravest last."""

    KEPT = "kept"
    REPLACED = "replaced"
    LOST = "lost"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one feature on one target.

    `text` is a clause for people ("becomes a link"), empty where it is kept; `remedy` is what to
    do about a refusal.
    """

    feature: Feature
    outcome: Outcome
    text: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """How long a submission's text is by its target's own count; `limit` None where none is told.

    `unit` is what is counted, where it is not characters.
    """

    count: int
    limit: int | None = None
    unit: str = ""

    @property
    def fits(self) -> bool:
        """Whether the target would take it."""
        return self.limit is None or self.count <= self.limit


@dataclass(frozen=True, slots=True)
class Place:
    """One server's answer to a write; `accepted` is None when none came."""

    url: str
    accepted: bool | None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of a write.

    `view` is the post as it now stands, None for one that was deleted or that waits at its server
    (then `waits` names it there). `places` are the servers asked, where there are several. `note`
    is a clause on what could not be done ("2 relays may still show it"), else empty.
    """

    view: PostView | None = None
    places: tuple[Place, ...] = ()
    note: str = ""
    waits: str = ""
