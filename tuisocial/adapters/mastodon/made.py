"""Which attempt made which post, so that none is taken for another with the same words.

Kept from run to run: each command is a process of its own.
"""

from __future__ import annotations

import asyncio
import json

from tuisocial.adapters.mastodon.fields import Json, text
from tuisocial.sdk.adapter import KeyValues

_SLOT = "made"
_MOST = 100


class Made:
    """Attempts' keys by the server's ids of their posts; the oldest make room."""

    def __init__(self, memory: KeyValues) -> None:
        self._memory = memory
        self._turn = asyncio.Lock()

    async def by_another(self, post: str, attempt: str) -> bool:
        """Whether a post is known to be another attempt's."""
        return text(await self._all(), post) not in ("", attempt)

    async def note(self, post: str, attempt: str) -> None:
        """A post is this attempt's."""
        async with self._turn:
            made = await self._all()
            if text(made, post) != attempt:
                newest = [*made.items(), (post, attempt)][-_MOST:]
                await self._memory.set(_SLOT, json.dumps(dict(newest)))

    async def _all(self) -> Json:
        try:
            found = json.loads(await self._memory.get(_SLOT) or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}
