"""The demo's media server: Blossom (BUD-01, BUD-02, BUD-11), in front of the relay on its port.

It keeps what anybody uploads with a signed authorization, and serves it under its hash. All else
is the relay's.
"""

import base64
import json
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from pynostr.event import Event

_Message = MutableMapping[str, Any]
_Send = Callable[[_Message], Awaitable[None]]
_Receive = Callable[[], Awaitable[_Message]]
_App = Callable[[_Message, _Receive, _Send], Awaitable[None]]

_AUTHORIZATION = 24_242
_LARGEST = 50_000_000
"""Bytes of a file."""
_BLOB = re.compile(r"/([0-9a-f]{64})(?:\.[a-z0-9]+)?")


class MediaServer:
    """An ASGI application: uploads and files here, all else by `app`. `url` is where it is."""

    def __init__(self, directory: Path, url: str, app: _App) -> None:
        self._directory = directory
        self._url = url
        self._app = app
        directory.mkdir(exist_ok=True)

    async def __call__(self, scope: _Message, receive: _Receive, send: _Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] == "/upload" and scope["method"] == "PUT":
            await self._upload(scope, receive, send)
        elif (blob := _BLOB.fullmatch(scope["path"])) and scope["method"] in ("GET", "HEAD"):
            await self._serve(blob[1], scope["method"], send)
        else:
            await self._app(scope, receive, send)

    async def _upload(self, scope: _Message, receive: _Receive, send: _Send) -> None:
        headers = {
            name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        pieces, more, size = [], True, 0
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            pieces.append(message.get("body", b""))
            size += len(pieces[-1])
            more = message.get("more_body", False) and size <= _LARGEST
        if size > _LARGEST:
            await _refuse(send, 413, f"files have at most {_LARGEST} bytes here")
            return
        body = b"".join(pieces)
        digest = sha256(body).hexdigest()
        wrong = _wrong(headers.get("authorization", ""), digest)
        if wrong:
            await _refuse(send, 401, wrong)
            return
        kind = headers.get("content-type", "application/octet-stream")
        (self._directory / digest).write_bytes(body)
        (self._directory / f"{digest}.type").write_text(kind)
        descriptor = {
            "url": f"{self._url}/{digest}",
            "sha256": digest,
            "size": size,
            "type": kind,
            "uploaded": int(time.time()),
        }
        await _answer(send, 201, json.dumps(descriptor).encode(), "application/json")

    async def _serve(self, digest: str, method: str, send: _Send) -> None:
        file = self._directory / digest
        if not file.is_file():
            await _refuse(send, 404, "no such file")
            return
        body = file.read_bytes() if method == "GET" else b""
        await _answer(send, 200, body, (self._directory / f"{digest}.type").read_text())


def _wrong(header: str, digest: str) -> str:
    """What is wrong with an authorization, or nothing."""
    scheme, _, token = header.partition(" ")
    if scheme != "Nostr":
        return "no Nostr authorization"
    try:
        told = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        event = Event.from_dict(told)
        tags = {tag[0]: tag[1] for tag in told["tags"]}
        if told["kind"] != _AUTHORIZATION or not event.verify():
            return "not a signed authorization"
        if tags.get("t") != "upload" or tags.get("x") != digest:
            return "for another file"
        if int(tags["expiration"]) < time.time():
            return "expired"
    except (ValueError, KeyError, IndexError, TypeError):
        return "an authorization that cannot be read"
    return ""


async def _refuse(send: _Send, status: int, reason: str) -> None:
    await _answer(send, status, b"", "text/plain", reason)


async def _answer(send: _Send, status: int, body: bytes, kind: str, reason: str = "") -> None:
    headers = {
        "content-type": kind,
        "content-length": str(len(body)),
        "access-control-allow-origin": "*",
        **({"x-reason": reason} if reason else {}),
    }
    told = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})
