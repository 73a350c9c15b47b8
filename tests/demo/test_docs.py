"""docs/demo.md tells the truth about the files and the keys that it names."""

import re
from pathlib import Path

from tuisocial import demo

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "demo.md").read_text()


def test_the_file_map_names_every_module() -> None:
    rows = PAGE.split("## How it is made")[1].split("\n\n")[1]
    named = set(re.findall(r"`(\w+\.py)`", rows))
    modules = {path.name for path in Path(demo.__file__).parent.glob("*.py")} - {"__init__.py"}
    assert named == modules


def test_the_fixtures_it_names_exist() -> None:
    conftest = (ROOT / "tests" / "live" / "conftest.py").read_text()
    named = re.findall(r"`(\w+)(?:\(\w+\))?`", PAGE.split("## For tests")[1])
    assert named
    for name in named:
        assert f"def {name}(" in conftest
