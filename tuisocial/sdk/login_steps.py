"""Signing in as steps of data, so that any front end can draw it without knowing the network.

Ask         put questions, go on with the answers
Show        show a secret that is made now and never shown again
Elsewhere   the person does something in a browser or in another program
Done        what became of it
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tuisocial.model.ids import AccountId
from tuisocial.sdk.http import Http
from tuisocial.sdk.options import Field
from tuisocial.sdk.secret import Secret, hide_nothing


@dataclass(frozen=True, slots=True)
class Answers:
    """What the person answered, by field name: plain values, lists for `URLS`, secrets apart.

    `flags` are the names of the `FLAG` fields that were said yes to.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SignInContext:
    """All that a sign-in may use of the program around it; `now` gives aware UTC times.

    `hide` keeps secrets out of whatever is logged or shown: those that an adapter makes or
    fetches, and other spellings of one (`nsec` and hex). What is answered is hidden already.
    """

    http: Http
    now: Callable[[], datetime]
    hide: Callable[[Secret], None] = hide_nothing


@dataclass(frozen=True, slots=True)
class Done:
    """The sign-in is complete.

    `account` is None for a guest. `options` become `Login.options`; `secrets` go to the keyring,
    under their names. `suggested_name` is a short name for the login (`masto`, `ada`).
    `warning` is a sentence that the person should read although all went well.
    """

    account: AccountId | None
    handle: str
    suggested_name: str
    options: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """Put these questions to the person, then await `next` with the answers.

    `message` says why, or what was found so far.
    """

    fields: tuple[Field, ...]
    next: Callable[[Answers], Awaitable[Step]]
    message: str = ""


@dataclass(frozen=True, slots=True)
class Show:
    """Show `secret` in clear once, with a reminder to keep it; await `next` when it was read.

    Where nothing can be shown (no terminal), it is gone on without.
    """

    message: str
    secret: Secret
    next: Callable[[], Awaitable[Step]]


@dataclass(frozen=True, slots=True)
class ByHand:
    """The same thing for a browser that is on another machine: `address` leads to a code, which
    is typed into `field` and given to `next`."""

    address: str
    field: Field
    next: Callable[[Answers], Awaitable[Step]]


async def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The person agrees somewhere else: at `address`, a page or what another program reads.

    A front end shows the address as text and as a QR code, opens it where `page` says that it is
    for a browser, and awaits `arrived`, which returns the next step when the other side is done.
    It may also be cancelled. `aclose` is awaited when this step is left, whichever way.
    """

    message: str
    address: str
    arrived: Callable[[], Awaitable[Step]]
    page: bool = True
    by_hand: ByHand | None = None
    aclose: Callable[[], Awaitable[None]] = _nothing


Step = Ask | Show | Elsewhere | Done


@dataclass(frozen=True, slots=True)
class LoginFlow:
    """One way to sign in.

    `fields` are its first questions, known without I/O so that a command line can offer them as
    flags; `start` takes the answers and gives the next step. It raises `Refused(field=…)` for an
    answer that cannot be right, other `AdapterError`s as they come.
    `flag` is what a command line says to choose this way where its fields do not tell (`new`).
    `guest` marks the flow that needs no account; its flag is `guest`.
    """

    name: str
    title: str
    summary: str
    fields: tuple[Field, ...]
    start: Callable[[Answers, SignInContext], Awaitable[Step]]
    flag: str = ""
    guest: bool = False
