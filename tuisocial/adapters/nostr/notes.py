"""A submission as the event that is to be signed: the same of the same, whenever it is made.

What is around it (the post that it answers, hints of where people read) is found by `writing`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import orjson

from tuisocial.adapters.nostr import answering, entities, wording
from tuisocial.adapters.nostr.answering import Seen, Tags
from tuisocial.adapters.nostr.events import Event
from tuisocial.adapters.nostr.ids import split_address
from tuisocial.adapters.nostr.nevent import nevent
from tuisocial.adapters.nostr.signers import Unsigned
from tuisocial.adapters.nostr.wording import Wording
from tuisocial.model.submission import Submission, Upload

_COPIES = "activitypub"
"""The network of those that NIP-48 knows whose posts go by the ids that it asks for."""

_FRAME = len('["EVENT",]') + 64 + 128
"""Bytes of a message beside the event's: the frame, and what a signature adds to it."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a submission refers to, as it was found; `old` is the note that it replaces.

    `hints` are relays where people write, `emoji` pictures by their short codes.
    """

    reply: Seen | None = None
    quote: Seen | None = None
    old: Event | None = None
    hints: Mapping[str, str] = field(default_factory=dict)
    emoji: Mapping[str, str] = field(default_factory=dict)


def declares(network: str) -> bool:
    """Whether a post may name its copy there."""
    return network == _COPIES


def content(submission: Submission, emoji: Mapping[str, str], unsent: str = "") -> Wording:
    """The words with all that goes with them; `unsent` stands for the address of an upload
    that was not made yet."""
    words = wording.worded(submission.text, emoji)
    urls = [url for upload in submission.media if (url := described(upload).get("url", unsent))]
    parts = [words.content, "\n".join(urls)]
    if submission.quote is not None and submission.quote.post.uri not in words.posts:
        words.posts[submission.quote.post.uri] = None
        parts.append(_code(submission.quote.post.uri))
    words.content = "\n\n".join(part for part in parts if part)
    return words


def note(submission: Submission, created_at: int, me: str, around: Around) -> Unsigned:
    """The event of a submission, all of whose uploads have keys."""
    words = content(submission, around.emoji)
    tags: Tags = []
    if around.reply is not None:
        tags += answering.tags(around.reply)
    tags += _people(words, me, around)
    tags += _quotes(words, around)
    tags += [("t", tag) for tag in words.hashtags]
    tags += [("emoji", code, url) for code, url in words.emoji.items()]
    tags += _warning(submission)
    code = language(submission)
    if code:
        tags += [("L", "ISO-639-1"), ("l", code, "ISO-639-1")]
    tags += [_imeta(upload) for upload in submission.media]
    tags += _kept(words.content, around.old, tags)
    tags += [("proxy", copy.uri, _COPIES) for copy in submission.copies if declares(copy.network)]
    kind = answering.kind(around.reply.event if around.reply else None)
    return Unsigned(created_at, kind, tuple(tags), words.content)


def language(submission: Submission) -> str:
    """The ISO 639-1 code of a submission's language; empty for none, and for a longer one."""
    code = (submission.language or "").partition("-")[0].lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else ""


def frame_bytes(unsigned: Unsigned, me: str) -> int:
    """How many bytes the message is by which a relay is given the event."""
    record = {"id": "", "pubkey": me, "sig": "", **unsigned._asdict()}
    return len(orjson.dumps(record)) + _FRAME


def described(upload: Upload) -> dict[str, str]:
    """What the key of an upload says (`blossom` writes it); nothing before there is one."""
    try:
        told = json.loads(upload.key or "{}")
    except ValueError:
        return {}
    if not isinstance(told, dict):
        return {}
    return {str(name): str(value) for name, value in told.items() if value not in (None, "")}


def _code(uri: str) -> str:
    address = split_address(uri)
    code = nevent(uri) if address is None else entities.naddr(*address)
    return f"nostr:{code}" if code else ""


def _people(words: Wording, me: str, around: Around) -> Tags:
    hints = {**words.relays, **around.hints}
    answered = answering.people(around.reply, me) if around.reply else []
    return [answering.person(key, hints) for key in dict.fromkeys((*answered, *words.people))]


def _quotes(words: Wording, around: Around) -> Tags:
    """NIP-18: an event is named with its author, an address names its own."""
    tags: Tags = []
    seen = around.quote
    for uri, author in words.posts.items():
        relay = words.relays.get(uri, "")
        if seen is not None and uri in (seen.event.id, seen.event.address):
            relay, author = seen.relay, seen.event.pubkey
        parts = ["q", uri, relay]
        if split_address(uri) is None:
            parts.append(author or "")
        while not parts[-1]:
            parts.pop()
        tags.append(tuple(parts))
    return tags


def _warning(submission: Submission) -> Tags:
    if submission.content_warning is None and not submission.sensitive:
        return []
    return [("content-warning", submission.content_warning or "")]


def _imeta(upload: Upload) -> tuple[str, ...]:
    """NIP-92, with the fields of NIP-94."""
    told = described(upload)
    names = (("url", "url"), ("m", "type"), ("x", "sha256"), ("size", "size"), ("dim", "dim"))
    parts = [f"{field} {told[name]}" for field, name in names if name in told]
    if upload.attachment.alt:
        parts.append(f"alt {' '.join(upload.attachment.alt.split())}")
    return ("imeta", *parts)


def _kept(text: str, old: Event | None, tags: Iterable[tuple[str, ...]]) -> Tags:
    """What the replaced note said of pictures that the new one still shows."""
    known = {tag[:2] for tag in tags}
    kept: Tags = []
    for tag in old.tags if old else ():
        told = tuple(tag)
        if told[:2] in known or len(told) < 2:
            continue
        shown = (
            told[0] == "imeta"
            and any(part.startswith("url ") and part[4:] in text for part in told[1:])
        ) or (told[0] == "emoji" and f":{told[1]}:" in text)
        if shown:
            kept.append(told)
    return kept
