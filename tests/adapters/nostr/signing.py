"""Signed events for tests, made without the adapter's own code."""

import json
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

from pynostr.key import PrivateKey

NOON = 1_750_000_000
"""A second that tests count from."""


class Author:
    """Somebody with a key of their own, the same in every run."""

    def __init__(self, name: str) -> None:
        self.key = PrivateKey(sha256(f"author {name}".encode()).digest())
        self.pubkey: str = self.key.public_key.hex()
        self.nsec: str = self.key.bech32()
        self.npub: str = self.key.public_key.bech32()

    def event(
        self,
        content: str = "",
        tags: Sequence[Sequence[str]] = (),
        *,
        kind: int = 1,
        created_at: int = NOON,
        spelled: Callable[[str], str] = str,
    ) -> dict[str, Any]:
        """A signed event; `spelled` changes the text that its id is computed of."""
        fields = [0, self.pubkey, created_at, kind, [list(tag) for tag in tags], content]
        text = spelled(json.dumps(fields, separators=(",", ":"), ensure_ascii=False))
        digest = sha256(text.encode()).digest()
        return {
            "id": digest.hex(),
            "pubkey": self.pubkey,
            "created_at": created_at,
            "kind": kind,
            "tags": fields[4],
            "content": content,
            "sig": self.key.sign(digest).hex(),
        }

    def profile(self, created_at: int = NOON, **about: object) -> dict[str, Any]:
        """A kind 0 event."""
        return self.event(json.dumps(about), kind=0, created_at=created_at)

    def follows(self, *authors: "Author", created_at: int = NOON) -> dict[str, Any]:
        """A kind 3 event."""
        tags = [["p", author.pubkey] for author in authors]
        return self.event(tags=tags, kind=3, created_at=created_at)

    def writes_to(self, *urls: str, created_at: int = NOON) -> dict[str, Any]:
        """A kind 10002 event."""
        return self.event(tags=[["r", url] for url in urls], kind=10_002, created_at=created_at)
