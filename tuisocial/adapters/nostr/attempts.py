"""Signed events of attempts, kept in the session's memory from before the first relay gets one.

What went into an event may be found otherwise the next time (a hint, a root), and would give it
another id: so the event itself is what an attempt comes to. Each lies under `attempt:` and the
attempt's key, the keys in order under `attempts`. Those that may still be asked about are kept;
of those that are settled, the last few, since whoever asked may not have heard the answer.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass

from tuisocial.adapters.nostr import events
from tuisocial.adapters.nostr.events import Event
from tuisocial.model.submission import Attempt
from tuisocial.sdk.adapter import KeyValues

_INDEX = "attempts"
_OPEN, _SETTLED = 500, 30
"""How many are kept of each sort; the oldest go first."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An attempt's event, whom it is for beside my own relays, and which of mine may have it."""

    event: Event
    others: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()


class Attempts:
    """The attempts of one login."""

    def __init__(self, memory: KeyValues) -> None:
        self._memory = memory
        self._one_at_a_time = asyncio.Lock()

    async def get(self, attempt: Attempt) -> Kept | None:
        """What is kept of an attempt; None for one of which nothing was ever sent."""
        return await asyncio.to_thread(_read, await self._memory.get(_name(attempt.key)))

    async def keep(self, attempt: Attempt, kept: Kept) -> None:
        """Keep an attempt that is under way."""
        text = json.dumps(
            {"event": kept.event.raw, "others": kept.others, "doubtful": kept.doubtful}
        )
        await self._memory.set(_name(attempt.key), text)
        await self._file(attempt.key, _OPEN_LIST)

    async def settle(self, attempt: Attempt) -> None:
        """An attempt that came to something."""
        await self._file(attempt.key, _SETTLED_LIST)

    async def forget(self, attempt: Attempt) -> None:
        """An attempt that certainly came to nothing."""
        await self._memory.set(_name(attempt.key), None)
        await self._file(attempt.key, None)

    async def _file(self, key: str, where: str | None) -> None:
        async with self._one_at_a_time:
            index = _read_index(await self._memory.get(_INDEX))
            for keys in index.values():
                if key in keys:
                    keys.remove(key)
            if where is not None:
                index[where].append(key)
            for name, most in ((_OPEN_LIST, _OPEN), (_SETTLED_LIST, _SETTLED)):
                for old in index[name][:-most]:
                    await self._memory.set(_name(old), None)
                del index[name][:-most]
            await self._memory.set(_INDEX, json.dumps(index))


_OPEN_LIST, _SETTLED_LIST = "open", "settled"


def _name(key: str) -> str:
    return f"attempt:{key}"


def _read(text: str | None) -> Kept | None:
    try:
        told = json.loads(text or "")
        event = events.read(told["event"])
        return Kept(event, tuple(map(str, told["others"])), tuple(map(str, told["doubtful"])))
    except (ValueError, KeyError, TypeError):
        return None


def _read_index(text: str | None) -> dict[str, list[str]]:
    try:
        told = json.loads(text or "{}")
        return {
            name: [str(key) for key in told.get(name, ())] for name in (_OPEN_LIST, _SETTLED_LIST)
        }
    except (ValueError, TypeError, AttributeError):
        return {_OPEN_LIST: [], _SETTLED_LIST: []}
