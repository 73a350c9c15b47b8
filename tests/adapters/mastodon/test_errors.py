"""What a server does wrong becomes an error that names it, with advice and without the token."""

import asyncio
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.mastodon.script import TOKEN, Reply, Script, running
from tuisocial.adapters.mastodon import api as api_module
from tuisocial.adapters.mastodon import client
from tuisocial.adapters.mastodon.api import Api
from tuisocial.model.ids import AccountId, PostId
from tuisocial.model.timeline import HOME
from tuisocial.sdk.errors import (
    AdapterError,
    BadAnswer,
    NotAllowed,
    NotFound,
    NotSupported,
    RateLimited,
    Refused,
    SignInNeeded,
    Unreachable,
)
from tuisocial.sdk.secret import Secret


async def failure(script: Script, reply: Reply) -> AdapterError:
    """What reading home from a server that always answers `reply` raises."""
    script.always = reply
    session = await script.session()
    with pytest.raises(AdapterError) as caught:
        await session.timeline(HOME, cursor=None, limit=5)
    await session.aclose()
    return caught.value


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (301, BadAnswer),
        (302, BadAnswer),
        (304, BadAnswer),
        (308, BadAnswer),
        (400, Refused),
        (401, SignInNeeded),
        (403, NotAllowed),
        (404, NotSupported),
        (408, Unreachable),
        (410, NotSupported),
        (418, Refused),
        (422, Refused),
        (429, RateLimited),
        (451, NotAllowed),
        (500, Unreachable),
        (502, Unreachable),
        (503, Unreachable),
        (504, Unreachable),
        (599, Unreachable),
    ],
)
@pytest.mark.parametrize(
    "body",
    [{"error": f"no, {TOKEN}\x1b[31m"}, b"<h1>No</h1>", [], {"error": {"a": 1}}, b"[" * 100_000],
    ids=["json", "page", "list", "odd", "nested"],
)
async def test_each_status_has_its_error(
    script: Script, status: int, expected: type[AdapterError], body: Any
) -> None:
    error = await failure(script, Reply(body, status, {"Location": "https://x.example/\x1b"}))

    assert type(error) is expected
    assert script.url.removeprefix("http://") in error.message
    assert error.remedy
    assert TOKEN not in f"{error.message}{error.remedy}{vars(error)}"
    assert "\x1b" not in error.message


@pytest.mark.parametrize(
    "body",
    [
        b"<!doctype html><title>Sign in to the network</title>",
        b"",
        b'[{"id": "1", ',
        b"[" * 100_000,
        b"\xff\xfe",
        b"9" * 5_000,
    ],
    ids=["page", "nothing", "cut", "nested", "binary", "number"],
)
async def test_an_answer_that_is_not_json_is_a_bad_answer(script: Script, body: bytes) -> None:
    error = await failure(script, Reply(body))

    assert type(error) is BadAnswer
    assert "127.0.0.1" in error.message
    assert error.remedy


async def test_a_redirect_is_not_followed_and_its_target_is_named(script: Script) -> None:
    error = await failure(
        script, Reply(b"", 301, {"Location": "https://social.example/api/v1/timelines/home"})
    )

    assert "social.example" in error.message
    assert script.paths() == ["/api/v1/timelines/home"]


async def test_an_answer_without_end_is_given_up(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "MAX_BYTES", 100_000)
    error = await failure(script, Reply(b'"' + b"a" * 200_000 + b'"'))

    assert type(error) is BadAnswer


def _soon(seconds: int) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({"Retry-After": "120"}, 60, 121),
        ({"Retry-After": "999999"}, 80_000, 86_500),
        ({"X-RateLimit-Reset": _soon(3_000)}, 2_000, 3_001),
        ({"X-RateLimit-Reset": str(int(datetime.now(UTC).timestamp()) + 3_000)}, 2_000, 3_001),
        ({"X-RateLimit-Reset": "9999-12-31T00:00:00Z"}, 80_000, 86_500),
    ],
)
async def test_a_rate_limit_says_until_when(
    script: Script, headers: dict[str, str], least: int, most: int
) -> None:
    error = await failure(script, Reply({"error": "Too many requests"}, 429, headers))

    assert isinstance(error, RateLimited)
    assert error.until is not None
    assert least < (error.until - datetime.now(UTC)).total_seconds() < most


@pytest.mark.parametrize(
    "headers", [{}, {"Retry-After": "soon"}, {"X-RateLimit-Reset": "x", "X-RateLimit-Limit": "y"}]
)
async def test_a_rate_limit_may_leave_open_until_when(
    script: Script, headers: dict[str, str]
) -> None:
    error = await failure(script, Reply({}, 429, headers))

    assert isinstance(error, RateLimited)
    assert error.until is None


async def test_odd_headers_cost_no_page(script: Script) -> None:
    script.always = Reply(
        [],
        headers={
            "X-RateLimit-Remaining": "many",
            "X-RateLimit-Limit": "x",
            "X-RateLimit-Reset": "never",
            "Deprecation": "@1700000000",
            "Mastodon-Async-Refresh": "garbage",
            "Link": ";;;<<>>",
            "Set-Cookie": "a=b",
        },
    )
    session = await script.session()

    for _ in range(2):
        assert (await session.timeline(HOME, cursor=None, limit=5)).items == ()
    assert all("Cookie" not in asked.headers for asked in script.asked)
    await session.aclose()


def _cut_short(handler: Any) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4096\r\n\r\n[{")


def _no_http(handler: Any) -> None:
    handler.wfile.write(b"220 mail.example ESMTP\r\n")


def _bad_gzip(handler: Any) -> None:
    handler.wfile.write(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"
    )


@pytest.mark.parametrize("act", [lambda handler: None, _cut_short, _no_http, _bad_gzip])
async def test_a_connection_that_breaks_is_unreachable(
    script: Script, act: Callable[[Any], None]
) -> None:
    error = await failure(script, Reply(act=act))

    assert type(error) is Unreachable
    assert "127.0.0.1" in error.message


async def test_a_question_whose_connection_was_dropped_is_asked_once_more(script: Script) -> None:
    answers = [Reply([]), Reply(act=lambda handler: None)]
    script.answers["/api/v1/timelines/home"] = lambda asked: answers.pop()
    session = await script.session()

    assert (await session.timeline(HOME, cursor=None, limit=5)).items == ()
    assert answers == []
    await session.aclose()


async def ask(server: str, token: str = TOKEN) -> AdapterError:
    """What asking `server` raises."""
    with pytest.raises(AdapterError) as caught:
        await Api(server, Secret(token)).get("/api/v1/timelines/home")
    assert TOKEN not in f"{caught.value.message}{caught.value.remedy}"
    assert caught.value.__context__ is None
    return caught.value


async def test_a_port_where_nothing_listens_is_unreachable() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        where = f"127.0.0.1:{closed.getsockname()[1]}"
        error = await ask(f"http://{where}")

    assert type(error) is Unreachable
    assert error.message == f"{where} accepts no connection"
    assert "wait until it is back" in error.remedy


async def test_a_name_that_nobody_has_is_unreachable_and_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def nobody(*args: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    error = await ask("https://nobody.invalid")

    assert type(error) is Unreachable
    assert error.message == "nobody.invalid is not a name that can be found"
    assert "spelled" in error.remedy


async def test_tls_that_fails_is_unreachable_with_advice(script: Script) -> None:
    error = await ask(script.url.replace("http://", "https://"))

    assert type(error) is Unreachable
    assert "TLS" in error.message
    assert "http://" in error.remedy


async def test_a_silent_server_is_given_up(monkeypatch: pytest.MonkeyPatch, script: Script) -> None:
    release = threading.Event()
    monkeypatch.setattr(client, "_TIMEOUTS", (0.05, 0.05))
    error = await failure(script, Reply(act=lambda handler: release.wait(60)))
    release.set()

    assert type(error) is Unreachable
    assert "in time" in error.message


async def test_an_answer_that_drips_is_given_up(
    monkeypatch: pytest.MonkeyPatch, script: Script
) -> None:
    release = threading.Event()

    def drip(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4096\r\n\r\n")
        while not release.wait(0.01):
            handler.wfile.write(b" ")

    monkeypatch.setattr(api_module, "_PATIENCE", 0.2)
    error = await failure(script, Reply(act=drip))
    release.set()

    assert type(error) is Unreachable


async def test_a_token_that_no_header_can_hold_is_refused(script: Script) -> None:
    for token in (f"{TOKEN}\r\nX-Evil: 1", f"{TOKEN}\u20ac"):
        error = await ask(script.url, token)
        assert type(error) is Refused
    assert script.asked == []


async def test_a_token_is_never_taken_for_the_name_of_a_file(
    script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / TOKEN).write_text("another token")
    monkeypatch.chdir(tmp_path)
    script.always = Reply({})
    await Api(script.url, Secret(TOKEN)).get("/x")

    assert script.asked[0].headers["Authorization"] == f"Bearer {TOKEN}"


@dataclass
class Stalled:
    """A server that takes questions and answers nobody until the test is over."""

    url: str
    asked: threading.Semaphore

    async def wait_for(self, questions: int) -> None:
        """Return once so many questions have come."""
        for _ in range(questions):
            assert await asyncio.to_thread(self.asked.acquire, timeout=60)


@pytest.fixture
def stalled(script: Script) -> Iterator[Stalled]:
    release = threading.Event()
    stalled = Stalled(script.url, threading.Semaphore(0))

    def stall(handler: Any) -> None:
        stalled.asked.release()
        release.wait(60)

    script.always = Reply(act=stall)
    yield stalled
    release.set()


async def test_many_silent_servers_hold_up_no_other(stalled: Stalled) -> None:
    """More questions wait than the loop's own pool has threads, and another is answered."""
    waiting = [asyncio.ensure_future(Api(stalled.url, None).get("/x")) for _ in range(40)]
    await stalled.wait_for(40)
    with running() as healthy:
        healthy.always = Reply({"ok": True})
        answer = await Api(healthy.url, None).get("/x")

    assert answer.json == {"ok": True}
    assert not any(one.done() for one in waiting)
    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_a_server_is_asked_few_things_at_once(stalled: Stalled) -> None:
    api = Api(stalled.url, None)
    waiting = [asyncio.ensure_future(api.get("/x")) for _ in range(20)]
    await stalled.wait_for(4)
    for _ in range(20):
        await asyncio.sleep(0)

    assert not stalled.asked.acquire(blocking=False)
    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


_LEAVES = """
import asyncio, sys
from tuisocial.adapters.mastodon import api as api_module
from tuisocial.adapters.mastodon import client
from tuisocial.adapters.mastodon.api import Api
from tuisocial.model.ids import AccountId, PostId

async def main():
    asking = asyncio.ensure_future(Api(sys.argv[1], None).get("/x"))
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    await reader.readline()
    asking.cancel()

asyncio.run(main())
"""


async def test_leaving_does_not_wait_for_a_silent_server(stalled: Stalled) -> None:
    """A program that is told to stop while a server keeps it waiting stops."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _LEAVES, stalled.url, stdin=asyncio.subprocess.PIPE
    )
    await stalled.wait_for(1)
    assert process.stdin is not None
    process.stdin.write(b"\n")

    # The server holds its answer until this test is over.
    assert await asyncio.wait_for(process.wait(), 60) == 0


async def test_a_missing_post_is_not_found(script: Script) -> None:
    session = await script.session()
    script.answers["/api/v2/search"] = Reply({"statuses": [], "accounts": []})

    with pytest.raises(NotFound, match="has no such post"):
        await session.post(PostId("activitypub", "https://x.example/1"))
    with pytest.raises(NotFound, match="has no such account"):
        await session.account(AccountId("activitypub", "https://x.example/@a"))
    await session.aclose()
