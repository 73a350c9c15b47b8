"""The outbox model (NIP-65): which relays to ask for which authors, with few connections.

Each author is read from relays that they say they write to. My own relays are asked for
everybody as well, so that an author without a list, or whose relays are away, is still read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from tuisocial.adapters.nostr import addresses
from tuisocial.adapters.nostr.events import Event

RELAY_LIST = 10_002
CONNECTIONS = 12
_EACH = 2
"""Relays of its own that each author is asked at, where connections suffice."""

_LISTED = 6
"""Write relays taken from one author's list; NIP-65 advises two to four."""


def write_relays(event: Event, *, loopback_allowed: bool) -> tuple[str, ...]:
    """Where the author of a relay list writes, as far as it may be dialled."""
    urls = (
        tag[1]
        for tag in event.tags
        if len(tag) > 1 and tag[0] == "r" and (len(tag) < 3 or tag[2] in ("write", ""))
    )
    return addresses.foreign_all(urls, loopback_allowed=loopback_allowed, most=_LISTED)


def plan(
    authors: Collection[str],
    writes: Mapping[str, Sequence[str]],
    own: Sequence[str],
    *,
    resting: Collection[str] = (),
    most: int = CONNECTIONS,
) -> dict[str, frozenset[str]]:
    """Which authors to ask which relay for.

    Relays are chosen greedily, the one next that most authors still lack; authors at no relay
    yet count double. `resting` ones failed lately and are not chosen.
    """
    everybody = frozenset(authors)
    chosen = dict.fromkeys(own[:most], everybody)
    lacking = {
        author: _EACH - sum(url in chosen for url in writes.get(author, ())) for author in everybody
    }
    writers: dict[str, set[str]] = {}
    for author in everybody:
        for url in writes.get(author, ()):
            if url not in chosen and url not in resting:
                writers.setdefault(url, set()).add(author)
    while writers and len(chosen) < most:
        worth = {
            url: sum(min(lacking[author], 2) for author in served if lacking[author] > 0)
            for url, served in writers.items()
        }
        best = min(worth, key=lambda url: (-worth[url], url))
        if worth[best] == 0:
            break
        chosen[best] = frozenset(writers.pop(best))
        for author in chosen[best]:
            lacking[author] -= 1
    return chosen
