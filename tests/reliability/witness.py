"""What servers really hold, asked past every proxy by clients that are not ours."""

from dataclasses import dataclass
from html import unescape
from re import sub
from typing import Any

import httpx
from pynostr.key import PrivateKey

from tests.live.servers import LiveMastodon, LiveRelay


@dataclass(frozen=True)
class Found:
    """One post as a witness saw it; `parent` is the text of what it answers."""

    text: str
    parent: str | None = None
    media: int = 0


class MastodonWitness:
    """Reads a Mastodon-API server as one of its people."""

    def __init__(self, server: LiveMastodon, name: str) -> None:
        self._url = server.url
        self._headers = {"Authorization": f"Bearer {server.tokens[name]}"}
        me = self._get("/api/v1/accounts/verify_credentials")
        self._account = me["id"]

    def posts(self, word: str) -> list[Found]:
        """All of the person's posts that hold `word`, oldest first."""
        statuses: list[dict[str, Any]] = []
        last: dict[str, str] = {}
        while True:
            page = self._get(f"/api/v1/accounts/{self._account}/statuses", limit="40", **last)
            if not page:
                break
            statuses += page
            last = {"max_id": page[-1]["id"]}
        texts = {status["id"]: _plain(status["content"]) for status in statuses}
        return [
            Found(
                texts[status["id"]],
                texts.get(status["in_reply_to_id"] or ""),
                len(status["media_attachments"]),
            )
            for status in reversed(statuses)
            if word in texts[status["id"]]
        ]

    def _get(self, path: str, **query: str) -> Any:
        answer = httpx.get(
            f"{self._url}{path}", params=query, headers=self._headers, trust_env=False, timeout=30
        )
        answer.raise_for_status()
        return answer.json()


class RelayWitness:
    """Reads one account's notes from a relay."""

    def __init__(self, relay: LiveRelay, nsec: str) -> None:
        self._relay = relay
        self._pubkey = PrivateKey.from_nsec(nsec).public_key.hex()

    def posts(self, word: str) -> list[Found]:
        """All notes that hold `word` and were not taken back, oldest first."""
        events = self._relay.read({"authors": [self._pubkey], "kinds": [1, 5], "limit": 5000})
        gone = {
            tag[1]
            for event in events
            if event["kind"] == 5
            for tag in event["tags"]
            if tag[0] == "e"
        }
        notes = {event["id"]: event for event in events if event["kind"] == 1}
        return [
            Found(
                note["content"],
                notes[parent]["content"] if (parent := _parent(note)) in notes else None,
                sum(tag[0] == "imeta" for tag in note["tags"]),
            )
            for note in sorted(notes.values(), key=lambda note: note["created_at"])
            if word in note["content"] and note["id"] not in gone
        ]


def _parent(note: dict[str, Any]) -> str:
    marked = [tag for tag in note["tags"] if tag[0] == "e" and len(tag) > 3]
    by_mark = {tag[3]: tag[1] for tag in marked}
    return str(by_mark.get("reply") or by_mark.get("root") or "")


def _plain(html: str) -> str:
    return unescape(sub(r"<[^>]+>", "", sub(r"<br\s*/?>|</p>\s*<p>", "\n", html)))
