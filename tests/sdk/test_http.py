"""What a server may do to a client, and what the caller hears of it."""

import asyncio
import gzip
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.live.faulty import (
    FaultyProxy,
    Handler,
    close,
    cut_short,
    html,
    rate_limited,
    redirect,
    stall,
    status,
)
from tests.strategies import hostile_text
from tuisocial.model.printable import printable_line
from tuisocial.sdk.errors import (
    AdapterError,
    BadAnswer,
    NotAllowed,
    NotFound,
    RateLimited,
    Refused,
    Sent,
    SignInNeeded,
    Unreachable,
)
from tuisocial.sdk.http import Http, Response, host
from tuisocial.sdk.reach import Reach
from tuisocial.sdk.secret import Secret
from tuisocial.sdk.status import ahead, error_for_status, retry_after
from tuisocial.sdk.testing import hostile

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[FaultyProxy]:
    """A server that answers as it is told to; there is nothing behind it."""
    proxy = FaultyProxy("http://127.0.0.1:9")
    yield proxy
    proxy.stop()


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    client = Http()
    yield client
    await client.aclose()


def body(content: bytes, **headers: str) -> Callable[[Handler], None]:
    return lambda handler: handler.answer(200, content, headers)


async def test_any_status_is_an_answer_with_its_body(http: Http, server: FaultyProxy) -> None:
    server.break_with(status(418, '{"a": 1}', X_Tea="yes"))
    answer = await http.get(server.url)
    assert (answer.status, answer.json(), answer.headers["x-tea"]) == (418, {"a": 1}, "yes")


async def test_json_is_read_from_a_good_answer(http: Http, server: FaultyProxy) -> None:
    server.break_with(status(200, '{"a": [1]}'))
    assert await http.get_json(server.url) == {"a": [1]}


async def test_a_web_page_in_place_of_json_is_a_bad_answer(http: Http, server: FaultyProxy) -> None:
    server.break_with(html())
    with pytest.raises(
        BadAnswer, match=r"127\.0\.0\.1:\d+ answered something that is not JSON"
    ) as bad:
        await http.get_json(server.url)
    assert bad.value.excerpt.startswith("<!doctype html>")


async def test_json_with_other_bytes_is_a_bad_answer(http: Http, server: FaultyProxy) -> None:
    server.break_with(body(b"\xff\xfe\x00\x01"))
    with pytest.raises(BadAnswer):
        await http.get_json(server.url)


async def test_json_nested_beyond_reason_is_a_bad_answer(http: Http, server: FaultyProxy) -> None:
    server.break_with(body(b"[" * 200_000))
    with pytest.raises(BadAnswer):
        await http.get_json(server.url)


async def test_a_body_over_the_bound_is_a_bad_answer_and_not_read_on(
    http: Http, server: FaultyProxy
) -> None:
    server.break_with(body(b"x" * 1001))
    with pytest.raises(BadAnswer, match="more than 1000 bytes"):
        await http.get(server.url, max_bytes=1000)


async def test_a_body_at_the_bound_is_read(http: Http, server: FaultyProxy) -> None:
    server.break_with(body(b"x" * 1000))
    assert len((await http.get(server.url, max_bytes=1000)).body) == 1000


async def test_a_compressed_answer_nobody_asked_for_is_not_unpacked(
    http: Http, server: FaultyProxy
) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    server.break_with(body(bomb, **{"Content-Encoding": "gzip"}))
    with pytest.raises(BadAnswer, match="not asked for"):
        await http.get(server.url)


async def test_a_redirect_is_followed(http: Http, server: FaultyProxy) -> None:
    server.break_with(redirect("/there"), path="/here")
    server.break_with(status(200, '"arrived"'), path="/there")
    answer = await http.get(f"{server.url}/here")
    assert (answer.json(), answer.url) == ("arrived", f"{server.url}/there")


async def test_redirects_in_a_circle_are_a_bad_answer(http: Http, server: FaultyProxy) -> None:
    server.break_with(redirect("/"))
    with pytest.raises(BadAnswer):
        await http.get(server.url)
    assert len(server.requests) <= 5


async def test_a_redirect_to_no_address_is_an_adapter_error(
    http: Http, server: FaultyProxy
) -> None:
    for place in ("http://[", "ftp://127.0.0.1/", "file:///etc/passwd", "http://127.0.0.1:99999/"):
        server.break_with(redirect(place))
        with pytest.raises(AdapterError):
            await http.get(server.url)


async def test_credentials_do_not_follow_a_redirect_to_another_server(
    http: Http, server: FaultyProxy
) -> None:
    seen: list[str | None] = []

    def listen(handler: Handler) -> None:
        seen.append(handler.headers.get("Authorization"))
        handler.answer(200, b"{}", {})

    other = FaultyProxy("http://127.0.0.1:9")
    try:
        other.break_with(listen)
        server.break_with(redirect(other.url))
        await http.get(server.url, headers={"Authorization": "Bearer secret"})
    finally:
        other.stop()
    assert seen == [None]


async def test_a_server_that_never_answers_is_unreachable(server: FaultyProxy) -> None:
    release = threading.Event()
    server.break_with(stall(release))
    http = Http(timeout=0.05)
    try:
        with pytest.raises(Unreachable, match=r"127\.0\.0\.1:\d+ did not answer in time"):
            await http.get(server.url)
    finally:
        release.set()
        await http.aclose()


@pytest.mark.parametrize("fault", [close(), cut_short()], ids=["close", "cut_short"])
async def test_a_closed_connection_is_unreachable(
    http: Http, server: FaultyProxy, fault: Callable[[Handler], None]
) -> None:
    server.break_with(fault)
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1"):
        await http.get(server.url)


async def test_a_closed_port_is_unreachable_in_words_for_people(
    http: Http, server: FaultyProxy
) -> None:
    url = server.url
    server.server_close()
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:\d+ could not be reached") as gone:
        await http.get(url)
    assert "Errno" not in gone.value.message


@pytest.mark.parametrize("text", hostile.TEXTS, ids=lambda text: ascii(text[:12]))
async def test_what_is_no_address_is_refused_in_printable_words(http: Http, text: str) -> None:
    with pytest.raises(AdapterError) as refusal:
        await http.get(text)
    assert printable_line(refusal.value.message) == refusal.value.message
    assert len(refusal.value.message) < 300


async def test_a_client_may_be_closed_twice_and_used_again(http: Http, server: FaultyProxy) -> None:
    server.break_with(status(200, "1"))
    await http.aclose()
    assert await http.get_json(server.url) == 1
    await http.aclose()
    await http.aclose()
    assert await http.get_json(server.url) == 1


async def test_too_many_requests_say_when_to_come_back(http: Http, server: FaultyProxy) -> None:
    server.break_with(rate_limited("7"))
    before = datetime.now(UTC)
    with pytest.raises(RateLimited) as limit:
        await http.get_json(server.url)
    assert limit.value.until is not None
    assert before + timedelta(seconds=7) <= limit.value.until


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (400, Refused),
        (401, SignInNeeded),
        (403, NotAllowed),
        (404, NotFound),
        (408, Unreachable),
        (410, NotFound),
        (422, Refused),
        (425, Unreachable),
        (429, RateLimited),
        (451, NotAllowed),
        (500, Unreachable),
        (503, Unreachable),
        (599, Unreachable),
        (100, BadAnswer),
        (302, BadAnswer),
        (999, Unreachable),
    ],
)
def test_a_status_is_named_by_its_remedy(code: int, error: type[AdapterError]) -> None:
    answer = error_for_status(code, "a.example")
    assert type(answer) is error
    assert answer.message.startswith("a.example ")


@given(st.integers(100, 999), hostile_text, st.dictionaries(st.just("Retry-After"), hostile_text))
def test_a_status_makes_a_printable_sentence_whatever_the_server_says(
    code: int, reason: str, headers: dict[str, str]
) -> None:
    message = error_for_status(code, "a.example", headers, reason, NOW).message
    assert printable_line(message) == message
    assert len(message) < 400


def test_after_a_server_s_own_trouble_a_write_may_have_arrived() -> None:
    error = error_for_status(502, "a.example")
    assert isinstance(error, Unreachable)
    assert error.sent is Sent.MAYBE


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "120"}, 120),
        ({"retry-after": " 5 "}, 5),
        ({"Retry-After": "Thu, 01 Jan 2026 12:01:00 GMT"}, 60),
        ({"X-RateLimit-Reset": "2026-01-01T12:05:00.000Z"}, 300),
        ({"X-RateLimit-Reset": "2026-01-01T14:05:00+02:00"}, 300),
        ({"X-RateLimit-Reset": str(int(NOW.timestamp()) + 30)}, 30),
        ({"Retry-After": "1", "X-RateLimit-Reset": "2026-01-01T12:05:00Z"}, 1),
        ({"Retry-After": "999999"}, 86_400),
        ({"X-RateLimit-Reset": "9999-12-31T23:59:59Z"}, 86_400),
    ],
)
def test_a_server_says_when_it_answers_again(headers: dict[str, str], seconds: int) -> None:
    assert retry_after(headers, NOW) == NOW + timedelta(seconds=seconds)


@given(hostile_text | st.text("0123456789²٣.-:TZ+ "))
def test_any_header_is_a_moment_or_nothing(value: str) -> None:
    when = retry_after({"Retry-After": value}, NOW)
    assert when is None or when <= NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://a.example:8080/x", "a.example:8080"),
        ("https://a.example:443/x", "a.example"),
        ("http://[::1]:81/", "[::1]:81"),
        ("wss://a.example", "a.example"),
        ("a.example", "a.example"),
        ("http://[", "http://["),
        ("http://a\x1bb.example/", "ab.example"),
        ("\x1b]0;x\x07", "]0;x"),
    ],
)
def test_a_sentence_names_the_host(url: str, name: str) -> None:
    assert host(url) == name


def test_a_response_has_no_json_by_default() -> None:
    with pytest.raises(BadAnswer):
        Response(204, b"", url="https://a.example/").json()


# --- where it goes --------------------------------------------------------------------------


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What names lead to, instead of what the resolver says; each question takes one answer."""
    known: dict[str, list[str]] = {}
    real = asyncio.BaseEventLoop.getaddrinfo

    async def getaddrinfo(loop: Any, host: str | bytes, port: int, **options: Any) -> Any:
        host = host.decode() if isinstance(host, bytes) else host
        answers = known.get(host)
        if answers:
            host = answers.pop(0) if len(answers) > 1 else answers[0]
        return await real(loop, host, port, **options)

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)
    return known


@pytest.mark.parametrize(
    "place",
    ["http://example.com/", "https://192.168.0.1/", "http://10.0.0.1/", "https://[fe80::1]/"],
)
async def test_a_redirect_to_another_scheme_or_a_private_address_is_refused(
    http: Http, server: FaultyProxy, place: str
) -> None:
    server.break_with(redirect(place))
    with pytest.raises(Refused, match=r"127\.0\.0\.1 leads to") as refusal:
        await http.get(server.url)
    assert refusal.value.remedy


async def test_a_stranger_s_name_that_leads_here_is_not_connected_to(
    http: Http, server: FaultyProxy, names: dict[str, list[str]]
) -> None:
    names["rebinding.example"] = ["127.0.0.1"]
    port = server.server_address[1]
    for by in ("", "https://elsewhere.example/"):
        with pytest.raises(Refused, match="private address"):
            await http.get(f"https://rebinding.example:{port}/", by=by)
    assert server.requests == []


async def test_what_was_checked_is_what_is_connected_to(
    http: Http, server: FaultyProxy, names: dict[str, list[str]]
) -> None:
    # Asked twice, the name would lead here at the second time.
    names["rebinding.example"] = ["192.0.2.1", "127.0.0.1"]
    with pytest.raises(AdapterError):
        await http.get(f"https://rebinding.example:{server.server_address[1]}/", by="")
    assert server.requests == []
    assert names["rebinding.example"] == ["127.0.0.1"]


async def test_a_connection_that_a_person_opened_is_not_lent_to_a_stranger(
    http: Http, server: FaultyProxy
) -> None:
    server.break_with(status(200, "1"))
    assert await http.get_json(server.url) == 1
    with pytest.raises(Refused):
        await http.get(server.url, by="https://elsewhere.example/")
    assert len(server.requests) == 1


async def test_a_host_that_a_person_named_may_be_reached_from_anywhere(
    server: FaultyProxy, names: dict[str, list[str]]
) -> None:
    names["nas.lan"] = ["127.0.0.1"]
    server.break_with(status(200, "1"))
    http = Http(reach=Reach(frozenset({"nas.lan"})))
    url = f"http://nas.lan:{server.server_address[1]}/"
    assert (await http.get(url, by="https://elsewhere.example/")).json() == 1
    await http.aclose()


async def test_a_form_is_sent_once_and_a_redirect_does_not_take_it_along(
    http: Http, server: FaultyProxy
) -> None:
    sent: list[bytes] = []

    def listen(handler: Handler) -> None:
        sent.append(handler.body)
        handler.answer(307, b"", {"Location": "/again"})

    server.break_with(listen)
    answer = await http.post_form(server.url, {"token": Secret("t&k"), "a": "b c"})
    assert (answer.status, sent) == (307, [b"token=t%26k&a=b+c"])


@pytest.mark.parametrize("fault", [close(), cut_short()])
async def test_no_error_tells_the_secrets_of_a_form(
    http: Http,
    server: FaultyProxy,
    caplog: pytest.LogCaptureFixture,
    fault: Callable[[Handler], None],
) -> None:
    server.break_with(fault)
    with caplog.at_level("DEBUG"), pytest.raises(AdapterError) as caught:
        await http.post_form(f"{server.url}/oauth/token", {"code": Secret("hush-hush")})
    assert "hush-hush" not in f"{vars(caught.value)}{caught.value!r}{caplog.text}"
    assert caught.value.__cause__ is None


async def test_a_form_that_broke_off_may_have_arrived(http: Http, server: FaultyProxy) -> None:
    server.break_with(close())
    with pytest.raises(Unreachable) as caught:
        await http.post_form(server.url, {"a": "b"})
    assert caught.value.sent is Sent.MAYBE


async def test_a_file_is_sent_as_it_is_read_and_once(http: Http, server: FaultyProxy) -> None:
    got: list[tuple[str, str | None, bytes]] = []

    def take(handler: Handler) -> None:
        got.append((handler.command, handler.headers["X"], bytes(handler.body or b"")))
        redirect(f"{server.url}/elsewhere")(handler)

    async def pieces() -> AsyncIterator[bytes]:
        for piece in (b"a", b"b", b"c"):
            yield piece

    server.break_with(take)
    answer = await http.put(server.url, pieces(), headers={"Content-Length": "3", "X": "y"})

    assert got == [("PUT", "y", b"abc")]
    assert answer.status == 302


async def test_a_file_that_broke_off_may_have_arrived(http: Http, server: FaultyProxy) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"abc"

    server.break_with(close())
    with pytest.raises(Unreachable) as broken:
        await http.put(server.url, pieces(), headers={"Content-Length": "3"})
    assert broken.value.sent is Sent.MAYBE


async def test_trusted_certificates_that_cannot_be_read_are_told(
    http: Http, server: FaultyProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/at/all.pem")
    with pytest.raises(Unreachable, match="certificates") as caught:
        await http.get(server.url)
    assert "SSL_CERT_FILE" in caught.value.remedy


async def test_no_cookie_is_kept_for_the_next_question(http: Http, server: FaultyProxy) -> None:
    seen: list[str | None] = []

    def listen(handler: Handler) -> None:
        seen.append(handler.headers.get("Cookie"))
        handler.answer(200, b"{}", {"Set-Cookie": "session=of-ada; Path=/"})

    server.break_with(listen)
    for _ in range(2):
        await http.post_form(server.url, {})
        await http.get(server.url)
    assert seen == [None] * 4


async def test_a_proxy_of_the_environment_is_asked_instead(
    http: Http, server: FaultyProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.break_with(status(200, "1"), path="http://")
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", server.url)
    onion = "http://" + "a" * 56 + ".onion/"
    assert (await http.get(onion)).json() == 1
    assert server.requests == [("GET", onion)]


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        ("Thu, 01 Jan 2026 12:00:00 GMT", 0.0),
        ("Thu, 01 Jan 2026 11:53:00 GMT", 420.0),
        ("soon", None),
        ("", None),
    ],
)
def test_a_server_s_date_tells_how_far_this_clock_is_ahead(
    date: str, seconds: float | None
) -> None:
    assert ahead({"Date": date}, NOW) == seconds
