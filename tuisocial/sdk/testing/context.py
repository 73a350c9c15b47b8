"""Session contexts for tests: no keyring, no disk, and a log that can be read afterwards."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from tuisocial.sdk.adapter import SessionContext
from tuisocial.sdk.http import Http
from tuisocial.sdk.login_steps import SignInContext
from tuisocial.sdk.secret import Secret


class DictKeyValues:
    """A login's private memory, kept in a dict."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        """The value kept under `key`."""
        return self.kept.get(key)

    async def set(self, key: str, value: str | None) -> None:
        """Keep `value` under `key`; None forgets it."""
        if value is None:
            self.kept.pop(key, None)
        else:
            self.kept[key] = value


def make_sign_in(
    http: Http | None = None, now: Callable[[], datetime] | None = None
) -> SignInContext:
    """A context to sign in with; a client that was not given is the caller's to close."""
    return SignInContext(http or Http(), now or (lambda: datetime.now(UTC)))


def make_context(
    secrets: Mapping[str, str] | None = None,
    *,
    http: Http | None = None,
    now: Callable[[], datetime] | None = None,
) -> SessionContext:
    """A context whose secrets are these.

    A client that was not given is the caller's to close, `context.http.aclose()`, if the adapter
    may have used it.
    """
    kept = {name: Secret(value) for name, value in (secrets or {}).items()}

    async def secret(name: str) -> Secret | None:
        return kept.get(name)

    return SessionContext(
        http=http or Http(),
        now=now or (lambda: datetime.now(UTC)),
        log=logging.getLogger("tuisocial.testing"),
        secret=secret,
        memory=DictKeyValues(),
    )
