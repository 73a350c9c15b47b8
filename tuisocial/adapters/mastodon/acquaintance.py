"""What one login knows of its server's ways: asked once, kept for when there is no network.

What the ways are is read by `about`.
"""

from __future__ import annotations

import asyncio

from tuisocial.adapters.mastodon.about import UNKNOWN, About, about, kept, recalled
from tuisocial.adapters.mastodon.api import Api
from tuisocial.adapters.mastodon.limits import instance
from tuisocial.sdk.adapter import KeyValues
from tuisocial.sdk.errors import BadAnswer, NotAllowed, NotFound, RateLimited, Refused, Unreachable

_KEY = "about"


class Acquaintance:
    """Learns `about`, which knows nothing at first."""

    def __init__(self, api: Api, memory: KeyValues) -> None:
        self.about: About = UNKNOWN
        self._api = api
        self._memory = memory
        self._asked = False
        self._asking = asyncio.Lock()

    async def learn(self) -> None:
        """Ask for the server's description, unless this session has it.

        Raises: AdapterError where it cannot be told and none was kept.
        """
        async with self._asking:
            if self._asked:
                return
            if not self.about.known:
                self.about = recalled(await self._memory.get(_KEY))
            try:
                description = await instance(self._api)
            except (Unreachable, RateLimited):
                if not self.about.known:
                    raise
                return
            self.about, self._asked = about(description), True
            await self._memory.set(_KEY, kept(description))

    async def know(self) -> About:
        """What is known, asked for where nothing is.

        Raises: Unreachable and RateLimited; a server that describes itself to nobody is used as it
        is.
        """
        if not self.about.known:
            try:
                await self.learn()
            except (NotFound, Refused, NotAllowed, BadAnswer):
                pass
        return self.about
