"""A login: my right to read, and perhaps act, as one account or as a guest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tuisocial.model.ids import AccountId, LoginId


class Share(StrEnum):
    """How much of a login's timeline the merged one shows."""

    ALL = "all"
    MENTIONS = "mentions"


@dataclass(frozen=True, slots=True)
class Login:
    """One login as it is stored: no secret is ever part of it.

    `options` are its adapter's own plain settings (a server's URL, a list of relays), each value
    a string; several values are separated by newlines. `account` is None for a guest.
    """

    id: LoginId
    adapter: str
    network: str
    account: AccountId | None = None
    handle: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def guest(self) -> bool:
        """Whether it reads without being anybody."""
        return self.account is None
