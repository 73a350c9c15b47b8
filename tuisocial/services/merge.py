"""Several lists as one: k-way, by `(rank, key)`, with a watermark.

Every source's list is complete from its head to its tail (but for gaps, which are rows). A row
below the tail of a source that could still go on must wait, because that source may yet bring
rows above it: the watermark is the highest such tail.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tuisocial.store.entries import Ref

Place = tuple[int, str]

_order = attrgetter("rank", "key")


@dataclass(frozen=True, slots=True)
class Tail:
    """How far down one source goes, and whether waiting for more of it makes sense.

    `place` is None before anything was fetched. A source that `ended` has no more, one that is
    `failing` is shown as behind instead of being waited for.
    """

    place: Place | None
    ended: bool = False
    failing: bool = False

    @property
    def holds(self) -> bool:
        """Whether rows below it must wait."""
        return self.place is not None and not self.ended and not self.failing


def watermark(tails: Iterable[Tail]) -> Place | None:
    """The lowest place that may be shown; None when nothing holds the rows back."""
    return min((tail.place for tail in tails if tail.holds and tail.place), default=None)


def merged(lists: Iterable[Iterable[Ref]], *, upwards: bool = False) -> Iterator[list[Ref]]:
    """Merge sorted lists of rows; the same key from several sources comes as one group."""
    group: list[Ref] = []
    for ref in heapq.merge(*lists, key=_order, reverse=upwards):
        if group and ref.key != group[0].key:
            yield group
            group = []
        group.append(ref)
    if group:
        yield group
