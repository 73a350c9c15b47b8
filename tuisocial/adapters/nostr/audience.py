"""Who gets what I write (NIP-65): the relays where I write, and those where the others read.

Relay lists (kind 10002) are asked for when they are needed and kept for a while.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tuisocial.adapters.nostr import addresses, outbox, rights
from tuisocial.adapters.nostr.events import Event
from tuisocial.adapters.nostr.filters import Filter
from tuisocial.adapters.nostr.relays import Patience, Relays

_MINE = 8
_EACH = 3
"""Read relays of one person."""

MOST = 12
"""Relays that get one event."""

_PEOPLE = 40
"""Those whose lists are asked for at once; a crowd is not told one by one."""

_FRESH_SECONDS = 600.0
_PATIENCE = Patience(grace=1.0, longest=5.0)


class Audience:
    """The relays for what one login writes."""

    def __init__(self, me: str, relays: Relays) -> None:
        self._me = me
        self._relays = relays
        self._lists: dict[str, Event] = {}
        self._asked: dict[str, float] = {}
        self.known: tuple[str, ...] = ()
        """Where I write, as it was known in an earlier session."""

    async def learn(self, pubkeys: Iterable[str], now: float) -> None:
        """Ask for my relay list and these people's, as far as they are not known."""
        wanted = [
            key
            for key in dict.fromkeys((self._me, *pubkeys))
            if now - self._asked.get(key, 0.0) > _FRESH_SECONDS
        ][:_PEOPLE]
        if not wanted:
            return
        asked = Filter(kinds=(outbox.RELAY_LIST,), authors=frozenset(wanted), limit=len(wanted))
        answers = await self._relays.find(self._relays.own, asked, patience=_PATIENCE)
        if any(answer.complete for answer in answers):
            self._asked |= dict.fromkeys(wanted, now)
        for event in (event for answer in answers for event in answer.events):
            self.take(event)

    def take(self, event: Event) -> None:
        """Take in a relay list, unless a later one is known."""
        known = self._lists.get(event.pubkey)
        if known is None or (-event.created_at, event.id) < (-known.created_at, known.id):
            self._lists[event.pubkey] = event

    def mine(self) -> tuple[str, ...]:
        """Where I write: my own relays but those only for reading, and others that I listed."""
        listed = self._lists.get(self._me)
        if listed is None:
            return self.known or self._relays.own
        marks = rights.marks(listed)
        own = [url for url in self._relays.own if rights.WRITE in marks.get(url, (rights.WRITE,))]
        near = self._relays.loopback_allowed
        more = outbox.write_relays(listed, loopback_allowed=near)
        return tuple(dict.fromkeys((*own, *more)))[:_MINE] or self._relays.own

    def others(
        self, pubkeys: Iterable[str], mine: Sequence[str], near: str = ""
    ) -> tuple[str, ...]:
        """Where these people read, beside where I write; `near` is where their post was found."""
        urls: dict[str, None] = {}
        allowed = self._relays.loopback_allowed
        for key in pubkeys:
            listed = self._lists.get(key)
            if listed is None or key == self._me:
                continue
            reads = [url for url, marked in rights.marks(listed).items() if rights.READ in marked]
            urls |= dict.fromkeys(
                addresses.foreign_all(reads, loopback_allowed=allowed, most=_EACH)
            )
        urls |= dict.fromkeys(addresses.foreign_all((near,), loopback_allowed=allowed, most=1))
        return tuple(url for url in urls if url not in mine)[: max(0, MOST - len(mine))]

    def hints(self, pubkeys: Iterable[str]) -> dict[str, str]:
        """A relay where each of these people writes, as far as it is known."""
        near = self._relays.loopback_allowed
        found = {}
        for key in pubkeys:
            listed = self._lists.get(key)
            urls = outbox.write_relays(listed, loopback_allowed=near) if listed else ()
            if urls:
                found[key] = urls[0]
        return found
