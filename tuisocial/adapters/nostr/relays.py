"""Several relays asked at once: who is asked, how long anybody is waited for, what they sent.

Every event that leaves here was asked for, has its own id and its author's signature, and is
dated no later than a quarter of an hour from now. Pages of them are `pages`' affair.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tuisocial.adapters.nostr import addresses, events, limits
from tuisocial.adapters.nostr.auth import Introduction
from tuisocial.adapters.nostr.backoff import BackOff
from tuisocial.adapters.nostr.dial import Dial, dial
from tuisocial.adapters.nostr.endings import End, Ending
from tuisocial.adapters.nostr.events import Event
from tuisocial.adapters.nostr.filters import Filter
from tuisocial.adapters.nostr.limits import RelayLimits
from tuisocial.adapters.nostr.offers import Offer
from tuisocial.adapters.nostr.relay import Relay
from tuisocial.adapters.nostr.signers import Signer
from tuisocial.sdk.capabilities import Endpoint
from tuisocial.sdk.errors import AdapterError, Unreachable
from tuisocial.sdk.http import Http
from tuisocial.sdk.page import Skipped

FUTURE_SECONDS = 900
"""How far ahead a clock may be."""

BATCH = 250
"""Events verified in one go in a thread: some 10 ms, most of it without the interpreter's lock."""

_AUTHORS, _FRAME, _KEY = 500, 300, 67
"""Authors in one filter where the relay told no limit (some 34 kB), and bytes of a request's frame
and of one key in it."""

_KNOWN = 5000
_MOST_SKIPPED = 20
"""Named singly for each answer; a relay that sends only rubbish fills no page with it."""

_TOO_SLOW = Ending(End.SLOW, "did not answer in time")


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: all are waited for `longest`, and no longer than `grace` after the first answer."""

    grace: float = 1.5
    longest: float = 6.0


@dataclass(frozen=True, slots=True)
class Question:
    """One filter for one relay."""

    url: str
    filter: Filter


@dataclass(slots=True)
class Answer:
    """What came of a question.

    `asked` is the limit, lowered to the relay's own; `received` counts bad events too.
    """

    question: Question
    asked: int
    received: int = 0
    events: list[Event] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    ending: Ending = _TOO_SLOW

    @property
    def url(self) -> str:
        """The relay that was asked."""
        return self.question.url

    @property
    def complete(self) -> bool:
        """Whether the relay sent all that it has to send."""
        return self.ending.end is End.COMPLETE


class Relays:
    """The relays of one session.

    `own` are my own relays; any other is a stranger's, dialled only where `addresses` allows it,
    and not told who reads there: `signer` signs in (NIP-42) to my own alone, and elsewhere only
    where what I wrote is given to keep, which says who I am already.
    """

    def __init__(
        self,
        own: Sequence[str],
        now: Callable[[], datetime],
        http: Http,
        *,
        dial: Dial = dial,
        patience: Patience = Patience(),
        clock: Callable[[], float] = time.monotonic,
        idle: float = 60.0,
        signer: Signer | None = None,
    ) -> None:
        self.own = tuple(own)
        self.loopback_allowed = any(addresses.loopback(url) for url in own)
        self._trusted = set(own)
        self._now = now
        self._http = http
        self._dial = dial
        self._patience = patience
        self._clock = clock
        self._idle = idle
        self._signer = signer
        self._relays: dict[str, Relay] = {}
        self._known: OrderedDict[str, Event] = OrderedDict()
        self._reading_limits: set[asyncio.Task[None]] = set()

    def trust(self, url: str) -> None:
        """Take a relay that I named myself as one of mine for dialling."""
        self._trusted.add(url)

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Every relay asked so far, and my own."""
        known = [relay.health() for relay in self._relays.values()]
        unasked = [url for url in self.own if url not in self._relays]
        return (*known, *(self._make(url).health() for url in unasked))

    def limits(self) -> tuple[RelayLimits, ...]:
        """What my own relays told of their limits so far, one after the other."""
        relays = (self._relays.get(url) for url in self.own)
        return tuple(relay.limits if relay else limits.UNTOLD for relay in relays)

    def authors_at_once(self, url: str) -> int:
        """How many authors fit into one request to a relay."""
        relay = self._relays.get(url)
        told = relay.limits.max_message_length if relay else None
        return _AUTHORS if told is None else max(1, min(_AUTHORS, (told - _FRAME) // _KEY))

    def resting(self, url: str) -> bool:
        """Whether a relay failed so lately that it is not tried now."""
        relay = self._relays.get(url)
        return relay is not None and relay.resting

    def sure_of(self, url: str, count: int) -> bool:
        """Whether an answer of `count` events was not cut short by the relay's own limit."""
        relay = self._relays.get(url)
        if relay is None:
            return False
        told = relay.limits.max_limit
        return count < relay.most_sent or (told is not None and count < told)

    def event(self, event_id: str) -> Event | None:
        """An event that was seen lately."""
        return self._known.get(event_id)

    def seen(self) -> tuple[Event, ...]:
        """What was seen lately, the latest first."""
        return tuple(reversed(self._known.values()))

    def learn(self, event: Event) -> None:
        """Take in an event that I signed, as if a relay had sent it."""
        self._known[event.id] = event

    async def offer(self, event: Event, urls: Sequence[str], patience: Patience) -> list[Offer]:
        """Give an event to several relays at once; each gets its answer noted. Never raises."""
        offers = [Offer(url, event) for url in urls]
        tasks = [asyncio.create_task(self._relay(one.url).offer(one)) for one in offers]
        try:
            await self._wait(dict(zip(tasks, offers, strict=True)), patience)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return offers

    async def ask(
        self, questions: Sequence[Question], patience: Patience | None = None
    ) -> list[Answer]:
        """Put all questions at once; each gets an answer, however empty. Never raises."""
        patience = patience or self._patience
        answers = [Answer(q, self._asked(q)) for q in questions]
        tasks = [asyncio.create_task(self._answer(answer)) for answer in answers]
        try:
            await self._wait(dict(zip(tasks, answers, strict=True)), patience)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        while len(self._known) > _KNOWN:
            self._known.popitem(last=False)
        return answers

    async def find(
        self, urls: Sequence[str], *filters: Filter, patience: Patience | None = None
    ) -> list[Answer]:
        """Put the same questions to several relays.

        Each is a request of its own: some relays put all filters of one under a single limit.
        """
        questions = [Question(url, wanted) for url in urls for wanted in filters]
        return await self.ask(questions, patience)

    async def _wait(
        self, answers: Mapping[asyncio.Task[None], Answer | Offer], patience: Patience
    ) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + patience.longest
        pending = set(answers)
        while pending and loop.time() < until:
            done, pending = await asyncio.wait(
                pending, timeout=until - loop.time(), return_when=asyncio.FIRST_COMPLETED
            )
            if any(answers[task].complete for task in done):
                until = min(until, loop.time() + patience.grace)
        if patience is self._patience:
            for task in pending:
                self._relay(answers[task].url).was_slow()

    def _asked(self, question: Question) -> int:
        told = self._relay(question.url).limits.max_limit
        limit = question.filter.limit
        return min(limit, told) if told else limit

    async def _answer(self, answer: Answer) -> None:
        relay = self._relay(answer.question.url)
        texts: list[str] = []
        wanted = replace(answer.question.filter, limit=answer.asked)
        if wanted.until is None and not wanted.ids:
            # The one event that is asked for must not be one that is then thrown away.
            wanted = replace(wanted, until=self._latest())
        try:
            answer.ending = await relay.fetch(wanted, texts)
        finally:
            # What a slow relay sent before it was given up is as good as any other's.
            await self._verify(answer, relay, texts)

    async def _verify(self, answer: Answer, relay: Relay, texts: Sequence[str]) -> None:
        latest = self._latest()
        skipped = answer.skipped
        answer.received = len(texts)
        for start in range(0, len(texts), BATCH):
            batch = texts[start : start + BATCH]
            found, bad = await asyncio.to_thread(events.check, batch, self._known)
            skipped += [Skipped(f"{relay.name} sent {one.reason}", one.excerpt) for one in bad]
            for event in found:
                if not answer.question.filter.matches(event):
                    reason = f"{relay.name} sent a post that it was not asked for"
                elif event.created_at > latest:
                    reason = f"{relay.name} sent a post dated in the future"
                else:
                    answer.events.append(event)
                    continue
                skipped.append(Skipped(reason, event.raw[:200]))
        if len(skipped) > _MOST_SKIPPED:
            more = len(skipped) - _MOST_SKIPPED
            skipped[_MOST_SKIPPED:] = [Skipped(f"{relay.name} sent {more} more bad records")]

    def _latest(self) -> int:
        return int(self._now().timestamp()) + FUTURE_SECONDS

    def _relay(self, url: str) -> Relay:
        relay = self._relays.get(url)
        if relay is None:
            relay = self._relays[url] = self._make(url)
            if url in self.own:
                task = asyncio.create_task(self._read_limits(relay))
                self._reading_limits.add(task)
                task.add_done_callback(self._reading_limits.discard)
        return relay

    def _make(self, url: str) -> Relay:
        signer = self._signer
        return Relay(
            url,
            self._dial,
            BackOff(self._clock),
            self._clock,
            foreign=url not in self._trusted,
            idle=self._idle,
            introduction=Introduction(url, signer, self._now) if signer else None,
            mine=url in self.own,
        )

    async def _read_limits(self, relay: Relay) -> None:
        """NIP-11; a relay that has no such document has told no limits."""
        try:
            document = await self._http.get_json(
                addresses.http_url(relay.url),
                headers={"Accept": "application/nostr+json"},
                max_bytes=100_000,
            )
        except AdapterError:
            return
        relay.told(limits.read(document))

    async def aclose(self) -> None:
        """Hang up everywhere."""
        for task in self._reading_limits:
            task.cancel()
        await asyncio.gather(*self._reading_limits, return_exceptions=True)
        await asyncio.gather(*(relay.aclose() for relay in self._relays.values()))


def newest(answers: Sequence[Answer]) -> Event | None:
    """Of a replaceable event's versions the one that counts (NIP-01: ties go to the lowest id)."""
    found = [event for answer in answers for event in answer.events]
    return min(found, key=lambda event: (-event.created_at, event.id), default=None)


def require_one(answers: Sequence[Answer]) -> None:
    """Let pass what at least one relay answered.

    Raises: Unreachable, NotAllowed or RateLimited, naming what is wrong with the first.
    """
    if any(answer.complete for answer in answers):
        return
    if not answers:
        raise Unreachable("no relay could be asked", remedy="give this login a relay of its own")
    first = answers[0]
    others = len({answer.question.url for answer in answers}) - 1
    message = f"{addresses.host(first.question.url)} {first.ending.reason}"
    if others:
        message += f", and {others} more relay{'s' if others > 1 else ''} gave no answer"
    raise first.ending.error(message, remedy=first.ending.remedy)
