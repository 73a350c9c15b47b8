"""Where folding looks: some lists between two places, as values and as a condition in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tuisocial.store.text import dumps

_Place = tuple[int, str]

SOURCES = "(SELECT value FROM json_each(:sources))"
"""The numbers of the lists in sight."""

HEEDED = f"(entries.addressed OR entries.source NOT IN {SOURCES.replace(':sources', ':addressed')})"
"""That a row of `entries` is of those which its list shows."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Some lists, by their sources' numbers, between two places.

    Of the lists in `addressed` only rows that speak to their login's account are there.
    """

    sources: Sequence[int]
    top: _Place
    bottom: _Place
    addressed: Sequence[int] = ()

    def parameters(self, wanted: Iterable[object]) -> dict[str, object]:
        """What statements about `wanted` take."""
        return {
            "wanted": dumps(list(wanted)),
            "sources": dumps(list(self.sources)),
            "addressed": dumps(list(self.addressed)),
            "top_rank": self.top[0],
            "top_key": self.top[1],
            "bottom_rank": self.bottom[0],
            "bottom_key": self.bottom[1],
        }


def between(rank: str, key: str) -> str:
    """That the place of these two columns is in sight."""
    return (
        f"({rank}, {key}) >= (:top_rank, :top_key) "
        f"AND ({rank}, {key}) <= (:bottom_rank, :bottom_key)"
    )
