"""Make any text harmless to a terminal: what remote text passes through before it is shown.

Control characters could move the cursor, set the title or the clipboard; bidirectional overrides
could disguise an address; floods of combining or invisible characters could bury a line. Layout,
colour and markup are for the callers.
"""

from __future__ import annotations

import re
import unicodedata

_MARKS_KEPT = 8
"""Combining marks kept on one base: enough for Thai, Hebrew and Vietnamese, not for a flood."""

# C0 without newline, DEL, C1, line and paragraph separators, bidirectional embeddings, overrides
# and isolates, deprecated format characters, tags, interlinear annotation, noncharacters,
# surrogates and the private areas, whose width no two terminals agree on.
_REFUSED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f"
    "\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\ue000-\uf8ff\U000e0000-\U000e007f"
    "\U000f0000-\U0010ffff]"
)
_NEWLINE = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\U0010ffff]")
"""What makes a text worth a closer look; plain ASCII returns as it is."""

_BLANK = "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u3164\ufeff\uffa0"
"""Invisible characters that join nothing: they only hide."""

_JOINERS = "\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef"
_BLANKS = re.compile(f"[{_BLANK}]")
_JOINER_RUN = re.compile(f"[{_JOINERS}]{{3,}}")


def printable(text: str) -> str:
    """Return `text` with nothing left that a terminal would obey instead of print.

    Newlines stay (every kind becomes `\\n`), tabs become spaces; a lone surrogate becomes
    U+FFFD; zero-width joiners and variation selectors stay where they can join something.
    """
    if not _UNPRINTABLE.search(text):
        return text
    text = _NEWLINE.sub("\n", text).replace("\t", "    ")
    text = _REFUSED.sub(lambda m: "\ufffd" if "\ud800" <= m[0] <= "\udfff" else "", text)
    if text.isascii():
        return text
    text = _BLANKS.sub("", text)
    text = _JOINER_RUN.sub(lambda m: m[0][:2], text)
    return _without_mark_floods(text)


def printable_line(text: str) -> str:
    """Like `printable`, on one line: newlines become spaces."""
    return printable(text).replace("\n", " ")


def _without_mark_floods(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in text:
        if char > "\u02ff" and unicodedata.category(char) in ("Mn", "Me"):
            marks += 1
            if marks > _MARKS_KEPT:
                continue
        elif char not in "\u200c\u200d":
            marks = 0
        kept.append(char)
    return "".join(kept)
