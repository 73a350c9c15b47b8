"""Whom I follow (kind 3, NIP-02) and where they write (kind 10002): kept from run to run.

What is kept is used at once, and asked for again in the background.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from tuisocial.adapters.nostr import addresses, outbox
from tuisocial.adapters.nostr.entities import is_hex32
from tuisocial.adapters.nostr.events import Event
from tuisocial.adapters.nostr.filters import Filter
from tuisocial.adapters.nostr.relays import Answer, Question, Relays, newest, require_one
from tuisocial.sdk.adapter import KeyValues
from tuisocial.sdk.errors import AdapterError

FOLLOWS = 3
_MOST = 2000
_FRESH_SECONDS = 600
_MEMORY = "follows"


@dataclass(slots=True, eq=False)
class Following:
    """My follows and everybody's write relays; `listed_at` dates my list."""

    authors: tuple[str, ...] = ()
    writes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    listed_at: int = 0

    def to_json(self) -> str:
        """As it is kept."""
        return json.dumps(
            {"authors": self.authors, "writes": self.writes, "listed_at": self.listed_at},
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str) -> Following | None:
        """What `to_json` wrote; None for anything else."""
        try:
            kept = json.loads(text)
            writes = {str(key): tuple(map(str, urls)) for key, urls in kept["writes"].items()}
            return cls(tuple(map(str, kept["authors"])), writes, int(kept["listed_at"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            return None


class Follows:
    """The follows of one login."""

    def __init__(
        self, me: str | None, relays: Relays, memory: KeyValues, now: Callable[[], datetime]
    ) -> None:
        self._me = me
        self._relays = relays
        self._memory = memory
        self._now = now
        self._following: Following | None = None
        self._others: dict[str, tuple[str, ...]] = {}
        self._asked_at = 0.0
        self._asking: asyncio.Task[Following] | None = None

    async def current(self) -> Following:
        """Whom I follow, as it was known last; waits only when nothing is known.

        Raises: Unreachable.
        """
        await self.listed_at()
        stale = self._now().timestamp() - self._asked_at > _FRESH_SECONDS
        if self._asking is None and (stale or self._following is None):
            self._asking = asyncio.create_task(self._refresh())
            self._asking.add_done_callback(self._refreshed)
        if self._following is None and self._asking is not None:
            return await asyncio.shield(self._asking)
        return self._following or Following()

    def known(self) -> tuple[str, ...]:
        """Whom I follow, as far as it is known without asking."""
        return self._following.authors if self._following else ()

    async def listed_at(self) -> int:
        """When my list that was seen last is of; 0 where none was."""
        if self._following is None:
            kept = await self._memory.get(_MEMORY)
            self._following = Following.from_json(kept) if kept else None
        return self._following.listed_at if self._following else 0

    async def listed(self, event: Event) -> None:
        """Take in my list as I have just written it."""
        following = self._following or Following()
        self._take_follows(following, event)
        # Another object: who compares it with what was planned for sees that it is another.
        self._following = replace(following)
        await self._memory.set(_MEMORY, following.to_json())

    async def writes(self, pubkey: str) -> tuple[str, ...]:
        """Where somebody writes, asked for once if it is not known; empty if nobody tells."""
        if self._following is not None and pubkey in self._following.writes:
            return self._following.writes[pubkey]
        if pubkey not in self._others:
            wanted = Filter(kinds=(outbox.RELAY_LIST,), authors=(pubkey,), limit=1)
            answers = await self._relays.find(self._relays.own, wanted)
            self._others[pubkey] = ()
            self._take_lists(self._others, answers)
        return self._others[pubkey]

    def _refreshed(self, task: asyncio.Task[Following]) -> None:
        self._asking = None
        # Who waits for it hears of its failure; in the background the next page asks again.
        if not task.cancelled():
            task.exception()

    async def _refresh(self) -> Following:
        assert self._me is not None
        known = self._following or Following()
        wanted = Filter(kinds=(FOLLOWS,), authors=(self._me,), limit=1)
        urls = dict.fromkeys((*self._relays.own, *known.writes.get(self._me, ())[:2]))
        answers = await self._relays.find(tuple(urls), wanted)
        require_one(answers)
        following = Following(known.authors, dict(known.writes), known.listed_at)
        event = newest(answers)
        if event is not None and event.created_at >= known.listed_at:
            self._take_follows(following, event)
        everybody = (*following.authors, self._me)
        questions = [
            Question(url, replace(wanted, limit=len(wanted.authors)))
            for url in self._relays.own
            for wanted in by_authors(
                (outbox.RELAY_LIST,), everybody, self._relays.authors_at_once(url)
            )
        ]
        self._take_lists(following.writes, await self._relays.ask(questions))
        if self._following is not None and self._following.listed_at > following.listed_at:
            # Written meanwhile, by this very session.
            following.authors = self._following.authors
            following.listed_at = self._following.listed_at
        self._following = following
        self._asked_at = self._now().timestamp()
        await self._memory.set(_MEMORY, following.to_json())
        return following

    def _take_follows(self, following: Following, event: Event) -> None:
        named = [tag for tag in event.tags if len(tag) > 1 and tag[0] == "p" and is_hex32(tag[1])]
        following.authors = tuple(dict.fromkeys(tag[1] for tag in named))[:_MOST]
        following.listed_at = event.created_at
        kept = {*following.authors, self._me}
        following.writes = {key: urls for key, urls in following.writes.items() if key in kept}
        # NIP-02's own hint of where somebody is found serves until their list is read.
        for tag in named:
            hint = self._dialable(tag[2:3])
            if hint:
                following.writes.setdefault(tag[1], hint)

    def _take_lists(self, writes: dict[str, tuple[str, ...]], answers: Iterable[Answer]) -> None:
        latest: dict[str, Event] = {}
        for event in (event for answer in answers for event in answer.events):
            known = latest.get(event.pubkey)
            if known is None or (-event.created_at, event.id) < (-known.created_at, known.id):
                latest[event.pubkey] = event
        for pubkey, event in latest.items():
            writes[pubkey] = outbox.write_relays(
                event, loopback_allowed=self._relays.loopback_allowed
            )

    def _dialable(self, urls: Iterable[str]) -> tuple[str, ...]:
        return addresses.foreign_all(urls, loopback_allowed=self._relays.loopback_allowed, most=1)

    async def aclose(self) -> None:
        """Stop asking."""
        if self._asking is not None:
            self._asking.cancel()
            try:
                await self._asking
            except (asyncio.CancelledError, AdapterError):
                pass  # nobody waits for the answer any more


def by_authors(kinds: Iterable[int], authors: Iterable[str], most: int) -> list[Filter]:
    """Filters for any number of authors, with no more than `most` in each."""
    ordered = sorted(authors)
    return [
        Filter(kinds=frozenset(kinds), authors=frozenset(ordered[at : at + most]))
        for at in range(0, len(ordered), most)
    ]
