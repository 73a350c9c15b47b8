"""Deletions (NIP-09) of posts that may have been shown before: asked for with every head page.

Those of the posts on the page itself are `surroundings`' affair. Whether a post is its deleter's
cannot be told here, since relays forget what they delete; the core, which keeps it, sees to it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from tuisocial.adapters.nostr.entities import is_hex32
from tuisocial.adapters.nostr.events import Event
from tuisocial.adapters.nostr.ids import account_id, address_id, event_id, split_address
from tuisocial.adapters.nostr.pages import Plan
from tuisocial.adapters.nostr.relays import Patience, Question, Relays
from tuisocial.adapters.nostr.surroundings import DELETION
from tuisocial.model.timeline import Timeline
from tuisocial.sdk.adapter import KeyValues
from tuisocial.sdk.page import Withdrawn

_MEMORY = "looked"
_TIMELINES = 50
_MOST = 500
"""Deletions read from one relay at once; the newest count."""

_OVERLAP = 3600
"""Seconds that are looked at twice: a deletion may reach a relay long after it was signed."""

_PATIENCE = Patience(grace=0.5, longest=2.5)

Looks = dict[str, dict[str, int]]
"""By timeline, when each of its relays was last asked, in seconds since 1970."""


class Deletions:
    """What authors took back since each timeline was looked at last; kept from run to run."""

    def __init__(self, relays: Relays, memory: KeyValues, now: Callable[[], datetime]) -> None:
        self._relays = relays
        self._memory = memory
        self._now = now
        self._looks: Looks | None = None

    async def since_last_look(self, timeline: Timeline, plan: Plan) -> tuple[Withdrawn, ...]:
        """What the relays of a plan tell; a relay that is away is asked again the next time."""
        if self._looks is None:
            self._looks = _read(await self._memory.get(_MEMORY))
        looked, now = self._looks.get(str(timeline), {}), int(self._now().timestamp())
        questions = [
            Question(
                url,
                replace(
                    wanted, kinds={DELETION}, tags={}, since=looked[url] - _OVERLAP, limit=_MOST
                ),
            )
            for url, filters in plan.items()
            if url in looked
            for wanted in filters
        ]
        answers = await self._relays.ask(questions, _PATIENCE) if questions else []
        away = {answer.question.url for answer in answers if not answer.complete}
        self._looks.pop(str(timeline), None)
        self._looks[str(timeline)] = {
            # A relay that was never asked has shown nothing here that could have been deleted.
            url: looked[url] if url in away else now
            for url in plan
        }
        while len(self._looks) > _TIMELINES:
            del self._looks[next(iter(self._looks))]
        await self._memory.set(_MEMORY, json.dumps(self._looks, separators=(",", ":")))
        requests = {event.id: event for answer in answers for event in answer.events}
        return tuple(one for request in requests.values() for one in withdrawn(request))


def withdrawn(request: Event) -> Iterable[Withdrawn]:
    """What a deletion names; an address stands for its versions up to the deletion's time."""
    by = account_id(request.pubkey)
    for tag in request.tags:
        if len(tag) < 2:
            continue
        if tag[0] == "e" and is_hex32(tag[1]):
            yield Withdrawn(event_id(tag[1]), by)
        address = split_address(tag[1]) if tag[0] == "a" else None
        if address is not None and address[1] == request.pubkey:
            at = datetime.fromtimestamp(request.created_at, UTC)
            yield Withdrawn(address_id(*address), by, at)


def _read(kept: str | None) -> Looks:
    try:
        found = json.loads(kept or "{}")
        return {
            str(timeline): {str(url): int(at) for url, at in looks.items()}
            for timeline, looks in found.items()
        }
    except (ValueError, TypeError, AttributeError):
        return {}
