"""Accounts of the Mastodon API in our words.

<https://docs.joinmastodon.org/entities/Account/>
"""

from __future__ import annotations

from tuisocial.adapters.mastodon import NETWORK
from tuisocial.adapters.mastodon.fields import (
    Json,
    Malformed,
    count,
    flag,
    moment,
    records,
    text,
    web,
)
from tuisocial.adapters.mastodon.known import account_uri
from tuisocial.adapters.mastodon.places import Places
from tuisocial.model.account import Account, ProfileField
from tuisocial.model.ids import AccountId
from tuisocial.sdk.html import rich_text


def account_id(account: Json, domain: str) -> AccountId:
    """Who an account, or a mention, is; `domain` is that of the server that said so.

    Raises: Malformed if nothing names it.
    """
    name = account_uri(account) or qualified(account, domain)
    if not name:
        raise Malformed("an account without a name")
    return AccountId(NETWORK, name)


def qualified(account: Json, domain: str) -> str:
    """`user@host`: the server leaves the host out for its own people; empty if unnamed."""
    acct = text(account, "acct").strip().lstrip("@") or text(account, "username").strip()
    if not acct or any(char.isspace() for char in acct):
        return ""
    return acct if "@" in acct else f"{acct}@{domain}"


def account_of(account: Json, domain: str, places: Places) -> Account:
    """A profile.

    Raises: Malformed if nothing names it.
    """
    emoji = places.emoji(account)
    name = account_id(account, domain)
    handle = qualified(account, domain)
    return Account(
        id=name,
        handle=f"@{handle}" if handle else name.uri,
        name=text(account, "display_name").strip(),
        url=web(account, "url"),
        bio=rich_text(text(account, "note"), emoji=emoji),
        avatar_url=places.of(account, "avatar", "avatar_static"),
        fields=tuple(
            ProfileField(
                text(field, "name").strip(),
                rich_text(text(field, "value"), emoji=emoji),
                moment(field, "verified_at"),
            )
            for field in records(account, "fields")
        ),
        followers=count(account, "followers_count"),
        following=count(account, "following_count"),
        posts=count(account, "statuses_count"),
        created_at=moment(account, "created_at"),
        bot=flag(account, "bot"),
        locked=flag(account, "locked"),
    )
