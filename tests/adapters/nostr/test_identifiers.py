"""Names at domains: a stranger's domain leads nowhere within the network of this machine."""

import asyncio
import socket
from typing import Any

import pytest

from tuisocial.adapters.nostr import identifiers
from tuisocial.adapters.nostr.identifiers import Identifier
from tuisocial.sdk.errors import Refused, Unreachable
from tuisocial.sdk.http import Http


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> socket.socket:
    """A port of this machine to which every name leads; nobody is let in."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setblocking(False)
    real = asyncio.BaseEventLoop.getaddrinfo

    async def getaddrinfo(loop: Any, host: str | bytes, port: int, **options: Any) -> Any:
        return await real(loop, "127.0.0.1", port, **options)

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)
    return listening


async def ask(door: socket.socket, by: str | None, patience: float = 20) -> None:
    at = Identifier("ada", f"rebinding.example:{door.getsockname()[1]}")
    http = Http(timeout=patience)
    try:
        await identifiers.look_up(http, at, by=by)
    finally:
        await http.aclose()


@pytest.mark.parametrize("by", ["", "wss://relay.example.com"])
async def test_a_stranger_s_domain_that_leads_here_is_not_connected_to(
    door: socket.socket, by: str
) -> None:
    with door:
        with pytest.raises(Refused, match="private address"):
            await ask(door, by)
        with pytest.raises(BlockingIOError):
            door.accept()


async def test_a_domain_of_my_own_choice_may_be_here(door: socket.socket) -> None:
    with door:
        with pytest.raises(Unreachable):
            await ask(door, None, patience=0.2)
        door.accept()[0].close()
