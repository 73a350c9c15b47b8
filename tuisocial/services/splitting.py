"""A text that is too long for one post, as the parts of a thread.

Where it may be cut is `services.breaking`'s knowledge; what fits only the caller knows.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from tuisocial.model.richtext import EMPTY, Facet, RichText
from tuisocial.sdk.text import clip
from tuisocial.services.breaking import Break, pieces, taken_apart, units_of

Fits = Callable[[RichText], bool]
"""Whether a target would take a text; whoever takes one takes any part of it."""

_NUMBER = re.compile(r"(?:^|\s)\(?\d+/(?:\d+|n)\)?$")


class TooLong(ValueError):
    """A part of a text that must not be cut is too long by itself."""

    def __init__(self, unit: str) -> None:
        shown = unit if len(unit) <= 80 else f"{unit[:79]}…"
        super().__init__(f"this does not fit into a post and must not be cut: {shown}")
        self.unit = unit


def split(text: RichText, fits: Fits, *, numbered: bool = True) -> tuple[RichText, ...]:
    """The text in parts that fit, whole if it does.

    There is at most one part more than there need be, spent on ends of paragraphs and sentences.
    `numbered` ends each part with " 1/3", counted in. White space at a cut is left out.
    Raises: TooLong.
    """
    if fits(text):
        return (text,)
    return _Splitting(text, fits, numbered).parts()


def divided(parts: Sequence[str]) -> tuple[str, ...]:
    """Parts cut by hand, each with its number; blank ones are left out.

    Whoever numbered each part, or wrote only one, wanted no other numbers.
    """
    kept = [part.strip() for part in parts if part.strip()]
    if len(kept) == 1 or all(_NUMBER.search(part) for part in kept):
        return tuple(kept)
    return tuple(f"{part} {at}/{len(kept)}" for at, part in enumerate(kept, 1))


class _Splitting:
    """One text on its way; `i` and `j` are places in `_pieces`, a part is those from i to j."""

    def __init__(self, text: RichText, fits: Fits, numbered: bool) -> None:
        self._text = text
        self._fits = fits
        self._numbered = numbered
        self._units = units_of(text)
        self._pieces = list(pieces(text.text, self._units))
        self._starts = [facet.start for facet in text.facets]
        self._ends = [facet.end for facet in text.facets]

    def parts(self) -> tuple[RichText, ...]:
        if not self._pieces:
            return (EMPTY,)
        whole = self._part(0, len(self._pieces))
        if self._fits(whole):
            return (whole,)
        edges = self._fewest()
        better = self._better(len(edges))
        if better is not None:
            made = self._made(better)
            if all(map(self._fits, made)):
                return made
        return self._made(edges)

    def _made(self, edges: Sequence[int]) -> tuple[RichText, ...]:
        total = str(len(edges))
        return tuple(
            self._part(i, j, number, total)
            for number, (i, j) in enumerate(zip([0, *edges], edges, strict=False), 1)
        )

    def _part(self, i: int, j: int, number: int = 0, total: str = "") -> RichText:
        start, end = self._pieces[i].start, self._pieces[j - 1].end
        content = self._text.text[start:end]
        if number and self._numbered:
            content += f" {number}/{total}"
        return RichText(content, self._facets(start, end))

    def _facets(self, start: int, end: int) -> tuple[Facet, ...]:
        inside = slice(bisect_right(self._ends, start), bisect_left(self._starts, end))
        return clip(self._text.facets[inside], start, end)

    def _fewest(self) -> list[int]:
        """Where the parts end when each takes as much as it can.

        The total is not known before: as many digits are kept free for it as it turns out to need.
        """
        digits = 1
        while True:
            edges = [0]
            while edges[-1] < len(self._pieces):
                edges.append(self._filled(edges[-1], len(edges), "9" * digits))
            if not self._numbered or len(edges) - 1 < 10**digits:
                return edges[1:]
            digits += 1

    def _filled(self, i: int, number: int, total: str) -> int:
        """How far a part that begins at `i` can go.

        A piece that is too long for any part is taken apart, so that this one gets some of it.
        """
        j = self._reach(i, number, total)
        while j < len(self._pieces):
            if self._fits(self._part(j, j + 1, number + (j > i), total)):
                return j
            apart = taken_apart(self._pieces[j], self._text.text, self._units)
            if len(apart) == 1:
                piece = self._pieces[j]
                raise TooLong(self._text.text[piece.start : piece.end])
            self._pieces[j : j + 1] = apart
            j = self._reach(i, number, total)
        return j

    def _reach(self, i: int, number: int, total: str) -> int:
        """The last `j` with which the part from `i` still fits; `i` when not one piece does."""
        return _last(
            i,
            len(self._pieces),
            lambda j: self._fits(self._part(i, j, number, total)),
        )

    def _reach_back(self, j: int, number: int, total: str) -> int:
        """The first `i` from which a part up to `j` fits; `j` when not one piece does."""
        size = _last(0, j, lambda size: self._fits(self._part(j - size, j, number, total)))
        return j - size

    def _better(self, fewest: int) -> list[int] | None:
        """Ends at the best places that one part more allows, or as many parts as need be."""
        for count in (fewest + 1, fewest):
            latest = self._latest(count)
            edges = latest and self._chosen(latest)
            if edges:
                return edges
        return None

    def _latest(self, count: int) -> list[int] | None:
        """For each of `count` parts, the first place at which it may begin if all is to fit.

        None when all does not fit into so many.
        """
        begins = [len(self._pieces)]
        for number in range(count, 0, -1):
            begins.append(self._reach_back(begins[-1], number, str(count)))
        begins.reverse()
        return begins if begins[0] == 0 else None

    def _chosen(self, latest: Sequence[int]) -> list[int] | None:
        """The end of each part: the best place in its second half, else the last one possible.

        `latest[k]` is where the rest after part `k` may begin at the earliest.
        """
        total = str(len(latest) - 1)
        edges: list[int] = []
        for number in range(1, len(latest)):
            i = edges[-1] if edges else 0
            j = self._reach(i, number, total)
            if j == len(self._pieces):
                return [*edges, j]
            if j <= i or j < latest[number]:
                return None
            edges.append(self._best(i, j, latest[number]))
        return None

    def _best(self, i: int, j: int, earliest: int) -> int:
        begin = self._pieces[i].start
        least = begin + (self._pieces[j - 1].end - begin) / 2
        best = j
        for end in range(j - 1, max(i, earliest - 1), -1):
            if self._pieces[end - 1].end < least:
                break
            if self._worth(end) > self._worth(best):
                best = end
        return best

    def _worth(self, end: int) -> Break:
        return self._pieces[end - 1].after


def _last(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The last number of `low + 1` to `high` that holds, `low` if none does.

    It is looked for near `low` first: what is asked about is as long as the answer, not as all.
    """
    step = 1
    while low < high and holds(min(low + step, high)):
        low = min(low + step, high)
        step *= 2
    high = min(low + step, high)
    while low + 1 < high:
        middle = (low + high) // 2
        if holds(middle):
            low = middle
        else:
            high = middle
    return low
