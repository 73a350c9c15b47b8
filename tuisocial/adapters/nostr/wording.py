"""A person's words as a note's content: mentions and codes as references (NIP-27), and what of it
is to be named in tags. The tags themselves are `notes`' affair.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tuisocial.adapters.nostr import addresses, entities
from tuisocial.adapters.nostr.entities import AccountCode, AddressCode, EventCode
from tuisocial.adapters.nostr.text import MARKS, without_trailing
from tuisocial.model.richtext import Mention, RichText

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_NO_START = re.compile(r"[\w/.=-]")


@dataclass(slots=True)
class Wording:
    """A content, and what it refers to in the order of the text, each thing once.

    `relays` are hints that codes held, by the key, id or address that they are for.
    """

    content: str = ""
    people: dict[str, None] = field(default_factory=dict)
    posts: dict[str, str | None] = field(default_factory=dict)
    """Ids and addresses of posts, with the author's key where the code tells it."""

    relays: dict[str, str] = field(default_factory=dict)
    hashtags: dict[str, None] = field(default_factory=dict)
    emoji: dict[str, str] = field(default_factory=dict)


def worded(text: RichText, emoji: Mapping[str, str]) -> Wording:
    """The words as they go out; `emoji` are the pictures that I may use, by their short codes.

    Control characters are left out: relays disagree on how they are hashed.
    """
    out = Wording()
    pieces: list[str] = []
    at = 0
    for facet in text.facets:
        if isinstance(facet, Mention) and entities.is_hex32(facet.account.uri):
            pieces.append(_piece(text.text[at : facet.start], emoji, out))
            out.people[facet.account.uri] = None
            pieces.append(f"nostr:{entities.npub(facet.account.uri)}")
            at = facet.end
    pieces.append(_piece(text.text[at:], emoji, out))
    out.content = _joined(pieces).strip()
    return out


def _joined(pieces: list[str]) -> str:
    """Text and references in turn; a reference that touches a word would not be read as one."""
    joined = ""
    for number, piece in enumerate(pieces):
        touches = (
            joined[-1:]
            and piece[:1]
            and (_NO_START.match(joined[-1]) if number % 2 else re.match(r"\w", piece))
        )
        joined += f" {piece}" if touches else piece
    return joined


def _piece(text: str, emoji: Mapping[str, str], out: Wording) -> str:
    text = _CONTROL.sub("", text.replace("\r\n", "\n"))
    parts: list[str] = []
    done = 0
    for match in MARKS.finditer(text):
        start, found = match.start(), match[0]
        if start < done:
            continue
        parts.append(text[done:start])
        done = match.end()
        if found[0] == "h":
            found = without_trailing(found)
            done = start + len(found)
        elif found[0] == ":":
            if found[1:-1] in emoji:
                out.emoji[found[1:-1]] = emoji[found[1:-1]]
            else:
                # The closing colon may open the next short code.
                found, done = found[:-1], done - 1
        elif found[0] == "#":
            if found[1] != "[" and not found[1:].isdecimal():
                out.hashtags[found[1:].lower()] = None
        else:
            found = _reference(found, out)
        parts.append(found)
    return "".join([*parts, text[done:]])


def _reference(found: str, out: Wording) -> str:
    """A code as NIP-27 wants it, however it was typed; a mistyped one stays as it is."""
    bare = found.rpartition(":")[2].removeprefix("@")
    try:
        code = entities.decode(bare)
    except ValueError:
        return found
    match code:
        case AccountCode():
            name = code.pubkey
            out.people[name] = None
        case EventCode():
            name = code.id
            out.posts.setdefault(name, code.author)
        case AddressCode():
            name = f"{code.kind}:{code.pubkey}:{code.identifier}"
            out.posts.setdefault(name, code.pubkey)
    for relay in addresses.foreign_all(code.relays, loopback_allowed=False, most=1):
        out.relays.setdefault(name, relay)
    return f"nostr:{bare}"
