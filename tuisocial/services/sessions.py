"""Open sessions: one a login, opened when first needed, closed at the end."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuisocial.errors import UsageError, UserError
from tuisocial.model.timeline import Timeline
from tuisocial.sdk.errors import AdapterError, NotSupported, SignInNeeded
from tuisocial.store import logins as stored
from tuisocial.store.secrets.patience import beside

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import datetime

    from tuisocial.model.ids import LoginId
    from tuisocial.model.login import Login
    from tuisocial.registry import Registry
    from tuisocial.sdk.adapter import KeyValues, Session
    from tuisocial.sdk.http import Http
    from tuisocial.sdk.secret import Secret
    from tuisocial.services.guard import Guard
    from tuisocial.services.logs import Scrubber
    from tuisocial.store.database import Database
    from tuisocial.store.logins import StoredLogin
    from tuisocial.store.secrets import Secrets

_CLOSING_PATIENCE = 5.0


def _version(found: StoredLogin) -> tuple[int, int]:
    return found.number, found.renewed


@dataclass(frozen=True, slots=True)
class _Opened:
    """A session, and what it was opened for: a login's number, and how often it was renewed."""

    number: int
    renewed: int
    session: Session


class Sessions:
    """Sessions by login. `guard` is what every call of one goes through."""

    def __init__(
        self,
        database: Database,
        secrets: Secrets,
        registry: Registry,
        http: Http,
        now: Callable[[], datetime],
        guard: Guard,
        scrubber: Scrubber,
    ) -> None:
        self.guard = guard
        self._database = database
        self._secrets = secrets
        self._registry = registry
        self._http = http
        self._now = now
        self._scrubber = scrubber
        self._open: dict[LoginId, _Opened] = {}
        self._locks: dict[LoginId, asyncio.Lock] = {}

    async def get(self, login: LoginId) -> Session:
        """The login's session, opened now if it was not.

        Raises: AdapterError, UsageError for a login that does not exist.
        """
        async with self._locks.setdefault(login, asyncio.Lock()):
            found = self._stored(login)
            held = self._open.get(login)
            # Another process may have removed a login and added another of that name, or have
            # signed it in again.
            stale = found is None or (held and (held.number, held.renewed) != _version(found))
            if held is not None and stale:
                await self.close(login)
                held = None
            if found is None:
                raise UsageError(f"there is no login named {login}")
            if held is None:
                held = self._open[login] = _Opened(*_version(found), await self._opened(found))
            return held.session

    def opened(self, login: LoginId) -> Session | None:
        """The login's session if it is open."""
        held = self._open.get(login)
        return held.session if held is not None else None

    async def try_out(self, login: Login, secrets: Mapping[str, Secret]) -> tuple[Timeline, ...]:
        """Open a session for a login that is not stored yet, for what timelines it has.

        Raises: AdapterError.
        """

        async def secret(name: str) -> Secret | None:
            return secrets.get(name)

        session = await self._session(login, secret, _NoMemory())
        timelines = self.timelines(login.id, session)
        await self._end(login.id, session)
        return timelines

    async def give_back(self, login: Login, secrets: Mapping[str, Secret]) -> AdapterError | None:
        """Tell the server to forget a sign-in that is not kept, if it can be told.

        The answer is what kept it from that, if anything did.
        """
        from tuisocial.sdk.capabilities import Revokes

        async def secret(name: str) -> Secret | None:
            return secrets.get(name)

        try:
            session = await self._session(login, secret, _NoMemory())
            try:
                if isinstance(session, Revokes):
                    await self.guard(login.id, session.revoke, patience=_CLOSING_PATIENCE)
            finally:
                await self._end(login.id, session)
        except SignInNeeded:
            return None  # nothing is left to take back
        except AdapterError as error:
            self.guard.log.warning("%s: an unkept sign-in is still valid: %s", login.id, error)
            return error
        return None

    async def signed_out(self, login: LoginId) -> None:
        """The server no longer accepts a login: remember it, and read its secrets again next.

        Without a session it was not the server that said so.
        """
        if self.opened(login) is not None:
            await self.close(login)
            await self._mark(login, signed_out=True)

    async def accepted(self, login: LoginId) -> None:
        """The server accepts a login."""
        await self._mark(login, signed_out=False)

    async def _mark(self, login: LoginId, *, signed_out: bool) -> None:
        found = self._stored(login)
        if found is not None and found.signed_out is not signed_out:
            await asyncio.wrap_future(
                self._database.write(lambda c: stored.mark_signed_out(c, login, signed_out))
            )

    async def close(self, login: LoginId) -> None:
        """Close one login's session, if it is open; one that does not close is left behind."""
        held = self._open.pop(login, None)
        if held is not None:
            await self._end(login, held.session)

    async def aclose(self) -> None:
        """Close every session."""
        await asyncio.gather(*(self.close(login) for login in list(self._open)))

    def _stored(self, login: LoginId) -> StoredLogin | None:
        found = self._database.read(stored.all_logins)
        return next((each for each in found if each.login.id == login), None)

    async def _opened(self, found: StoredLogin) -> Session:
        login = found.login.id

        async def secret(name: str) -> Secret | None:
            try:
                value = await asyncio.wrap_future(beside(lambda: self._secrets.get(login, name)))
            except UserError as error:
                raise SignInNeeded(error.message, remedy=error.remedy) from None
            if value is not None:
                self._scrubber.hide(value)
            return value

        session = await self._session(found.login, secret, _Memory(self._database, found.number))
        timelines = self.timelines(login, session)
        if timelines and _titled(timelines) != _titled(found.timelines):
            await asyncio.wrap_future(
                self._database.write(lambda c: stored.keep_timelines(c, login, timelines))
            )
        vocabulary = self._registry.get(found.login.adapter).vocabulary
        if vocabulary != found.vocabulary:
            await asyncio.wrap_future(
                self._database.write(lambda c: stored.keep_vocabulary(c, login, vocabulary))
            )
        return session

    async def _session(
        self,
        login: Login,
        secret: Callable[[str], Awaitable[Secret | None]],
        memory: KeyValues,
    ) -> Session:
        from tuisocial.sdk.adapter import SessionContext

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
            self._scrubber.hide,
        )
        return await self.guard(login.id, lambda: adapter.open(login, context))

    def timelines(self, login: LoginId, session: Session) -> tuple[Timeline, ...]:
        """The timelines that a session offers; none where its adapter cannot say."""

        def offered() -> tuple[Timeline, ...]:
            found = tuple(session.timelines())
            for timeline in found:
                if Timeline.parse(str(timeline)).kind is not timeline.kind:
                    raise ValueError(f"not a timeline: {timeline!r:.80}")
            return found

        return self.guard.ask(login, offered, ())

    async def _end(self, login: LoginId, session: Session) -> None:
        try:
            await self.guard(login, session.aclose, patience=_CLOSING_PATIENCE)
        except (AdapterError, UserError) as error:
            self.guard.log.warning("the session of %s did not close: %s", login, error)


def _titled(timelines: Sequence[Timeline]) -> list[tuple[Timeline, str]]:
    return [(timeline, timeline.title) for timeline in timelines]


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
