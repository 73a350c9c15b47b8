"""A Blossom server on loopback, as strict as BUD-01, BUD-02 and BUD-11 allow, without our own code.

It takes PUT /upload with a signed authorization for the very bytes that it gets, and serves them
under their hash. A test may have it refuse what it likes.
"""

import base64
import json
import threading
import time
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pynostr.event import Event


class BlossomServer:
    """One server on a free loopback port; `refuse` is a status and a reason for every upload."""

    def __init__(self) -> None:
        self.blobs: dict[str, tuple[bytes, str]] = {}
        self.authors: list[str] = []
        self.uploads = 0
        self.refuse: tuple[int, str] | None = None
        self.descriptor: dict[str, Any] = {}
        """Laid over what it answers."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Goes down."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wrong(self, header: str, digest: str) -> str:
        """What is wrong with an authorization, or nothing."""
        scheme, _, token = header.partition(" ")
        if scheme != "Nostr":
            return "no Nostr authorization"
        # BUD-11 wants the alphabet of URLs, the rules before it the usual one: both must read it.
        texts = {base64.urlsafe_b64decode(token), base64.b64decode(token, validate=True)}
        if len(texts) != 1:
            return "not the same in both spellings of base64"
        event = json.loads(texts.pop())
        tags: dict[str, str] = {tag[0]: tag[1] for tag in event["tags"]}
        checks = {
            "a bad signature": Event.from_dict(event).verify(),
            "not of kind 24242": event["kind"] == 24_242,
            "not for an upload": tags.get("t") == "upload",
            "for another file": tags.get("x") == digest,
            "expired": int(tags.get("expiration", 0)) > time.time(),
            "from the future": event["created_at"] <= time.time() + 60,
            "for another server": tags.get("server", "127.0.0.1") == "127.0.0.1",
        }
        self.authors.append(event["pubkey"])
        return ", ".join(reason for reason, fine in checks.items() if not fine)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                digest, kind = sha256(body).hexdigest(), self.headers["Content-Type"]
                server.uploads += 1
                wrong = server.wrong(self.headers.get("Authorization", ""), digest)
                if self.path != "/upload":
                    self._answer(404, {}, "no such endpoint")
                elif server.refuse is not None:
                    self._answer(server.refuse[0], {}, server.refuse[1])
                elif wrong:
                    self._answer(401, {}, wrong)
                else:
                    server.blobs[digest] = body, kind
                    descriptor = {
                        "url": f"{server.url}/{digest}",
                        "sha256": digest,
                        "size": len(body),
                        "type": kind,
                        "uploaded": int(time.time()),
                    }
                    self._answer(201, {**descriptor, **server.descriptor})

            def do_GET(self) -> None:
                blob = server.blobs.get(self.path[1:65])
                self.send_response(200 if blob else 404)
                self.end_headers()
                self.wfile.write(blob[0] if blob else b"")

            def _answer(self, status: int, told: dict[str, Any], reason: str = "") -> None:
                body = json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Access-Control-Allow-Origin", "*")
                if reason:
                    self.send_header("X-Reason", reason)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        return Handler
