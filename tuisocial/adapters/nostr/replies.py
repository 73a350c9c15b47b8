"""What a note answers (NIP-10): by marked tags, or by their places in older notes."""

from __future__ import annotations

import re

from tuisocial.adapters.nostr.entities import is_hex32
from tuisocial.adapters.nostr.events import Event
from tuisocial.model.record import record

_CITED = re.compile(r"#\[(\d{1,4})\]")


@record(frozen=True, slots=True)
class Reference:
    """Another event as a tag names it: by id, or by address for an article.

    `relay` and `author` are the tag's hints, as written.
    """

    id: str
    relay: str = ""
    author: str | None = None


@record(frozen=True, slots=True)
class Place:
    """A note's place in a thread; both None for one that begins it."""

    root: Reference | None = None
    parent: Reference | None = None


NOWHERE = Place()


def place(event: Event) -> Place:
    """Where a note (kind 1) or a comment (kind 1111, NIP-22) stands.

    Once one tag is marked, unmarked ones are citations. In older notes without marks the first
    is the root and the last the parent, leaving out those cited in the text (`#[2]`) and those
    that are quoted by a `q` tag.
    """
    if event.kind == 1111:
        return _comment_place(event)
    if event.kind != 1:
        return NOWHERE
    root = parent = None
    unmarked: list[tuple[int, Reference]] = []
    quoted: set[str] = set()
    for at, tag in enumerate(event.tags):
        if len(tag) < 2:
            continue
        if tag[0] == "q":
            quoted.add(tag[1])
        if tag[0] != "e" or not is_hex32(tag[1]):
            continue
        marker = tag[3] if len(tag) > 3 else ""
        reference = Reference(tag[1], *_hints(tag, 4))
        if marker == "root":
            root = root or reference
        elif marker == "reply":
            parent = reference
        elif marker != "mention":
            unmarked.append((at, reference))
    if root or parent:
        return Place(root or parent, parent or root)
    if not unmarked:
        return NOWHERE
    cited = {int(number) for number in _CITED.findall(event.content)}
    line = [ref for at, ref in unmarked if at not in cited and ref.id not in quoted]
    return Place(line[0], line[-1]) if line else NOWHERE


def _comment_place(event: Event) -> Place:
    """NIP-22: capital letters name the root, small ones the parent; an address beats its event."""
    found: dict[str, Reference] = {}
    for tag in event.tags:
        if len(tag) > 1 and tag[0] in ("A", "E", "a", "e") and tag[0] not in found:
            if tag[0] in "Ee" and not is_hex32(tag[1]):
                continue
            found[tag[0]] = Reference(tag[1], *_hints(tag, 3))
    root = found.get("A") or found.get("E")
    parent = found.get("a") or found.get("e")
    return Place(root or parent, parent or root)


def _hints(tag: list[str], author_at: int) -> tuple[str, str | None]:
    author = tag[author_at] if len(tag) > author_at and is_hex32(tag[author_at]) else None
    return tag[2] if len(tag) > 2 else "", author
