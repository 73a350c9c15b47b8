"""Giving an event to relays: to mine first, and to other people's once one of mine keeps it.

In that order, since what no relay of mine took is said not to be out.
"""

from __future__ import annotations

from collections.abc import Sequence

from tuisocial.adapters.nostr import offers
from tuisocial.adapters.nostr.events import Event
from tuisocial.adapters.nostr.offers import Offer
from tuisocial.adapters.nostr.outside import PublishPatience
from tuisocial.adapters.nostr.relays import Patience, Relays
from tuisocial.sdk.errors import AdapterError


class Unkept(Exception):
    """None of my relays said that it keeps an event; `error` says what that comes to."""

    def __init__(self, made: Sequence[Offer]) -> None:
        super().__init__("no relay keeps it")
        self.error: AdapterError = offers.failure(made)
        self._made = tuple(made)

    def doubtful(self, before: Sequence[str]) -> tuple[str, ...]:
        """The relays that may have the event; `before` are those of earlier tries.

        One that had it would have called it a duplicate before it found fault with it.
        """
        found = dict.fromkeys((*before, *(one.url for one in self._made if one.in_doubt)))
        cleared = {one.url for one in self._made if one.refused_for_good}
        return tuple(url for url in found if url not in cleared)


class Publisher:
    """Publishes for one login."""

    def __init__(self, relays: Relays, patience: PublishPatience) -> None:
        self._relays = relays
        self._mine = Patience(patience.grace, patience.longest)
        self._others = Patience(patience.grace, patience.others)

    async def publish(
        self, event: Event, mine: Sequence[str], others: Sequence[str] = ()
    ) -> list[Offer]:
        """Every relay's word, mine first.

        Raises: Unkept.
        """
        made = await self._relays.offer(event, mine, self._mine)
        if not any(offer.complete for offer in made):
            raise Unkept(made)
        self._relays.learn(event)
        return made + await self._relays.offer(event, others, self._others)
