"""Telling one relay who I am when it asks (NIP-42), once for each of its connections.

Which relays are told is settled where this is made; see docs/decisions/nostr-auth.md.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from datetime import datetime

from tuisocial.adapters.nostr.endings import UNKNOWN_TO_IT, End, Ending, said
from tuisocial.adapters.nostr.signers import Signer, Unsigned
from tuisocial.sdk.errors import AdapterError, NotAllowed, SignInNeeded

KIND = 22_242
_PATIENCE = 10.0
"""Seconds that a relay may take to look at a signature."""

_OF_THE_CLOCK = re.compile(r"created_at|too (?:old|new|far)|timestamp|clock|expired|in the future")

Send = Callable[[list[object]], Awaitable[None]]


class Introduction:
    """My introducing myself to the relay at `url`, as `signer`'s account."""

    def __init__(self, url: str, signer: Signer, now: Callable[[], datetime]) -> None:
        self._url = url
        self._signer = signer
        self._now = now
        self._challenge: str | None = None
        self._waiting: dict[str, asyncio.Future[Ending | None]] = {}
        self._making: asyncio.Task[Ending | None] | None = None
        self._never: Ending | None = None

    def disconnected(self) -> None:
        """The connection is gone, and what was said on it."""
        self._challenge = None
        self._making = None
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_result(Ending(End.FAILED, "closed the connection at the sign-in"))

    def challenged(self, challenge: str) -> None:
        """The relay wants to know who I am."""
        self._challenge = challenge

    def judged(self, event_id: str, accepted: bool, words: object) -> None:
        """The relay's OK."""
        waiting = self._waiting.get(event_id)
        if waiting is not None and not waiting.done():
            waiting.set_result(None if accepted else _unaccepted(said(words)))

    def may_help(self, ending: Ending) -> bool:
        """Whether a request that ended so may fare better once the relay knows me."""
        return ending.prefix in UNKNOWN_TO_IT and self._challenge is not None

    async def made(self, send: Send) -> Ending | None:
        """None once the relay knows me on this connection, else how every request there ends.

        A caller that is cancelled leaves it to go on: a remote signer may take its time.
        """
        if self._never is not None:
            return self._never
        if self._making is None:
            self._making = asyncio.create_task(self._make(send))
        return await asyncio.shield(self._making)

    async def _make(self, send: Send) -> Ending | None:
        tags = (("relay", self._url), ("challenge", self._challenge or ""))
        created_at = int(self._now().timestamp())
        try:
            event = await self._signer.sign(Unsigned(created_at, KIND, tags))
        except AdapterError as error:
            ending = _unsigned(error)
            if isinstance(error, NotAllowed | SignInNeeded):
                # A person who said no is not asked again and again.
                self._never = ending
            return ending
        waiting: asyncio.Future[Ending | None] = asyncio.get_running_loop().create_future()
        self._waiting[event.id] = waiting
        await send(["AUTH", json.loads(event.raw)])
        try:
            async with asyncio.timeout(_PATIENCE):
                return await waiting
        except TimeoutError:
            return Ending(End.FAILED, "does not answer to the sign-in that it asks for")
        finally:
            del self._waiting[event.id]

    async def aclose(self) -> None:
        """Stop asking the signer."""
        if self._making is not None:
            self._making.cancel()
            await asyncio.gather(self._making, return_exceptions=True)


def _unsigned(error: AdapterError) -> Ending:
    reason = f"asks for a sign-in, but {error.message}"
    return Ending(End.REFUSED, reason, type(error), error.remedy)


def _unaccepted(words: str) -> Ending:
    told = f" ({words})" if words else ""
    if _OF_THE_CLOCK.search(words.lower()):
        return Ending(
            End.REFUSED,
            f"does not take the sign-in because of its time{told}",
            NotAllowed,
            "set this machine's clock, then try again",
        )
    return Ending(
        End.REFUSED,
        f"does not accept this account{told}",
        NotAllowed,
        "ask its owner to be let in, or use another relay",
    )
