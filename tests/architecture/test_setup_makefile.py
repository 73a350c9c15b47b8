"""The Makefile offers what the documents promise, and CI runs what a developer runs."""

import re
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
MAKEFILE = (TOP / "Makefile").read_text()
RULES = dict(re.findall(r"^([a-z]+):([^#\n]*)", MAKEFILE, flags=re.MULTILINE))
DOCUMENTS = [TOP / "README.md", *sorted((TOP / "docs").rglob("*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(TOP)))
def test_every_target_a_document_names_exists(document: Path) -> None:
    text = document.read_text()
    named = re.findall(r"`make ([a-z]+)`|^\s*(?:\$ )?make ([a-z]+)\b", text, flags=re.MULTILINE)
    assert {code or line for code, line in named} <= RULES.keys()


def test_every_target_is_listed_by_help_and_none_is_mistaken_for_a_file() -> None:
    (phony,) = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, flags=re.MULTILINE)
    assert set(phony.split()) == RULES.keys()
    helped = re.findall(r"^([a-z]+):.*## \S", MAKEFILE, flags=re.MULTILINE)
    assert set(helped) == RULES.keys()


def test_check_runs_every_check_and_the_tests() -> None:
    assert {"lint", "types", "imports", "test"} <= set(RULES["check"].split())


def test_continuous_integration_runs_check() -> None:
    commands = [
        line
        for line in (TOP / ".ci" / "run").read_text().splitlines()
        if re.match(r"\s*make\b", line)
    ]
    assert len(commands) == 1
    assert commands[0].split()[-1] == "check"
