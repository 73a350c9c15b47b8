"""A line to a remote signer (NIP-46): sealed requests and answers (NIP-44) by way of relays.

The library's own client is not used: it hands on no page to confirm at, does not tell a refusal
from silence, and dials by itself. What is asked is the caller's affair.
"""

from __future__ import annotations

import asyncio
import importlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex
from typing import TypeVar

from tuisocial.adapters.nostr import addresses, answers, auth, events, keys, sealed
from tuisocial.adapters.nostr.answers import Confirm, Reply
from tuisocial.adapters.nostr.dial import Dial, DialFailed, HungUp, Socket
from tuisocial.adapters.nostr.endings import AUTH_REQUIRED, said
from tuisocial.adapters.nostr.events import BadEvent, Event
from tuisocial.adapters.nostr.outside import SignerPatience
from tuisocial.adapters.nostr.signers import Unsigned, signed
from tuisocial.sdk.errors import AdapterError, NotAllowed, Unreachable
from tuisocial.sdk.reach import Reach
from tuisocial.sdk.secret import Secret

T = TypeVar("T")

KIND = 24_133
_SUBSCRIPTION = "signer"
_CLOCKS_APART = 3600
"""Seconds by which the signer's clock may be behind; nothing older is for this client's key."""

_AGREE = "agree in the signer, then try again"
_OPEN = "see that the signer is running and on line, then try again"


Told = Reply | AdapterError


@dataclass(eq=False, slots=True)
class Line:
    """A line between the client whose secret key is `key` and the signer, by all `relays`.

    `signer` is the signer's key in hex, None until it has introduced itself.
    """

    key: Secret
    relays: tuple[str, ...]
    dial: Dial
    now: Callable[[], datetime]
    patience: SignerPatience
    reach: Reach
    signer: str | None = None
    client: str = field(init=False, default="")
    _sockets: dict[str, Socket] = field(init=False, default_factory=dict)
    _opened: list[Socket] = field(init=False, default_factory=list)
    _tasks: list[asyncio.Task[None]] = field(init=False, default_factory=list)
    _ready: dict[str, asyncio.Future[None]] = field(init=False, default_factory=dict)
    _answers: dict[str, asyncio.Queue[Told]] = field(init=False, default_factory=dict)
    _requests: dict[str, Event] = field(init=False, default_factory=dict)
    _introductions: asyncio.Queue[tuple[str, Reply] | AdapterError] = field(
        init=False, default_factory=asyncio.Queue
    )
    _seen: set[str] = field(init=False, default_factory=set)

    async def open(self) -> None:
        """Listen at every relay that answers; an open line is left as it is.

        Raises: Unreachable when none does.
        """
        if self._sockets:
            return
        await asyncio.to_thread(importlib.import_module, "nostr_sdk")
        self.client = await asyncio.to_thread(keys.public_key_of, self.key)
        reasons = await asyncio.gather(*(self._listen_at(url) for url in self.relays))
        if not self._sockets:
            raise Unreachable(
                "the signer cannot be reached: "
                + ", ".join(
                    f"{addresses.host(url)} {reason}"
                    for url, reason in zip(self.relays, reasons, strict=True)
                ),
                remedy=_OPEN,
            )

    async def request(self, what: str, method: str, *params: str) -> str:
        """Ask the signer something; `what` names it in a sentence ("sign").

        Raises: Confirm, NotAllowed, Unreachable, BadAnswer.
        """
        await self.open()
        name = token_hex(16)
        self._answers[name] = asyncio.Queue()
        await self._ask(name, method, params)
        return await self.answer(name, what)

    async def answer(self, request: str, what: str, *, patient: bool = False) -> str:
        """The answer to a request; a `patient` caller waits for as long as it takes.

        Raises: as `request`.
        """
        await self.open()
        queue = self._answers.setdefault(request, asyncio.Queue())
        try:
            async with asyncio.timeout(None if patient else self.patience.answer):
                told = await self._told(queue)
        except TimeoutError:
            raise await self._silence(what) from None
        if isinstance(told, AdapterError):
            raise told
        if told.result == "auth_url":
            raise Confirm(request, answers.page(told.error, self.relays, self.reach))
        del self._answers[request]
        self._requests.pop(request, None)
        if told.error:
            raise NotAllowed(f"the signer refused to {what} ({said(told.error)})", remedy=_AGREE)
        return told.result

    async def introduced(self, secret: Secret) -> None:
        """Wait for a signer that shows that it has read `secret`; from then on it is the signer.

        Raises: Unreachable.
        """
        await self.open()
        while True:
            told = await self._told(self._introductions)
            if isinstance(told, AdapterError):
                raise told
            signer, reply = told
            if reply.result == secret.reveal():
                self.signer = signer
                return

    async def aclose(self) -> None:
        """Hang up; a line may be opened again."""
        sockets, self._opened = self._opened, []
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._sockets.clear()
        self._tasks.clear()
        await asyncio.gather(*(socket.close() for socket in sockets))

    async def _told(self, queue: asyncio.Queue[T]) -> T:
        """The next thing that is told; that a line was lost is old news once it is open again."""
        while isinstance(told := await queue.get(), AdapterError) and self._sockets:
            pass
        return told

    async def _silence(self, what: str) -> AdapterError:
        """What it means that there was no answer: a sign of life tells."""
        name = token_hex(16)
        queue = self._answers[name] = asyncio.Queue()
        await self._ask(name, "ping", ())
        try:
            async with asyncio.timeout(self.patience.life):
                told = await queue.get()
        except TimeoutError:
            told = Unreachable("the signer does not answer", remedy=_OPEN)
        if isinstance(told, AdapterError):
            return told
        return Unreachable(f"the signer has not agreed to {what} yet", remedy=_AGREE)

    async def _listen_at(self, url: str) -> str:
        """Open one relay and subscribe; why that failed, or nothing."""
        try:
            socket = await self.dial(url, False)
        except DialFailed as failed:
            return str(failed)
        self._sockets[url] = socket
        self._opened.append(socket)
        self._ready[url] = asyncio.get_running_loop().create_future()
        self._tasks.append(asyncio.create_task(self._listen(url, socket)))
        try:
            await self._subscribe(socket)
            async with asyncio.timeout(self.patience.life):
                await self._ready[url]
        except (HungUp, TimeoutError):
            self._sockets.pop(url, None)
            return "did not answer in time"
        return "" if url in self._sockets else "does not let this program listen"

    async def _subscribe(self, socket: Socket) -> None:
        wanted = {"kinds": [KIND], "#p": [self.client], "since": self._seconds() - _CLOCKS_APART}
        await socket.send(json.dumps(["REQ", _SUBSCRIPTION, wanted]))

    async def _ask(self, name: str, method: str, params: tuple[str, ...]) -> None:
        text = json.dumps({"id": name, "method": method, "params": params})
        self._requests[name] = await self._sealed(text)
        for url, socket in list(self._sockets.items()):
            await self._send(url, socket, ["EVENT", _record(self._requests[name])])

    async def _send(self, url: str, socket: Socket, message: list[object]) -> None:
        try:
            await socket.send(json.dumps(message))
        except HungUp as hung_up:
            self._lose(url, str(hung_up))

    async def _listen(self, url: str, socket: Socket) -> None:
        reason = "closed the connection"
        try:
            async for message in socket:
                if isinstance(message, str):
                    await self._hear(url, socket, message)
        except HungUp as hung_up:
            reason = str(hung_up)
        self._lose(url, reason)

    async def _hear(self, url: str, socket: Socket, message: str) -> None:
        frame = events.split_frame(message)
        if frame is not None:
            self._take(frame[1])
            return
        try:
            parts = json.loads(message)
        except (ValueError, RecursionError):
            return
        match parts:
            case ["EOSE", *_]:
                self._listening(url)
            case ["AUTH", str(challenge), *_]:
                # The client's key is nobody's identity, so any relay may have it vouched for.
                tags = (("relay", url), ("challenge", challenge))
                vouched = signed(self.key, Unsigned(self._seconds(), auth.KIND, tags))
                await self._send(url, socket, ["AUTH", _record(vouched)])
                await self._subscribe(socket)
                for request in list(self._requests.values()):
                    await self._send(url, socket, ["EVENT", _record(request)])
            case ["CLOSED", _, *rest]:
                self._refused(url, rest)
            case ["OK", str(event), False, *rest] if self._asked(event):
                self._refused(url, rest)
            case _:
                pass  # NOTICE, and what is not of the protocol

    def _asked(self, event: str) -> bool:
        return any(request.id == event for request in self._requests.values())

    def _refused(self, url: str, rest: list[object]) -> None:
        words = said(rest[0]) if rest else ""
        # Once the client's key is vouched for, what was refused for want of it is sent again.
        if not words.startswith(AUTH_REQUIRED):
            self._lose(url, f"refused to pass on what was asked ({words})")

    def _listening(self, url: str) -> None:
        if not self._ready[url].done():
            self._ready[url].set_result(None)

    def _lose(self, url: str, reason: str) -> None:
        self._sockets.pop(url, None)
        self._listening(url)
        if self._sockets:
            return
        lost = Unreachable(
            f"the line to the signer was lost: {addresses.host(url)} {reason}", remedy=_OPEN
        )
        for queue in self._answers.values():
            queue.put_nowait(lost)
        self._introductions.put_nowait(lost)

    def _take(self, text: str) -> None:
        """An event that may be the signer's; whatever else it is, is passed over."""
        try:
            event = events.read(text)
        except BadEvent:
            return
        if event.id in self._seen or event.kind != KIND or event.tag("p") != self.client:
            return
        self._seen.add(event.id)
        if self.signer is not None and event.pubkey != self.signer:
            return
        try:
            reply = answers.read(sealed.unseal(self.key, event.pubkey, event.content))
        except ValueError:
            return
        if self.signer is None:
            self._introductions.put_nowait((event.pubkey, reply))
        elif reply.request in self._answers:
            self._answers[reply.request].put_nowait(reply)

    async def _sealed(self, text: str) -> Event:
        assert self.signer is not None
        content = sealed.seal(self.key, self.signer, text)
        unsigned = Unsigned(self._seconds(), KIND, (("p", self.signer),), content)
        return await asyncio.to_thread(signed, self.key, unsigned)

    def _seconds(self) -> int:
        return int(self.now().timestamp())


def _record(event: Event) -> object:
    return json.loads(event.raw)
