"""An event given to one relay to keep: the relay's OK (NIP-01), and what is known without one.

How relays are reached is `relay`'s affair, what all of them together come to is `publishing`'s.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tuisocial.adapters.nostr import addresses
from tuisocial.adapters.nostr.endings import COMPLETE, End, Ending, said
from tuisocial.adapters.nostr.events import Event
from tuisocial.model.submission import Place
from tuisocial.sdk.errors import (
    AdapterError,
    NotAllowed,
    RateLimited,
    Refused,
    Sent,
    Unreachable,
)

_UNANSWERED = Ending(End.SLOW, "did not answer in time")
_DUPLICATE = "duplicate"
_ERRORS: dict[str, type[AdapterError]] = {
    "auth-required": NotAllowed,
    "restricted": NotAllowed,
    "rate-limited": RateLimited,
    "error": Unreachable,
}
"""What is raised for NIP-01's prefixes; any other refusal is of the event itself."""


@dataclass(slots=True)
class Offer:
    """One event for one relay; `sent` says that the relay may have it, whatever it answered."""

    url: str
    event: Event
    sent: bool = False
    ending: Ending = _UNANSWERED

    @property
    def complete(self) -> bool:
        """Whether the relay keeps it."""
        return self.ending.end is End.COMPLETE

    @property
    def in_doubt(self) -> bool:
        """Whether the relay may have it without having said so."""
        return self.sent and self.ending.end not in (End.COMPLETE, End.REFUSED)

    @property
    def refused_for_good(self) -> bool:
        """Whether the relay found fault with the event itself."""
        return self.ending.end is End.REFUSED and self.ending.error is Refused

    @property
    def place(self) -> Place:
        """The relay's answer, for a person."""
        if self.complete:
            return Place(self.url, True, self.ending.reason)
        refused = self.ending.end is End.REFUSED
        return Place(self.url, False if refused else None, self.ending.reason)


class Judging:
    """The offers of one connection that wait for the relay's word."""

    def __init__(self) -> None:
        self._waiting: dict[str, asyncio.Future[Ending]] = {}

    def open(self, event_id: str) -> asyncio.Future[Ending]:
        """The word on an event, once it comes; offered twice, it is waited for once."""
        waiting = self._waiting.get(event_id)
        if waiting is None or waiting.done():
            waiting = self._waiting[event_id] = asyncio.get_running_loop().create_future()
        return waiting

    def judged(self, event_id: str, accepted: bool, words: object) -> None:
        """The relay's OK."""
        waiting = self._waiting.pop(event_id, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(judgement(accepted, said(words)))

    def hung_up(self, reason: str) -> None:
        """No word will come any more."""
        while self._waiting:
            _, waiting = self._waiting.popitem()
            if not waiting.done():
                waiting.set_result(Ending(End.FAILED, reason))


def judgement(accepted: bool, words: str) -> Ending:
    """What an OK means; `duplicate:` is as good as accepted, as the relay has it."""
    prefix, colon, _ = words.partition(":")
    prefix = prefix.strip() if colon else ""
    if accepted or prefix == _DUPLICATE:
        return COMPLETE if not words else Ending(End.COMPLETE, words)
    return Ending(End.REFUSED, words or "gave no reason", _ERRORS.get(prefix, Refused), "", prefix)


def failure(offers: Sequence[Offer]) -> AdapterError:
    """What it comes to that none of these relays keeps the event."""
    if not offers:
        return Unreachable(
            "there is no relay to publish at", remedy="give this login a relay of its own"
        )
    doubtful = [offer for offer in offers if offer.in_doubt]
    if doubtful:
        return Unreachable(f"nobody knows whether it was kept: {_told(doubtful)}", sent=Sent.MAYBE)
    refused = [offer for offer in offers if offer.ending.end is End.REFUSED]
    if len(refused) < len(offers):
        return Unreachable(f"no relay has taken it: {_told(offers)}")
    (commonest, _), *_ = Counter(offer.ending.error for offer in refused).most_common(1)
    first = next(offer for offer in refused if offer.ending.error is commonest)
    message = f"{addresses.host(first.url)} refused it ({first.ending.reason})"
    if len(offers) > 1:
        message += f", and none of {len(offers) - 1} more took it"
    return commonest(message, remedy=first.ending.remedy)


def _told(offers: Sequence[Offer]) -> str:
    told = [_clause(offer) for offer in offers[:3]]
    more = len(offers) - len(told)
    return ", ".join([*told, *([f"and {more} more gave no better answer"] if more else [])])


def _clause(offer: Offer) -> str:
    host, reason = addresses.host(offer.url), offer.ending.reason
    if offer.ending.end is End.REFUSED:
        return f"{host} refused it ({reason})"
    return f"{host} {reason}"
