"""What a session may offer beyond the required: a class that has the methods has the capability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable


class EndpointState(StrEnum):
    """How one server of a login is doing."""

    OK = "ok"
    SLOW = "slow"
    CONNECTING = "connecting"
    FAILED = "failed"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One server that a login talks to; `detail` says in a few words what is wrong with it.

    `latency` is seconds from a request to its answer.
    """

    url: str
    state: EndpointState
    detail: str = ""
    latency: float | None = None


@runtime_checkable
class ReportsHealth(Protocol):
    """A session that talks to several servers and can say how each is doing."""

    def endpoints(self) -> Sequence[Endpoint]:
        """Every server in use, without I/O."""
        ...


def endpoints_of(session: object) -> tuple[Endpoint, ...]:
    """The servers of a session, or none where it does not report them."""
    return tuple(session.endpoints()) if isinstance(session, ReportsHealth) else ()
