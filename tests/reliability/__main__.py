"""Print the fault matrix and the kill trials, and what was wrong; `--write` keeps them in docs."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.reliability.kills import Tally
from tests.reliability.matrix import ACTS, Cell
from tests.reliability.stage import stage

TRIALS = 210
_DOCUMENT = Path(__file__).parents[2] / "docs" / "reliability.md"
_BEGIN, _END = "<!-- begin: make reliability -->\n", "<!-- end -->\n"


def main() -> int:
    """Run everything; 1 if anything was lost, sent twice or waits without a word."""
    chosen = [name for name in ("matrix", "kills") if f"--{name}" in sys.argv] or [
        "matrix",
        "kills",
    ]
    lines: list[str] = []
    wrong: list[str] = []
    # The trials fork, so they come before anything has begun a thread.
    if "kills" in chosen:
        with tempfile.TemporaryDirectory() as folder, stage(Path(folder), proxies=False) as made:
            tally = made.kills(
                int(_argument("--trials", str(TRIALS))), seed=int(_argument("--seed", "20261126"))
            )
        lines += _told(tally)
        wrong += [*tally.lost, *tally.twice, *tally.waiting]
    if "matrix" in chosen:
        with tempfile.TemporaryDirectory() as folder, stage(Path(folder), proxies=True) as made:
            cells = made.cells()
        lines = [*_table(cells), *lines]
        wrong += [f"{c.network}, {c.act}, {c.fault}: {c.wrong}" for c in cells if c.wrong]
    print("\n".join(lines))
    if "--write" in sys.argv:
        text = _DOCUMENT.read_text()
        head, _, rest = text.partition(_BEGIN)
        _DOCUMENT.write_text(
            head + _BEGIN + "\n".join(lines) + "\n" + _END + rest.partition(_END)[2]
        )
    for line in wrong:
        print(f"WRONG: {line}", file=sys.stderr)
    return 1 if wrong else 0


def _argument(name: str, otherwise: str) -> str:
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else otherwise


def _table(cells: Sequence[Cell]) -> list[str]:
    """One table for each network: faults down, acts across, how it stood while the fault lasted."""
    lines = []
    for network, name in (("masto", "Mastodon API"), ("nos", "Nostr")):
        mine = [cell for cell in cells if cell.network == network]
        once = sum(not cell.wrong for cell in mine)
        lines += [f"{name}: {once} of {len(mine)} ended sent exactly once.", ""]
        lines += ["| fault | " + " | ".join(ACTS) + " |", "|---" * (len(ACTS) + 1) + "|"]
        for fault in dict.fromkeys(cell.fault for cell in mine):
            row = [next(c for c in mine if c.fault == fault and c.act == act) for act in ACTS]
            told = [cell.meanwhile + (" **wrong**" if cell.wrong else "") for cell in row]
            lines.append(f"| {fault} | " + " | ".join(told) + " |")
        lines.append("")
    return lines


def _told(tally: Tally) -> list[str]:
    sending, doubt = tally.at["sending"], tally.at["sending in doubt"]
    told = (
        f"Kill trials: {tally.trials}, in which {tally.killed} processes were killed while they "
        f"ran, {sending + doubt} deliveries in their hands and {doubt} of these perhaps out "
        f"already. Drafts that were on disk: {tally.kept}. Lost: {len(tally.lost)}. "
        f"Sent twice: {len(tally.twice)}. Not settled in the end: {len(tally.waiting)}."
    )
    return [told]


if __name__ == "__main__":
    sys.exit(main())
