"""One relay: its connection, opened when needed, what is asked and offered on it, and how it does.

Asking several at once, and checking what they send, is `relays`' affair.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import replace
from itertools import count
from typing import Any

from tuisocial.adapters.nostr import addresses
from tuisocial.adapters.nostr.auth import Introduction
from tuisocial.adapters.nostr.backoff import BackOff
from tuisocial.adapters.nostr.dial import MAX_MESSAGE, Dial, DialFailed, HungUp, Socket
from tuisocial.adapters.nostr.endings import COMPLETE, End, Ending, refusal, said
from tuisocial.adapters.nostr.events import split_frame
from tuisocial.adapters.nostr.filters import Filter
from tuisocial.adapters.nostr.limits import UNTOLD, RelayLimits
from tuisocial.adapters.nostr.offers import Judging, Offer
from tuisocial.sdk.capabilities import Endpoint, EndpointState

_SUBSCRIPTIONS = 10
"""At once on one connection, where the relay allows no fewer."""

_MOST_BYTES = 16 * MAX_MESSAGE
"""Of one answer."""


class _Subscription:
    """A request under way; `texts` are the events' JSON texts, unread."""

    def __init__(self, texts: list[str], most: int) -> None:
        self.texts = texts
        self.most = most
        self.bytes = 0
        self.ending: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()

    def take(self, text: str) -> None:
        """Keep an event's text; one that answers without end is cut off."""
        if self.ending.done():
            return
        self.texts.append(text)
        self.bytes += len(text)
        if len(self.texts) >= self.most or self.bytes > _MOST_BYTES:
            self.end(Ending(End.FAILED, "sent far more than it was asked for"))

    def end(self, ending: Ending) -> None:
        """The first end counts."""
        if not self.ending.done():
            self.ending.set_result(ending)


class Relay:
    """A relay that requests of one session share; make it inside a running event loop.

    `idle` is after how many seconds without a request the connection is closed; `introduction`
    is for a relay that may know who writes, and if it is `mine` also who reads.
    """

    def __init__(
        self,
        url: str,
        dial: Dial,
        back_off: BackOff,
        clock: Callable[[], float],
        *,
        foreign: bool = False,
        idle: float = 60.0,
        introduction: Introduction | None = None,
        mine: bool = True,
    ) -> None:
        self.url = url
        self.limits: RelayLimits = UNTOLD
        self.most_sent = 0
        """Events in its longest answer so far: what it surely does not cut answers to less than."""
        self._dial = dial
        self._back_off = back_off
        self._clock = clock
        self._foreign = foreign
        self._idle = idle
        self._introduction = introduction
        self._reader = introduction if mine else None
        self._judging = Judging()
        self._ids = count(1)
        self._slots = asyncio.Semaphore(_SUBSCRIPTIONS)
        self._requests = 0
        self._subscriptions: dict[str, _Subscription] = {}
        self._socket: Socket | None = None
        self._opening: asyncio.Task[Socket] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle_timer: asyncio.TimerHandle | None = None
        self._trouble = ""
        self._slow = False
        self._notice = ""
        self._latency: float | None = None

    @property
    def name(self) -> str:
        """How it is called in a sentence."""
        return addresses.host(self.url)

    @property
    def resting(self) -> bool:
        """Whether it failed so lately that it is not tried now."""
        return self._socket is None and self._back_off.wait > 0

    def told(self, limits: RelayLimits) -> None:
        """Keep to what the relay says of its limits (NIP-11) from now on."""
        self.limits = limits
        if limits.max_subscriptions is not None:
            self._slots = asyncio.Semaphore(min(_SUBSCRIPTIONS, limits.max_subscriptions))

    def was_slow(self) -> None:
        """Say of it, until it answers, that it was not waited for any longer."""
        self._slow = True

    def health(self) -> Endpoint:
        """How it is doing, in words."""
        if self._trouble:
            state, detail = EndpointState.FAILED, self._trouble
        elif self._slow:
            state, detail = EndpointState.SLOW, self._notice or "did not answer in time"
        elif self._socket is not None:
            state, detail = EndpointState.OK, self._notice
        elif self._opening is not None:
            state, detail = EndpointState.CONNECTING, ""
        else:
            state, detail = EndpointState.IDLE, self._notice
        return Endpoint(self.url, state, detail, self._latency)

    async def fetch(self, wanted: Filter, texts: list[str]) -> Ending:
        """Ask for what is stored, appending the events' JSON texts to `texts` as they come.

        Never raises but when it is cancelled; then `texts` holds what came so far.
        """
        began = self._clock()
        self._requests += 1
        try:
            async with self._slots:
                ending = await self._fetch(wanted, texts)
                if self._reader is not None and self._reader.may_help(ending):
                    unknown = await self._reader.made(self._say)
                    texts.clear()
                    ending = unknown or await self._fetch(wanted, texts)
        finally:
            self._requests -= 1
            self._rest_later()
        if ending.end is End.COMPLETE:
            self._latency = self._clock() - began
            self._slow, self._trouble = False, ""
            self.most_sent = max(self.most_sent, len(texts))
        else:
            self._trouble = ending.reason
        return ending

    async def offer(self, offer: Offer) -> None:
        """Have an event kept, and note in `offer` what came of it.

        Never raises but when it is cancelled; then `offer` tells how far it got.
        """
        self._requests += 1
        try:
            await self._offer(offer)
            if self._introduction is not None and self._introduction.may_help(offer.ending):
                unknown = await self._introduction.made(self._say)
                if unknown is None:
                    await self._offer(offer)
                else:
                    offer.ending = replace(unknown, end=End.REFUSED)
        finally:
            self._requests -= 1
            self._rest_later()
        if offer.complete:
            self._slow, self._trouble = False, ""
            self._back_off.succeeded()

    async def _offer(self, offer: Offer) -> None:
        try:
            # Who writes has waited already: the outbox has a back-off of its own.
            connection = await self._connected(eager=True)
        except DialFailed as failed:
            offer.ending = Ending(End.FAILED, str(failed))
            return
        judged = self._judging.open(offer.event.id)
        if self._socket is not connection:
            offer.ending = Ending(End.FAILED, self._trouble or "closed the connection")
            return
        offer.sent = True
        await self._transmit(connection, f'["EVENT",{offer.event.raw}]')
        # Shielded: another who offers the same waits for the same word.
        offer.ending = await asyncio.shield(judged)
        offer.sent = offer.ending.end is not End.REFUSED

    async def _fetch(self, wanted: Filter, texts: list[str]) -> Ending:
        try:
            connection = await self._connected()
        except DialFailed as failed:
            return Ending(End.FAILED, str(failed))
        name = f"s{next(self._ids)}"
        subscription = _Subscription(texts, 2 * wanted.limit + 100)
        self._subscriptions[name] = subscription
        if self._socket is not connection:
            subscription.end(Ending(End.FAILED, self._trouble or "closed the connection"))
        try:
            await self._send(connection, ["REQ", name, wanted.to_json()])
            return await subscription.ending
        finally:
            del self._subscriptions[name]
            done = subscription.ending.done() and not subscription.ending.cancelled()
            if not done or subscription.ending.result().end is not End.REFUSED:
                self._in_background(self._send(connection, ["CLOSE", name]))

    async def _connected(self, *, eager: bool = False) -> Socket:
        if self._socket is not None:
            return self._socket
        if self._opening is None:
            if self._back_off.wait > 0 and not eager:
                raise DialFailed(self._trouble or "failed a moment ago")
            self._opening = asyncio.create_task(self._open())
            # Who waits hears of a failure; if nobody does any more, it is in `_trouble`.
            self._opening.add_done_callback(lambda task: task.cancelled() or task.exception())
        # Shielded: a page that will not wait longer must not undo what the next one needs.
        return await asyncio.shield(self._opening)

    async def _open(self) -> Socket:
        try:
            connection = await self._dial(self.url, self._foreign)
        except DialFailed as failed:
            self._trouble = str(failed)
            self._back_off.failed()
            raise
        finally:
            self._opening = None
        self._socket = connection
        self._in_background(self._listen(connection))
        return connection

    async def _listen(self, connection: Socket) -> None:
        reason = "closed the connection"
        try:
            async for message in connection:
                self._hear(message)
        except HungUp as hung_up:
            reason = str(hung_up)
        finally:
            if self._socket is connection:
                self._socket = None
                if self._introduction is not None:
                    self._introduction.disconnected()
            self._judging.hung_up(reason)
            waiting = list(self._subscriptions.values())
            if waiting:
                self._trouble = reason
                self._back_off.failed()
            for subscription in waiting:
                subscription.end(Ending(End.FAILED, reason))

    def _hear(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            return
        frame = split_frame(message)
        if frame is not None:
            subscription = self._subscriptions.get(frame[0])
            if subscription is not None:
                subscription.take(frame[1])
            return
        try:
            parts = json.loads(message)
        except (ValueError, RecursionError):
            self._notice = "sends messages that are not JSON"
            return
        match parts:
            case ["EOSE", str(name), *_] if name in self._subscriptions:
                self._back_off.succeeded()
                self._subscriptions[name].end(COMPLETE)
            case ["CLOSED", str(name), *rest] if name in self._subscriptions:
                self._subscriptions[name].end(refusal(rest))
            case ["NOTICE", str(text), *_]:
                self._notice = f"says: {said(text)}"
            case ["EVENT", str(name), event, *_] if name in self._subscriptions:
                self._subscriptions[name].take(json.dumps(event))
            case ["AUTH", str(challenge), *_] if self._introduction is not None:
                self._introduction.challenged(challenge)
            case ["OK", str(event), bool(accepted), *rest]:
                words = next(iter(rest), "")
                self._judging.judged(event, accepted, words)
                if self._introduction is not None:
                    self._introduction.judged(event, accepted, words)
            case _:
                pass  # COUNT, late answers, and what is not of the protocol

    async def _say(self, message: list[object]) -> None:
        if self._socket is not None:
            await self._send(self._socket, message)

    async def _send(self, connection: Socket, message: list[object]) -> None:
        await self._transmit(connection, json.dumps(message))

    async def _transmit(self, connection: Socket, message: str) -> None:
        try:
            await connection.send(message)
        except HungUp:
            pass  # what waits on the connection hears of it from `_listen`

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _rest_later(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        self._idle_timer = asyncio.get_running_loop().call_later(self._idle, self._rest)

    def _rest(self) -> None:
        if self._socket is not None and not self._requests:
            self._in_background(self._socket.close())

    async def aclose(self) -> None:
        """Hang up."""
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        if self._introduction is not None:
            await self._introduction.aclose()
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.wait([self._opening])
        if self._socket is not None:
            await self._socket.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)
