"""Posts that are deleted to be made anew: what the new one needs, kept until well after it is made.

With the old post goes its parent, its files and its visibility, and a program may end in between.
"""

from __future__ import annotations

import asyncio
import json

from tuisocial.adapters.mastodon.fields import Json, record
from tuisocial.sdk.adapter import KeyValues

_SLOT = "redrafts"
_MOST = 20


class Redrafts:
    """Records by the keys of their attempts; the oldest make room."""

    def __init__(self, memory: KeyValues) -> None:
        self._memory = memory
        self._turn = asyncio.Lock()

    async def get(self, key: str) -> Json:
        """What is kept for an attempt, empty for nothing."""
        return record(await self._all(), key)

    async def keep(self, key: str, wanted: Json) -> None:
        """Keep a record for an attempt, in place of an earlier one."""
        async with self._turn:
            kept = {name: one for name, one in (await self._all()).items() if name != key}
            newest = [*kept.items(), (key, wanted)][-_MOST:]
            await self._memory.set(_SLOT, json.dumps(dict(newest)))

    async def _all(self) -> Json:
        try:
            found = json.loads(await self._memory.get(_SLOT) or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}
