"""My lists (kind 3 of NIP-02; NIP-51): read afresh, merged with one change, and written whole.

A list replaces the one before it, so that one written over an old reading would erase what was
added elsewhere since. It is therefore written only over a reading that most of my relays answered
and that is no older than any seen before, and each list that is replaced is kept: the last five,
under `list:` and the kind in the session's memory, oldest first (see docs/decisions).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from tuisocial.adapters.nostr import addresses
from tuisocial.adapters.nostr.events import Event
from tuisocial.adapters.nostr.filters import Filter
from tuisocial.adapters.nostr.relays import Answer, Patience, Relays, newest
from tuisocial.adapters.nostr.signers import Unsigned
from tuisocial.sdk.adapter import KeyValues
from tuisocial.sdk.errors import Unreachable

MUTES, BOOKMARKS = 10_000, 10_003
_REPLACED = 5
_PATIENCE = Patience(grace=4.0, longest=8.0)

Tags = list[tuple[str, ...]]
Change = Callable[[Tags, str], Tags | None]
"""Makes new tags of the old ones and the content; None leaves the list as it is."""

Publish = Callable[[Unsigned, Sequence[str]], Awaitable[Event]]
"""Signs a list and gives it to my relays, and to others beside them.

Raises: AdapterError.
"""


@dataclass(frozen=True, slots=True)
class _Past:
    """The last lists that were replaced, and the time of the newest that was ever seen."""

    newest: int = 0
    replaced: tuple[str, ...] = ()


class Lists:
    """The lists of one login; `more` are relays that keep everybody's follows."""

    def __init__(
        self, me: str, relays: Relays, memory: KeyValues, publish: Publish, more: Sequence[str]
    ) -> None:
        self._me = me
        self._relays = relays
        self._memory = memory
        self._publish = publish
        # Where everything is on this machine, nobody elsewhere is asked or told.
        self._more = () if all(map(addresses.loopback, relays.own)) else tuple(more)
        self._one_at_a_time = asyncio.Lock()

    async def change(
        self, kind: int, change: Change, mine: Sequence[str], now: int, *, known: int = 0
    ) -> Event | None:
        """Change a list; None where it says that already. `known` is when the one seen last is of.

        Raises: AdapterError; Unreachable where the reading may be incomplete.
        """
        async with self._one_at_a_time:
            more = self._more if kind < 10_000 else ()
            wanted = Filter(kinds=(kind,), authors=(self._me,), limit=1)
            urls = tuple(dict.fromkeys((*mine, *more)))
            answers = await self._relays.find(urls, wanted, patience=_PATIENCE)
            _require_most([answer for answer in answers if answer.url in mine])
            past = _read(await self._memory.get(_name(kind)))
            old = newest(answers)
            at = old.created_at if old else 0
            if at < max(known, past.newest):
                raise Unreachable(
                    "the relays that answer have an older list than was seen before, and writing "
                    "over it would lose what was added since",
                    remedy="try again when your other relays answer",
                )
            tags = [tuple(tag) for tag in old.tags] if old else []
            content = old.content if old else ""
            changed = change(tags, content)
            if changed is None:
                return None
            if old is not None:
                kept = (*(raw for raw in past.replaced if raw != old.raw), old.raw)
                past = _Past(at, kept[-_REPLACED:])
                await self._memory.set(_name(kind), _text(past))
            unsigned = Unsigned(max(now, at + 1), kind, tuple(changed), content)
            event = await self._publish(unsigned, [url for url in more if url not in mine])
            await self._memory.set(_name(kind), _text(_Past(event.created_at, past.replaced)))
            return event


def with_tag(name: str, value: str, hint: str = "") -> Change:
    """Adds a tag at the end, unless there is one of that name and value."""

    def change(tags: Tags, content: str) -> Tags | None:
        if any(tag[:2] == (name, value) for tag in tags):
            return None
        return [*tags, (name, value, hint) if hint else (name, value)]

    return change


def without_tag(name: str, value: str) -> Change:
    """Takes every tag of that name and value away."""

    def change(tags: Tags, content: str) -> Tags | None:
        left = [tag for tag in tags if tag[:2] != (name, value)]
        return left if len(left) < len(tags) else None

    return change


def _require_most(answers: Sequence[Answer]) -> None:
    silent = [answer for answer in answers if not answer.complete]
    if len(silent) * 2 < len(answers):
        return
    told = ", ".join(f"{addresses.host(one.url)} {one.ending.reason}" for one in silent[:3])
    raise Unreachable(
        f"the list was not changed, because too few of your relays say how it stands: {told}"
        if silent
        else "the list was not changed, because there is no relay to read it from"
    )


def _name(kind: int) -> str:
    return f"list:{kind}"


def _text(past: _Past) -> str:
    return json.dumps({"newest": past.newest, "replaced": past.replaced})


def _read(text: str | None) -> _Past:
    try:
        told = json.loads(text or "{}")
        return _Past(int(told.get("newest", 0)), tuple(map(str, told.get("replaced", ()))))
    except (ValueError, TypeError, AttributeError):
        return _Past()
