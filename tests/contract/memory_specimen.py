"""The healthy specimen: the network in memory, with a little of everything on its server."""

import json
from datetime import timedelta
from typing import Any

from tuisocial.model.ids import AccountId, PostId
from tuisocial.model.poll import Poll, PollOption
from tuisocial.model.post import Card, Counts, Post
from tuisocial.model.timeline import HOME
from tuisocial.sdk.errors import (
    AdapterError,
    BadAnswer,
    RateLimited,
    SignInNeeded,
    Unreachable,
)
from tuisocial.sdk.testing.making import (
    at,
    make_account,
    make_login,
    make_post,
    make_posts,
    make_repost,
)
from tuisocial.sdk.testing.memory import Broken, MemoryAdapter, MemorySession
from tuisocial.sdk.testing.specimen import FaultKind, Samples, Specimen
from tuisocial.sdk.text import RichTextBuilder

TOKEN = "a-token-that-must-not-show"
HOST = "memory.example"

ERRORS: dict[FaultKind, AdapterError] = {
    FaultKind.UNREACHABLE: Unreachable(f"{HOST} could not be reached"),
    FaultKind.CLOSING: Unreachable(f"{HOST} closed the connection"),
    FaultKind.GARBAGE: BadAnswer(f"{HOST} answered something that is not JSON"),
    FaultKind.TROUBLE: Unreachable(f"{HOST} has trouble of its own"),
    FaultKind.SIGNED_OUT: SignInNeeded(f"{HOST} does not accept this sign-in"),
    FaultKind.RATE_LIMITED: RateLimited(f"{HOST} asks for fewer requests"),
}


def marked_post(n: int) -> Post:
    """A post in which offsets in bytes or UTF-16 units differ from those in code points."""
    bob = make_account("bob")
    builder = RichTextBuilder()
    builder.text("\U0001f468\u200d\U0001f680 grüßt ")
    builder.mention("@bob", bob.id, bob.url)
    builder.text(" 日本 ")
    builder.hashtag("#Größe", "größe")
    builder.text(" ")
    builder.emoji("blobcat", "https://memory.example/blobcat.png")
    builder.text(" ")
    builder.link("example.org/…", "https://example.org/a/long/path")
    return make_post(
        n,
        builder.build(),
        mentions=(bob.id,),
        tags=("größe",),
        counts=Counts(replies=1, likes=0),
        card=Card("https://example.org/a/long/path", "A page"),
        poll=Poll("poll-1", (PollOption("Yes", 2), PollOption("No")), closes_at=at(9000)),
        native=json.dumps({"text": "…"}),
    )


class MemorySpecimen(Specimen):
    """A `Specimen` whose server fails in every way the kit asks for."""

    def __init__(self, adapter: MemoryAdapter, **settings: Any) -> None:
        server = adapter.server
        server.welcome(TOKEN, make_account("ada"))
        posts = make_posts(24)
        server.add(*posts)
        # Three more in one second, so that a page's border falls among them.
        for n in (101, 102, 103):
            server.add(make_post(n, created_at=at(20)))
        marked = marked_post(30)
        answer = make_post(31, author="cleo", reply_to=marked)
        server.add(marked, answer)
        server.put(HOME, make_repost(posts[-1], "bob", 32))
        super().__init__(
            adapter,
            make_login(),
            Samples(
                timeline=HOME,
                post=marked.id,
                account=AccountId("memory", "account-bob"),
                missing_post=PostId("memory", "post-of-nobody"),
                missing_account=AccountId("memory", "account-of-nobody"),
                post_text=marked.url or "",
                account_text="@bob@memory.example",
                owned=("@bob@memory.example", "https://memory.example/posts/1"),
                texts={marked.id: marked.text.text},
            ),
            secrets={"token": TOKEN},
            server=HOST,
            **settings,
        )
        self.memory = server

    async def fault(self, kind: FaultKind) -> None:
        """Order the fault of the server in memory."""
        if kind is FaultKind.SILENT:
            self.memory.hold()
        elif kind is FaultKind.BAD_RECORD:
            self.memory.put(
                HOME, Broken("\x1b[2J{" * 100, at(40) + timedelta(seconds=1), "memory:bad")
            )
        else:
            self.memory.fail(ERRORS[kind])

    async def mend(self) -> None:
        """Take the fault back; a bad record stays, as it would on a server."""
        self.memory.mend()


def healthy(session: type[MemorySession] = MemorySession, **settings: Any) -> MemorySpecimen:
    """A specimen whose adapter opens sessions of this class."""
    adapter = MemoryAdapter()
    adapter.session_class = session
    return MemorySpecimen(adapter, **settings)
