"""A proxy in front of a relay that does to published events what it is told to.

Everything else passes through: subscriptions, answers, AUTH.
"""

import json
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.http11 import Request, Response
from websockets.sync.client import ClientConnection, connect
from websockets.sync.server import ServerConnection, serve

Event = dict[str, Any]
Fault = Callable[["Talk", Event, str], None]
"""What is done with an event and the frame that it came in."""


class Talk:
    """One client's connection and the one to the relay behind it."""

    def __init__(self, client: ServerConnection, relay: ClientConnection) -> None:
        self.client = client
        self.relay = relay
        self.silenced: set[str] = set()
        """Ids of events on which the relay's word is not passed on."""


def dropped(talk: Talk, event: Event, frame: str) -> None:
    """The connection closes before the event is passed on."""
    talk.client.close()


def lost(talk: Talk, event: Event, frame: str) -> None:
    """The relay keeps the event; the connection closes before its answer."""
    talk.silenced.add(event["id"])
    talk.relay.send(frame)
    # The relay answers a question after what it was given before.
    _wait_for(talk, event["id"])
    talk.client.close()


def _wait_for(talk: Talk, event_id: str) -> None:
    for _ in range(200):
        if event_id not in talk.silenced:
            return
        time.sleep(0.01)


def late(talk: Talk, event: Event, frame: str) -> None:
    """The event is passed on after a while."""
    time.sleep(0.3)
    talk.relay.send(frame)


def answering(accepted: bool, said: str) -> Fault:
    """The relay is not asked; its answer is made up."""

    def fault(talk: Talk, event: Event, frame: str) -> None:
        talk.client.send(json.dumps(["OK", event["id"], accepted, said]))

    return fault


def truncated(talk: Talk, event: Event, frame: str) -> None:
    """The relay keeps the event; its answer ends in the middle."""
    talk.silenced.add(event["id"])
    talk.relay.send(frame)
    _wait_for(talk, event["id"])
    talk.client.send('["OK","' + event["id"][:20])


def silent(talk: Talk, event: Event, frame: str) -> None:
    """The event vanishes and nobody answers."""


def mute(talk: Talk, event: Event, frame: str) -> None:
    """The relay keeps the event and nobody answers."""
    talk.silenced.add(event["id"])
    talk.relay.send(frame)


class RelayProxy:
    """The proxy; `status` is an HTTP status with which it meets whoever connects, if any."""

    def __init__(self, upstream: str) -> None:
        self._upstream = upstream
        self._fault: Fault | None = None
        self.status: HTTPStatus | None = None
        self._talks: set[ServerConnection] = set()
        self._server = serve(
            self._client, "127.0.0.1", 0, process_request=self._greet, compression=None
        )
        self.port = self._server.socket.getsockname()[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def break_with(self, fault: Fault) -> None:
        """Do this to every event from now on."""
        self._fault = fault

    def turn_away(self, status: HTTPStatus) -> None:
        """Meet whoever connects with this; who is connected is cut off."""
        self.status = status
        self.cut_off()

    def cut_off(self) -> None:
        """Close every connection."""
        for client in list(self._talks):
            client.close()

    def mend(self) -> None:
        """Let everything through again."""
        self._fault = self.status = None

    def stop(self) -> None:
        """End."""
        self._server.shutdown()
        self.cut_off()
        self._thread.join()

    def _greet(self, connection: ServerConnection, request: Request) -> Response | None:
        if request.headers.get("Upgrade", "").lower() != "websocket":
            return connection.respond(HTTPStatus.OK, '{"name": "proxy", "supported_nips": [1, 11]}')
        if self.status is not None:
            return connection.respond(self.status, "no\n")
        return None

    def _client(self, client: ServerConnection) -> None:
        try:
            with connect(self._upstream, compression=None) as relay:
                talk = Talk(client, relay)
                self._talks.add(client)
                back = threading.Thread(target=self._back, args=(talk,), daemon=True)
                back.start()
                for frame in client:
                    self._forth(talk, frame if isinstance(frame, str) else frame.decode())
        except (OSError, WebSocketException):
            client.close()
        finally:
            self._talks.discard(client)

    def _forth(self, talk: Talk, frame: str) -> None:
        message = json.loads(frame)
        fault = self._fault
        if message[0] == "EVENT" and fault is not None:
            fault(talk, message[1], frame)
        else:
            talk.relay.send(frame)

    def _back(self, talk: Talk) -> None:
        try:
            for frame in talk.relay:
                text = frame if isinstance(frame, str) else frame.decode()
                message = json.loads(text)
                if message[0] == "OK" and message[1] in talk.silenced:
                    talk.silenced.discard(message[1])
                    continue
                talk.client.send(text)
        except ConnectionClosed:
            pass
        talk.client.close()
