"""Small events about other posts: reactions (NIP-25), reposts (NIP-18), deletions (NIP-09)."""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from tuisocial.adapters.nostr import answering
from tuisocial.adapters.nostr.answering import Seen, Tags
from tuisocial.adapters.nostr.convert import GENERIC_REPOST, NOTE, REPOST
from tuisocial.adapters.nostr.counts import REACTION
from tuisocial.adapters.nostr.events import Event
from tuisocial.adapters.nostr.ids import split_address
from tuisocial.adapters.nostr.signers import Unsigned
from tuisocial.adapters.nostr.surroundings import DELETION

LIKE = "+"


def reaction(seen: Seen, content: str, created_at: int, picture: str = "") -> Unsigned:
    """A like or an emoji; a custom one is `:code:` with its picture's address (NIP-30)."""
    tags = [*_named(seen), _author(seen), ("k", str(seen.event.kind))]
    if picture:
        tags.append(("emoji", content.strip(":"), picture))
    return Unsigned(created_at, REACTION, tuple(tags), content)


def repost(seen: Seen, created_at: int) -> Unsigned:
    """A repost, which carries its post unless that is to stay where it is (NIP-70)."""
    event = seen.event
    tags: Tags = [("e", event.id, seen.relay), _author(seen)]
    if event.address is not None:
        tags.append(("a", event.address, seen.relay))
    if event.kind != NOTE:
        tags.append(("k", str(event.kind)))
    kind = REPOST if event.kind == NOTE else GENERIC_REPOST
    protected = any(tag[:1] == ["-"] for tag in event.tags)
    return Unsigned(created_at, kind, tuple(tags), "" if protected else record(event))


def deletion(uris: Iterable[str], kinds: Iterable[int], created_at: int) -> Unsigned:
    """A request to delete events or articles of mine, by id or address."""
    tags: Tags = [("a" if split_address(uri) else "e", uri) for uri in uris]
    tags += [("k", str(kind)) for kind in dict.fromkeys(kinds)]
    return Unsigned(created_at, DELETION, tuple(tags))


def record(event: Event) -> str:
    """An event's JSON without whatever else a relay sent with it."""
    return orjson.dumps({name: getattr(event, name) for name in Event._fields[:-1]}).decode()


def _named(seen: Seen) -> Tags:
    """The last `e` tag is what a reaction is to; an article goes by its address too."""
    tags: Tags = [answering.reference("e", seen)]
    if seen.event.address is not None:
        tags.append(("a", seen.event.address, seen.relay, seen.event.pubkey))
    return tags


def _author(seen: Seen) -> tuple[str, ...]:
    return answering.person(seen.event.pubkey, {seen.event.pubkey: seen.relay})
