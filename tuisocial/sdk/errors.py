"""Everything that may go wrong beyond the seam, named by what the caller can do about it.

    AdapterError
    ├── SignInNeeded      the sign-in is missing, expired or revoked: sign in again
    ├── NotAllowed        signed in, but this login may not: nothing to retry
    ├── NotFound          no such post, account or timeline (any more)
    ├── Refused           the server named something wrong with what we sent: change it
    ├── RateLimited       too many requests: wait until the time it names
    ├── Unreachable       no answer, or the server's own trouble: try again later
    ├── CursorExpired     the place in the list is lost: reload its head
    ├── NotSupported      this network or server cannot do that
    └── BadAnswer         an answer that makes no sense: report it, go on without it

A message is one sentence for a person: what happened and where. `remedy` is the next step.
Neither may hold a secret.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum


class Sent(StrEnum):
    """Whether a write reached the server although no answer came back."""

    NO = "no"
    MAYBE = "maybe"


class AdapterError(Exception):
    """The only exception that a `Session` raises; always one of the subclasses."""

    remedy = ""

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        if remedy:
            self.remedy = remedy


class SignInNeeded(AdapterError):
    """The server no longer accepts, or never had, this login's credentials."""

    remedy = "sign in again"


class NotAllowed(AdapterError):
    """The login is known and has no right to this."""


class NotFound(AdapterError):
    """What was asked for is not there, or not visible to this login."""


class Refused(AdapterError):
    """The server refused what was sent; `field` names the part, in the model's words."""

    def __init__(self, message: str, *, field: str = "", remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.field = field


class RateLimited(AdapterError):
    """Too many requests; `until` is when the server will answer again, if it said so."""

    remedy = "it will be tried again by itself"

    def __init__(self, message: str, *, until: datetime | None = None, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.until = until


class Unreachable(AdapterError):
    """No usable answer: name not found, connection refused, time-out, TLS trouble, 5xx."""

    remedy = "it will be tried again by itself"

    def __init__(self, message: str, *, sent: Sent = Sent.NO, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.sent = sent


class CursorExpired(AdapterError):
    """A cursor that the server no longer understands."""


class NotSupported(AdapterError):
    """The network or this server has no such thing."""


class BadAnswer(AdapterError):
    """The server answered something that is not of its protocol.

    `excerpt` is the beginning of it, at most 200 characters, unsafe to print as it is.
    """

    remedy = "check the address; if it is right, the server may be broken"

    def __init__(self, message: str, *, excerpt: str = "", remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.excerpt = excerpt[:200]
