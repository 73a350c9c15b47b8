"""Taking what a sign-in came to into the logins, all of it or nothing; or giving it back.

How a sign-in goes on is `signing_in`'s affair. Imported with the first one.
"""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from tuisocial.errors import UserError
from tuisocial.events import LoginsChanged
from tuisocial.model.ids import LoginId
from tuisocial.model.login import Login
from tuisocial.sdk.login_steps import SignInContext
from tuisocial.services.logins import leave, login_id, taken
from tuisocial.services.signing_in import SignIn
from tuisocial.store import leftovers
from tuisocial.store import logins as stored
from tuisocial.store.leftovers import Leftover
from tuisocial.store.secrets import SecretsUnavailable
from tuisocial.store.secrets.patience import beside

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from tuisocial.events import Bus
    from tuisocial.model.timeline import Timeline
    from tuisocial.registry import Registry
    from tuisocial.sdk.http import Http
    from tuisocial.sdk.login_steps import Done, LoginFlow
    from tuisocial.sdk.secret import Secret
    from tuisocial.services.logins import Logins
    from tuisocial.services.logs import Scrubber
    from tuisocial.services.sessions import Sessions
    from tuisocial.services.tidying import Tidying
    from tuisocial.store.database import Database
    from tuisocial.store.secrets import Secrets

T = TypeVar("T")

_NOBODY = LoginId("nobody")


class Enrolment:
    """Begins sign-ins, and keeps their ends."""

    def __init__(
        self,
        logins: Logins,
        database: Database,
        secrets: Secrets,
        registry: Registry,
        sessions: Sessions,
        http: Http,
        bus: Bus,
        scrubber: Scrubber,
        tidying: Tidying,
        now: Callable[[], datetime],
    ) -> None:
        self._logins = logins
        self._database = database
        self._secrets = secrets
        self._registry = registry
        self._sessions = sessions
        self._http = http
        self._bus = bus
        self._scrubber = scrubber
        self._tidying = tidying
        self._now = now

    def begin(self, adapter: str, flow: LoginFlow, name: str | None, again: Login | None) -> SignIn:
        """As `Logins.begin`."""
        if name is not None:
            self._logins.free_id(name)
        label = again.id if again else LoginId(name or adapter)
        context = SignInContext(self._http, self._now, self._scrubber.hide)
        return SignIn(
            adapter,
            flow,
            context,
            self._sessions.guard,
            self._scrubber,
            label,
            self._may_keep,
            partial(self._give_back, adapter, label, again),
            again,
        )

    async def _give_back(
        self, adapter: str, label: LoginId, again: Login | None, end: Done
    ) -> None:
        """Have the server forget a sign-in that was not kept."""
        if again is not None:
            try:
                names = {*self._logins.record(label).secrets, *end.secrets}
                kept = {await self._secret(label, name) for name in names}
            except UserError:
                return  # it may be what is kept
            if kept & set(end.secrets.values()):
                return
        network = self._registry.get(adapter).network
        login = Login(label, adapter, network, end.account, end.handle, dict(end.options))
        await self._sessions.give_back(login, end.secrets)

    async def _may_keep(self) -> None:
        """Raises: SecretsUnavailable where no new secret could be kept."""
        from tuisocial.store.secrets.command import CommandSecrets

        if isinstance(self._secrets, CommandSecrets):
            raise SecretsUnavailable(
                "secrets.command cannot be given the secret that this way of signing in makes",
                "sign in with a token or key that it prints already, or choose another place",
            )
        await asyncio.wrap_future(beside(partial(self._secrets.get, _NOBODY, "token")))

    async def keep(self, sign_in: SignIn, name: str | None = None) -> Login:
        """As `Logins.keep`: the login first, which settles whose the name is, then its secrets."""
        end = sign_in.take()
        try:
            if sign_in.again is not None:
                return await self._keep_again(sign_in, sign_in.again, end)
            return await self._keep_new(sign_in, end, name)
        except BaseException:
            await sign_in.put_back(end)
            raise

    async def _keep_new(self, sign_in: SignIn, end: Done, name: str | None) -> Login:
        adapter = sign_in.adapter
        network = self._registry.get(adapter).network
        unnamed = end.suggested_name or adapter
        new = login_id(name) if name else self._logins.unused_id(unnamed)
        login = Login(new, adapter, network, end.account, end.handle, dict(end.options))
        timelines = await self._sessions.try_out(login, end.secrets)
        await self._store(login, timelines, tuple(end.secrets), sign_in.flow.name)
        try:
            await self._keep_secrets(new, end.secrets)
        except BaseException:
            await asyncio.shield(self._take_back(new, tuple(end.secrets)))
            raise
        self._bus.publish(LoginsChanged())
        return login

    async def _keep_again(self, sign_in: SignIn, login: Login, end: Done) -> Login:
        # The secrets first: while they cannot be kept, the login is as it was.
        found = self._logins.record(login.id)
        before = found.secrets
        renewed = replace(login, handle=end.handle, options=dict(end.options))
        held = {name: await self._secret(login.id, name) for name in before}
        were = {name: value for name, value in held.items() if value is not None}
        self._scrubber.hide(*were.values())
        gone = [Leftover(login.id, name) for name in before if name not in end.secrets]

        def renew(connection: sqlite3.Connection) -> None:
            stored.renew_login(connection, renewed, tuple(end.secrets), sign_in.flow.name)
            leftovers.claim(connection, login.id, tuple(end.secrets))
            leftovers.leave(connection, gone)

        try:
            await self._keep_secrets(login.id, end.secrets)
            await self._write(login.id, renew)
        except BaseException:
            await asyncio.shield(self._keep_secrets(login.id, were))
            raise
        await self._sessions.close(login.id)
        await self._tidying.tidy()
        self._bus.publish(LoginsChanged())
        # What is kept again must not be revoked together with what is not.
        if were and not set(were.values()) & set(end.secrets.values()):
            sign_in.unrevoked = await self._sessions.give_back(found.login, were)
        return renewed

    async def _secret(self, login: LoginId, name: str) -> Secret | None:
        return await asyncio.wrap_future(beside(partial(self._secrets.get, login, name)))

    async def _keep_secrets(self, login: LoginId, secrets: Mapping[str, Secret]) -> None:
        for name, secret in secrets.items():
            await asyncio.wrap_future(beside(partial(self._secrets.set, login, name, secret)))

    async def _write(self, login: LoginId, work: Callable[[sqlite3.Connection], T]) -> T:
        written = self._database.write(work)
        return await self._sessions.guard(
            login, lambda: asyncio.wrap_future(written), patience=None
        )

    async def _store(
        self, login: Login, timelines: Sequence[Timeline], secrets: Sequence[str], flow: str
    ) -> None:
        vocabulary = self._registry.get(login.adapter).vocabulary

        def save(connection: sqlite3.Connection) -> None:
            try:
                stored.add_login(connection, login, timelines, secrets, vocabulary, flow)
                leftovers.claim(connection, login.id, secrets)
            except sqlite3.IntegrityError:
                raise taken(login.id) from None

        await self._write(login.id, save)

    async def _take_back(self, login: LoginId, secrets: Sequence[str]) -> None:
        await asyncio.wrap_future(
            self._database.write(lambda c: leave(c, login, secrets, forget_posts=False))
        )
        await self._tidying.tidy()
