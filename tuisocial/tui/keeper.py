"""The draft in hand: kept on disk as it is typed, at most once a second, and when it is left.

What could not be kept stays here, is said, and is tried again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from tuisocial.errors import UserError
from tuisocial.model.draft import Draft

if TYPE_CHECKING:
    from tuisocial.services.composing import Composing

EVERY = 1.0
"""Seconds between two savings."""


class Keeper:
    """Holds `draft`; `key` is its name on disk, empty until it was kept once.

    `told` is called when it was kept, and when it could not be: `trouble` says why.
    """

    def __init__(
        self,
        composing: Composing,
        draft: Draft,
        key: str,
        now: Callable[[], datetime],
        told: Callable[[], None],
    ) -> None:
        self.draft = draft
        self.key = key
        self.trouble: UserError | None = None
        self.saved_at: datetime | None = None
        self._composing = composing
        self._now = now
        self._told = told
        self._on_disk = draft
        self._lock = asyncio.Lock()
        self._rest: asyncio.Task[None] | None = None

    @property
    def dirty(self) -> bool:
        """Whether something would be lost."""
        return self.draft != self._on_disk

    def change(self, draft: Draft) -> None:
        """Take over what was typed."""
        self.draft = draft
        if self._rest is None and self.dirty:
            self._rest = asyncio.create_task(self._keep_on())

    async def keep(self, *, always: bool = False) -> bool:
        """Keep it now, `always` even if nobody typed anything; False if that was not possible."""
        async with self._lock:
            draft = self.draft
            if draft == self._on_disk and (self.key or not always):
                return True
            try:
                self.key = await self._composing.save(draft, self.key)
            except UserError as error:
                self.trouble = error
            else:
                self._on_disk = draft
                self.trouble, self.saved_at = None, self._now()
            self._told()
            return self.trouble is None

    async def leave(self) -> bool:
        """Keep it for another time, unless there is nothing in it; False if it is not safe."""
        if self.draft.empty:
            return await self.discard()
        return await self.keep()

    async def discard(self) -> bool:
        """Forget it; False if that was not possible."""
        self.stop()
        async with self._lock:
            try:
                if self.key:
                    await self._composing.discard(self.key)
            except UserError as error:
                self.trouble = error
                self._told()
                return False
            self._on_disk = self.draft
            return True

    def sent(self) -> None:
        """The outbox has it: nothing is to be kept any more."""
        self.stop()
        self._on_disk = self.draft

    def stop(self) -> None:
        """Save no more by itself."""
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None

    async def _keep_on(self) -> None:
        while self.dirty:
            # Apart, so that being stopped does not tear a saving in two.
            await asyncio.shield(self.keep())
            await asyncio.sleep(EVERY)
        self._rest = None
