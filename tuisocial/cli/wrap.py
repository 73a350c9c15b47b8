"""How wide text is in a terminal's cells, and where to break it; `output` makes it harmless."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator


def cells(text: str) -> int:
    """How many cells a terminal gives to a text, near enough for columns and breaks."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def wrapped(text: str, width: int) -> Iterator[str]:
    """The lines of a text without line breaks: broken at spaces, or inside what has none."""
    line, used = "", 0
    for word in text.split(" "):
        needed = cells(word)
        if used + 1 + needed <= width and line:
            line, used = f"{line} {word}", used + 1 + needed
            continue
        if line:
            yield line
        *full, line = _chopped(word, width) if needed > width else (word,)
        yield from full
        used = cells(line)
    yield line


def _cells(char: str) -> int:
    if unicodedata.east_asian_width(char) in "WF":
        return 2
    return 0 if unicodedata.category(char) in ("Mn", "Me", "Cf") else 1


def _chopped(word: str, width: int) -> Iterator[str]:
    start = used = 0
    for place, char in enumerate(word):
        more = _cells(char)
        # What takes no cell belongs to the character before it, and so does what it joins on.
        if used + more > width and more and word[place - 1] != "\u200d":
            yield word[start:place]
            start, used = place, 0
        used += more
    yield word[start:]
