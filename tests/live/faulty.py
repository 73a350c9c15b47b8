"""An HTTP proxy that misbehaves on request, to put in front of a server under test.

Everything passes through until a test says `break_with(...)`; `mend()` ends that. Each fault is
what a real server or something in front of it has been seen to do.
"""

import contextlib
import http.client
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

Fault = Callable[["Handler"], None]

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


def status(code: int, body: str = '{"error": "no"}', **headers: str) -> Fault:
    """Answers `code` with a JSON body; header names are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.answer(
        code, body.encode(), {"Content-Type": "application/json", **named}
    )


def html(code: int = 200) -> Fault:
    """Answers a page, as a captive portal or a maintenance notice does."""
    page = b"<!doctype html><title>Back soon</title><h1>We are sorry</h1>"
    return lambda handler: handler.answer(code, page, {"Content-Type": "text/html"})


def rate_limited(retry_after: str = "7") -> Fault:
    """Answers 429 with `Retry-After` in seconds or as a date."""
    return status(429, '{"error": "Too many requests"}', Retry_After=retry_after)


def redirect(location: str, code: int = 302) -> Fault:
    """Sends the client elsewhere."""
    return lambda handler: handler.answer(code, b"", {"Location": location})


def broken_json() -> Fault:
    """Answers a JSON body that ends in the middle."""
    return lambda handler: handler.answer(
        200, b'[{"id": "1", "content": ', {"Content-Type": "application/json"}
    )


def close() -> Fault:
    """Closes the connection without an answer."""
    return lambda handler: None


def cut_short() -> Fault:
    """Promises more bytes than it sends, then closes the connection."""

    def fault(handler: "Handler") -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4096\r\n\r\n[{")

    return fault


def stall(release: threading.Event) -> Fault:
    """Holds the answer until `release` is set, then closes: slow headers without a clock."""

    def fault(handler: "Handler") -> None:
        release.wait(60)

    return fault


class Handler(BaseHTTPRequestHandler):
    """One request: to the fault that holds for its path, or on to the real server."""

    protocol_version = "HTTP/1.1"
    server: "FaultyProxy"

    def handle_any(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.close_connection = True
        fault = self.server.fault_for(self.command, self.path)
        if fault is not None:
            fault(self)
            return
        # Where the real server is down, the client sees the connection close.
        with contextlib.suppress(OSError, http.client.HTTPException):
            self.answer(*self.pass_on())

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = handle_any

    def pass_on(self) -> tuple[int, bytes, dict[str, str]]:
        """Has the real server do it: the status, body and headers of its answer.

        Raises: OSError, http.client.HTTPException where it gives none.
        """
        upstream = http.client.HTTPConnection(self.server.host, self.server.port, timeout=60)
        try:
            # The Host header is kept, so that links in the answer lead through the proxy.
            upstream.request(self.command, self.path, self.body, dict(self.headers.items()))
            answer = upstream.getresponse()
            headers = {k: v for k, v in answer.getheaders() if k.lower() not in _HOP_BY_HOP}
            return answer.status, answer.read(), headers
        finally:
            upstream.close()

    def answer(self, code: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Says nothing: a test reads `requests`."""


class FaultyProxy(ThreadingHTTPServer):
    """The proxy; `url` is its address and `requests` what was asked, as (method, path)."""

    daemon_threads = True

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or 80
        self.requests: list[tuple[str, str]] = []
        self._faults: list[tuple[str, Fault, int | None]] = []
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def break_with(self, fault: Fault, *, path: str = "/", times: int | None = None) -> None:
        """Answers with `fault` where the path starts with `path`: always, or `times` times."""
        with self._lock:
            self._faults.insert(0, (path, fault, times))

    def mend(self) -> None:
        """Lets everything through again."""
        with self._lock:
            self._faults.clear()

    def fault_for(self, method: str, path: str) -> Fault | None:
        with self._lock:
            self.requests.append((method, path))
            for index, (prefix, fault, times) in enumerate(self._faults):
                if path.startswith(prefix):
                    if times is not None:
                        if times == 1:
                            del self._faults[index]
                        else:
                            self._faults[index] = (prefix, fault, times - 1)
                    return fault
        return None

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away in the middle is part of the test, not a traceback."""

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()
