"""Names that are being typed, finished: from the store at once, from servers as they answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from tuisocial.errors import UserError
from tuisocial.sdk.errors import AdapterError
from tuisocial.sdk.writing import Completes
from tuisocial.store import accounts, posts

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Sequence

    from tuisocial.model.account import Account
    from tuisocial.model.ids import LoginId
    from tuisocial.services.sessions import Sessions
    from tuisocial.store.database import Database

_MANY = 100
_PATIENCE = 5.0
_LATELY = 1000
"""Posts whose hashtags are offered."""

_Found = TypeVar("_Found")


class Completing:
    """People, hashtags and emoji by how they begin. What cannot be asked is left out."""

    def __init__(self, database: Database, sessions: Sessions, *, offline: bool) -> None:
        self._database = database
        self._sessions = sessions
        self._offline = offline

    def with_handle(self, start: str, networks: Collection[str], limit: int) -> list[Account]:
        """Accounts of these networks that the store knows by a handle like that."""
        found = self._database.read(lambda c: accounts.accounts_with_handle(c, start, _MANY))
        return [account for account in found if account.id.network in networks][:limit]

    async def named(self, start: str, networks: Collection[str], limit: int) -> list[Account]:
        """Accounts of these networks that the store knows by a name like that."""
        found = await asyncio.to_thread(
            self._database.read, lambda c: accounts.accounts_named(c, start, _MANY)
        )
        return [account for account in found if account.id.network in networks][:limit]

    def known_hashtags(self) -> list[str]:
        """The hashtags of late posts, the most frequent first."""
        return self._database.read(lambda c: posts.late_tags(c, _LATELY))

    async def people(self, login: LoginId, start: str, limit: int) -> Sequence[Account]:
        """Accounts that a login's server knows."""
        return await self._asked(login, lambda session: session.people(start, limit))

    async def hashtags(self, login: LoginId, start: str, limit: int) -> Sequence[str]:
        """Hashtags that a login's server knows, without '#'."""
        return await self._asked(login, lambda session: session.hashtags(start, limit))

    async def emoji(self, login: LoginId) -> Sequence[str]:
        """The codes of a server's own emoji, without colons."""
        return await self._asked(login, lambda session: session.emoji())

    async def _asked(
        self, login: LoginId, ask: Callable[[Completes], Awaitable[Sequence[_Found]]]
    ) -> Sequence[_Found]:
        if self._offline:
            return ()
        try:
            session = await self._sessions.get(login)
            if not isinstance(session, Completes):
                return ()
            return await self._sessions.guard(login, lambda: ask(session), patience=_PATIENCE)
        except (AdapterError, UserError):
            return ()
