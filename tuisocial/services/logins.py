"""My logins: signing in by an adapter's own flows, forgetting, checking."""

from __future__ import annotations

import asyncio
from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeVar

from tuisocial.errors import UsageError
from tuisocial.events import LoginsChanged
from tuisocial.model.ids import LoginId
from tuisocial.model.login import Login
from tuisocial.model.vocabulary import Vocabulary
from tuisocial.sdk.errors import AdapterError
from tuisocial.store import leftovers, posts
from tuisocial.store import logins as stored
from tuisocial.store.leftovers import Leftover
from tuisocial.store.secrets import SecretsUnavailable
from tuisocial.store.secrets.patience import beside

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from tuisocial.events import Bus
    from tuisocial.registry import Registry
    from tuisocial.sdk.http import Http
    from tuisocial.sdk.login_steps import Answers, LoginFlow
    from tuisocial.sdk.secret import Secret
    from tuisocial.services.checking import LoginReport
    from tuisocial.services.enrolment import Enrolment
    from tuisocial.services.logs import Scrubber
    from tuisocial.services.sessions import Sessions
    from tuisocial.services.signing_in import SignIn
    from tuisocial.services.tidying import Tidying
    from tuisocial.store.database import Database
    from tuisocial.store.logins import StoredLogin
    from tuisocial.store.secrets import Secrets

T = TypeVar("T")

_REVOKING_SECONDS = 15.0


class Logins:
    """All logins, in the order that their owner gave them."""

    def __init__(
        self,
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
        self._database = database
        self._secrets = secrets
        self._registry = registry
        self._sessions = sessions
        self._http = http
        self._bus = bus
        self._scrubber = scrubber
        self._tidying = tidying
        self._now = now

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
        return self.record(login).login

    def colour(self, login: LoginId) -> int:
        """The number of its colour, 0 to 7."""
        return self.record(login).colour

    def vocabulary(self, login: LoginId) -> Vocabulary:
        """Its network's own words, as its adapter last had them.

        Raises: UsageError.
        """
        found = self.record(login)
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

    def ways_again(self, login: LoginId) -> list[LoginFlow]:
        """The ways to sign a login in again, the one that was taken first.

        Raises: UsageError, AdapterUnavailable.
        """
        found = self.record(login)
        flows = [f for f in self.flows_of(found.login.adapter) if f.guest == found.login.guest]
        return sorted(flows, key=lambda flow: flow.name != found.flow)

    async def add(
        self, adapter: str, flow: LoginFlow, answers: Answers, name: str | None = None
    ) -> Login:
        """Sign in by a flow that needs no more than its first answers, and keep the login.

        Raises: AdapterError, UserError.
        """
        async with self.begin(adapter, flow, name) as sign_in:
            await sign_in.answer(answers)
            return await self.keep(sign_in, name)

    def begin(
        self, adapter: str, flow: LoginFlow, name: str | None = None, *, again: Login | None = None
    ) -> SignIn:
        """A sign-in by one of an adapter's flows, to be led through its steps and then kept.

        `again` is the login that is to be signed in once more.

        Raises: UsageError for a name that cannot be, or is taken.
        """
        return self._enrolment.begin(adapter, flow, name, again)

    async def keep(self, sign_in: SignIn, name: str | None = None) -> Login:
        """Keep what a sign-in came to, all of it or nothing.

        A login that is signed in again stays itself, and its server is told to forget the sign-in
        that it had; `SignIn.unrevoked` says what kept it from that.

        Raises: AdapterError, UserError.
        """
        return await self._enrolment.keep(sign_in, name)

    @cached_property
    def _enrolment(self) -> Enrolment:
        from tuisocial.services.enrolment import Enrolment

        return Enrolment(
            self,
            self._database,
            self._secrets,
            self._registry,
            self._sessions,
            self._http,
            self._bus,
            self._scrubber,
            self._tidying,
            self._now,
        )

    async def remove(
        self, login: LoginId, *, forget_posts: bool = False, force: bool = False
    ) -> AdapterError | None:
        """Sign a login out at its server, forget it, its secrets and its lists.

        Its posts stay in the store; `forget_posts` takes away those that no other login has seen.
        The answer is what kept the server from forgetting the sign-in, if anything did.
        While its secrets cannot be read nothing is changed, unless by `force`; what is left of
        them then is forgotten when it can be.

        Raises: UserError; SecretsUnavailable, with `force` after the login is gone.
        """
        found = self.record(login)
        self._tidying.refuse_while_moving()
        if not force:
            await self._see_secrets(found)
        unrevoked = await self._revoke(found)
        await self._sessions.close(login)
        await asyncio.wrap_future(
            self._database.write(
                lambda c: leave(c, login, found.secrets, forget_posts=forget_posts)
            )
        )
        trouble = await self._tidying.tidy()
        self._bus.publish(LoginsChanged())
        if trouble is not None:
            raise SecretsUnavailable(
                f"the login {login} is removed, but its secret is still kept: {trouble.message}",
                f"{trouble.remedy}; the next start forgets it then",
            )
        return unrevoked

    async def _see_secrets(self, found: StoredLogin) -> None:
        login = found.login.id
        try:
            for name in found.secrets:
                await asyncio.wrap_future(beside(partial(self._secrets.get, login, name)))
        except SecretsUnavailable as error:
            raise SecretsUnavailable(
                f"{login} is not removed, because its secret cannot be read: {error.message}",
                f"{error.remedy}; or remove it all the same with --force",
            ) from None

    async def _revoke(self, found: StoredLogin) -> AdapterError | None:
        from tuisocial.sdk.capabilities import Revokes
        from tuisocial.sdk.errors import SignInNeeded

        login = found.login.id
        if not found.secrets:
            return None
        try:
            session = await self._sessions.get(login)
            if isinstance(session, Revokes):
                await self._sessions.guard(login, session.revoke, patience=_REVOKING_SECONDS)
        except SignInNeeded:
            return None  # nothing is left to take back
        except AdapterError as error:
            return error
        return None

    async def check(self, login: LoginId) -> LoginReport:
        """Ask the server who I am; trouble is part of the report, never raised.

        Raises: UsageError for a login that does not exist.
        """
        from tuisocial.services.checking import check

        return await check(self.get(login), self._sessions)

    async def export_key(self, login: LoginId, passphrase: Callable[[], Secret]) -> str:
        """A login's key, locked with a passphrase, which is asked for when there is a key.

        Raises: UsageError, AdapterError; NotSupported for a login that is no key.
        """
        from tuisocial.sdk.capabilities import ExportsKey
        from tuisocial.sdk.errors import NotSupported

        session = await self._sessions.get(self.get(login).id)
        if not isinstance(session, ExportsKey):
            raise NotSupported(f"{login} has no key that could be exported")
        secret = passphrase()
        self._scrubber.hide(secret)
        return await self._sessions.guard(login, lambda: session.export_key(secret))

    def same_account(self, login: Login) -> list[LoginId]:
        """Other logins of the same account."""
        return [
            each.id
            for each in self.all()
            if each.id != login.id and login.account is not None and each.account == login.account
        ]

    def record(self, login: LoginId) -> StoredLogin:
        """The login of that name, with what the store keeps beside it.

        Raises: UsageError.
        """
        for each in self.stored():
            if each.login.id == login:
                return each
        names = ", ".join(each.login.id.name for each in self.stored())
        raise UsageError(
            f"there is no login named {login}",
            f"the logins are: {names}" if names else "add one with: tuisocial login add",
        )

    def free_id(self, name: str) -> LoginId:
        """The id that a login of that name would have.

        Raises: UsageError for a name that cannot be, or is taken.
        """
        login = login_id(name)
        self._refuse_taken(login)
        return login

    def _refuse_taken(self, login: LoginId) -> None:
        if any(each.id == login for each in self.all()):
            raise taken(login)

    def unused_id(self, wanted: str) -> LoginId:
        """The id that is most like a name that an adapter suggests, and not taken."""
        taken = {login.id.name for login in self.all()}
        base = "".join(c for c in wanted if c.isascii() and (c.isalnum() or c in "-_."))
        base = base.lstrip("-_.")[:24] or "login"
        number, name = 1, base
        while name in taken:
            number += 1
            name = f"{base}{number}"
        return LoginId.parse(name)


def login_id(name: str) -> LoginId:
    """Raises: UsageError for a name that cannot be."""
    try:
        return LoginId.parse(name)
    except ValueError as error:
        raise UsageError(str(error), "choose another name") from None


def taken(login: LoginId) -> UsageError:
    """What to say of a name that is another login's."""
    return UsageError(f"there is a login named {login} already", "choose another name")


def leave(
    connection: sqlite3.Connection, login: LoginId, secrets: Sequence[str], *, forget_posts: bool
) -> None:
    """Take a login out of the store; what it leaves behind is tidied up afterwards."""
    stored.remove_login(connection, login)
    leftovers.leave(connection, [Leftover(login, name) for name in secrets])
    if forget_posts:
        posts.forget_unseen(connection)
