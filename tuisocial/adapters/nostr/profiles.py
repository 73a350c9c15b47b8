"""Profiles: kind 0 (NIP-01, NIP-24) as `Account`s, and stand-ins for keys nobody described."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tuisocial.adapters.nostr import entities, identifiers
from tuisocial.adapters.nostr.events import Event
from tuisocial.adapters.nostr.identifiers import Identifier
from tuisocial.adapters.nostr.ids import account_id
from tuisocial.adapters.nostr.pictures import ANYBODYS, Pictures
from tuisocial.adapters.nostr.text import rich
from tuisocial.model.account import Account, ProfileField
from tuisocial.model.ids import AccountId
from tuisocial.model.richtext import Link, RichText
from tuisocial.sdk.text import scalar

_EMOJI_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LONGEST_NAME = 200


def stranger(pubkey: str) -> Account:
    """A stand-in for somebody whose profile was not read."""
    return Account(
        id=account_id(pubkey),
        handle=entities.shortened(entities.npub(pubkey)),
        fetched=False,
        url=f"nostr:{entities.npub(pubkey)}",
    )


def profile(event: Event, named: Callable[[str], str], pictures: Pictures = ANYBODYS) -> Account:
    """The account that a kind 0 event describes; fields of a wrong type count as missing."""
    about = _object(event.content)
    name = _text(about, "display_name") or _text(about, "displayName")
    name = name or _text(about, "name") or _text(about, "username")
    bot = about.get("bot")
    return Account(
        id=account_id(event.pubkey),
        handle=str(name_claimed(event) or stranger(event.pubkey).handle),
        name=" ".join(name.split())[:_LONGEST_NAME],
        url=f"nostr:{entities.npub(event.pubkey)}",
        bio=rich(_text(about, "about"), event.tags, named, emoji(event.tags, pictures)),
        avatar_url=pictures.place(_text(about, "picture")),
        fields=_fields(about),
        bot=bot if isinstance(bot, bool) else None,
        same_as=tuple(
            AccountId(tag[2], scalar(tag[1]))
            for tag in event.tags
            if len(tag) > 2 and tag[0] == "proxy" and tag[2] == "activitypub" and tag[1]
        ),
    )


def name_claimed(event: Event) -> Identifier | None:
    """The NIP-05 name that a profile claims, checked or not."""
    return identifiers.parse(_text(_object(event.content), "nip05"))


def vouched(person: Account, verified: bool | None) -> Account:
    """`person` with what its domain said of the NIP-05 name; one denied is no longer shown."""
    if verified is False:
        return replace(person, handle=stranger(person.id.uri).handle, handle_verified=False)
    return replace(person, handle_verified=verified)


def called(person: Account) -> str:
    """How a mention names somebody."""
    if person.fetched and person.display_name:
        return f"@{person.display_name[:64]}"
    return person.handle


def emoji(tags: list[list[str]], pictures: Pictures = ANYBODYS) -> dict[str, str]:
    """The pictures of NIP-30 by their short codes."""
    return {
        tag[1]: tag[2]
        for tag in tags
        if len(tag) > 2
        and tag[0] == "emoji"
        and _EMOJI_NAME.fullmatch(tag[1])
        and pictures.place(tag[2]) is not None
    }


def _object(content: str) -> dict[str, Any]:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _text(about: dict[str, Any], name: str) -> str:
    value = about.get(name)
    return scalar(value) if isinstance(value, str) else ""


def _fields(about: dict[str, Any]) -> tuple[ProfileField, ...]:
    fields = []
    website = _text(about, "website").strip()
    if website:
        url = website if "://" in website else f"https://{website}"
        linked = url.startswith(("https://", "http://")) and not re.search(r"\s", url)
        facets = (Link(0, len(website), url),) if linked else ()
        fields.append(ProfileField("Website", RichText(website, facets)))
    lightning = _text(about, "lud16").strip()
    if lightning:
        fields.append(ProfileField("Lightning", RichText(lightning)))
    return tuple(fields)
