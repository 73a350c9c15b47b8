"""A text as pieces that stay whole, each with how good a place its end is for a cut.

What a piece is made of (a link, a name, one character) is decided here; how many of them go into
one post is `services.splitting`'s.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import pairwise

from tuisocial.model.richtext import RichText
from tuisocial.services.clusters import boundaries


class Break(IntEnum):
    """How good a place for a cut the end of a piece is, worst first."""

    CHARACTER = 0
    WORD = 1
    SENTENCE = 2
    PARAGRAPH = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text without white space at its ends."""

    start: int
    end: int
    after: Break


# No-break spaces hold together what they stand between.
_SPACES = re.compile(r"[^\S\u00a0\u2007\u202f]+")

_STOPS = r"\s<>\"“”„«»「」『』（）【】《》，、。！？；："
_TAIL = r".,;:!?'\])"
"""What ends a sentence rather than the address in it."""

# Each kind begins where no other character of its kind stands before, so that a long word is
# looked through once.
ADDRESS = re.compile(
    rf"""
      (?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]*:                        # a URI
      (?://[^{_STOPS}]*[^{_STOPS}{_TAIL}]|[^{_STOPS}\x80-\U0010ffff]*[^{_STOPS}{_TAIL}\x80-\U0010ffff])
    | (?<![A-Za-z0-9_.+%-])[A-Za-z0-9_.+%-]*@[\w-]+(?:\.[\w-]+)*         # a handle, a mail address
      (?:@[\w-]+(?:\.[\w-]+)*(?::\d+)?)?
    | [#＃$]\w+(?:[-·.・]\w+)*                                           # a hashtag
    | :[A-Za-z0-9_+-]+:                                                  # an emoji's code
    | (?<![A-Za-z0-9])[a-z]+1[02-9ac-hj-np-z]{{30,}}                     # bech32 (BIP-173)
    | (?<![A-Za-z0-9.-])[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{{2,}}  # a bare domain
      (?:[:/?\#][^{_STOPS}]*)?
    """,
    re.VERBOSE,
)

# Scripts that are written without spaces. A mark that closes stays with what it closes, a small
# letter with the one before it, as Japanese typesetting has it (JIS X 4051).
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3001-\u30ff\u3105-\u312f\u31a0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff9f\U00020000-\U0003ffff]"
)
_NOT_FIRST = frozenset(
    "、。，．！？；：」』）】》〉〕］｝’”…‥ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ・ｰ､｡｣)]}!?,.;:"
)
_NOT_LAST = frozenset("「『（【《〈〔［｛‘“｢([{")

_CLOSING = r"[\"'”’»›)\]}」』）】》〉]*"
_SENTENCE_END = re.compile(rf"[.!?…‽؟۔।॥։]{_CLOSING}$")
_FULL_STOP = re.compile(rf"[。！？｡]{_CLOSING}$")
# "J." and "3." number and abbreviate more often than they end a sentence.
_ABBREVIATION = re.compile(r"(?:^|[\s(])(?:[^\W\d_]|\d{1,2}|\w\.\w)\.$")
_LONGEST_TAIL = 16


Units = Sequence[tuple[int, int]]
"""Spans that are never cut, in order and without overlap."""


def units_of(text: RichText) -> Units:
    """What stays whole in a text whatever happens: its facets, and what looks like an address."""
    spans = [(facet.start, facet.end) for facet in text.facets]
    spans += (match.span() for match in ADDRESS.finditer(text.text))
    spans.sort()
    units: list[tuple[int, int]] = []
    for start, end in spans:
        if units and start < units[-1][1]:
            units[-1] = (units[-1][0], max(units[-1][1], end))
        else:
            units.append((start, end))
    return units


def pieces(text: str, units: Units) -> Iterator[Piece]:
    """The pieces of a text: between any two of them it may be cut, and only white space lies."""
    start = 0
    for space in _gaps(text, units):
        if space.start() > start:
            after = _worth(text, start, space)
            yield from _words(text, start, space.start(), after, units)
        start = space.end()
    if start < len(text):
        yield from _words(text, start, len(text), Break.PARAGRAPH, units)


def taken_apart(piece: Piece, text: str, units: Units) -> list[Piece]:
    """A piece cut between any two of its characters, but not in units: one that is a unit stays."""
    inside = (piece.start + at for at in boundaries(text[piece.start : piece.end]))
    edges = [piece.start, *(at for at in inside if not _cuts(units, at)), piece.end]
    parts = [Piece(start, end, Break.CHARACTER) for start, end in pairwise(edges)]
    parts[-1] = replace(parts[-1], after=piece.after)
    return parts


def _cuts(units: Units, at: int) -> bool:
    """Whether a cut there goes through a unit."""
    before = bisect_left(units, (at,)) - 1
    return before >= 0 and at < units[before][1]


def _gaps(text: str, units: Units) -> Iterator[re.Match[str]]:
    """White space that may be left out: no unit reaches into it, no mark stands upon it."""
    allowed = None if text.isascii() else {0, *boundaries(text), len(text)}
    for space in _SPACES.finditer(text):
        if allowed is not None and not {space.start(), space.end()} <= allowed:
            continue
        inside = bisect_left(units, (space.end(),)) - 1
        if inside < 0 or units[inside][1] <= space.start():
            yield space


def _worth(text: str, start: int, space: re.Match[str]) -> Break:
    lines = space[0].count("\n") + space[0].count("\u2029")
    if lines > 1:
        return Break.PARAGRAPH
    tail = text[max(start, space.start() - _LONGEST_TAIL) : space.start()]
    if lines or _FULL_STOP.search(tail):
        return Break.SENTENCE
    goes_on = text[space.end() : space.end() + 1].islower()
    if goes_on or not _SENTENCE_END.search(tail) or _ABBREVIATION.search(tail):
        return Break.WORD
    return Break.SENTENCE


def _words(text: str, start: int, end: int, after: Break, units: Units) -> Iterator[Piece]:
    """A stretch without white space, cut where its script lets lines be cut."""
    stretch = text[start:end]
    first = start
    for at in boundaries(stretch) if _UNSPACED.search(stretch) else ():
        left, right, cut = stretch[at - 1], stretch[at], first + at
        if not _UNSPACED.match(left) and not _UNSPACED.match(right):
            continue
        if right in _NOT_FIRST or left in _NOT_LAST or _cuts(units, cut):
            continue
        ends = _FULL_STOP.search(text[max(start, cut - _LONGEST_TAIL) : cut])
        yield Piece(start, cut, Break.SENTENCE if ends else Break.WORD)
        start = cut
    yield Piece(start, end, after)
