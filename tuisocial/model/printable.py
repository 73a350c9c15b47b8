"""Make any text harmless to a terminal: what remote text passes through before it is shown.

Control characters could move the cursor, set the title or the clipboard; bidirectional overrides
could disguise an address; floods of combining or invisible characters could bury a line. Layout,
colour and markup are for the callers.
"""

from __future__ import annotations

import re
import unicodedata

_MARKS_KEPT = 8
"""Characters without a cell of their own kept on one base: enough for Thai, Hebrew, Vietnamese
and the flags of parts of a country, not for a flood."""

# C0 without newline, DEL, C1, line and paragraph separators, bidirectional marks, embeddings,
# overrides and isolates, deprecated format characters, interlinear annotation, noncharacters,
# surrogates and the private area, whose width no two terminals agree on.
_REFUSED = (
    "\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f"
    "\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufff0-\ufffb\ufffe\uffff"
)
# Format characters of shorthand and musical notation, tags, the other private areas.
_REFUSED_ASTRAL = (
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f\U000f0000-\U0010ffff"
)
_BLANK = "\u00ad\u034f\u115f\u180e\u200b\u3164\ufeff\uffa0\u17b4\u17b5"
"""Invisible characters that join nothing: they only hide."""

_JOINERS = "\u180b-\u180d\u180f\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef"
_JAMO = "\u1160-\u11ff\ud7b0-\ud7ff"
"""Vowels and finals of Hangul, which take no cell of their own after an initial."""

_NEWLINE = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")
# Apart, because a class within the first 65,536 characters is one table look-up.
_UNPRINTABLE = re.compile(f"[{_REFUSED}{_BLANK}]")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_UNPRINTABLE_ASTRAL = re.compile(f"[{_REFUSED_ASTRAL}]")
_JAMO_USED = re.compile(f"[{_JAMO}]")
_JOINER_RUN = re.compile(f"[{_JOINERS}]{{3,}}")
# No combining mark or format character is a word character. The ranges hold none either; they
# stand here because they are one table look-up, where a category is a call for each character.
_MARK_RUN = re.compile(
    "[^\x00-\u02ff\u0370-\u0482\u048a-\u0590\u05d0-\u05ff\u0606-\u060f\u0620-\u064a\u0671-\u06d5"
    "\u0e01-\u0e30\u1e00-\u200b\u200e-\u20cf\u2100-\u2bff\u2e00-\u3029\u3030-\u3098\u309b-\ua4cf"
    f"\uac00-\ud7a3\\w\\s]{{{_MARKS_KEPT + 1}}}"
)
"""Where there may be too many marks on one base; the closer look is character by character."""

# A flag of a part of a country is spelt in tags: a black flag, letters and digits, an end.
_FLAG = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f"
_REFUSED_OR_FLAG = re.compile(f"({_FLAG})|[{_REFUSED}{_REFUSED_ASTRAL}]")
_BLANKS = re.compile(f"[{_BLANK}]")


def printable(text: str) -> str:
    """Return `text` with nothing left that a terminal would obey instead of print.

    Newlines stay (every kind becomes `\\n`), tabs become spaces; a lone surrogate becomes
    U+FFFD; zero-width joiners and variation selectors stay where they can join something.
    """
    if text.isascii() and text.isprintable():
        return text
    if _UNPRINTABLE.search(text) or (_ASTRAL.search(text) and _UNPRINTABLE_ASTRAL.search(text)):
        text = _NEWLINE.sub("\n", text).replace("\t", "    ")
        text = _BLANKS.sub("", _REFUSED_OR_FLAG.sub(_kept, text))
    if text.isascii():
        return text
    if _MARK_RUN.search(text) or _JAMO_USED.search(text):
        text = _without_mark_floods(text)
    return _JOINER_RUN.sub(lambda m: m[0][:2], text)


def printable_line(text: str) -> str:
    """Like `printable`, on one line: newlines become spaces."""
    return printable(text).replace("\n", " ")


def _kept(match: re.Match[str]) -> str:
    if match[1]:
        return match[1]
    return "\ufffd" if "\ud800" <= match[0] <= "\udfff" else ""


def _without_mark_floods(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in text:
        if _takes_no_cell(char):
            marks += 1
            if marks > _MARKS_KEPT:
                continue
        else:
            marks = 0
        kept.append(char)
    return "".join(kept)


def _takes_no_cell(char: str) -> bool:
    return char > "\u02ff" and (
        unicodedata.category(char) in ("Mn", "Me", "Cf")
        or "\u1160" <= char <= "\u11ff"
        or "\ud7b0" <= char <= "\ud7ff"
    )
