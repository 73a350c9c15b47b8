"""What a place for secrets does, and the trouble it may have; the places are beside this."""

from __future__ import annotations

from typing import Protocol

from tuisocial.errors import ExitCode, UserError
from tuisocial.model.ids import LoginId
from tuisocial.sdk.secret import Secret


class SecretsUnavailable(UserError):
    """Secrets cannot be read or written where they are kept."""

    exit_code = ExitCode.SIGN_IN


class Secrets(Protocol):
    """A place for secrets, by login and name (`token`, `key`). Every call may block."""

    def get(self, login: LoginId, name: str) -> Secret | None:
        """The secret, or None if there is none. Raises: SecretsUnavailable."""
        ...

    def set(self, login: LoginId, name: str, secret: Secret) -> None:
        """Keep a secret. Raises: SecretsUnavailable."""
        ...

    def forget(self, login: LoginId, name: str) -> None:
        """Forget a secret, if it is there. Raises: SecretsUnavailable."""
        ...


def entry(login: LoginId, name: str) -> str:
    """What a secret is filed under."""
    return f"{login}/{name}"
