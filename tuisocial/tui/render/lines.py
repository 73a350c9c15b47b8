"""Lines of cells: pieces of text with a tone, wrapped, cut, filled and painted.

A line is written first and painted later, so that the same words serve a selected and an
unselected row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from rich.segment import Segment
from textual.strip import Strip

from tuisocial.tui.render.look import Colours, Role, Tone
from tuisocial.tui.render.width import Safe, cell_len, chop_cells, head

Piece = tuple[Safe, Tone]
Line = list[Piece]

_WORD = re.compile(r"\s*\S+|\s+$")
_IDEOGRAPH = "\u2e80-\u2fff\u3040-\u9fff\uf900-\ufaff\uff00-\uff60"
_CLOSING = (
    "\u3001\u3002\u3009\u300b\u300d\u300f\u3011\u30fc\uff01\uff09\uff0c\uff0e\uff1a\uff1b\uff1f"
)


@cache
def _ideographic_word() -> re.Pattern[str]:
    """Words where Chinese and Japanese break between any two characters but before what closes.

    Compiled when such text is first met: it takes longer than painting a screen.
    """
    return re.compile(
        rf"\s*[{_IDEOGRAPH}][{_CLOSING}]*"
        rf"|\s*[^\s{_IDEOGRAPH}{_CLOSING}][^\s{_IDEOGRAPH}]*[{_CLOSING}]*|\s*[{_CLOSING}]+|\s+$"
    )


def _stands_alone(word: str) -> bool:
    """Whether a line may end before or after a word that no blank separates from the next."""
    first = word.lstrip()[:1]
    return (
        "\u2e80" <= first <= "\u2fff"
        or "\u3040" <= first <= "\u9fff"
        or "\uf900" <= first <= "\ufaff"
        or "\uff00" <= first <= "\uff60"
    )


def width_of(line: Iterable[Piece]) -> int:
    """The cells of a line."""
    return sum(cell_len(text) for text, _ in line)


def fitted(line: Line, width: int, ellipsis: str = "…") -> Line:
    """The line in at most `width` cells; one that is longer ends in the whole of `ellipsis`."""
    room = width
    for text, _ in line:
        room -= cell_len(text)
        if room < 0:
            return _cut(line, width, ellipsis)
    return line


def _cut(line: Line, width: int, ellipsis: str) -> Line:
    mark = Safe(ellipsis[: max(width, 0)])
    room = width - cell_len(mark)
    out: Line = []
    for text, tone in line:
        cells = cell_len(text)
        if cells > room:
            part = Safe(head(text, room).rstrip() + mark)
            return [*out, (part, tone)] if part else out
        out.append((text, tone))
        room -= cells
    return out


def spread(left: Line, right: Line, width: int, ellipsis: str = "…") -> Line:
    """`left` and `right` at the two edges of `width` cells; the left one gives way."""
    right = fitted(right, width, ellipsis)
    room = width - width_of(right)
    left = fitted(left, max(room - 1, 0), ellipsis)
    gap = Safe(" " * max(room - width_of(left), 0))
    return [*left, (gap, Role.TEXT), *right]


def wrapped(pieces: Sequence[Piece], width: int, limit: int | None = None) -> list[Line]:
    """The pieces as lines of at most `width` cells, broken at blanks, newlines kept.

    Words longer than a line are broken where it ends. With a `limit`, one line more than it at
    most is made, so that what is beyond costs nothing.
    """
    lines: list[Line] = []
    most = None if limit is None else limit + 1
    for paragraph in _paragraphs(pieces):
        lines += _wrap_paragraph(paragraph, width, None if most is None else most - len(lines))
        if most is not None and len(lines) >= most:
            break
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _paragraphs(pieces: Sequence[Piece]) -> Iterable[Line]:
    current: Line = []
    for text, tone in pieces:
        first, *rest = text.split("\n")
        if first:
            current.append((Safe(first), tone))
        for part in rest:
            yield current
            current = [(Safe(part), tone)] if part else []
    yield current


def _wrap_paragraph(paragraph: Line, width: int, most: int | None) -> list[Line]:
    lines: list[Line] = []
    line: Line = []
    room = width
    for word in _words(paragraph):
        cells = width_of(word)
        if cells > room and line:
            lines.append(line)
            if most is not None and len(lines) >= most:
                return lines
            line, room = [], width
        if lines and not line:
            word = [(Safe(word[0][0].lstrip(" ")), word[0][1]), *word[1:]]
            cells = width_of(word)
        while cells > width:
            head, word = _split(word, width)
            lines.append(head)
            if most is not None and len(lines) >= most:
                return lines
            cells = width_of(word)
        line += word
        room -= cells
    lines.append(line)
    return lines


def _words(paragraph: Line) -> list[Line]:
    """Pieces that may not be torn apart, each with the blanks before it."""
    words: list[Line] = []
    glued = False
    for text, tone in paragraph:
        plain = text.isascii()
        for match in (_WORD if plain else _ideographic_word()).finditer(text):
            word = match[0]
            if glued and not word[0].isspace() and (plain or not _stands_alone(word)):
                words[-1].append((Safe(word), tone))
            else:
                words.append([(Safe(word), tone)])
            glued = not word[-1].isspace() and (plain or not _stands_alone(word))
    return words


def _split(word: Line, width: int) -> tuple[Line, Line]:
    """A word longer than a line, at the last cell of the line."""
    head: Line = []
    room = width
    for at, (text, tone) in enumerate(word):
        cells = cell_len(text)
        if cells <= room:
            head.append((text, tone))
            room -= cells
            continue
        part = chop_cells(text[: room + 64], room)[0] if room else ""
        if cell_len(part) > room or not (part or head):
            part = "" if head else text[:1]
        if part:
            head.append((Safe(part), tone))
        return head, [(Safe(text[len(part) :]), tone), *word[at + 1 :]]
    return head, []


def count_lines(pieces: Sequence[Piece], width: int) -> int:
    """About how many lines `wrapped` would make, without making them."""
    return sum(
        max(1, -(-width_of(paragraph) // max(width - 3, 1))) for paragraph in _paragraphs(pieces)
    )


def painted(line: Line, width: int, colours: Colours, selected: bool = False) -> Strip:
    """The line as Textual takes it, filled to `width` cells."""
    segments: list[Segment] = []
    cells = 0
    run: list[str] = []
    tone_of_run: Tone = Role.TEXT
    for text, tone in line:
        if tone != tone_of_run and run:
            segments.append(Segment("".join(run), colours.style(tone_of_run, selected)))
            run = []
        tone_of_run = tone
        run.append(text)
        cells += cell_len(text)
    if run:
        segments.append(Segment("".join(run), colours.style(tone_of_run, selected)))
    if cells < width:
        segments.append(Segment(" " * (width - cells), colours.style(Role.TEXT, selected)))
    elif cells > width:
        return Strip(segments, cells).adjust_cell_length(width)
    return Strip(segments, width)
