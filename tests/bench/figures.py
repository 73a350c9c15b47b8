"""Taking figures and printing them beside what was promised."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report: what was measured, its value, and the bound it is held to.

    `at_most` says which side of the bound is the good one.
    """

    what: str
    value: float
    bound: float
    unit: str = "×"
    at_most: bool = True
    detail: str = ""

    @property
    def holds(self) -> bool:
        """Whether the promise is kept in this run."""
        return self.value <= self.bound if self.at_most else self.value >= self.bound

    def __str__(self) -> str:
        sign = "≤" if self.at_most else "≥"
        value, bound = f"{self.value:,.2f} {self.unit}", f"{sign} {self.bound:,.2f}"
        verdict = "holds" if self.holds else "MISSED"
        return f"{verdict:7} {value:>14}  {bound:>14}   {self.what}\n{'':42}{self.detail}"


def ratio_of_medians(first: Sequence[float], second: Sequence[float]) -> float:
    """The median of `first` over that of `second`."""
    return statistics.median(first) / statistics.median(second)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of `values` lie."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def alternating(runs: int, *measures: Callable[[], float]) -> list[list[float]]:
    """Take `runs` values of each measure in turn, so that a drifting machine hits all alike.

    A first round, in which files are read from disk, is not counted.
    """
    values: list[list[float]] = [[] for _ in measures]
    for run in range(runs + 1):
        for kept, measure in zip(values, measures, strict=True):
            taken = measure()
            if run:
                kept.append(taken)
    return values
