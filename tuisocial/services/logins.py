"""My logins: signing in by an adapter's own flows, forgetting, checking."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from tuisocial.errors import UsageError, UserError
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
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from tuisocial.events import Bus
    from tuisocial.model.timeline import Timeline
    from tuisocial.registry import Registry
    from tuisocial.sdk.http import Http
    from tuisocial.sdk.login_steps import Answers, Done, LoginFlow
    from tuisocial.sdk.secret import Secret
    from tuisocial.services.checking import LoginReport
    from tuisocial.services.logs import Scrubber
    from tuisocial.services.sessions import Sessions
    from tuisocial.services.signing_in import SignIn
    from tuisocial.services.tidying import Tidying
    from tuisocial.store.database import Database
    from tuisocial.store.logins import StoredLogin
    from tuisocial.store.secrets import Secrets

T = TypeVar("T")

_REVOKING_SECONDS = 15.0
_NOBODY = LoginId("nobody")


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
        from tuisocial.sdk.login_steps import SignInContext
        from tuisocial.services.signing_in import SignIn

        if name is not None:
            self.free_id(name)
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
                names = {*self.record(label).secrets, *end.secrets}
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
        """Keep what a sign-in came to.

        Nothing is kept unless all of it can be: the login first, which settles whose the name
        is, then its secrets. A login that is signed in again stays itself, and its server is told
        to forget the sign-in that it had; `SignIn.unrevoked` says what kept it from that.

        Raises: AdapterError, UserError.
        """
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
        login_id = _login_id(name) if name else self._free_name(end.suggested_name or adapter)
        login = Login(login_id, adapter, network, end.account, end.handle, dict(end.options))
        timelines = await self._sessions.try_out(login, end.secrets)
        await self._store(login, timelines, tuple(end.secrets), sign_in.flow.name)
        try:
            await self._keep_secrets(login_id, end.secrets)
        except BaseException:
            await asyncio.shield(self._take_back(login_id, tuple(end.secrets)))
            raise
        self._bus.publish(LoginsChanged())
        return login

    async def _keep_again(self, sign_in: SignIn, login: Login, end: Done) -> Login:
        # The secrets first: while they cannot be kept, the login is as it was.
        found = self.record(login.id)
        before = found.secrets
        renewed = replace(login, handle=end.handle, options=dict(end.options))
        held = {name: await self._secret(login.id, name) for name in before}
        were = {name: value for name, value in held.items() if value is not None}
        self._scrubber.hide(*were.values())
        try:
            await self._keep_secrets(login.id, end.secrets)
        except BaseException:
            await asyncio.shield(self._keep_secrets(login.id, were))
            raise
        gone = [Leftover(login.id, name) for name in before if name not in end.secrets]

        def renew(connection: sqlite3.Connection) -> None:
            stored.renew_login(connection, renewed, tuple(end.secrets), sign_in.flow.name)
            leftovers.claim(connection, login.id, tuple(end.secrets))
            leftovers.leave(connection, gone)

        await self._write(login.id, renew)
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
                raise _taken(login.id) from None

        await self._write(login.id, save)

    async def _take_back(self, login: LoginId, secrets: Sequence[str]) -> None:
        await asyncio.wrap_future(
            self._database.write(lambda c: _leave(c, login, secrets, forget_posts=False))
        )
        await self._tidying.tidy()

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
                lambda c: _leave(c, login, found.secrets, forget_posts=forget_posts)
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
        login = _login_id(name)
        self._refuse_taken(login)
        return login

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
        raise UsageError(str(error), "choose another name") from None


def _taken(login: LoginId) -> UsageError:
    return UsageError(f"there is a login named {login} already", "choose another name")


def _leave(
    connection: sqlite3.Connection, login: LoginId, secrets: Sequence[str], *, forget_posts: bool
) -> None:
    stored.remove_login(connection, login)
    leftovers.leave(connection, [Leftover(login, name) for name in secrets])
    if forget_posts:
        posts.forget_unseen(connection)
