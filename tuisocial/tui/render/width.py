"""Cells: how wide text is, how it is cut, and text whose width no two terminals dispute.

Terminals disagree on characters that change the width of their neighbours: variation selectors,
skin tones, joined and flag emoji. One disputed cell shifts the rest of its line, so these are
shown by their parts: a family as its members, a flag as its letters.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NewType

from rich.cells import cell_len, chop_cells

Safe = NewType("Safe", str)
"""Text that a terminal prints and does not obey; `render.safe` makes it, nothing else."""

_EMOJI = "\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff"
_FLAG_LETTERS = re.compile("[\U0001f1e6-\U0001f1ff]+")
_PERHAPS = ("\u200d", "\ufe0e", "\ufe0f")


@cache
def _width_changing() -> re.Pattern[str]:
    """Compiled when it may be needed first: it takes longer than painting a screen."""
    return re.compile(
        "[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"
        f"|(?<=[{_EMOJI}\ufe0f])\u200d|\u200d(?=[{_EMOJI}])"
    )


def undisputed(text: str) -> str:
    """`text` without characters that change the width of their neighbours."""
    if text.isascii() or (max(text) < "\U0001f000" and not any(c in text for c in _PERHAPS)):
        return text
    return _FLAG_LETTERS.sub(_letters, _width_changing().sub("", text))


def _letters(flags: re.Match[str]) -> str:
    letters = "".join(chr(ord(char) - 0x1F1E6 + ord("A")) for char in flags[0])
    return " ".join(letters[at : at + 2] for at in range(0, len(letters), 2))


def cut(text: Safe, width: int, ellipsis: str = "…") -> Safe:
    """`text` in at most `width` cells, its end replaced by `ellipsis` if it is longer."""
    if cell_len(text) <= width:
        return text
    room = width - cell_len(ellipsis)
    if room <= 0:
        return Safe(ellipsis[: max(width, 0)])
    return Safe(head(text, room).rstrip() + ellipsis)


def head(text: str, width: int) -> str:
    """As much of the beginning of `text` as `width` cells hold."""
    part = chop_cells(text[: width + 64], width)[0] if width > 0 and text else ""
    return part if cell_len(part) <= width else ""


__all__ = ["Safe", "cell_len", "chop_cells", "cut", "head", "undisputed"]
