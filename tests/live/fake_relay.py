"""A relay whose every word a test decides: for what a real relay never sends, or not on demand.

Unscripted, it is an obedient relay: it keeps `events`, filters them by NIP-01, takes what is
published and ends with EOSE. A test replaces the answer to a REQ with `answer_with`, where strings
go out as they are (bad JSON, foreign escapes) and lists as JSON.
"""

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any

from pynostr.event import Event
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

CHALLENGE = "a challenge"

DISCONNECT = object()
"""In an answer: close the connection here, without a close frame's courtesy of a reason."""

Filter = Mapping[str, Any]
Answer = Callable[[str, list[Filter]], Iterable[object]]


class FakeRelay:
    """One fake relay on a free loopback port."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.info: dict[str, Any] = {"name": "fake relay", "supported_nips": [1, 11]}
        self.info_raw: bytes | None = None  # sent instead of `info`, whatever it is
        self.date: datetime | None = None  # what its clock says, if it says anything
        self.received: list[list[Any]] = []
        self.greeting: list[object] = []  # sent to each client as it connects: AUTH, NOTICE
        self.known: set[ServerConnection] = set()  # clients that have signed in
        self._judge: Callable[[dict[str, Any]], str] | None = None
        self._answer: Answer = self._obey
        self._publish: Callable[[dict[str, Any]], Iterable[object]] = self._keep
        self._changed = threading.Condition()
        self._clients: set[ServerConnection] = set()
        self._server: Server | None = None
        self._thread: threading.Thread | None = None
        self.port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listens, on the same port as before."""
        self._server = serve(
            self._client, "127.0.0.1", self.port, process_request=self._http, compression=None
        )
        self.port = self._server.socket.getsockname()[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Refuses new connections and drops the open ones."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._thread.join()
        self.drop_all()
        self._server = None

    def drop_all(self) -> None:
        """Closes every open connection."""
        for client in list(self._clients):
            client.close()

    def answer_with(self, answer: Answer | Iterable[object]) -> None:
        """Answers each REQ with these messages, or with those `answer(sub_id, filters)` yields.

        In a fixed list the word "SUB" stands for the subscription's id.
        """
        if callable(answer):
            self._answer = answer
        else:
            fixed = list(answer)
            self._answer = lambda sub, filters: [_with_subscription(one, sub) for one in fixed]

    def take_with(self, publish: Callable[[dict[str, Any]], Iterable[object]]) -> None:
        """Answers each EVENT with what `publish(event)` yields, in place of keeping it and OK."""
        self._publish = publish

    def demand(self, judge: Callable[[dict[str, Any]], str] = lambda event: "") -> None:
        """Answers requests only of clients that signed in by NIP-42 as `judge` likes it.

        `judge` is given the event and says what is wrong with it, or nothing.
        """
        self.greeting = [["AUTH", CHALLENGE]]
        self._judge = judge

    def obey(self) -> None:
        """Is an obedient relay again."""
        self._answer, self._publish = self._obey, self._keep

    def send_all(self, message: object) -> None:
        """Sends one message, a raw string or a list, to everyone connected."""
        for client in list(self._clients):
            _send(client, message)

    def wait_for(self, kind: str, count: int = 1, timeout: float = 30) -> list[list[Any]]:
        """The messages of `kind` received so far, once there are `count`."""

        def have() -> list[list[Any]]:
            return [message for message in self.received if message[:1] == [kind]]

        with self._changed:
            assert self._changed.wait_for(lambda: len(have()) >= count, timeout), self.received
            return have()

    def _http(self, connection: ServerConnection, request: Request) -> Response | None:
        """Answers NIP-11 on the same port."""
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return None
        body = json.dumps(self.info).encode() if self.info_raw is None else self.info_raw
        headers = Headers(
            {
                "Content-Type": "application/nostr+json",
                "Content-Length": str(len(body)),
                "Connection": "close",
            }
        )
        if self.date is not None:
            headers["Date"] = format_datetime(self.date, usegmt=True)
        return Response(HTTPStatus.OK, "OK", headers, body)

    def _client(self, client: ServerConnection) -> None:
        self._clients.add(client)
        try:
            for message in self.greeting:
                _send(client, message)
            for raw in client:
                message = json.loads(raw)
                with self._changed:
                    self.received.append(message)
                    self._changed.notify_all()
                if message[0] == "AUTH":
                    answer = self._sign_in(client, message[1])
                elif message[0] == "REQ" and self._judge and client not in self.known:
                    answer = [["CLOSED", message[1], "auth-required: who are you?"]]
                elif message[0] == "REQ":
                    answer = self._answer(message[1], message[2:])
                elif message[0] == "EVENT":
                    answer = self._publish(message[1])
                else:
                    continue
                for one in answer:
                    if one is DISCONNECT:
                        client.socket.close()
                        return
                    _send(client, one)
        except (ConnectionClosed, OSError):
            pass  # the client left, or the test dropped it
        finally:
            self._clients.discard(client)

    def _sign_in(self, client: ServerConnection, event: dict[str, Any]) -> Iterable[object]:
        """By NIP-42: a signed event of the right kind that names this relay and the challenge."""
        tags = {tag[0]: tag[1] for tag in event["tags"]}
        if not Event.from_dict(event).verify():
            wrong = "invalid: a bad signature"
        elif (event["kind"], tags) != (22_242, {"relay": self.url, "challenge": CHALLENGE}):
            wrong = "invalid: not for this relay"
        else:
            wrong = self._judge(event) if self._judge else ""
        if not wrong:
            self.known.add(client)
        return [["OK", event["id"], not wrong, wrong]]

    def _obey(self, subscription: str, filters: list[Filter]) -> Iterable[object]:
        found: dict[str, dict[str, Any]] = {}
        for wanted in filters:
            matching = [event for event in self.events if matches(event, wanted)]
            matching.sort(key=lambda event: (-event["created_at"], event["id"]))
            for event in matching[: wanted.get("limit")]:
                found[event["id"]] = event
        for event in found.values():
            yield ["EVENT", subscription, event]
        yield ["EOSE", subscription]

    def _keep(self, event: dict[str, Any]) -> Iterable[object]:
        self.events.append(event)
        yield ["OK", event["id"], True, ""]


def matches(event: Mapping[str, Any], wanted: Filter) -> bool:
    """Whether `event` passes one NIP-01 filter; `since` and `until` include their second."""
    for name, values in wanted.items():
        if name.startswith("#"):
            tags = {tag[1] for tag in event["tags"] if len(tag) > 1 and tag[0] == name[1:]}
            if not tags & set(values):
                return False
    return (
        event["id"] in wanted.get("ids", [event["id"]])
        and event["pubkey"] in wanted.get("authors", [event["pubkey"]])
        and event["kind"] in wanted.get("kinds", [event["kind"]])
        and wanted.get("since", 0) <= event["created_at"]
        and event["created_at"] <= wanted.get("until", event["created_at"])
    )


def _with_subscription(message: object, subscription: str) -> object:
    if isinstance(message, str):
        return message.replace("SUB", subscription)
    if isinstance(message, list):
        return [subscription if part == "SUB" else part for part in message]
    return message


def _send(client: ServerConnection, message: object) -> None:
    try:
        client.send(message if isinstance(message, str) else json.dumps(message))
    except (ConnectionClosed, OSError):
        pass  # the client left first
