"""The application on a terminal: first paint, keys, memory."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import Figure, alternating, percentile, ratio_of_medians
from tests.bench.homes import MARK
from tests.bench.terminal import HELLO, Timed

_APP = [sys.executable, "-m", "tuisocial"]


def figures(large: Path, small: Path) -> Iterator[Figure]:
    """Measure the application on two homes."""
    hello, first = alternating(
        7, lambda: _painted(HELLO, "Hello, world"), lambda: _painted(_APP, MARK, large)
    )
    yield Figure(
        "exec → first post on screen, over a Textual hello-world",
        ratio_of_medians(first, hello),
        1.6,
        detail=f"{_ms(first)} over {_ms(hello)}, medians of {len(first)}",
    )
    with _opened(large) as many, _opened(small) as few:
        many_keys, few_keys = _keys(many, few)
        memory = many.peak_memory()
    yield Figure(
        "key → settled, p95 at 100,000 posts over that at 1,000",
        percentile(many_keys, 0.95) / percentile(few_keys, 0.95),
        1.3,
        detail=f"p50 {_ms(many_keys)} over {_ms(few_keys)}, {len(many_keys)} presses of j each",
    )
    yield Figure(
        "key → settled, p95 at 100,000 posts",
        percentile(many_keys, 0.95) * 1000,
        25,
        unit="ms",
    )
    with Timed(HELLO) as plain:
        plain.until("Hello, world")
        plain.rest()
        base = plain.peak_memory()
    yield Figure(
        "peak memory at 100,000 posts over a Textual hello-world's",
        memory - base,
        45,
        unit="MB",
        detail=f"{memory:.0f} MB against {base:.0f} MB, after the keys above and End",
    )


def _painted(command: list[str], words: str, home: Path | None = None) -> float:
    with Timed(command, {"TUISOCIAL_HOME": str(home)} if home else None) as running:
        return running.until(words)


def _opened(home: Path) -> Timed:
    running = Timed(_APP, {"TUISOCIAL_HOME": str(home)})
    running.until(MARK)
    running.rest(2.0)
    return running


def _keys(*running: Timed) -> list[list[float]]:
    """Presses of j in each in turn, with pages down between, then the far end."""
    values: list[list[float]] = [[] for _ in running]
    for turn in range(150):
        for app, kept in zip(running, values, strict=True):
            if turn % 30 == 29:
                app.press("\x1b[6~")
            kept.append(app.press("j"))
    for app in running:
        app.press("G")
    return values


def _ms(seconds: list[float]) -> str:
    return f"{percentile(seconds, 0.5) * 1000:.0f} ms"
