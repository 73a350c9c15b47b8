"""Catching the browser when it comes back from a sign-in: a listener on loopback for one request.

RFC 8252 §7.3 (loopback redirects), RFC 6749 §4.1.2 (what is in the answer) and §10.12 (`state`).
What the code is then good for is the adapter's affair.
"""

from __future__ import annotations

import asyncio
import hmac
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qs, urlsplit

from tuisocial.sdk.secret import Secret

_HOST = "127.0.0.1"
_PATH = "/callback"
_MOST = 16_384
"""Bytes of a request that are read; codes are short."""

_PATIENCE = 10.0
"""Seconds that a connection may take for its request."""

_REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found"}
_HEADERS = (
    "Content-Type: text/html; charset=utf-8",
    "Cache-Control: no-store",
    "Referrer-Policy: no-referrer",
    "Content-Security-Policy: default-src 'none'",
    "Connection: close",
)
_GRANTED = "You are signed in there. You can close this page and go back to tuisocial."
_DENIED = "Nothing was granted. You can close this page and go back to tuisocial."
_FOREIGN = "This is not the answer that tuisocial waits for. You can close this page."
_NOTHING = "There is nothing here."


@dataclass(frozen=True, slots=True)
class Returned:
    """What a sign-in page sent back: a code, or the error that it names (`access_denied`)."""

    code: Secret | None = None
    error: str = ""
    description: str = ""


def returned_in(address: str, state: Secret) -> Returned | None:
    """What an address that a sign-in page led to says; None if it is not ours or says nothing."""
    try:
        query = parse_qs(urlsplit(address).query, max_num_fields=20)
    except ValueError:
        return None
    fields = {name: values[0] for name, values in query.items()}
    given = fields.get("state", "").encode("utf-8", "replace")
    if not hmac.compare_digest(given, state.reveal().encode()):
        return None
    if error := fields.get("error"):
        return Returned(error=error[:100], description=fields.get("error_description", "")[:200])
    code = fields.get("code")
    return Returned(Secret(code)) if code else None


class Listener:
    """Listens on 127.0.0.1, at a free port, for the one request that has the right `state`."""

    def __init__(self, state: Secret) -> None:
        self._state = state
        self._answer: asyncio.Future[Returned] = asyncio.get_running_loop().create_future()
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.url = ""
        """Where the sign-in page is to lead back to."""

    @classmethod
    async def listening(cls, state: Secret) -> Self:
        """A listener that can be led to.

        Raises: OSError where this machine lets nobody listen.
        """
        listener = cls(state)
        server = await asyncio.start_server(listener._meet, _HOST, 0, limit=_MOST)
        listener._server = server
        listener.url = f"http://{_HOST}:{server.sockets[0].getsockname()[1]}{_PATH}"
        return listener

    async def returned(self) -> Returned:
        """Wait for the browser; asked again, the answer is the same."""
        return await asyncio.shield(self._answer)

    async def aclose(self) -> None:
        """Stop listening, and hang up on whoever is still there."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for writer in tuple(self._open):
            writer.close()
        if server is not None:
            await server.wait_closed()
        self._answer.cancel()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            async with asyncio.timeout(_PATIENCE):
                head = await reader.readuntil(b"\r\n\r\n")
                status, words = self._hear(head)
                writer.write(_page(status, words))
                await writer.drain()
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # whoever that was, the browser is still waited for
        finally:
            self._open.discard(writer)
            writer.close()

    def _hear(self, head: bytes) -> tuple[int, str]:
        """The answer to a request; the right one ends the wait."""
        method, _, rest = head.decode("latin-1").partition("\r\n")[0].partition(" ")
        target = rest.partition(" ")[0]
        if method != "GET" or target.partition("?")[0] != _PATH or self._answer.done():
            return 404, _NOTHING
        returned = returned_in(target, self._state)
        if returned is None:
            return 400, _FOREIGN
        self._answer.set_result(returned)
        if self._server is not None:
            self._server.close()
        return 200, _GRANTED if returned.code else _DENIED


def _page(status: int, words: str) -> bytes:
    page = f"<!doctype html><title>tuisocial</title><p>{words}</p>\n".encode()
    lines = [f"HTTP/1.1 {status} {_REASONS[status]}", *_HEADERS, f"Content-Length: {len(page)}"]
    return "\r\n".join([*lines, "", ""]).encode() + page
