"""Signing in as steps of data, so that any front end can draw it without knowing the network."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from tuisocial.model.ids import AccountId
from tuisocial.sdk.http import Http
from tuisocial.sdk.options import Field
from tuisocial.sdk.secret import Secret


@dataclass(frozen=True, slots=True)
class Answers:
    """What the person answered: plain values by field name, lists for `URLS`, secrets apart."""

    texts: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """The sign-in is complete.

    `account` is None for a guest. `options` become `Login.options`; `secrets` go to the keyring,
    under their names. `suggested_name` is a short name for the login (`masto`, `ada`).
    """

    account: AccountId | None
    handle: str
    suggested_name: str
    options: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ask:
    """Put these questions to the person, then await `next` with the answers."""

    fields: tuple[Field, ...]
    next: Callable[[Answers], Awaitable[Step]]


Step = Ask | Done


@dataclass(frozen=True, slots=True)
class LoginFlow:
    """One way to sign in.

    `fields` are its first questions, known without I/O so that a command line can offer them as
    flags; `start` takes the answers and an HTTP client and gives the next step. It raises
    `Refused(field=…)` for an answer that cannot be right, other `AdapterError`s as they come.
    `guest` marks the flow that needs no account.
    """

    name: str
    title: str
    summary: str
    fields: tuple[Field, ...]
    start: Callable[[Answers, Http], Awaitable[Step]]
    guest: bool = False
