"""Sessions that write on relays of a test's own, as the adapter opens them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any, cast

from pynostr.event import Event as PynostrEvent

from tests.adapters.nostr.signing import Author
from tests.live.nostr import Memory
from tests.live.servers import LiveRelay
from tuisocial.adapters.nostr.adapter import NostrAdapter
from tuisocial.adapters.nostr.dial import Dial, dial
from tuisocial.adapters.nostr.ids import account_id, event_id
from tuisocial.adapters.nostr.outside import Outside, PublishPatience
from tuisocial.adapters.nostr.signed import SigningSession
from tuisocial.model.ids import LoginId
from tuisocial.model.login import Login
from tuisocial.model.richtext import RichText
from tuisocial.model.submission import Attempt, PostRef, Receipt, Submission
from tuisocial.sdk.http import Http
from tuisocial.sdk.testing.context import make_context

SOON = PublishPatience(grace=0.2, longest=1.0, others=0.5)
"""For relays that never answer: nothing would come later either."""

LONG = PublishPatience(grace=20, longest=30, others=30)


@asynccontextmanager
async def writer(
    author: Author,
    *urls: str,
    memory: Memory | None = None,
    patience: PublishPatience = LONG,
    indexers: tuple[str, ...] = (),
    dial: Dial = dial,
    **options: str,
) -> AsyncIterator[SigningSession]:
    """A session of `author`, signed in with a key, on these relays; hung up at the end."""
    told = {"relays": "\n".join(urls), "pubkey": author.pubkey, **options}
    login = Login(LoginId("me"), "nostr", "nostr", account_id(author.pubkey), options=told)
    http = Http()
    context = make_context({"key": author.key.hex()}, http=http)
    context = replace(context, memory=memory if memory is not None else Memory())
    adapter = NostrAdapter(Outside(indexers=indexers, dial=dial, publishing=patience))
    opened = cast("SigningSession", await adapter.open(login, context))
    try:
        yield opened
    finally:
        await opened.aclose()
        await http.aclose()


def attempt() -> Attempt:
    """A new attempt, made now."""
    return Attempt(token_hex(16), datetime.now(UTC).replace(microsecond=0))


def plain(text: str) -> Submission:
    """A note of nothing but text."""
    return Submission(RichText(text))


def ref(event: dict[str, object] | Receipt) -> PostRef:
    """The post that an event is, or that was published."""
    if isinstance(event, Receipt):
        assert event.view is not None
        return PostRef(event.view.post.id, event.view.remote_key)
    return PostRef(event_id(str(event["id"])))


def somebody(name: str) -> Author:
    """A person whom no other test has heard of."""
    return Author(f"{name} {token_hex(8)}")


def now() -> int:
    """The second that it is."""
    return int(datetime.now(UTC).timestamp())


def only(relay: LiveRelay, **wanted: Any) -> dict[str, Any]:
    """The one event that a relay has of these; `_e` stands for `#e`."""
    (event,) = relay.read({key.replace("_", "#"): value for key, value in wanted.items()})
    assert PynostrEvent.from_dict(event).verify()
    return event
