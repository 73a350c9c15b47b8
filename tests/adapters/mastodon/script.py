"""A loopback server that answers what a test wrote, and remembers what it was asked."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.adapters.mastodon.golden import native
from tuisocial.adapters.mastodon.adapter import adapter
from tuisocial.model.ids import AccountId, LoginId
from tuisocial.model.login import Login
from tuisocial.sdk.adapter import KeyValues, Session
from tuisocial.sdk.testing.context import make_context

TOKEN = "the-token-of-ada"


@dataclass
class Reply:
    """One answer; `act` takes the whole connection over instead."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    act: Callable[["_Handler"], None] | None = None

    def bytes(self) -> bytes:
        """The body as it is sent: bytes as they are, all else as JSON."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(frozen=True)
class Asked:
    """One request."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    method: str = "GET"
    form: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class _Handler(BaseHTTPRequestHandler):
    server: "Script"
    protocol_version = "HTTP/1.1"

    def handle_any(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = Asked(
            parts.path,
            dict(parse_qsl(parts.query)),
            dict(self.headers.items()),
            self.command,
            dict(parse_qsl(body.decode("utf-8", "replace"))),
            body,
        )
        self.server.asked.append(asked)
        reply = self.server.reply(asked)
        self.close_connection = True
        if reply.act is not None:
            reply.act(self)
            return
        body = reply.bytes()
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = handle_any

    def date_time_string(self, timestamp: float | None = None) -> str:
        """What the server's clock says."""
        if self.server.clock is None:
            return super().date_time_string(timestamp)
        return format_datetime(self.server.clock, usegmt=True)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Says nothing."""


class Hold:
    """Requests that get no answer until they are released."""

    def __init__(self) -> None:
        self._released = threading.Event()
        self._asked = threading.Semaphore(0)

    def keep(self, handler: _Handler) -> None:
        """Hold one."""
        self._asked.release()
        self._released.wait(60)

    async def wait_for(self, requests: int) -> None:
        """Return once so many have come."""
        for _ in range(requests):
            assert await asyncio.to_thread(self._asked.acquire, timeout=60)

    def release(self) -> None:
        """Close them all without an answer."""
        self._released.set()


class Script(ThreadingHTTPServer):
    """The server: `answers` by path, each one reply or what makes one; all else is 404.

    `clock` is what it takes for the time, None for the machine's.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.answers: dict[str, Reply | Callable[[Asked], Reply]] = {}
        self.always: Reply | None = None
        self.clock: datetime | None = None
        self.asked: list[Asked] = []

    def reply(self, asked: Asked) -> Reply:
        """What the test wrote for a request."""
        if self.always is not None:
            return self.always
        answer = self.answers.get(asked.path, Reply({"error": "Record not found"}, 404))
        return answer if isinstance(answer, Reply) else answer(asked)

    def forms(self, path: str) -> list[Mapping[str, str]]:
        """The forms that were sent to `path`, in order."""
        return [asked.form for asked in self.asked if (asked.method, asked.path) == ("POST", path)]

    def sent(self, method: str, path: str) -> list[Asked]:
        """The requests of a method to `path`, in order."""
        return [asked for asked in self.asked if (asked.method, asked.path) == (method, path)]

    def paths(self) -> list[str]:
        """What was asked, in order."""
        return [asked.path for asked in self.asked]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is part of the test."""

    def login(self, *, guest: bool = False, **options: str) -> Login:
        """A login on this server."""
        return Login(
            LoginId("masto"),
            "mastodon",
            "activitypub",
            None if guest else AccountId("activitypub", "https://example.social/users/ada"),
            options={"server": self.url, "domain": "example.social", **options},
        )

    async def session(
        self,
        *,
        guest: bool = False,
        secrets: Mapping[str, str] | None = None,
        now: Callable[[], datetime] | None = None,
        memory: KeyValues | None = None,
        **options: str,
    ) -> Session:
        """A session on this server; `options` are those of its login."""
        kept = {} if guest else {"token": TOKEN, **(secrets or {})}
        login = self.login(guest=guest, **options)
        context = make_context(kept, now=now)
        if memory is not None:
            context = replace(context, memory=memory)
        return await adapter.open(login, context)

    def hold(self, path: str) -> Hold:
        """Answer nothing at `path` until the hold is released."""
        hold = Hold()
        self.answers[path] = Reply(act=hold.keep)
        return hold

    def stop(self) -> None:
        """Take no connections any more."""
        self.shutdown()
        self.server_close()


@contextmanager
def running() -> Iterator[Script]:
    """A script that is being played."""
    script = Script()
    thread = threading.Thread(target=script.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield script
    finally:
        script.shutdown()
        script.server_close()
        thread.join()


def statuses(first: int, last: int) -> list[dict[str, Any]]:
    """Statuses with ids from `first` down to `last`, newer ones with higher ids."""
    template = native("mastodon-note")
    return [
        {
            **template,
            "id": str(number),
            "uri": f"https://example.social/users/ada/statuses/{number}",
            "url": f"https://example.social/@ada/{number}",
            "created_at": f"2025-01-01T00:{number // 60:02}:{number % 60:02}.000Z",
        }
        for number in range(first, last - 1, -1)
    ]
