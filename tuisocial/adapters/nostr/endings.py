"""How a relay's answer ended, in words that continue a sentence beginning with its name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from tuisocial.model.printable import printable_line
from tuisocial.sdk.errors import AdapterError, NotAllowed, RateLimited, Unreachable

AUTH_REQUIRED = "auth-required"

UNKNOWN_TO_IT = frozenset({AUTH_REQUIRED, "restricted", "blocked"})
"""Prefixes of refusals (NIP-01, NIP-42) that may be others once the relay knows who asks."""

_REASONS = {
    AUTH_REQUIRED: "asks for a sign-in",
    "restricted": "does not serve this login",
    "rate-limited": "asks for fewer requests",
    "blocked": "refuses this login",
    "unsupported": "does not understand the request",
    "invalid": "does not understand the request",
    "error": "has trouble of its own",
}

_ERRORS: dict[str, type[AdapterError]] = {
    AUTH_REQUIRED: NotAllowed,
    "restricted": NotAllowed,
    "blocked": NotAllowed,
    "rate-limited": RateLimited,
}
"""What is raised for the reasons that are not a trouble of the relay's."""

_REMEDIES = {AUTH_REQUIRED: "sign in with a key or a signer, or use another relay"}


class End(Enum):
    """How an answer ended: with all that is stored, or before."""

    COMPLETE = "complete"
    REFUSED = "refused"
    FAILED = "failed"
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class Ending:
    """`reason` continues a sentence that begins with the relay's name; `error` is its kind.

    `prefix` is the machine-readable word of a refusal, `remedy` the next step if there is one.
    """

    end: End
    reason: str = ""
    error: type[AdapterError] = Unreachable
    remedy: str = ""
    prefix: str = ""


COMPLETE = Ending(End.COMPLETE)


def refusal(rest: list[object]) -> Ending:
    """A CLOSED's `prefix: words` (NIP-01, NIP-42) for a person."""
    text = said(rest[0]) if rest else ""
    prefix, _, words = text.partition(":")
    prefix = prefix.strip()
    reason = _REASONS.get(prefix, "ended the request")
    words = (words if prefix in _REASONS else text).strip()
    return Ending(
        End.REFUSED,
        f"{reason} ({words})" if words else reason,
        _ERRORS.get(prefix, Unreachable),
        _REMEDIES.get(prefix, ""),
        prefix,
    )


def said(words: object) -> str:
    """A relay's own words, printable and not too many; nothing for what is no text."""
    return printable_line(words)[:200] if isinstance(words, str) else ""
