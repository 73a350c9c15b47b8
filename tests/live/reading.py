"""Reads the demo's servers as plainly as possible: HTTP by httpx, a relay by raw messages."""

import json
from collections.abc import Mapping
from typing import Any

import httpx
from websockets.sync.client import connect

Status = dict[str, Any]
Event = dict[str, Any]


def get(url: str, token: str | None = None) -> httpx.Response:
    """GETs `url`, as the token's owner if there is one, and expects it to work."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    answer = httpx.get(url, headers=headers)
    answer.raise_for_status()
    return answer


def every_page(url: str, token: str | None = None) -> list[Any]:
    """Everything that the Link header leads to, beginning at `url`."""
    found: list[Any] = []
    following: str | None = url
    while following is not None:
        answer = get(following, token)
        found += answer.json()
        following = answer.links.get("next", {}).get("url")
    return found


def read_relay(url: str, *filters: Mapping[str, Any]) -> list[Event]:
    """The stored events that match, in the relay's order."""
    found = []
    with connect(url, compression=None) as socket:
        socket.send(json.dumps(["REQ", "read", *filters]))
        while (answer := json.loads(socket.recv(timeout=30)))[0] == "EVENT":
            found.append(answer[2])
    assert answer[0] == "EOSE", answer
    return found
