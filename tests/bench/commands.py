"""The command line, against the import that it must not make."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import Figure, alternating, ratio_of_medians

_RUNS = 15


def figures(large: Path) -> Iterator[Figure]:
    """Measure `--help` and a listing of stored posts."""
    command = [sys.executable, "-m", "tuisocial"]
    listing = [*command, "timeline", "--offline", "--json", "--limit", "50"]
    textual, help_, stored = alternating(
        _RUNS,
        lambda: _run([sys.executable, "-c", "import textual.app"]),
        lambda: _run([*command, "--help"]),
        lambda: _run(listing, large),
    )
    for what, values, bound in (
        ("tuisocial --help", help_, 0.5),
        ("timeline --offline --json --limit 50 over 100,000 posts", stored, 1.0),
    ):
        yield Figure(
            f"{what}, over importing textual.app",
            ratio_of_medians(values, textual),
            bound,
            detail=f"medians of {_RUNS}, whole processes",
        )


def _run(command: list[str], home: Path | None = None) -> float:
    environment = {**os.environ, **({"TUISOCIAL_HOME": str(home)} if home else {})}
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - started
