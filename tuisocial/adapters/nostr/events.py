"""Events (NIP-01) from relays' text: read, their ids recomputed, their signatures checked.

Nothing else in the adapter sees an event that did not pass here. Which events were asked for is
`filters`' affair, what they mean is `convert`'s.
"""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping, Sequence
from functools import lru_cache
from hashlib import sha256
from operator import itemgetter
from typing import NamedTuple

import orjson

from tuisocial.adapters.nostr.entities import is_hex32
from tuisocial.adapters.nostr.nevent import prepare
from tuisocial.sdk.page import Skipped

_LAST_SECOND = 253_402_300_799
"""The end of the year 9999, the last that a date can be made of."""

_parts = itemgetter("id", "pubkey", "created_at", "kind", "tags", "content", "sig")
_CONTROL = re.compile(rb"\\u00(?:0[0-7be-f]|1[0-9a-f])")
_FRAME = re.compile(r'\s*\[\s*"EVENT"\s*,\s*"([\w-]{1,64})"\s*,\s*(\{.*\})\s*\]\s*', re.DOTALL)


class Event(NamedTuple):
    """A verified event; `raw` is its JSON text as it came."""

    id: str
    pubkey: str
    created_at: int
    kind: int
    tags: list[list[str]]
    content: str
    sig: str
    raw: str

    def tag(self, name: str) -> str | None:
        """The value of the first tag of that name that has one."""
        for tag in self.tags:
            if len(tag) > 1 and tag[0] == name:
                return tag[1]
        return None

    @property
    def address(self) -> str | None:
        """The `kind:pubkey:name` of an addressable event; None for any other."""
        if 30_000 <= self.kind < 40_000:
            return f"{self.kind}:{self.pubkey}:{self.tag('d') or ''}"
        return None


class BadEvent(ValueError):
    """Not an event, or not what its author signed; the message says why in a few words."""


Known = MutableMapping[str, Event]
"""Events already verified, by id, so that what several relays send is checked once."""


def split_frame(frame: str) -> tuple[str, str] | None:
    """The subscription and the event's text of a relay's EVENT message; None for any other.

    The text is not read yet: that is for the thread that verifies it.
    """
    match = _FRAME.fullmatch(frame)
    return (match[1], match[2]) if match else None


def read(raw: str, known: Known | None = None) -> Event:
    """One event from its JSON text, id and signature checked.

    Raises: BadEvent.
    """
    try:
        record = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise BadEvent("not JSON, or a lone surrogate in it") from None
    if type(record) is not dict:
        raise BadEvent("not an event")
    try:
        event_id, pubkey, created_at, kind, tags, content, sig = _parts(record)
    except KeyError as missing:
        raise BadEvent(f"an event without {missing.args[0]}") from None
    if known is not None and type(event_id) is str:
        event = known.get(event_id)
        if event is not None:
            return event
    if type(created_at) is not int or not 0 <= created_at <= _LAST_SECOND:
        raise BadEvent("a time that is not a whole number of seconds")
    if type(kind) is not int or not 0 <= kind <= 65_535:
        raise BadEvent("a kind that is not a number from 0 to 65535")
    if not (type(pubkey) is str and type(sig) is str):
        raise BadEvent("a key or signature that is not lower-case hex")
    if not (_are_tags(tags) and type(content) is str):
        raise BadEvent("tags that are not lists of text, or a content that is not text")
    key, signature = _key(pubkey), _signature(sig)
    # NIP-01's serialisation: no white space, and of escapes only those that JSON demands.
    digest = _digest(orjson.dumps([0, pubkey, created_at, kind, tags, content]), event_id)
    if not key(signature, digest):
        raise BadEvent("a signature that is not its author's")
    event = Event(event_id, pubkey, created_at, kind, tags, content, sig, raw)
    if known is not None:
        known[event_id] = event
    return event


def verified(raws: Sequence[str]) -> list[Event]:
    """The good ones among events' JSON texts; to be called in a thread with some 250 at a time.

    A text may also be a relay's whole EVENT message.
    """
    return check(raws)[0]


def check(raws: Sequence[str], known: Known | None = None) -> tuple[list[Event], list[Skipped]]:
    """The good ones among events' JSON texts, and what is wrong with the others."""
    events, skipped = [], []
    for raw in raws:
        if raw[:1] != "{":
            frame = split_frame(raw)
            raw = frame[1] if frame else raw
        try:
            events.append(read(raw, known))
        except BadEvent as bad:
            skipped.append(Skipped(str(bad), raw[:200]))
    prepare(event.id for event in events)
    return events, skipped


def _signature(sig: str) -> bytes:
    try:
        raw = bytes.fromhex(sig)
    except ValueError:
        raw = b""
    # Capitals and white space, which `fromhex` lets through, do not come back the same.
    if len(raw) != 64 or raw.hex() != sig:
        raise BadEvent("a key or signature that is not lower-case hex")
    return raw


def _are_tags(tags: object) -> bool:
    if type(tags) is not list:
        return False
    for tag in tags:
        if type(tag) is not list:
            return False
        for part in tag:
            if type(part) is not str:
                return False
    return True


def _digest(text: bytes, event_id: object) -> bytes:
    """The hash that `event_id` claims to be.

    Clients disagree on control characters without a short escape: `\\u001b` (most), `\\u001B`
    (rapidjson), or verbatim (NIP-01's text). Each spelling commits to the same content.
    """
    digest = sha256(text).digest()
    if digest.hex() == event_id:
        return digest
    if _CONTROL.search(text):
        for spelling in _control_spellings(text):
            digest = sha256(spelling).digest()
            if digest.hex() == event_id:
                return digest
    raise BadEvent("an id that is not the hash of its content")


def _control_spellings(text: bytes) -> tuple[bytes, bytes]:
    # An escaped backslash before `u00…` is text of the author's, not an escape.
    escape = re.compile(rb"\\(?:u00([01][0-9a-f])|.)", re.DOTALL)
    upper = escape.sub(lambda m: rb"\u00" + m[1].upper() if m[1] else m[0], text)
    verbatim = escape.sub(lambda m: bytes.fromhex(m[1].decode()) if m[1] else m[0], text)
    return upper, verbatim


@lru_cache(maxsize=4096)
def _key(pubkey: str) -> Callable[[bytes, bytes], bool]:
    """The verifying function of a key; a key that is on the curve is parsed once.

    pynostr's own `PublicKey.verify` parses it each time, 15 % of a verification's cost, so this
    takes coincurve from underneath it.
    """
    if not is_hex32(pubkey):
        raise BadEvent("a key or signature that is not lower-case hex")
    from coincurve import PublicKeyXOnly

    try:
        return PublicKeyXOnly(bytes.fromhex(pubkey)).verify
    except ValueError:
        raise BadEvent("a key that is not a point of the curve") from None
