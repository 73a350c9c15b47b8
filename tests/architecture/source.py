"""The program's own source, as the architecture tests read it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "tuisocial"


def modules(*rooms: str) -> Iterator[tuple[str, ast.Module]]:
    """The place and the tree of every module, or of those in some rooms."""
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE)
        if not rooms or place.parts[0].removesuffix(".py") in rooms:
            yield str(place), ast.parse(path.read_text())
