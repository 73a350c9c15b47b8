"""A note's content as `RichText`: links, hashtags, references (NIP-21, NIP-27), emoji (NIP-30).

Content is plain text; Markdown of articles stays as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import islice

from tuisocial.adapters.nostr import entities
from tuisocial.adapters.nostr.entities import AccountCode, AddressCode, EventCode
from tuisocial.adapters.nostr.ids import account_id, address_id, event_id
from tuisocial.adapters.nostr.nevent import nevent
from tuisocial.model.richtext import RichText
from tuisocial.sdk.text import RichTextBuilder, scalar

Namer = Callable[[str], str]
"""What to call the owner of a key in a sentence, `@ada` or a shortened npub."""

_BARE_CODE = re.compile("(?:npub|nprofile|note|nevent|naddr)1")
_DATA = "1[02-9ac-hj-np-z]{6,1000}(?!\\w)"
_CODE = f"(?:npub|nprofile|note|nevent|naddr){_DATA}"
# Every branch begins with a letter of its own, so that the search leaps from one to the next;
# what must not stand before a match is looked at after its first character.
MARKS = re.compile(
    "|".join(
        (
            r"https?://[^\s<>\"`{|}\\^]{1,2000}",
            rf"nostr:(?<![\w/.=-]nostr:){_CODE}",
            rf"web\+nostr:{_CODE}",
            rf"@(?<![\w/.=-]@){_CODE}",
            rf"n(?<![\w/.=-]n)(?:pub|profile|ote|event|addr){_DATA}",
            r"#\[\d{1,4}\]",
            r"#(?<![\w&/#]#)\w[\w-]*",
            r":[A-Za-z0-9_-]{1,64}:",
        )
    )
)
"""What means more than its letters; what is written is looked through as what is read is."""

_TRAILING = ".,;:!?'\"*_~…’”»"
_BRACKETS = {")": "(", "]": "["}
_MOST_CODES = 100
"""Codes read in one text: decoding takes a twentieth of a millisecond each."""

_MOST_MARKS = 2000
"""Marked in one text; a flood of them is shown as plain text."""


def rich(
    content: str,
    tags: Sequence[Sequence[str]],
    named: Namer,
    emoji: Mapping[str, str] | None = None,
    links: list[str] | None = None,
) -> RichText:
    """The content with what is found in it marked; the addresses found are added to `links`."""
    if not (
        "#" in content
        or ":" in content
        or "@" in content
        or ("1" in content and _BARE_CODE.search(content))
    ):
        return RichText(scalar(content.strip()))
    out = RichTextBuilder()
    done = codes = 0
    for match in islice(MARKS.finditer(content), _MOST_MARKS):
        start, end = match.span()
        if start < done:
            continue
        if start > done:
            out.text(content[done:start])
        done, found = end, match[0]
        if found[0] == "h":
            found = without_trailing(found)
            done = start + len(found)
            out.link(found, found)
            if links is not None:
                links.append(found)
        elif found[0] == ":":
            picture = emoji.get(found[1:-1]) if emoji else None
            if picture:
                out.emoji(found[1:-1], picture)
            else:
                # The closing colon may open the next short code.
                out.text(found[:-1])
                done -= 1
        elif found.startswith("#["):
            _cited(out, found, tags, named)
        elif found[0] == "#":
            if found[1:].isdecimal():
                out.text(found)
            else:
                out.hashtag(found, found[1:])
        else:
            codes += 1
            if codes <= _MOST_CODES:
                _reference(out, found, named)
            else:
                out.text(found)
    if done < len(content):
        out.text(content[done:])
    return out.build()


def without_trailing(url: str) -> str:
    """Punctuation that ends the sentence rather than the address is left to the sentence."""
    for _ in range(8):
        url = url.rstrip(_TRAILING)
        opening = _BRACKETS.get(url[-1])
        if opening is None or url.count(url[-1]) <= url.count(opening):
            break
        url = url[:-1]
    return url


def _reference(out: RichTextBuilder, found: str, named: Namer) -> None:
    bare = found.rpartition(":")[2].removeprefix("@")
    try:
        code = entities.decode(bare)
    except ValueError:
        out.text(found)
        return
    match code:
        case AccountCode():
            out.mention(named(code.pubkey), account_id(code.pubkey))
        case EventCode():
            out.reference(entities.shortened(bare), event_id(code.id))
        case AddressCode():
            address = address_id(code.kind, code.pubkey, code.identifier)
            out.reference(entities.shortened(bare), address)


def _cited(out: RichTextBuilder, found: str, tags: Sequence[Sequence[str]], named: Namer) -> None:
    """`#[3]`, the form before NIP-27: the tag at that index is meant."""
    index = int(found[2:-1])
    tag = tags[index] if index < len(tags) else ()
    if len(tag) > 1 and entities.is_hex32(tag[1]):
        if tag[0] == "p":
            out.mention(named(tag[1]), account_id(tag[1]))
            return
        if tag[0] == "e":
            out.reference(entities.shortened(nevent(tag[1])), event_id(tag[1]))
            return
    out.text(found)
