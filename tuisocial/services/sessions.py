"""Open sessions: one a login, opened when first needed, closed at the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from tuisocial.errors import UsageError, UserError
from tuisocial.model.ids import LoginId
from tuisocial.model.login import Login
from tuisocial.registry import Registry
from tuisocial.sdk.adapter import KeyValues, Session, SessionContext
from tuisocial.sdk.errors import NotSupported, SignInNeeded
from tuisocial.sdk.http import Http
from tuisocial.sdk.options import FieldKind
from tuisocial.sdk.secret import Secret
from tuisocial.services.guard import guarded
from tuisocial.store import logins as stored
from tuisocial.store.database import Database
from tuisocial.store.secrets import Secrets


class Sessions:
    """Sessions by login. `log` is the logger of everything that happens beyond the seam."""

    def __init__(
        self,
        database: Database,
        secrets: Secrets,
        registry: Registry,
        http: Http,
        now: Callable[[], datetime],
        log: logging.Logger,
    ) -> None:
        self.log = log
        self._database = database
        self._secrets = secrets
        self._registry = registry
        self._http = http
        self._now = now
        self._open: dict[LoginId, Session] = {}
        self._locks: dict[LoginId, asyncio.Lock] = {}

    async def get(self, login: LoginId) -> Session:
        """The login's session, opened now if it was not.

        Raises: AdapterError, UsageError for a login that does not exist.
        """
        async with self._locks.setdefault(login, asyncio.Lock()):
            if login not in self._open:
                self._open[login] = await self._opened(login)
            return self._open[login]

    def opened(self, login: LoginId) -> Session | None:
        """The login's session if it is open."""
        return self._open.get(login)

    async def try_out(self, login: Login, secrets: Mapping[str, Secret]) -> Session:
        """A session for a login that is not stored yet; the caller closes it.

        Raises: AdapterError.
        """

        async def secret(name: str) -> Secret | None:
            return secrets.get(name)

        return await self._session(login, secret, _NoMemory())

    async def close(self, login: LoginId) -> None:
        """Close one login's session, if it is open."""
        session = self._open.pop(login, None)
        if session is not None:
            await guarded(login, session.aclose(), self.log, patience=5.0)

    async def aclose(self) -> None:
        """Close every session; one that does not close in time is left behind."""
        results = await asyncio.gather(
            *(self.close(login) for login in list(self._open)), return_exceptions=True
        )
        for result in results:
            if isinstance(result, Exception):
                self.log.warning("a session did not close: %s", result)

    def secret_names(self, login: Login) -> list[str]:
        """The names under which an adapter may have kept secrets for a login."""
        try:
            flows = self._registry.get(login.adapter).login_flows()
        except UserError:
            return []
        fields = [field for flow in flows for field in flow.fields]
        return sorted({field.name for field in fields if field.kind is FieldKind.SECRET})

    async def _opened(self, login_id: LoginId) -> Session:
        found = next(
            (each for each in self._database.read(stored.all_logins) if each.login.id == login_id),
            None,
        )
        if found is None:
            raise UsageError(f"there is no login named {login_id}")

        async def secret(name: str) -> Secret | None:
            try:
                return await asyncio.to_thread(self._secrets.get, login_id, name)
            except UserError as error:
                raise SignInNeeded(error.message, remedy=error.remedy) from None

        session = await self._session(found.login, secret, _Memory(self._database, found.number))
        timelines = tuple(session.timelines())
        if timelines != found.timelines:
            await asyncio.wrap_future(
                self._database.write(lambda c: stored.keep_timelines(c, login_id, timelines))
            )
        return session

    async def _session(
        self,
        login: Login,
        secret: Callable[[str], Awaitable[Secret | None]],
        memory: KeyValues,
    ) -> Session:
        try:
            adapter = self._registry.get(login.adapter)
        except UserError as error:
            raise NotSupported(error.message, remedy=error.remedy) from None
        context = SessionContext(
            self._http,
            self._now,
            logging.getLogger(f"tuisocial.login.{login.id}"),
            secret,
            memory,
        )
        return await guarded(login.id, adapter.open(login, context), self.log)


class _Memory:
    """A login's small memory, in the store."""

    def __init__(self, database: Database, login: int) -> None:
        self._database = database
        self._login = login

    async def get(self, key: str) -> str | None:
        return self._database.read(lambda c: stored.remembered(c, self._login, key))

    async def set(self, key: str, value: str | None) -> None:
        await asyncio.wrap_future(
            self._database.write(lambda c: stored.remember(c, self._login, key, value))
        )


class _NoMemory:
    """The memory of a login that is only being tried out."""

    async def get(self, key: str) -> str | None:
        return None

    async def set(self, key: str, value: str | None) -> None:
        return None
