"""The network in memory as an installed adapter, for commands that run as processes of their own.

What goes wrong is chosen by the server that a login is at: `HEALTHY`, or one named after its fault.
"""

from __future__ import annotations

import asyncio
import os
import sys
from base64 import b64encode
from datetime import UTC, datetime, timedelta

from tuisocial.model.account import ProfileField
from tuisocial.model.media import Media, MediaKind
from tuisocial.model.poll import Poll, PollOption
from tuisocial.model.post import Card, Counts, Quote, Reaction
from tuisocial.model.richtext import Hashtag, Link, Mention, RichText
from tuisocial.model.timeline import HOME
from tuisocial.sdk.errors import (
    AdapterError,
    BadAnswer,
    NotAllowed,
    RateLimited,
    Refused,
    Sent,
    SignInNeeded,
    Unreachable,
)
from tuisocial.sdk.testing.making import (
    make_account,
    make_post,
    make_posts,
    make_repost,
)
from tuisocial.sdk.testing.memory import Call, MemoryServer
from tuisocial.sdk.testing.memory_writing import WritingAdapter

POSTS_VARIABLE = "TUISOCIAL_TEST_POSTS"
"""How many posts there are by now at `growing.example`."""

HEALTHY = "memory.example"
_WRITES = ("prepare", "publish", "find", "edit", "delete", "source", "like", "follow")
TOKEN = "token-of-ada-0123456789"

ADA = make_account(
    "ada",
    bio=RichText("I write about engines at example.org", (Link(25, 36, "https://example.org/"),)),
    fields=(ProfileField("Site", RichText("example.org"), datetime(2026, 1, 1, tzinfo=UTC)),),
    followers=12,
    handle_verified=True,
)
RICH = make_post(
    90,
    RichText(
        "Hello @bob see #looms", (Mention(6, 10, make_account("bob").id), Hashtag(15, 21, "looms"))
    ),
    author=ADA,
    title="A title",
    language="en",
    edited_at=datetime(2026, 1, 2, tzinfo=UTC),
    sensitive=True,
    media=(Media(MediaKind.IMAGE, "https://memory.example/1.png", alt="A loom"),),
    poll=Poll("p", (PollOption("Yes", 2, True), PollOption("No")), multiple=False),
    card=Card("https://example.org/", "Example"),
    quote=Quote(None, ADA, RichText("quoted words"), state="pending"),
    tags=("looms",),
    mentions=(make_account("bob").id,),
    counts=Counts(1, 2, 3, 4, (Reaction("heart", 5),)),
    same_as=(make_post(1, network="elsewhere").id,),
)
WARNED = make_post(91, "the hidden words", content_warning="spiders")
ROOT = make_post(92, "the root of it")
REPLY = make_post(93, "an answer", author="bob", reply_to=ROOT)
LONELY = make_post(94, "an answer to what is gone", reply_to=make_post(1000).id)
HOSTILE = make_post(
    95, "red \x1b[31m title \x1b]0;pwned\x07 c1 \x9b2J bidi \u202eevil [b]markup[/b]", author=ADA
)
REPOST = make_repost(make_posts(1)[0], "bob", 96)


def _fill(server: MemoryServer) -> None:
    server.welcome(TOKEN, ADA)
    server.add(*make_posts(80), RICH, WARNED, ROOT, REPLY, LONELY, HOSTILE)
    server.put(HOME, REPOST)


def _faults() -> dict[str, AdapterError | Exception]:
    return {
        "down.example": Unreachable("down.example could not be reached: connection refused"),
        "closed.example": SignInNeeded("closed.example does not accept this sign-in"),
        "busy.example": RateLimited(
            "busy.example asks for fewer requests", until=datetime.now(UTC) + timedelta(minutes=5)
        ),
        "html.example": BadAnswer("html.example answered with a web page", excerpt="\x1b<html>"),
        "echo.example": Unreachable(
            f"echo.example said: {b64encode(f'ada:{TOKEN}'.encode()).decode()} is not {TOKEN}"
        ),
        "fault.example": RuntimeError(f"the adapter broke, holding {TOKEN}"),
    }


def _refusals() -> dict[str, dict[str, AdapterError]]:
    """By host and method: what goes wrong with writing where reading is well."""
    gone = Unreachable("lossy.example went away", sent=Sent.MAYBE)
    no = Refused("strict.example takes no post about looms", field="text", remedy="write of mills")
    return {
        "lossy.example": {"publish-answer": gone, "find": gone, "like-answer": gone},
        "strict.example": {"publish": no, "like": NotAllowed("strict.example likes nothing")},
    }


def _adapter() -> WritingAdapter:
    made = WritingAdapter()
    _fill(made.server)
    for host, fault in _faults().items():
        server = made.at(host)
        _fill(server)
        for method in ("timeline", "me", "thread", "post", "account", "resolve", *_WRITES):
            server.fail(fault, method)
    for host, refusals in _refusals().items():
        server = made.at(host)
        _fill(server)
        for method, error in refusals.items():
            server.fail(error, method)
    growing = made.at("growing.example")
    growing.welcome(TOKEN, ADA)
    growing.add(*make_posts(int(os.environ.get(POSTS_VARIABLE, "10"))))
    silent = made.at("silent.example")
    _fill(silent)
    silent.asked = _wait_for_ever  # type: ignore[method-assign]
    return made


async def _wait_for_ever(call: Call) -> None:
    if call.method == "timeline":
        print("waiting", file=sys.stderr, flush=True)
        await asyncio.get_running_loop().create_future()


adapter = _adapter()
