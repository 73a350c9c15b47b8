"""My logins: signing in by an adapter's own flows, forgetting, checking."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from tuisocial.errors import UsageError
from tuisocial.events import Bus, LoginsChanged
from tuisocial.model.account import Account
from tuisocial.model.ids import LoginId
from tuisocial.model.limits import Limits
from tuisocial.model.login import Login
from tuisocial.model.timeline import Timeline
from tuisocial.model.vocabulary import Vocabulary
from tuisocial.registry import Registry
from tuisocial.sdk.capabilities import Endpoint, endpoints_of
from tuisocial.sdk.errors import AdapterError, BadAnswer, NotSupported
from tuisocial.sdk.http import Http
from tuisocial.sdk.login_steps import Answers, Done, LoginFlow
from tuisocial.services.guard import guarded
from tuisocial.services.sessions import Sessions
from tuisocial.store import logins as stored
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
    ) -> None:
        self._database = database
        self._secrets = secrets
        self._registry = registry
        self._sessions = sessions
        self._http = http
        self._bus = bus

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
        """Its network's own words.

        Raises: UsageError, AdapterUnavailable.
        """
        return self._registry.get(self.get(login).adapter).vocabulary

    def flows(self) -> list[tuple[str, LoginFlow]]:
        """Every way to sign in that a working adapter offers, with the adapter's name."""
        return [
            (info.name, flow)
            for info in self._registry.listing()
            if not info.error
            for flow in self.flows_of(info.name)
        ]

    def flows_of(self, adapter: str) -> Sequence[LoginFlow]:
        """The ways to sign in by one adapter.

        Raises: UsageError, AdapterUnavailable.
        """
        return self._registry.get(adapter).login_flows()

    async def add(
        self, adapter: str, flow: LoginFlow, answers: Answers, name: str | None = None
    ) -> Login:
        """Sign in with the answers to a flow's first questions, and keep the login.

        Nothing is kept unless all of it can be: the secrets first, then the login.

        Raises: AdapterError, UserError.
        """
        network = self._registry.get(adapter).network
        if name is not None:
            self._refuse_taken(_login_id(name))
        label = LoginId(name or adapter)
        step = await guarded(label, flow.start(answers, self._http), self._sessions.log)
        if not isinstance(step, Done):
            raise BadAnswer(f"the adapter {adapter} asks for more than its flow {flow.name} says")
        login_id = _login_id(name) if name else self._free_name(step.suggested_name or adapter)
        login = Login(login_id, adapter, network, step.account, step.handle, dict(step.options))
        for secret_name, secret in step.secrets.items():
            await asyncio.to_thread(self._secrets.set, login_id, secret_name, secret)
        try:
            session = await self._sessions.try_out(login, step.secrets)
            timelines = tuple(session.timelines())
            await session.aclose()
            await asyncio.wrap_future(
                self._database.write(lambda c: stored.add_login(c, login, timelines))
            )
        except BaseException:
            for secret_name in step.secrets:
                await asyncio.to_thread(self._secrets.forget, login_id, secret_name)
            raise
        self._bus.publish(LoginsChanged())
        return login

    async def remove(self, login: LoginId) -> None:
        """Forget a login, its secrets and its lists; its posts stay in the store.

        Raises: UserError.
        """
        found = self._stored(login)
        await self._sessions.close(login)
        for name in self._sessions.secret_names(found.login):
            await asyncio.to_thread(self._secrets.forget, login, name)
        await asyncio.wrap_future(self._database.write(lambda c: stored.remove_login(c, login)))
        self._bus.publish(LoginsChanged())

    async def check(self, login: LoginId) -> LoginReport:
        """Ask the server who I am; trouble is part of the report, never raised.

        Raises: UsageError for a login that does not exist.
        """
        found = self.get(login)
        account: Account | None = None
        error: AdapterError | None = None
        limits = Limits()
        try:
            session = await self._sessions.get(login)
            if found.guest:
                await self._read_one(session.timelines()[0], login)
            else:
                account = await guarded(login, session.me(), self._sessions.log)
            limits = session.limits()
        except NotSupported:
            pass
        except AdapterError as trouble:
            error = trouble
        endpoints = endpoints_of(self._sessions.opened(login))
        return LoginReport(found, account, error, endpoints, limits)

    async def _read_one(self, timeline: Timeline, login: LoginId) -> None:
        session = await self._sessions.get(login)
        page = session.timeline(timeline, cursor=None, limit=1)
        await guarded(login, page, self._sessions.log)

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
            raise UsageError(
                f"there is a login named {login} already", "choose another with --name"
            )

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
