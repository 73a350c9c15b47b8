"""Doing what is left to do about secrets: forgetting those of logins that went, moving those of
logins that were renamed."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tuisocial.errors import UsageError, UserError
from tuisocial.store import leftovers
from tuisocial.store.secrets.patience import beside

if TYPE_CHECKING:
    from tuisocial.store.database import Database
    from tuisocial.store.leftovers import Leftover
    from tuisocial.store.secrets import Secrets


class Tidying:
    """What one change, or an end at a bad moment, has left behind."""

    def __init__(self, database: Database, secrets: Secrets, moving: Path) -> None:
        self._database = database
        self._secrets = secrets
        self._moving = moving

    def refuse_while_moving(self) -> None:
        """Raises: UsageError while secrets are half way from one place to another.

        The rest of that way goes by the names that the logins have.
        """
        if self._moving.exists():
            raise UsageError(
                "secrets were being moved to another place, and that was not finished",
                "finish it first: tuisocial login secrets move",
            )

    async def tidy(self) -> UserError | None:
        """Do as much as can be done; what kept the rest from it, if anything. Never raises it."""
        trouble: UserError | None = None
        for each in self._database.read(leftovers.leftovers):
            try:
                await self._do(each)
            except UserError as error:
                trouble = error
            else:
                await asyncio.wrap_future(
                    self._database.write(partial(leftovers.settle, done=each))
                )
        return trouble

    async def _do(self, each: Leftover) -> None:
        if each.to is not None:
            value = await asyncio.wrap_future(
                beside(partial(self._secrets.get, each.login, each.name))
            )
            if value is not None:
                await asyncio.wrap_future(
                    beside(partial(self._secrets.set, each.to, each.name, value))
                )
        await asyncio.wrap_future(beside(partial(self._secrets.forget, each.login, each.name)))
