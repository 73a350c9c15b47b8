"""HTTP for adapters: bounded answers, no client library before the first request.

Importing httpx takes 0.1 s and more, so it waits for the first request. Where a request may go is
`reach`'s affair, and every redirect is asked about there too; what a status means is `status`'s.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tuisocial.model.printable import printable_line
from tuisocial.sdk.errors import BadAnswer, Refused, Sent, Unreachable
from tuisocial.sdk.reach import Circle, Reach
from tuisocial.sdk.secret import Secret
from tuisocial.sdk.status import error_for_status

if TYPE_CHECKING:
    import ssl

    import httpx

MAX_BYTES = 8_000_000
# Unpacked at once, a small compressed answer could fill the memory.
_HEADERS = {"User-Agent": "tuisocial", "Accept-Encoding": "identity"}
_WHOLE = 3
"""How many times the time-out of one phase a whole answer may take, however slowly it drips."""
_MOST_REDIRECTS = 3
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_ERRNO = re.compile(r"\[Errno -?\d+\] ?")


@dataclass(frozen=True, slots=True)
class Response:
    """An answer with its body already read, at most `max_bytes` of it.

    The names of `headers` are in lower case; `url` is the one that answered at last.
    """

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    url: str = ""

    def json(self) -> Any:
        """The body as JSON.

        Raises: BadAnswer if it is something else, most often a web page.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise BadAnswer(
                f"{host(self.url)} answered something that is not JSON",
                excerpt=self.body[:200].decode("utf-8", "replace"),
            ) from None


class Http:
    """A shared client: time-outs on every phase, bodies bounded, redirects followed a few times.

    An address is taken as one that a person chose; `by` names the server that handed it over, or
    is empty for a stranger's word, and then less may be reached.
    """

    def __init__(self, *, timeout: float = 20.0, reach: Reach | None = None) -> None:
        self.reach = reach or Reach()
        self._timeout = timeout
        self._clients: dict[Circle | None, httpx.AsyncClient] = {}
        self._tls: ssl.SSLContext | None = None

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        max_bytes: int = MAX_BYTES,
        follow_redirects: bool = True,
        by: str | None = None,
    ) -> Response:
        """Fetch `url`; any status is an answer, a redirect's too if it is not to be followed.

        Raises: Unreachable, BadAnswer for a body over `max_bytes` or a broken HTTP answer, Refused
        for an address that is not to be reached.
        """
        redirects = _MOST_REDIRECTS if follow_redirects else 0
        return await self._ask("GET", url, headers, None, max_bytes, redirects, by)

    async def get_json(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        max_bytes: int = MAX_BYTES,
        by: str | None = None,
    ) -> Any:
        """Fetch `url` and read JSON from a 2xx answer.

        Raises: whatever `error_for_status` names, and what `get` raises.
        """
        answer = await self.get(url, headers=headers, max_bytes=max_bytes, by=by)
        if not 200 <= answer.status < 300:
            raise error_for_status(answer.status, host(url), answer.headers)
        return answer.json()

    async def post_form(
        self,
        url: str,
        fields: Mapping[str, str | Secret],
        *,
        headers: Mapping[str, str] | None = None,
        max_bytes: int = MAX_BYTES,
        by: str | None = None,
    ) -> Response:
        """Send a form; any status is an answer, and a redirect is one: a form is sent only once.

        Raises: as `get`; Unreachable says whether the form may have arrived.
        """
        form = {
            name: value.reveal() if isinstance(value, Secret) else value
            for name, value in fields.items()
        }
        return await self._ask("POST", url, headers, form, max_bytes, 0, by)

    async def put(
        self,
        url: str,
        body: AsyncIterator[bytes],
        *,
        headers: Mapping[str, str],
        max_bytes: int = MAX_BYTES,
        by: str | None = None,
    ) -> Response:
        """Send a file, for as long as the server goes on taking it; `headers` tell its length.

        Any status is an answer, and a redirect is one: a file is sent only once.
        Raises: as `get`, and what `body` raises; Unreachable says that it may have arrived.
        """
        return await self._ask("PUT", url, headers, None, max_bytes, 0, by, body)

    async def aclose(self) -> None:
        """Close what connections are open."""
        while self._clients:
            await self._clients.popitem()[1].aclose()

    async def _ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        form: Mapping[str, str] | None,
        max_bytes: int,
        redirects: int,
        by: str | None,
        body: AsyncIterator[bytes] | None = None,
    ) -> Response:
        circle = self.reach.typed(url, field="") if by is None else self.reach.handed(url, by)
        # Off the event loop, which has keys to answer meanwhile.
        await asyncio.to_thread(importlib.import_module, "tuisocial.sdk.connecting")
        import httpcore
        import httpx

        if self._tls is None:
            self._tls = await asyncio.to_thread(_trusted)
        tls = self._tls
        sent = Sent.NO if form is None and body is None else Sent.MAYBE
        where = host(url)
        try:
            async with asyncio.timeout(self._timeout * _WHOLE if body is None else None):
                client = self._client(url, circle, tls)
                told = {**_HEADERS, **(headers or {})}
                request = client.build_request(method, url, headers=told, data=form, content=body)
                while True:
                    where = host(str(request.url))
                    _refuse_odd_port(request)
                    answer = await client.send(request, stream=True)
                    following = answer.next_request if redirects else None
                    if following is None:
                        return await _whole(answer, where, max_bytes)
                    await answer.aclose()
                    redirects -= 1
                    if not redirects:
                        raise BadAnswer(f"{host(url)} leads on and on, from one place to another")
                    circle = self.reach.handed(str(following.url), str(request.url), circle)
                    client, request = self._client(str(following.url), circle, tls), following
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            raise _no_connection(error, where) from None
        except (httpx.TimeoutException, httpcore.TimeoutException, TimeoutError):
            raise Unreachable(f"{where} did not answer in time", sent=sent) from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError):
            raise Refused(
                f"not an address that can be asked: {printable_line(url[:100])}"
            ) from None
        except httpx.ConnectError as error:
            raise _no_connection(error, where) from None
        except (httpx.TransportError, httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise Unreachable(f"{where} could not be reached: {_words(error)}", sent=sent) from None
        except httpx.HTTPError as error:
            raise BadAnswer(f"{where} answered badly: {_words(error)}") from None

    def _client(self, url: str, circle: Circle, tls: ssl.SSLContext) -> httpx.AsyncClient:
        from tuisocial.sdk import connecting

        # A connection is used again for whoever asks next, so that each circle has its own.
        parts = urlsplit(url)
        key = None if connecting.behind_proxy(parts.scheme, parts.hostname or "") else circle
        if key not in self._clients:
            if key is None:
                self._clients[key] = connecting.proxied_client(self._timeout)
            else:
                self._clients[key] = connecting.client(self.reach, key, tls, self._timeout)
        return self._clients[key]


async def _whole(answer: httpx.Response, where: str, max_bytes: int) -> Response:
    """An answer with its body, as far as it is bearable."""
    try:
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise BadAnswer(f"{where} answered in a form that was not asked for")
        body = bytearray()
        async for chunk in answer.aiter_bytes():
            body += chunk
            if len(body) > max_bytes:
                raise BadAnswer(f"{where} answered more than {max_bytes} bytes")
        return Response(answer.status_code, bytes(body), dict(answer.headers), str(answer.url))
    finally:
        await answer.aclose()


def _trusted() -> ssl.SSLContext:
    """The certificates that are trusted.

    Raises: Unreachable where they cannot be read.
    """
    import httpx

    try:
        return httpx.create_ssl_context()
    except OSError:
        raise Unreachable(
            "the certificates that this machine trusts cannot be read",
            remedy="check the files that SSL_CERT_FILE and SSL_CERT_DIR name",
        ) from None


def _refuse_odd_port(request: httpx.Request) -> None:
    # httpx takes any number, from the caller and from a redirect; the socket raises OverflowError.
    import httpx

    if (request.url.port or 0) > 65535:
        raise httpx.InvalidURL("no such port")


def _no_connection(error: Exception, where: str) -> Unreachable:
    from tuisocial.sdk.tls import tls_trouble

    return tls_trouble(error, where) or Unreachable(
        f"{where} could not be reached: {_words(error)}"
    )


def _words(error: Exception) -> str:
    """What an exception says, without the number that the system gave it."""
    said = printable_line(_ERRNO.sub("", str(error)).rstrip("."))
    return said or "the connection broke"


def host(url: str) -> str:
    """The host of an address, and its port where that is unusual, for a sentence about it."""
    try:
        parts = urlsplit(url)
        name, port = parts.hostname or "", parts.port
    except ValueError:
        return printable_line(url[:60])
    if name and port not in (None, _PORTS.get(parts.scheme)):
        name = f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
    return printable_line(name or url[:60])
