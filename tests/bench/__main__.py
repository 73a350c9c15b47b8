"""`python -m tests.bench [PART …]`: measure and print; exit 1 if a promise is not kept."""

from __future__ import annotations

import compileall
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import tuisocial
from tests.bench import commands, intake, merging, screen
from tests.bench.figures import Figure
from tests.bench.homes import make_home


def main() -> int:
    """Run the parts that are named, or all."""
    # As an installed program is: compiled, whatever this environment says of writing bytecode.
    compileall.compile_dir(Path(tuisocial.__file__).parent, quiet=1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        large, small = make_home(folder / "large", 100_000), make_home(folder / "small", 1_000)
        parts: dict[str, Callable[[], Iterable[Figure]]] = {
            "screen": lambda: screen.figures(large, small),
            "commands": lambda: commands.figures(large),
            "merging": lambda: merging.figures(folder),
            "intake": lambda: intake.figures(folder),
        }
        wanted = sys.argv[1:] or list(parts)
        unknown = set(wanted) - set(parts)
        if unknown:
            print(f"no such part: {', '.join(sorted(unknown))}; say {', '.join(parts)}")
            return 2
        kept = True
        for part in wanted:
            for figure in parts[part]():
                print(figure, flush=True)
                kept &= figure.holds
    return 0 if kept else 1


sys.exit(main())
