"""Connections that go where `reach` lets them: the name is looked up, checked, and what was
checked is connected to, so that a name with two faces shows the checked one.

Imports the client library; `http` waits with it until the first request. Where a proxy is set for
a host, it is the proxy that looks names up, so that only the names are checked.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Iterable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from tuisocial.sdk.reach import Circle, IpAddress, Reach

_MOST_ADDRESSES = 4
"""Addresses of one name that are tried."""


def client(reach: Reach, circle: Circle, tls: ssl.SSLContext, timeout: float) -> httpx.AsyncClient:
    """A client whose connections stay within `circle`."""
    return httpx.AsyncClient(
        transport=_Transport(_Backend(reach, circle), tls), timeout=timeout, cookies=_no_cookies()
    )


def proxied_client(timeout: float) -> httpx.AsyncClient:
    """A client that leaves the connections to the proxy that the environment names."""
    return httpx.AsyncClient(timeout=timeout, cookies=_no_cookies())


def _no_cookies() -> CookieJar:
    """A jar that takes none: a cookie set for one login would be sent for the next."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


def behind_proxy(scheme: str, host: str) -> bool:
    """Whether the environment names a proxy for a host."""
    proxies = getproxies()
    return bool(proxies.get(scheme) or proxies.get("all")) and not proxy_bypass(host)


class _Backend(httpcore.AsyncNetworkBackend):
    """Opens sockets within one circle."""

    def __init__(self, reach: Reach, circle: Circle) -> None:
        self._reach = reach
        self._circle = circle
        self._sockets = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the base's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Raises: Refused if the name leads to no address within the circle."""
        options = list(socket_options or ())
        places = [host]
        if self._circle is not Circle.ANYWHERE:
            try:
                async with asyncio.timeout(timeout):
                    places = await self._places(host, port)
            except TimeoutError:
                raise httpcore.ConnectTimeout("its name was not found in time") from None
        failure: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for place in places:
            try:
                return await self._sockets.connect_tcp(place, port, timeout, local_address, options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"{host} has no address")

    async def _places(self, host: str, port: int) -> list[str]:
        """The addresses of a name that lie within the circle."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(str(error)) from error
        addresses = dict.fromkeys(str(where[0]) for *_, where in found)
        admitted = [
            text for text in addresses if self._reach.admits(host, _address(text), self._circle)
        ]
        if not admitted:
            raise self._reach.refusal(host)
        return admitted[:_MOST_ADDRESSES]

    async def sleep(self, seconds: float) -> None:
        """Wait, as the pool asks to between attempts."""
        await asyncio.sleep(seconds)


def _address(text: str) -> IpAddress:
    return ipaddress.ip_address(text.partition("%")[0])


class _Stream(httpx.AsyncByteStream):
    """A body as it comes in."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._answer.aiter_stream():
            yield piece

    async def aclose(self) -> None:
        await self._answer.aclose()


class _Transport(httpx.AsyncBaseTransport):
    """Kept connections of one backend."""

    def __init__(self, backend: httpcore.AsyncNetworkBackend, tls: ssl.SSLContext) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls, max_connections=100, keepalive_expiry=5.0, network_backend=backend
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; its errors are `httpcore`'s."""
        if not isinstance(request.stream, httpx.AsyncByteStream):
            raise TypeError("a request whose body cannot be sent from here")
        answer = await self._pool.handle_async_request(
            httpcore.Request(
                request.method,
                httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Stream(answer),
            extensions=answer.extensions,
        )

    async def aclose(self) -> None:
        """Close what is kept."""
        await self._pool.aclose()
