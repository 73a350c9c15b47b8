"""How my logins are arranged: their names, order, colours, and what the merged timeline shows.

Signing in and out is `logins`' affair.
"""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from tuisocial.errors import UsageError
from tuisocial.events import LoginsChanged
from tuisocial.model.ids import LoginId
from tuisocial.store import leftovers
from tuisocial.store import logins as stored
from tuisocial.store.leftovers import Leftover
from tuisocial.store.logins import COLOURS
from tuisocial.store.secrets.patience import beside

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from tuisocial.events import Bus
    from tuisocial.model.login import Share
    from tuisocial.services.logins import Logins
    from tuisocial.services.sessions import Sessions
    from tuisocial.services.tidying import Tidying
    from tuisocial.store.database import Database
    from tuisocial.store.secrets import Secrets

A_DAY = timedelta(days=1)


class Arrangement:
    """Changes to logins that ask no server. Every method raises UsageError for an unknown one."""

    def __init__(
        self,
        database: Database,
        secrets: Secrets,
        logins: Logins,
        sessions: Sessions,
        tidying: Tidying,
        bus: Bus,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._tidying = tidying
        self._secrets = secrets
        self._logins = logins
        self._sessions = sessions
        self._bus = bus
        self._now = now

    async def rename(self, login: LoginId, name: str) -> LoginId:
        """Call a login by another name; its secrets and its place in lists go with it.

        Raises: UsageError for a name that cannot be or is taken, SecretsUnavailable.
        """
        found, new = self._logins.record(login), self._logins.free_id(name)
        self._tidying.refuse_while_moving()
        for secret in found.secrets:
            # Where it cannot be read, nothing is to be changed.
            await asyncio.wrap_future(beside(partial(self._secrets.get, login, secret)))
        await self._sessions.close(login)
        try:
            await self._write(partial(_renamed, old=login, new=new, secrets=found.secrets))
        except sqlite3.IntegrityError:
            raise UsageError(f"there is a login named {new} already") from None
        # Whoever hears of the new name looks for the secrets under it.
        trouble = await self._tidying.tidy()
        waiting = self._database.read(leftovers.leftovers)
        if trouble is not None and any(each.to == new for each in waiting):
            await self._write(partial(_renamed, old=new, new=login, secrets=found.secrets))
            await self._tidying.tidy()
            raise trouble
        self._bus.publish(LoginsChanged())
        return new

    async def move(self, login: LoginId, by: int) -> None:
        """Move a login up (negative) or down in the order of all."""
        order = [each.id for each in self._logins.all()]
        at = order.index(self._logins.get(login).id)
        await self.place(login, at + by + 1)

    async def place(self, login: LoginId, place: int) -> None:
        """Put a login at a place in the order of all, the first being 1."""
        known = self._logins.get(login).id
        order = [each.id for each in self._logins.all() if each.id != known]
        order.insert(min(max(place - 1, 0), len(order)), known)
        await self._save(lambda connection: stored.order_logins(connection, order))

    async def change(
        self,
        login: LoginId,
        *,
        colour: int | None = None,
        enabled: bool | None = None,
        posts: bool | None = None,
        share: Share | None = None,
    ) -> None:
        """Change what is given: colour from 0 to 7, whether it is used at all, whether new posts
        go out by it, what the merged timeline shows of it.

        Raises: UsageError for a guest that is to post, or a colour that there is not.
        """
        found = self._logins.get(login)
        if posts and found.guest:
            raise UsageError(f"{login} is a guest and cannot post", "sign in to post")
        if colour is not None and not 0 <= colour < COLOURS:
            raise UsageError(f"colours are numbered from 1 to {COLOURS}")
        await self._save(
            lambda connection: stored.change_login(
                connection, login, colour=colour, enabled=enabled, posts=posts, share=share
            )
        )
        if enabled is False:
            await self._sessions.close(login)

    async def mute(self, login: LoginId, length: timedelta | None = A_DAY) -> None:
        """Leave a login out of the merged timeline for a while; None ends that."""
        self._logins.get(login)
        until = None if length is None else int((self._now() + length).timestamp())
        await self._save(lambda connection: stored.mute_login(connection, login, until))

    async def _save(self, work: Callable[[sqlite3.Connection], None]) -> None:
        await self._write(work)
        self._bus.publish(LoginsChanged())

    async def _write(self, work: Callable[[sqlite3.Connection], None]) -> None:
        await asyncio.wrap_future(self._database.write(work))


def _renamed(
    connection: sqlite3.Connection, old: LoginId, new: LoginId, secrets: Sequence[str]
) -> None:
    """The row first, which settles whose the name is; its secrets follow."""
    stored.rename_login(connection, old, new)
    leftovers.claim(connection, new, secrets)
    leftovers.leave(connection, [Leftover(old, secret, new) for secret in secrets])
