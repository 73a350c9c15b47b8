"""An account: anybody on a network, me included. My right to act as one is a `Login`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tuisocial.model.ids import AccountId
from tuisocial.model.richtext import EMPTY, RichText


@dataclass(frozen=True, slots=True)
class ProfileField:
    """A labelled line of a profile; `verified_at` is set when the network checked its link."""

    name: str
    value: RichText
    verified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """What is known of an account.

    `fetched` is False for a stand-in made from an id alone, which never replaces a profile that
    was really read. `handle` is the full spelling people use (`@ada@example.social`,
    `ada@example.com`, a shortened `npub`), `handle_verified` whether the network vouches for it.
    """

    id: AccountId
    handle: str
    name: str = ""
    fetched: bool = True
    handle_verified: bool | None = None
    url: str | None = None
    bio: RichText = EMPTY
    avatar_url: str | None = None
    fields: tuple[ProfileField, ...] = ()
    followers: int | None = None
    following: int | None = None
    posts: int | None = None
    created_at: datetime | None = None
    bot: bool | None = None
    locked: bool | None = None
    same_as: tuple[AccountId, ...] = ()

    @property
    def display_name(self) -> str:
        """The name to show: the chosen one, or the handle where none is set."""
        return self.name.strip() or self.handle
