"""What the tests of writing to a Mastodon-API server share: sessions, submissions, other eyes."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx

from tests.live.faulty import Handler
from tests.live.servers import LiveMastodon
from tests.live.test_mastodon_reading import open_session
from tuisocial.adapters.mastodon.member import MemberSession
from tuisocial.model.post import PostView
from tuisocial.model.richtext import RichText
from tuisocial.model.submission import (
    Attempt,
    Feature,
    Outcome,
    PostRef,
    Receipt,
    Submission,
)
from tuisocial.sdk.adapter import KeyValues


class Reader:
    """An independent client of the server, as one of its people."""

    def __init__(self, server: LiveMastodon, name: str) -> None:
        self._http = httpx.Client(
            base_url=server.url, headers={"Authorization": f"Bearer {server.tokens[name]}"}
        )

    def get(self, path: str, **parameters: Any) -> Any:
        """The JSON at a path."""
        answer = self._http.get(path, params=parameters)
        answer.raise_for_status()
        return answer.json()

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def bytes(self, url: str) -> bytes:
        """What is at an address."""
        return self._http.get(url).content

    def posts(self, text: str) -> list[Any]:
        """My own posts that hold `text`."""
        me = self.get("/api/v1/accounts/verify_credentials")["id"]
        rows = self.get(f"/api/v1/accounts/{me}/statuses", limit=40)
        return [row for row in rows if text in row["content"]]

    def exists(self, key: str) -> bool:
        """Whether there is a status."""
        return self._http.get(f"/api/v1/statuses/{key}").status_code == 200


@asynccontextmanager
async def member(
    url: str, server: LiveMastodon, memory: KeyValues | None = None
) -> AsyncIterator[MemberSession]:
    """Ada's session at `url`, which leads to the server."""
    opened = await open_session(url, server.tokens["ada"], memory)
    assert isinstance(opened, MemberSession)
    await opened.prepare()
    yield opened
    await opened.aclose()


def attempt() -> Attempt:
    """A fresh one."""
    return Attempt(uuid.uuid4().hex, datetime.now(UTC).replace(microsecond=0))


def unlike_any(words: str = "Notes on engines") -> str:
    """A text that no other test posts."""
    return f"{words} {uuid.uuid4().hex[:8]}"


def submission(text: str, **parts: Any) -> Submission:
    """A submission of plain text."""
    return Submission(RichText(text), **parts)


def ref(receipt: Receipt) -> PostRef:
    """The post of a receipt."""
    view = shown(receipt)
    return PostRef(view.post.id, view.remote_key)


def shown(receipt: Receipt | None) -> PostView:
    """The post that a receipt shows."""
    assert receipt is not None
    assert receipt.view is not None
    return receipt.view


def outcomes(session: MemberSession, wanted: Submission) -> dict[Feature, Outcome]:
    """The fate of each feature."""
    return {one.feature: one.outcome for one in session.fates(wanted)}


def ask_on(handler: Handler) -> httpx.Response:
    """Passes a request on to the server: what that answers."""
    return httpx.request(
        handler.command,
        f"http://{handler.server.host}:{handler.server.port}{handler.path}",
        content=handler.body,
        headers=dict(handler.headers.items()),
    )


def lose_the_answer(handler: Handler) -> None:
    """Passes a request on to the server, and closes before the answer."""
    ask_on(handler)


def cut_the_answer(handler: Handler) -> None:
    """Passes a request on, and answers half of what the server did."""
    lose_the_answer(handler)
    handler.answer(200, b'{"id": "1", "content": ', {"Content-Type": "application/json"})
