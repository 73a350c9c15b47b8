"""Why a row stands in a list, as the one text that is stored with it."""

from __future__ import annotations

from collections.abc import Mapping

from tuisocial.model.account import Account
from tuisocial.model.entry import FollowedTag, Pinned, Reason, Reposted
from tuisocial.store.text import storable


def reason_to_text(reason: Reason | None) -> str | None:
    """What is stored for a reason."""
    match reason:
        case None:
            return None
        case Reposted():
            return storable(f"reposted {reason.by.id}")
        case FollowedTag():
            return storable(f"tag {reason.tag}")
        case Pinned():
            return "pinned"


def reposter_of(reason: str | None) -> str | None:
    """The text of the reposter's id in a stored reason."""
    if reason is None or not reason.startswith("reposted "):
        return None
    return reason.removeprefix("reposted ")


def reason_from_text(reason: str | None, accounts: Mapping[str, Account]) -> Reason | None:
    """Put a stored reason together; `accounts` holds the reposters by the text of their ids."""
    if reason is None:
        return None
    kind, _, rest = reason.partition(" ")
    if kind == "reposted":
        by = accounts.get(rest)
        return None if by is None else Reposted(by)
    return FollowedTag(rest) if kind == "tag" else Pinned()
