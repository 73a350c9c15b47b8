"""What a person writes before it is sent: one text for many networks, and what goes with it.

How it will look on one network is a `Submission` (`model.submission`); making these out of a
draft is `services.composing`'s work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from tuisocial.model.ids import AccountId, LoginId, PostId
from tuisocial.model.post import Visibility


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of this machine that goes with a post.

    `path` is absolute. `alt` is None until somebody said whether it needs words, `""` for none.
    `focus` is the point that thumbnails must show, each part from -1 (left, bottom) to 1.
    """

    path: str
    alt: str | None = None
    focus: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Ballot:
    """A poll that is to be opened, for `lasts` from when the post appears."""

    options: tuple[str, ...]
    lasts: timedelta = timedelta(days=1)
    multiple: bool = False
    hide_totals: bool = False


@dataclass(frozen=True, slots=True)
class Address:
    """A stretch of a draft's text that was chosen to mean an account, as it is written there.

    `elsewhere` are accounts of the same person on other networks, by their own declaration.
    """

    text: str
    account: AccountId
    elsewhere: tuple[AccountId, ...] = ()


class Quotable(StrEnum):
    """Who may quote a post; its author always may."""

    PUBLIC = "public"
    FOLLOWERS = "followers"
    NOBODY = "nobody"


class Overflow(StrEnum):
    """What becomes of a text that is too long for a target."""

    SPLIT = "split"
    LINK = "link"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Own:
    """What one target gets instead of the common text; None leaves the common one.

    `parts` is the text already divided by hand, a part for each post of a thread.
    """

    text: str | None = None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A post in the making.

    `content_warning` is None without one. `language` is an ISO 639 code. `markdown` says that the
    text is written in it. `edits` is the post that it is to replace. `at` has the servers
    themselves post it later. `quotable` None is what each server does by itself. `overflow` says
    what becomes of a text that is too long.
    """

    text: str = ""
    targets: tuple[LoginId, ...] = ()
    own: Mapping[LoginId, Own] = field(default_factory=dict)
    content_warning: str | None = None
    sensitive: bool = False
    language: str | None = None
    markdown: bool = False
    visibility: Visibility = Visibility.PUBLIC
    quotable: Quotable | None = None
    media: tuple[Attachment, ...] = ()
    ballot: Ballot | None = None
    reply_to: PostId | None = None
    quote: PostId | None = None
    edits: PostId | None = None
    at: datetime | None = None
    addresses: tuple[Address, ...] = ()
    overflow: Overflow = Overflow.SPLIT

    @property
    def empty(self) -> bool:
        """Whether nothing would be lost with it."""
        own = any(one.text or one.parts for one in self.own.values())
        words = self.text.strip() or self.content_warning
        return not (words or self.media or self.ballot or own)
