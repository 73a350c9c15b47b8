"""When a relay that failed may be tried again: ever later, and never all relays at once."""

from __future__ import annotations

import random
from collections.abc import Callable


class BackOff:
    """Waits of 1, 2, 4 … up to 300 seconds, each shortened by chance to between half and whole.

    `clock` gives seconds that only grow, `chance` a number from 0 to 1.
    """

    def __init__(self, clock: Callable[[], float], chance: Callable[[], float] = random.random):
        self._clock = clock
        self._chance = chance
        self._failures = 0
        self._not_before = float("-inf")

    @property
    def wait(self) -> float:
        """Seconds until the next try; 0 for now."""
        return max(0.0, self._not_before - self._clock())

    def failed(self) -> None:
        """Put the next try off, further than the last time."""
        longest = min(300.0, 2.0 ** min(self._failures, 20))
        self._failures += 1
        self._not_before = self._clock() + longest * (0.5 + self._chance() / 2)

    def succeeded(self) -> None:
        """Begin again from the shortest wait."""
        self._failures = 0
        self._not_before = float("-inf")
