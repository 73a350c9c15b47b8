"""What a login must know before it can say how a post will fare: where it writes, what relays
allow, its media servers (BUD-03) and its emoji (NIP-51).

It is kept in the session's memory under `standing`, so that it counts without a network too.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from tuisocial.adapters.nostr import addresses, blossom, limits, profiles
from tuisocial.adapters.nostr.audience import Audience
from tuisocial.adapters.nostr.blossom import Server
from tuisocial.adapters.nostr.events import Event
from tuisocial.adapters.nostr.filters import Filter
from tuisocial.adapters.nostr.ids import split_address
from tuisocial.adapters.nostr.limits import RelayLimits
from tuisocial.adapters.nostr.outbox import RELAY_LIST
from tuisocial.adapters.nostr.pictures import Pictures
from tuisocial.adapters.nostr.relays import Relays, require_one
from tuisocial.sdk.adapter import KeyValues
from tuisocial.sdk.errors import AdapterError
from tuisocial.sdk.http import Http

EMOJI, EMOJI_SET = 10_030, 30_030
_MEMORY = "standing"
_SETS, _MOST_EMOJI, _SERVERS = 20, 1000, 5
_SECONDS = 6.0


@dataclass(slots=True)
class Standing:
    """What was learnt: relays and servers by their addresses, pictures by their codes."""

    writes: tuple[str, ...] = ()
    limits: dict[str, RelayLimits] = field(default_factory=dict)
    servers: tuple[str, ...] = ()
    emoji: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Standing:
        """What `to_json` wrote; nothing known for anything else."""
        try:
            told = json.loads(text)
            return cls(
                tuple(map(str, told["writes"])),
                {str(url): RelayLimits(**one) for url, one in told["limits"].items()},
                tuple(map(str, told["servers"])),
                {str(code): str(url) for code, url in told["emoji"].items()},
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            return cls()


class Learner:
    """Keeps one login's standing; `named` are the media servers of the login's own settings."""

    def __init__(
        self,
        me: str,
        relays: Relays,
        audience: Audience,
        http: Http,
        memory: KeyValues,
        pictures: Pictures,
        now: Callable[[], datetime],
        named: tuple[str, ...],
    ) -> None:
        self._me = me
        self._relays = relays
        self._audience = audience
        self._http = http
        self._memory = memory
        self._pictures = pictures
        self._now = now
        self._named = named
        self.known = Standing()

    def servers(self) -> tuple[Server, ...]:
        """Where files may be put: as my list says, else as the login's settings do."""
        by = addresses.word(near=self._relays.loopback_allowed)
        return tuple(Server(url, by) for url in self.known.servers) or tuple(
            map(Server, self._named)
        )

    async def remember(self) -> None:
        """Take up what an earlier session learnt."""
        kept = await self._memory.get(_MEMORY)
        if kept:
            self.known = Standing.from_json(kept)
            self._audience.known = self.known.writes

    async def refresh(self) -> None:
        """Learn it afresh, as far as anybody answers.

        Raises: AdapterError where nobody does; what was known stays known.
        """
        me = frozenset({self._me})
        kinds = (RELAY_LIST, blossom.LIST, EMOJI)
        wanted = [Filter(kinds=(kind,), authors=me, limit=1) for kind in kinds]
        answers = await self._relays.find(self._relays.own, *wanted)
        require_one(answers)
        latest: dict[int, Event] = {}
        for event in (event for answer in answers for event in answer.events):
            known = latest.get(event.kind)
            if known is None or (-event.created_at, event.id) < (-known.created_at, known.id):
                latest[event.kind] = event
        if RELAY_LIST in latest:
            self._audience.take(latest[RELAY_LIST])
        if blossom.LIST in latest:
            self.known.servers = _servers(latest[blossom.LIST])
        if EMOJI in latest:
            self.known.emoji = await self._emoji(latest[EMOJI])
        self.known.writes = self._audience.mine()
        await self._read_limits(self.known.writes)
        await self._memory.set(_MEMORY, self.known.to_json())

    async def _emoji(self, chosen: Event) -> dict[str, str]:
        """Those of the list itself, then those of the sets that it names."""
        named = [split_address(tag[1]) for tag in chosen.tags if tag[:1] == ["a"] and len(tag) > 1]
        sets = [one for one in named if one is not None and one[0] == EMOJI_SET][:_SETS]
        wanted = [
            Filter(kinds={kind}, authors={pubkey}, tags={"d": {name}}, limit=1)
            for kind, pubkey, name in sets
        ]
        answers = await self._relays.find(self._relays.own, *wanted) if wanted else []
        events = [chosen, *(event for answer in answers for event in answer.events)]
        found: dict[str, str] = {}
        for event in events:
            for code, url in profiles.emoji(event.tags, self._pictures).items():
                if len(found) < _MOST_EMOJI:
                    found.setdefault(code, url)
        return found

    async def _read_limits(self, urls: Iterable[str]) -> None:
        """NIP-11; of a relay that does not answer now, what it told before still counts."""
        own = self._relays.own
        by = addresses.word(near=self._relays.loopback_allowed)

        async def read(url: str) -> tuple[str, RelayLimits | None]:
            try:
                async with asyncio.timeout(_SECONDS):
                    document = await self._http.get_json(
                        addresses.http_url(url),
                        headers={"Accept": "application/nostr+json"},
                        max_bytes=100_000,
                        by=None if url in own else by,
                    )
            except (AdapterError, TimeoutError):
                return url, None
            return url, limits.read(document)

        known: Mapping[str, Any] = self.known.limits
        told = await asyncio.gather(*(read(url) for url in urls))
        self.known.limits = {url: one or known.get(url, limits.UNTOLD) for url, one in told}


def _servers(listed: Event) -> tuple[str, ...]:
    urls = " ".join(tag[1] for tag in listed.tags if len(tag) > 1 and tag[0] == "server")
    return blossom.addresses_in(urls)[:_SERVERS]
