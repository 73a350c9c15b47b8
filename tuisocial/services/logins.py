"""My logins: signing in by an adapter's own flows, forgetting, checking."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from tuisocial.errors import UsageError, UserError
from tuisocial.events import LoginsChanged
from tuisocial.model.ids import LoginId
from tuisocial.model.login import Login
from tuisocial.model.vocabulary import Vocabulary
from tuisocial.sdk.errors import AdapterError, BadAnswer
from tuisocial.store import logins as stored
from tuisocial.store.secrets import SecretsUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tuisocial.events import Bus
    from tuisocial.model.account import Account
    from tuisocial.model.limits import Limits
    from tuisocial.model.timeline import Timeline
    from tuisocial.registry import Registry
    from tuisocial.sdk.adapter import Session
    from tuisocial.sdk.capabilities import Endpoint
    from tuisocial.sdk.http import Http
    from tuisocial.sdk.login_steps import Answers, LoginFlow
    from tuisocial.sdk.secret import Secret
    from tuisocial.services.logs import Scrubber
    from tuisocial.services.sessions import Sessions
    from tuisocial.store.database import Database
    from tuisocial.store.logins import StoredLogin
    from tuisocial.store.secrets import Secrets


@dataclass(frozen=True, slots=True)
class LoginReport:
    """What a check of one login found; `error` is None when all is well."""

    login: Login
    account: Account | None
    error: AdapterError | None
    endpoints: tuple[Endpoint, ...]
    limits: Limits


class Logins:
    """All logins, in the order in which they were added."""

    def __init__(
        self,
        database: Database,
        secrets: Secrets,
        registry: Registry,
        sessions: Sessions,
        http: Http,
        bus: Bus,
        scrubber: Scrubber,
    ) -> None:
        self._database = database
        self._secrets = secrets
        self._registry = registry
        self._sessions = sessions
        self._http = http
        self._bus = bus
        self._scrubber = scrubber

    def stored(self) -> list[StoredLogin]:
        """Every login with what the store keeps beside it."""
        return self._database.read(stored.all_logins)

    def all(self) -> list[Login]:
        """Every login."""
        return [each.login for each in self.stored()]

    def get(self, login: LoginId) -> Login:
        """The login of that name.

        Raises: UsageError.
        """
        return self._stored(login).login

    def colour(self, login: LoginId) -> int:
        """The number of its colour, 0 to 7."""
        return self._stored(login).colour

    def vocabulary(self, login: LoginId) -> Vocabulary:
        """Its network's own words, as its adapter last had them.

        Raises: UsageError.
        """
        found = self._stored(login)
        network = found.login.network
        return found.vocabulary or Vocabulary(network, "·", network[:1].upper())

    def flows(self) -> list[tuple[str, LoginFlow]]:
        """Every way to sign in that a working adapter offers, with the adapter's name."""
        none: Sequence[LoginFlow] = ()
        return [
            (name, flow)
            for name in (info.name for info in self._registry.listing() if not info.error)
            for flow in self._sessions.guard.ask(LoginId(name), partial(self.flows_of, name), none)
        ]

    def flows_of(self, adapter: str) -> Sequence[LoginFlow]:
        """The ways to sign in by one adapter.

        Raises: UsageError, AdapterUnavailable.
        """
        return tuple(self._registry.get(adapter).login_flows())

    async def add(
        self, adapter: str, flow: LoginFlow, answers: Answers, name: str | None = None
    ) -> Login:
        """Sign in with the answers to a flow's first questions, and keep the login.

        Nothing is kept unless all of it can be: the login first, which settles whose the name
        is, then its secrets.

        Raises: AdapterError, UserError.
        """
        from tuisocial.sdk.login_steps import Done

        network = self._registry.get(adapter).network
        if name is not None:
            self._refuse_taken(_login_id(name))
        label = LoginId(name or adapter)
        self._hide(answers.secrets)
        step = await self._sessions.guard(label, lambda: flow.start(answers, self._http))
        if not isinstance(step, Done):
            raise BadAnswer(f"the adapter {adapter} asks for more than its flow {flow.name} says")
        self._hide(step.secrets)
        login_id = _login_id(name) if name else self._free_name(step.suggested_name or adapter)
        login = Login(login_id, adapter, network, step.account, step.handle, dict(step.options))
        timelines = await self._sessions.try_out(login, step.secrets)
        await self._store(login, timelines, tuple(step.secrets))
        try:
            for secret_name, secret in step.secrets.items():
                await asyncio.to_thread(self._secrets.set, login_id, secret_name, secret)
        except BaseException:
            await asyncio.shield(self._take_back(login_id, tuple(step.secrets)))
            raise
        self._bus.publish(LoginsChanged())
        return login

    async def _store(
        self, login: Login, timelines: Sequence[Timeline], secrets: Sequence[str]
    ) -> None:
        vocabulary = self._registry.get(login.adapter).vocabulary

        def save(connection: sqlite3.Connection) -> None:
            try:
                stored.add_login(connection, login, timelines, secrets, vocabulary)
            except sqlite3.IntegrityError:
                raise _taken(login.id) from None

        saved = self._database.write(save)
        await self._sessions.guard(login.id, lambda: asyncio.wrap_future(saved), patience=None)

    async def _take_back(self, login: LoginId, secrets: Sequence[str]) -> None:
        await asyncio.wrap_future(self._database.write(lambda c: stored.remove_login(c, login)))
        await self._forget(login, secrets)

    async def remove(self, login: LoginId) -> None:
        """Forget a login, its secrets and its lists; its posts stay in the store.

        Raises: UserError; SecretsUnavailable when the login is gone and its secrets are not.
        """
        found = self._stored(login)
        await self._sessions.close(login)
        await asyncio.wrap_future(self._database.write(lambda c: stored.remove_login(c, login)))
        trouble = await self._forget(login, found.secrets)
        self._bus.publish(LoginsChanged())
        if trouble is not None:
            raise SecretsUnavailable(
                f"the login {login} is removed, but its secret is still kept: {trouble.message}",
                trouble.remedy,
            )

    async def _forget(self, login: LoginId, secrets: Sequence[str]) -> UserError | None:
        """Forget as many secrets as possible; what kept the last one from it, if anything."""
        trouble: UserError | None = None
        for name in secrets:
            try:
                await asyncio.to_thread(self._secrets.forget, login, name)
            except UserError as error:
                trouble = error
        return trouble

    async def check(self, login: LoginId) -> LoginReport:
        """Ask the server who I am; trouble is part of the report, never raised.

        Raises: UsageError for a login that does not exist.
        """
        from tuisocial.model.limits import Limits

        found = self.get(login)
        account: Account | None = None
        error: AdapterError | None = None
        limits = Limits()
        guard = self._sessions.guard
        try:
            session = await self._sessions.get(login)
            account = await self._proof(found, session)
            limits = guard.ask(login, session.limits, limits)
        except AdapterError as trouble:
            error = trouble
        return LoginReport(found, account, error, self._endpoints(login), limits)

    async def _proof(self, login: Login, session: Session) -> Account | None:
        """Who the server says I am; for a guest, only that it lets its first timeline be read."""
        from tuisocial.services import promises

        guard = self._sessions.guard
        if not login.guest:
            return await guard(login.id, session.me, promises.account)
        timelines = self._sessions.timelines(login.id, session)
        if timelines:
            await guard(login.id, lambda: session.timeline(timelines[0], cursor=None, limit=1))
        return None

    def _endpoints(self, login: LoginId) -> tuple[Endpoint, ...]:
        from tuisocial.sdk.capabilities import endpoints_of

        none: tuple[Endpoint, ...] = ()
        session = self._sessions.opened(login)
        return self._sessions.guard.ask(login, lambda: endpoints_of(session), none)

    def _hide(self, secrets: Mapping[str, Secret]) -> None:
        for secret in secrets.values():
            self._scrubber.hide(secret)

    def _stored(self, login: LoginId) -> StoredLogin:
        for each in self.stored():
            if each.login.id == login:
                return each
        names = ", ".join(each.login.id.name for each in self.stored())
        raise UsageError(
            f"there is no login named {login}",
            f"the logins are: {names}" if names else "add one with: tuisocial login add",
        )

    def _refuse_taken(self, login: LoginId) -> None:
        if any(each.id == login for each in self.all()):
            raise _taken(login)

    def _free_name(self, wanted: str) -> LoginId:
        taken = {login.id.name for login in self.all()}
        base = "".join(c for c in wanted if c.isascii() and (c.isalnum() or c in "-_."))
        base = base.lstrip("-_.")[:24] or "login"
        number, name = 1, base
        while name in taken:
            number += 1
            name = f"{base}{number}"
        return LoginId.parse(name)


def _login_id(name: str) -> LoginId:
    try:
        return LoginId.parse(name)
    except ValueError as error:
        raise UsageError(str(error), "choose another with --name") from None


def _taken(login: LoginId) -> UsageError:
    return UsageError(f"there is a login named {login} already", "choose another with --name")
