"""Profiles: from the store, or asked afresh."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tuisocial.errors import UserError
from tuisocial.events import AccountsChanged
from tuisocial.model.ids import PostId
from tuisocial.sdk.errors import AdapterError
from tuisocial.services import promises
from tuisocial.store import accounts as stored_accounts

if TYPE_CHECKING:
    from tuisocial.events import Bus
    from tuisocial.model.account import Account
    from tuisocial.model.ids import AccountId, LoginId
    from tuisocial.services.logins import Logins
    from tuisocial.services.naming import Naming
    from tuisocial.services.sessions import Sessions
    from tuisocial.store.database import Database


class Accounts:
    """Fetching and reading profiles."""

    def __init__(
        self,
        database: Database,
        logins: Logins,
        sessions: Sessions,
        naming: Naming,
        bus: Bus,
        *,
        offline: bool,
    ) -> None:
        self._database = database
        self._logins = logins
        self._sessions = sessions
        self._naming = naming
        self._bus = bus
        self._offline = offline

    def stored(self, account: AccountId) -> Account | None:
        """The profile that the store knows."""
        return self._database.read(lambda c: stored_accounts.load_accounts(c, [str(account)])).get(
            str(account)
        )

    async def fetch(self, account: AccountId, login: LoginId | None = None) -> Account:
        """Ask for a profile by `login`, or by each of its network until one knows it.

        Raises: AdapterError, UserError when no login reads that network.
        """
        trouble: AdapterError | None = None
        for candidate in [login] if login else self._candidates(account):
            try:
                found = await self._fetched(candidate, account)
            except AdapterError as error:
                trouble = error
                continue
            self._bus.publish(AccountsChanged(frozenset({found.id})))
            return found
        if trouble is not None:
            raise trouble
        raise UserError(f"no login reads the network of {account}", "add a login for it")

    async def find(
        self, text: str, login: LoginId | None = None, *, offline: bool = False
    ) -> Account:
        """The account that an id, a handle, an address or a key means.

        Asked afresh unless `offline`, in which case the store must know it.

        Raises: UserError, AdapterError.
        """
        stored = self._naming.stored_account(text)
        if offline or self._offline:
            if stored is None:
                raise UserError(f"the store has no account {text[:200]}", "try without --offline")
            return stored
        if stored is not None:
            return await self.fetch(stored.id, login)
        found = await self._naming.resolve(text, login)
        if isinstance(found, PostId):
            raise UserError(
                f"{text[:200]} is a post, not an account", f"tuisocial thread {text[:200]}"
            )
        return await self.fetch(found, login)

    def _candidates(self, account: AccountId) -> list[LoginId]:
        return [login.id for login in self._logins.all() if login.network == account.network]

    async def _fetched(self, login: LoginId, account: AccountId) -> Account:
        session, guard = await self._sessions.get(login), self._sessions.guard
        found = await guard(login, lambda: session.account(account), promises.account)
        saved = self._database.write(lambda c: stored_accounts.save_accounts(c, [found]))
        await guard(login, lambda: asyncio.wrap_future(saved), patience=None)
        return found
