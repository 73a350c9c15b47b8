"""What relays say of their limits (NIP-11), and what that means for a login."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tuisocial.model.limits import Limits


@dataclass(frozen=True, slots=True)
class RelayLimits:
    """One relay's own figures; None where it told nothing. Lengths are bytes, but for content.

    It may also say that it serves only who signs in (NIP-42), or pays.
    """

    max_subscriptions: int | None = None
    max_limit: int | None = None
    max_message_length: int | None = None
    max_content_length: int | None = None
    auth_required: bool = False
    payment_required: bool = False


UNTOLD = RelayLimits()


def read(document: object) -> RelayLimits:
    """The figures of a NIP-11 document, passing over whatever makes no sense."""
    told = document.get("limitation") if isinstance(document, dict) else None
    if not isinstance(told, dict):
        return UNTOLD

    def figure(name: str) -> int | None:
        value = told.get(name)
        return value if type(value) is int and value > 0 else None

    return RelayLimits(
        figure("max_subscriptions"),
        figure("max_limit"),
        figure("max_message_length"),
        figure("max_content_length"),
        told.get("auth_required") is True,
        told.get("payment_required") is True,
    )


def together(relays: Iterable[RelayLimits]) -> Limits:
    """What all of a login's relays accept: the smallest figure of each kind."""
    told = tuple(relays)
    return Limits(
        text_length=_least(relay.max_content_length for relay in told),
        page_size=_least(relay.max_limit for relay in told),
        message_size=_least(relay.max_message_length for relay in told),
    )


def _least(figures: Iterable[int | None]) -> int | None:
    return min((figure for figure in figures if figure is not None), default=None)
