"""Where a text may be cut without taking apart what a reader sees as one character.

This draws fewer lines than UAX #29 (extended grapheme clusters), never one that it does not: it
needs no table of its own, and a cut can do without a place or two. It is no way to count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_JOINER = "\u200d"
_SPACE = "\u200b"
_VIRAMA = 9
"""The canonical combining class of signs that bind the consonant after them (GB9c)."""

# What the general category does not tell: properties Extend, SpacingMark, Hangul V and T.
_FOLLOWS = re.compile(
    "[\u0e33\u0eb3\u1160-\u11ff\ud7b0-\ud7ff\uff9e\uff9f\U00016d63\U00016d67-\U00016d6a"
    "\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff]"
)
# The property Prepend of letters, Hangul L, and viramas that older Pythons do not know.
_LEADS = re.compile(
    "[\u0d4e\u1100-\u115f\u1cf5\u1cf6\ua960-\ua97f\U000111c2\U000111c3\U000113d0\U000113d1"
    "\U0001193f\U00011941\U00011a3a\U00011a84-\U00011a89\U00011d46\U00011f02\U00011f42"
    "\U00016d63\U00016d67-\U00016d6a]"
)
_FLAG_LETTER = re.compile("[\U0001f1e6-\U0001f1ff]")
_PICTURES = "\U0001f000"


def boundaries(text: str) -> Iterator[int]:
    """The places of `text` where it may be cut, in order, its two ends left out."""
    if text.isascii():
        yield from (at for at in range(1, len(text)) if text[at - 1 : at + 1] != "\r\n")
        return
    flags = 0
    bound = False
    for at, char in enumerate(text):
        before, after = _sides(char)
        half_a_flag = flags % 2 and _FLAG_LETTER.match(char)
        if at and before and not bound and not half_a_flag and text[at - 1 : at + 1] != "\r\n":
            yield at
        # A sign that binds goes on binding through the marks that stand upon it.
        bound = after or (bound and not before and char != _SPACE)
        flags = flags + 1 if _FLAG_LETTER.match(char) else 0


@lru_cache(maxsize=1024)
def _sides(char: str) -> tuple[bool, bool]:
    """Whether a cut before `char` may be, and whether it binds what comes after it."""
    category = unicodedata.category(char)
    if char == _SPACE:
        return True, False
    # An unassigned character may be a mark that this Python has not heard of.
    unknown = category == "Cn" and char < _PICTURES
    follows = category[0] == "M" or category == "Cf" or unknown or bool(_FOLLOWS.match(char))
    binds = category == "Cf" or bool(_LEADS.match(char)) or unicodedata.combining(char) == _VIRAMA
    return not follows, binds or char == _JOINER
