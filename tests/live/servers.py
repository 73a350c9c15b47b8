"""Handles on the real servers of the live tests: post, publish, read, stop, start."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import connect

from tests.live.reading import read_relay
from tuisocial.demo import launch
from tuisocial.demo.server import Server


@dataclass
class LiveMastodon:
    """A Mastodon-API server with the demo's people on it, following each other, and no posts."""

    url: str
    tokens: Mapping[str, str]
    _server: Server

    def post(self, name: str, text: str, **parameters: Any) -> dict[str, Any]:
        """Posts as `name` and returns the status; parameters are those of POST /statuses."""
        answer = httpx.post(
            f"{self.url}/api/v1/statuses",
            json={"status": text, **parameters},
            headers={"Authorization": f"Bearer {self.tokens[name]}"},
        )
        answer.raise_for_status()
        status: dict[str, Any] = answer.json()
        return status

    def stop(self) -> None:
        """Goes down at once: open connections break, new ones are refused."""
        self._server.stop()

    def start(self) -> None:
        """Comes back on the same port with what it had."""
        self._server.start()
        self._server.wait()


@dataclass
class LiveRelay:
    """A relay that verifies what it is given."""

    url: str
    _server: Server

    def publish(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Publishes signed events and fails if the relay refuses one."""
        waiting = list(events)
        with connect(self.url, compression=None) as socket:
            for event in waiting:
                socket.send(json.dumps(["EVENT", event], ensure_ascii=False))
                answer = json.loads(socket.recv(timeout=30))
                assert answer[:3] == ["OK", event["id"], True], answer

    def read(self, *filters: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The stored events that match, in the relay's order."""
        return read_relay(self.url, *filters)

    def stop(self) -> None:
        """Goes down at once."""
        self._server.stop()

    def start(self) -> None:
        """Comes back on the same port with what it had."""
        self._server.start()
        self._server.wait()


@contextmanager
def mastodon(directory: Path) -> Iterator[LiveMastodon]:
    with launch.mastodon_server(directory) as server:
        tokens = launch.new_tokens()
        server.start(launch.mastodon_settings(server, directory, tokens, now=None))
        server.wait()
        yield LiveMastodon(f"http://127.0.0.1:{server.port}", tokens, server)


@contextmanager
def relay(directory: Path) -> Iterator[LiveRelay]:
    with launch.relay_server(directory) as server:
        server.start(launch.relay_settings(server, directory, names={}))
        server.wait()
        yield LiveRelay(f"ws://127.0.0.1:{server.port}", server)
