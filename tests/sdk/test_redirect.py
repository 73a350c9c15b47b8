"""The browser that comes back: heard once, on this machine only, and only with the right state."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import hostile_text
from tuisocial.sdk.redirect import Listener, Returned, returned_in
from tuisocial.sdk.secret import Secret

STATE = Secret("the-state")


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    made = await Listener.listening(STATE)
    yield made
    await made.aclose()


async def send(listener: Listener, request: bytes) -> bytes:
    """What the listener answers to these bytes, until it hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(listener.url).port)
    writer.write(request)
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


async def visit(listener: Listener, target: str, method: str = "GET") -> int:
    """The status of a browser's request for `target`."""
    answer = await send(listener, f"{method} {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return int(answer.split()[1])


async def test_the_browser_is_told_in_words_that_it_may_be_closed(listener: Listener) -> None:
    request = b"GET /callback?code=the-code&state=the-state HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = (await send(listener, request)).decode()

    assert answer.startswith("HTTP/1.1 200 OK\r\n")
    assert "You can close this page" in answer
    assert "the-code" not in answer
    assert await listener.returned() == Returned(Secret("the-code"))


async def test_it_listens_on_this_machine_only(listener: Listener) -> None:
    parts = urlsplit(listener.url)
    assert (parts.scheme, parts.hostname) == ("http", "127.0.0.1")
    assert listener._server is not None
    assert [each.getsockname()[0] for each in listener._server.sockets] == ["127.0.0.1"]


async def test_two_listeners_do_not_share_a_port(listener: Listener) -> None:
    other = await Listener.listening(STATE)
    assert other.url != listener.url
    await other.aclose()


@pytest.mark.parametrize(
    "target",
    [
        "/callback",
        "/callback?code=x",
        "/callback?code=x&state=",
        "/callback?code=x&state=the-stat",
        "/callback?code=x&state=the-statee",
        "/callback?code=x&state=%ff%fe",
        "/callback?state=the-state",
        "/callback?code=&state=the-state",
        "/callback?error=access_denied",
        "/callback?" + "a=1&" * 100 + "code=x&state=the-state",
    ],
)
async def test_another_state_or_none_does_not_end_the_wait(listener: Listener, target: str) -> None:
    assert await visit(listener, target) == 400
    assert await visit(listener, "/callback?code=right&state=the-state") == 200
    assert await listener.returned() == Returned(Secret("right"))


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/favicon.ico"),
        ("GET", "/"),
        ("GET", "/callback/?code=x&state=the-state"),
        ("POST", "/callback?code=x&state=the-state"),
        ("HEAD", "/callback?code=x&state=the-state"),
    ],
)
async def test_anything_else_is_not_here(listener: Listener, method: str, target: str) -> None:
    assert await visit(listener, target, method) == 404
    assert await visit(listener, "/callback?code=right&state=the-state") == 200


@pytest.mark.parametrize(
    "noise", [b"", b"\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\r\n\r\n", b"x" * 100_000]
)
async def test_noise_does_not_end_the_wait(listener: Listener, noise: bytes) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", urlsplit(listener.url).port)
    writer.write(noise)
    writer.close()
    assert await visit(listener, "/callback?code=right&state=the-state") == 200
    assert await listener.returned() == Returned(Secret("right"))


async def test_after_its_one_request_nobody_is_let_in(listener: Listener) -> None:
    assert await visit(listener, "/callback?code=right&state=the-state") == 200
    with pytest.raises(ConnectionRefusedError):
        await visit(listener, "/callback?code=other&state=the-state")
    assert await listener.returned() == Returned(Secret("right"))


async def test_a_denied_consent_is_told_apart(listener: Listener) -> None:
    target = "/callback?error=access_denied&error_description=no%20thanks&state=the-state"
    assert await visit(listener, target) == 200
    assert await listener.returned() == Returned(None, "access_denied", "no thanks")


async def test_closing_ends_the_wait_and_frees_the_port_even_in_the_middle_of_a_request() -> None:
    listener = await Listener.listening(STATE)
    port = urlsplit(listener.url).port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /call")
    waiting = asyncio.create_task(listener.returned())
    await asyncio.sleep(0)

    await listener.aclose()
    await listener.aclose()

    with contextlib.suppress(ConnectionResetError):
        assert await reader.read() == b""
    writer.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
        probe.connect(("127.0.0.1", port))


async def test_a_wait_that_is_given_up_does_not_deafen_the_listener(listener: Listener) -> None:
    waiting = asyncio.create_task(listener.returned())
    await asyncio.sleep(0)
    waiting.cancel()
    assert await visit(listener, "/callback?code=right&state=the-state") == 200
    assert await listener.returned() == Returned(Secret("right"))


@given(hostile_text | st.text("?&=%#:/[]codestate "))
def test_any_pasted_text_is_an_answer_or_none(text: str) -> None:
    assert returned_in(text, STATE) is None


def test_no_code_is_shown_where_an_answer_is_printed() -> None:
    found = returned_in("http://127.0.0.1:1/callback?code=hush&state=the-state", STATE)

    assert found is not None
    assert "hush" not in repr(found)
