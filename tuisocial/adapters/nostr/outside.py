"""What is reached beyond this machine and how long it may take: tests put their own there."""

from __future__ import annotations

from dataclasses import dataclass

from tuisocial.adapters.nostr import wellknown
from tuisocial.adapters.nostr.dial import Dial, dial


@dataclass(frozen=True, slots=True)
class SignerPatience:
    """Seconds: how long a remote signer may take to answer, and then to give a sign of life.

    With a relay that is slow to dial they stay below a minute, when the core gives a call up.
    """

    answer: float = 25.0
    life: float = 6.0


@dataclass(frozen=True, slots=True)
class PublishPatience:
    """Seconds: how long my relays may take to keep an event, and those of others after them.

    Once one keeps it, the rest are waited for no longer than `grace`. With what a signer may take,
    this too stays below a minute.
    """

    grace: float = 3.0
    longest: float = 14.0
    others: float = 6.0


@dataclass(frozen=True, slots=True)
class Outside:
    """The relays of `wellknown`, and how relays and signers are reached."""

    indexers: tuple[str, ...] = wellknown.INDEXERS
    suggested: tuple[str, ...] = wellknown.SUGGESTED
    meeting: tuple[str, ...] = wellknown.MEETING
    dial: Dial = dial
    patience: SignerPatience = SignerPatience()
    publishing: PublishPatience = PublishPatience()


WORLD = Outside()
