"""The tags of what answers another post: NIP-10 for notes, NIP-22 for whatever else is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tuisocial.adapters.nostr import addresses, replies
from tuisocial.adapters.nostr.convert import COMMENT, NOTE
from tuisocial.adapters.nostr.entities import is_hex32
from tuisocial.adapters.nostr.events import Event

Tags = list[tuple[str, ...]]

MOST_PEOPLE = 30
"""People taken over from what is answered: NIP-10 wants all, relays refuse floods of them."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Another's post as it was found, and a relay that has it."""

    event: Event
    relay: str = ""


def kind(parent: Event | None) -> int:
    """The kind of what answers `parent`: comments answer everything but notes (NIP-22)."""
    return NOTE if parent is None or parent.kind == NOTE else COMMENT


def tags(parent: Seen) -> Tags:
    """Where an answer stands; who is to hear of it is `people`'s."""
    if parent.event.kind == NOTE:
        return _marked(parent)
    if parent.event.kind == COMMENT:
        return [*_root_of_comment(parent.event), *_scope(parent, lower=True)]
    return [*_scope(parent, lower=False), *_scope(parent, lower=True)]


def people(parent: Seen, me: str) -> list[str]:
    """The parent's author and whom it names, without me."""
    named = [tag[1] for tag in parent.event.tags if len(tag) > 1 and tag[0] == "p"]
    found = dict.fromkeys((parent.event.pubkey, *filter(is_hex32, named)))
    found.pop(me, None)
    return list(found)[:MOST_PEOPLE]


def reference(name: str, seen: Seen) -> tuple[str, ...]:
    """An `e` tag, or whatever the name is, with both hints."""
    return _without_end((name, seen.event.id, seen.relay, seen.event.pubkey))


def person(pubkey: str, hints: Mapping[str, str], name: str = "p") -> tuple[str, ...]:
    """A `p` tag."""
    return _without_end((name, pubkey, hints.get(pubkey, "")))


def _marked(parent: Seen) -> Tags:
    event = parent.event
    root = replies.place(event).root
    if root is None or not is_hex32(root.id):
        return [("e", event.id, parent.relay, "root", event.pubkey)]
    # Its author may have hinted at anything, and this is passed on as my own word.
    hint = addresses.foreign(root.relay, loopback_allowed=False) or ""
    named = ("e", root.id, hint, "root", *((root.author,) if root.author else ()))
    return [named, ("e", event.id, parent.relay, "reply", event.pubkey)]


def _root_of_comment(event: Event) -> Tags:
    """The capital tags of a comment, which all below it share."""
    names = ("A", "E", "I", "K", "P")
    return [tuple(tag) for tag in event.tags if len(tag) > 1 and tag[0] in names][:8]


def _scope(parent: Seen, *, lower: bool) -> Tags:
    event = parent.event
    out: Tags = []
    if event.address is not None:
        out.append(_without_end(("A", event.address, parent.relay)))
    if event.address is None or lower:
        out.append(reference("E", parent))
    out += [("K", str(event.kind)), _without_end(("P", event.pubkey, parent.relay))]
    if lower:
        return [(tag[0].lower(), *tag[1:]) for tag in out if tag[0] != "P"]
    return out


def _without_end(tag: tuple[str, ...]) -> tuple[str, ...]:
    """A tag without empty values at its end."""
    while len(tag) > 2 and not tag[-1]:
        tag = tag[:-1]
    return tag
