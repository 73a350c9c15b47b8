"""Which room may import which library, deferred imports included.

What our own rooms may import of each other is held by the import contracts.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "tuisocial"

ROOMS_OF = {
    "textual": {"tui"},
    "rich": {"tui"},
    "click": {"cli"},
    "mastodon": {"adapters"},
    "orjson": {"adapters", "store"},
    "pynostr": {"adapters", "demo"},
    "websockets": {"adapters", "demo"},
    "selectolax": {"adapters", "sdk"},
    "httpx": {"adapters", "sdk", "demo"},
    "mastodon_mock": {"demo"},
    "nostr_relay": {"demo"},
    "keyring": {"store"},
}
"""The rooms in which a library may be imported at all."""


def imports() -> Iterator[tuple[str, str, str]]:
    """Yield room, file and first name of the module for each import, however deep it stands."""
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE)
        room = place.parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield room, str(place), alias.name.partition(".")[0]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{place} imports by a relative name"
                yield room, str(place), (node.module or "").partition(".")[0]


@pytest.mark.parametrize("library", ROOMS_OF)
def test_a_library_stays_in_its_rooms(library: str) -> None:
    strays = {
        file for room, file, name in imports() if name == library and room not in ROOMS_OF[library]
    }
    assert not strays


def test_the_model_needs_the_standard_library_only() -> None:
    allowed = {*sys.stdlib_module_names, "tuisocial"}
    strays = {(file, name) for room, file, name in imports() if room == "model"}
    assert not {(file, name) for file, name in strays if name not in allowed}
