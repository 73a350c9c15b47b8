"""Every fault in front of every act: sent exactly once in the end, or waiting in sight."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from tests.live import faulty
from tests.live.faulty import FaultyProxy, Handler
from tests.reliability import relay_proxy
from tests.reliability.desk import MASTO, NOS, Desk
from tests.reliability.relay_proxy import RelayProxy
from tests.reliability.witness import Found, MastodonWitness, RelayWitness
from tuisocial.model.draft import Attachment, Draft, Own
from tuisocial.model.ids import LoginId
from tuisocial.store.outbox import State

ACTS = ("post", "media", "thread", "edit", "delete")
_TRIES = 2
"""While the fault lasts, after the first."""

PATIENCE, _DRIP = 1.5, 4.0
"""Seconds that the adapters wait for a whole answer, and that a slow one takes."""


@dataclass(frozen=True)
class Cell:
    """What came of one act under one fault."""

    network: str
    act: str
    fault: str
    meanwhile: str
    """How it stood while the fault lasted."""
    wrong: str = ""


# --- faults of an HTTP server -----------------------------------------------------------


def _lost(handler: Handler) -> None:
    handler.pass_on()


def _truncated(handler: Handler) -> None:
    code, body, _ = handler.pass_on()
    handler.wfile.write(
        f"HTTP/1.1 {code} OK\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n".encode()
    )
    handler.wfile.write(body[: len(body) // 2])


def _half_json(handler: Handler) -> None:
    code, body, _ = handler.pass_on()
    handler.answer(code, body[: len(body) // 2], {"Content-Type": "application/json"})


def _failing_after(handler: Handler) -> None:
    handler.pass_on()
    handler.answer(500, b"oh", {})


def _late(handler: Handler) -> None:
    threading.Event().wait(0.3)
    code, body, headers = handler.pass_on()
    handler.answer(code, body, headers)


def _slow(handler: Handler) -> None:
    code, body, _ = handler.pass_on()
    handler.wfile.write(
        f"HTTP/1.1 {code} OK\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n".encode()
    )
    for byte in body:
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        threading.Event().wait(_DRIP / len(body))


HTTP: dict[str, Callable[[Handler], None]] = {
    "closed before it is sent": faulty.close(),
    "closed after it is sent": _lost,
    "late": _late,
    "429": faulty.rate_limited("1"),
    "500": faulty.status(500),
    "500 although done": _failing_after,
    "truncated body": _truncated,
    "truncated JSON": _half_json,
    "slow body": _slow,
}
RELAY: dict[str, relay_proxy.Fault] = {
    "closed before it is sent": relay_proxy.dropped,
    "closed after it is sent": relay_proxy.lost,
    "late": relay_proxy.late,
    "rate-limited": relay_proxy.answering(False, "rate-limited: slow down"),
    "OK=false": relay_proxy.answering(False, "blocked: not today"),
    "error": relay_proxy.answering(False, "error: could not write"),
    "truncated JSON": relay_proxy.truncated,
    "never answers": relay_proxy.silent,
    "never answers although done": relay_proxy.mute,
}
NO_NAME = "name not found"
TURNED_AWAY = {"429": HTTPStatus.TOO_MANY_REQUESTS, "500": HTTPStatus.INTERNAL_SERVER_ERROR}


@contextmanager
def no_names() -> Iterator[None]:
    """Nobody finds `localhost`."""
    real = socket.getaddrinfo

    def lookup(host: Any, *rest: Any, **more: Any) -> Any:
        if host in ("localhost", b"localhost"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(host, *rest, **more)

    socket.getaddrinfo = lookup
    try:
        yield
    finally:
        socket.getaddrinfo = real


class Matrix:
    """Runs the cells. `picture` is a file to attach."""

    def __init__(
        self,
        desk: Desk,
        mastodon: FaultyProxy,
        relay: RelayProxy,
        witnesses: dict[LoginId, MastodonWitness | RelayWitness],
        picture: str,
    ) -> None:
        self._desk = desk
        self._mastodon = mastodon
        self._relay = relay
        self._witnesses = witnesses
        self._picture = picture
        self._count = 0

    async def cells(self, chosen: Collection[tuple[str, str]] | None = None) -> list[Cell]:
        """Every cell there is, or of those only the chosen ones, by act and fault."""
        faults = [
            *((MASTO, fault, self._http(how)) for fault, how in HTTP.items()),
            (MASTO, NO_NAME, no_names),
            *((NOS, fault, self._told(told)) for fault, told in RELAY.items()),
            *((NOS, fault, self._away(status)) for fault, status in TURNED_AWAY.items()),
            (NOS, NO_NAME, self._nameless_relay),
        ]
        return [
            await self._cell(login, act, fault, broken)
            for act in ACTS
            for login, fault, broken in faults
            if chosen is None or (act, fault) in chosen
        ]

    @contextmanager
    def _nameless_relay(self) -> Iterator[None]:
        with no_names():
            self._relay.cut_off()
            yield

    def _http(self, fault: Callable[[Handler], None]) -> Callable[[], Any]:
        @contextmanager
        def broken() -> Iterator[None]:
            for path in ("/api/v1/statuses", "/api/v2/media", "/api/v1/media"):
                self._mastodon.break_with(fault, path=path)
            yield
            self._mastodon.mend()

        return broken

    def _told(self, fault: relay_proxy.Fault) -> Callable[[], Any]:
        @contextmanager
        def broken() -> Iterator[None]:
            self._relay.break_with(fault)
            yield
            self._relay.mend()

        return broken

    def _away(self, status: HTTPStatus) -> Callable[[], Any]:
        @contextmanager
        def broken() -> Iterator[None]:
            self._relay.turn_away(status)
            yield
            self._relay.mend()

        return broken

    async def _cell(self, login: LoginId, act: str, fault: str, broken: Callable[[], Any]) -> Cell:
        self._count += 1
        word = f"w{self._count}x"
        begin = await self._ready(login, act, word)
        with broken():
            numbers = await begin()
            for _ in range(_TRIES):
                await self._desk.again(numbers)
            states = {one.state.value for one in self._desk.get(numbers)}
            seen = self._desk.waits(numbers)
        for _ in range(10):
            if all(one.state is State.SENT for one in self._desk.get(numbers)):
                break
            await self._desk.again(numbers)
        meanwhile = " and ".join(sorted(states))
        wrong = "" if seen else "waited without a word; "
        left = [one for one in self._desk.get(numbers) if one.state is not State.SENT]
        if left:
            wrong += f"{left[0].state}: {left[0].problem}; "
        found = await asyncio.to_thread(self._witnesses[login].posts, word)
        return Cell(str(login), act, fault, meanwhile, wrong + _judged(act, word, found))

    async def _ready(
        self, login: LoginId, act: str, word: str
    ) -> Callable[[], Awaitable[list[int]]]:
        """What must be there for an act, and then the act."""
        desk = self._desk
        if act == "thread":
            parts = tuple(f"{word} part {n}" for n in (1, 2, 3))
            thread = Draft(word, (login,), own={login: Own(parts=parts)})
            return lambda: desk.send(thread)
        if act == "media":
            shown = (Attachment(self._picture, "a mill"),)
            return lambda: desk.send(Draft(f"{word} shown", (login,), media=shown))
        if act == "post":
            return lambda: desk.send(Draft(f"{word} said", (login,)))
        numbers = await desk.send(Draft(f"{word} first", (login,)))
        assert [one.state for one in desk.get(numbers)] == [State.SENT]
        post = desk.post_of(numbers[0])
        if act == "delete":
            return lambda: desk.deleted(post)
        edited = replace(await desk.runtime.composing.edit(post), text=f"{word} second")
        return lambda: desk.send(edited)


def _judged(act: str, word: str, found: Sequence[Found]) -> str:
    """What is wrong with what the witness found, if anything."""
    texts = [one.text.partition("\n")[0].strip() for one in found]
    expected = {
        "post": [f"{word} said"],
        "media": [f"{word} shown"],
        "thread": [f"{word} part {n} {n}/3" for n in (1, 2, 3)],
        "edit": [f"{word} second"],
        "delete": [],
    }[act]
    if act == "media":
        texts = [text.partition(" http")[0] for text in texts]
    if sorted(texts) != expected:
        return f"the server has {texts}"
    if act == "media" and found[0].media != 1:
        return f"it has {found[0].media} pictures"
    if act == "thread":
        chain = {one.text: one.parent for one in found}
        parents = [chain.get(text) for text in expected]
        if parents != [None, *expected[:-1]]:
            return f"the parts answer {parents}"
    return ""
