"""Opening a socket to a relay: bounded in time and size, and to public hosts only for strangers'.

The socket library is imported here, in a thread, at the first relay.
"""

from __future__ import annotations

import asyncio
import importlib
import ipaddress
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from tuisocial.adapters.nostr import addresses
from tuisocial.model.printable import printable_line

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection
    from websockets.exceptions import ConnectionClosed

MAX_MESSAGE = 1_000_000
"""Bytes of one message, after decompression; a relay that sends more is hung up on."""

OPEN_SECONDS = 8.0


class Socket(Protocol):
    """What a relay's connection must be able to do."""

    async def send(self, message: str) -> None:
        """Send one text message.

        Raises: HungUp.
        """
        ...

    async def close(self) -> None:
        """Close the connection."""
        ...

    def __aiter__(self) -> AsyncIterator[str | bytes]:
        """Messages until the connection ends.

        Raises: HungUp unless it ended in good order.
        """
        ...


class DialFailed(Exception):
    """No connection; the message continues a sentence that begins with the relay's name."""


class HungUp(Exception):
    """The connection ended; the message is as `DialFailed`'s."""


Dial = Callable[[str, bool], Awaitable[Socket]]
"""Opens a socket to an address; the flag says that it comes from a stranger.

Raises: DialFailed.
"""


async def dial(url: str, foreign: bool) -> Socket:
    """Connect to a relay; a stranger's address is resolved first and refused if it is private.

    Raises: DialFailed.
    """
    client = await asyncio.to_thread(importlib.import_module, "websockets.asyncio.client")
    exceptions = importlib.import_module("websockets.exceptions")
    try:
        where = {"host": await _public_address(url)} if foreign else {}
        return _WebSocket(
            await client.connect(
                url,
                open_timeout=OPEN_SECONDS,
                close_timeout=2,
                max_size=MAX_MESSAGE,
                user_agent_header="tuisocial",
                **where,
            )
        )
    except TimeoutError:
        raise DialFailed("did not answer in time") from None
    except socket.gaierror:
        raise DialFailed("could not be found") from None
    except exceptions.InvalidStatus as error:
        status = error.response.status_code
        raise DialFailed(f"answered with the status {status} instead of a connection") from None
    except (exceptions.InvalidHandshake, exceptions.InvalidURI, EOFError):
        raise DialFailed("is not a relay, or does not answer as one") from None
    except ImportError:
        raise DialFailed("is behind a SOCKS proxy, for which python-socks is needed") from None
    except ConnectionRefusedError:
        raise DialFailed("refused the connection") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DialFailed(f"could not be reached ({reason})") from None


class _WebSocket:
    """A `websockets` connection whose end is told in our words."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def send(self, message: str) -> None:
        from websockets.exceptions import ConnectionClosed

        try:
            await self._connection.send(message)
        except ConnectionClosed as closed:
            raise HungUp(_why(closed)) from None

    async def close(self) -> None:
        await self._connection.close()

    async def __aiter__(self) -> AsyncIterator[str | bytes]:
        from websockets.exceptions import ConnectionClosed

        try:
            async for message in self._connection:
                yield message
        except ConnectionClosed as closed:
            raise HungUp(_why(closed)) from None


def _why(closed: ConnectionClosed) -> str:
    """1009 is the close code that we send when a message is too big (RFC 6455 §7.4.1)."""
    if closed.sent is not None and closed.sent.code == 1009:
        return f"sent a message of more than {MAX_MESSAGE} bytes"
    if closed.rcvd is not None and closed.rcvd.reason:
        return f"closed the connection ({printable_line(closed.rcvd.reason)[:100]})"
    return "closed the connection"


async def _public_address(url: str) -> str | None:
    """An address of the host; on this machine only if its name says so and was let through."""
    if addresses.loopback(url):
        return urlsplit(url).hostname
    parts = urlsplit(url)
    found = await asyncio.get_running_loop().getaddrinfo(
        parts.hostname, parts.port or 443, type=socket.SOCK_STREAM
    )
    for *_, (address, *_) in found:
        if isinstance(address, str) and addresses.public(ipaddress.ip_address(address)):
            return address
    raise DialFailed("leads to a private address by its name")
