"""What a session may offer beyond the required: a class that has the methods has the capability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from tuisocial.sdk.secret import Secret

from tuisocial.sdk.secret import Secret


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

    `latency` is seconds from a request to its answer, `rights` what the login may do there
    (`read`, `write`), as far as it is known.
    """

    url: str
    state: EndpointState
    detail: str = ""
    latency: float | None = None
    rights: tuple[str, ...] = ()


@runtime_checkable
class ReportsHealth(Protocol):
    """A session that talks to several servers and can say how each is doing."""

    def endpoints(self) -> Sequence[Endpoint]:
        """Every server in use, without I/O."""
        ...


@dataclass(frozen=True, slots=True)
class Rights:
    """What a login was granted, in the network's own words, and how its server's clock stands.

    `granted` is None where nobody tells; `lacking` are rights without which a part of the program
    cannot work. `skew` is how many seconds this machine's clock is ahead of the server's.
    """

    granted: tuple[str, ...] | None = None
    lacking: tuple[str, ...] = ()
    skew: float | None = None


@runtime_checkable
class ReportsRights(Protocol):
    """A session that can say what its login is allowed."""

    async def rights(self) -> Rights:
        """What the login may do, asked afresh.

        Raises: AdapterError.
        """
        ...


@runtime_checkable
class Revokes(Protocol):
    """A session whose server can be told to forget the sign-in."""

    async def revoke(self) -> None:
        """Make the login's credentials worthless.

        Raises: AdapterError; SignInNeeded where they are so already.
        """
        ...


@runtime_checkable
class ExportsKey(Protocol):
    """A session whose login is a key, which can be taken elsewhere under a passphrase."""

    async def export_key(self, passphrase: Secret) -> str:
        """The key as text that is of use only to who knows `passphrase`.

        Raises: AdapterError; NotAllowed where the login holds no key, Refused naming the field
        `passphrase` for one that cannot be.
        """
        ...


def endpoints_of(session: object) -> tuple[Endpoint, ...]:
    """The servers of a session, or none where it does not report them."""
    return tuple(session.endpoints()) if isinstance(session, ReportsHealth) else ()
