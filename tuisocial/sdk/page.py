"""Pages of a list, and the cursors between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, NewType, TypeVar

if TYPE_CHECKING:
    from datetime import datetime

    from tuisocial.model.account import Account
    from tuisocial.model.ids import AccountId, PostId

Cursor = NewType("Cursor", str)
"""An opaque place in one list: made and read by one adapter only, kept as text by the core."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that could not be converted; the rest of its page stands.

    `excerpt` is the beginning of the native record, at most 200 characters.
    """

    reason: str
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A post that `by` took back, where the network does not tell whose it was.

    It counts only if the post is that account's, and for versions no newer than `at`.
    """

    post: PostId
    by: AccountId
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list, newest first, and the way to the next older ones.

    `older is None` is the only end of a list; an empty page with a cursor means "ask again".
    `accounts` are profiles learnt on the way that no row of the page carries itself; `deleted`
    are posts that, as the network says, their own authors took back, `withdrawn` those of which
    that is still to be seen.
    """

    items: tuple[T, ...]
    older: Cursor | None = None
    skipped: tuple[Skipped, ...] = ()
    accounts: tuple[Account, ...] = ()
    deleted: tuple[PostId, ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()
