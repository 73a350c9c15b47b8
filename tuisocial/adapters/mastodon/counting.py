"""How long a text is by its server's own count, which is not the same on all of the family.

What is counted is put together by `wording`, which rules hold is `about`'s. Where a server's rule
cannot be known for certain, this counts the more.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_ADDRESS = re.compile(
    r"""https?://(?P<name>[\w.-]*)(?P<port>:\d{1,5})?
    (?:/(?:[^\s<>()?"]|\([^\s<>()?"]*\))*)?
    (?:\?(?:[\w!*'();:&=+$/%\#\[\].,~|@^?-])*)?""",
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
_NAME = re.compile(r"(?:[\w-]+\.)+([a-z]{2,}|xn--[a-z0-9-]+)", re.IGNORECASE | re.ASCII)
_NOT_BEFORE = re.compile(r"[\w@＠$#＃./=+&%~-]|[\u202a-\u202e]", re.ASCII)
"""What stands before no link, or may not on some servers."""

_LAST = re.compile(r"[\w/#-]|[^\x00-\x7f「」]", re.ASCII)
"""What a link can end with on every server."""

_MENTION = re.compile(
    r"(?<![=/\w])@([a-z0-9_]+(?:[.-]+[a-z0-9_]+)*)(@\w+(?:[.-]+\w+)*)?", re.IGNORECASE
)
_NO_TLD = frozenset({"example", "internal", "invalid", "lan", "local", "localhost", "test"})
"""Ends of names of which no public address is made (RFC 6761, RFC 6762)."""

_VIRAMA = 9
_COMBINING = "\u0300"


@dataclass(frozen=True, slots=True)
class Counting:
    """A server's rules.

    `link` is what a link counts for, 0 where it counts in full; `short_mentions` leave out the
    host; `clusters` says whether user-perceived characters are counted or code points.

    Mastodon: `app/validators/status_length_validator.rb`; Pleroma: `String.length/1` of the text
    and its summary; GoToSocial: code points.
    """

    link: int = 0
    short_mentions: bool = False
    clusters: bool = False

    def count(self, text: str, warning: str = "") -> int:
        """How much of a post's limit a text and its content warning take."""
        return self.length(self._reduced(text)) + self.length(warning)

    def length(self, text: str) -> int:
        """How long a text is without concessions, as the options of a poll are counted."""
        return clusters(text) if self.clusters else len(text)

    def _reduced(self, text: str) -> str:
        """The text with its links and mentions as long as they count."""
        pieces: list[str] = []
        at = 0
        for start, end, instead in self._concessions(text):
            if start >= at:
                pieces += (text[at:start], instead)
                at = end
        return "".join((*pieces, text[at:]))

    def _concessions(self, text: str) -> list[tuple[int, int, str]]:
        found = list(self._links(text)) if self.link else []
        if self.short_mentions:
            found += [
                (match.start(), match.end(), f"@{match[1]}")
                for match in _MENTION.finditer(text)
                # Mastodon takes no mention that goes on like a path or an address.
                if not text.startswith(("://", "@"), match.end())
            ]
        return sorted(found)

    def _links(self, text: str) -> Iterator[tuple[int, int, str]]:
        for match in _ADDRESS.finditer(text):
            start, end = match.start(), match.start() + len(_trimmed(match[0]))
            name = _NAME.fullmatch(match["name"])
            certain = (
                name is not None
                and name[1].lower() not in _NO_TLD
                and not (start and _NOT_BEFORE.match(text, start - 1))
            )
            # What may or may not be a link for the server counts as the longer of both.
            if certain or end - start < self.link:
                yield start, end, "x" * self.link


def _trimmed(address: str) -> str:
    """An address without the punctuation after it; a closing bracket stays where it was opened."""
    while not _LAST.fullmatch(address[-1]):
        if address[-1] == ")" and address.count("(") == address.count(")"):
            break
        address = address[:-1]
    return address


def clusters(text: str) -> int:
    """How many user-perceived characters a text has (UAX #29, extended grapheme clusters).

    Conjuncts (GB9c) count by their parts: the rule is younger than the Unicode of many servers.
    """
    if text.isascii() or max(text) < _COMBINING:
        return len(text) - text.count("\r\n")
    from wcwidth import iter_graphemes

    return sum(1 + _conjuncts(cluster) for cluster in iter_graphemes(text))


def _conjuncts(cluster: str) -> int:
    """How many letters of a cluster hang on to the one before by a sign that binds them."""
    if len(cluster) < 3:
        return 0
    bound, found = False, 0
    for char in cluster:
        if unicodedata.category(char) == "Lo":
            found += bound
            bound = False
        elif unicodedata.combining(char) == _VIRAMA:
            bound = True
    return found
