"""What a login may do at its relays, as far as its own list and the relays tell, and the time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from statistics import median

from tuisocial.adapters.nostr import addresses
from tuisocial.adapters.nostr.convert import COMMENT, NOTE
from tuisocial.adapters.nostr.events import Event
from tuisocial.adapters.nostr.limits import RelayLimits
from tuisocial.model.post import Action
from tuisocial.sdk.errors import AdapterError
from tuisocial.sdk.http import Http

READ, WRITE, SIGN = "read", "write", "sign"
_AUTH, _PAID = "auth", "paid"
_SECONDS = 8.0
_ANYBODYS = frozenset(
    {
        Action.REPLY,
        Action.REPOST,
        Action.LIKE,
        Action.REACT,
        Action.QUOTE,
        Action.BOOKMARK,
    }
)
_AUTHORS = _ANYBODYS | {Action.EDIT, Action.DELETE}


def marks(relay_list: Event | None) -> dict[str, tuple[str, ...]]:
    """What each relay of a list (NIP-65) is used for."""
    found: dict[str, tuple[str, ...]] = {}
    for tag in relay_list.tags if relay_list else ():
        if len(tag) < 2 or tag[0] != "r":
            continue
        try:
            url = addresses.normal(tag[1])
        except ValueError:
            continue
        marked = tag[2] if len(tag) > 2 else ""
        found[url] = (marked,) if marked in (READ, WRITE) else (READ, WRITE)
    return found


def at(told: RelayLimits, marked: Sequence[str]) -> tuple[str, ...]:
    """What a login may do at one relay, and what the relay wants for it (NIP-11)."""
    wants = ((_AUTH, told.auth_required), (_PAID, told.payment_required))
    return (*marked, *(word for word, wanted in wants if wanted))


def actions(event: Event, me: str) -> frozenset[Action]:
    """What somebody who can sign may do to a post; to change or delete it is its author's."""
    if event.pubkey != me:
        return _ANYBODYS
    return _AUTHORS if event.kind in (NOTE, COMMENT) else _AUTHORS - {Action.EDIT}


async def skew(http: Http, urls: Sequence[str], now: Callable[[], datetime]) -> float | None:
    """How many seconds this machine's clock is ahead of the relays', by what most of them say.

    They say it in the `Date` of their NIP-11 documents, in whole seconds.
    """

    async def ahead(url: str) -> float | None:
        try:
            async with asyncio.timeout(_SECONDS):
                answer = await http.get(
                    addresses.http_url(url),
                    headers={"Accept": "application/nostr+json"},
                    max_bytes=100_000,
                )
            lower = {name.lower(): value for name, value in answer.headers.items()}
            when = parsedate_to_datetime(lower["date"])
        except (AdapterError, TimeoutError, KeyError, ValueError):
            return None
        return (now() - (when if when.tzinfo else when.replace(tzinfo=UTC))).total_seconds()

    told = await asyncio.gather(*(ahead(url) for url in urls))
    return median(known) if (known := [one for one in told if one is not None]) else None
