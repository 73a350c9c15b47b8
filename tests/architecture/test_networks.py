"""Above the seam no code knows a network: neither a string nor an identifier is one's name."""

import ast
import re
import tomllib
from collections.abc import Iterator
from importlib import import_module

import pytest

from tests.architecture.source import ROOT, modules

ABOVE_THE_SEAM = ("services", "store", "tui", "cli", "registry", "events", "config", "commands")


def adapters() -> dict[str, str]:
    """The built-in adapters by name, each as `module:attribute`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    found: dict[str, str] = project["entry-points"]["tuisocial.adapters"]
    return found


def known_names() -> set[str]:
    """What the built-in adapters and their networks are called, in lower case."""
    names = set(adapters())
    for place in adapters().values():
        module, _, attribute = place.partition(":")
        adapter = getattr(import_module(module), attribute)
        names |= {adapter.name, adapter.network, adapter.vocabulary.network}
    return {name.casefold() for name in names}


def words(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every string literal and every part of an identifier, in lower case, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value.strip().casefold()
            continue
        for name in ("id", "attr", "arg", "name", "asname", "module"):
            identifier = getattr(node, name, None)
            if isinstance(identifier, str):
                for part in re.split(r"[._]|(?<=[a-z0-9])(?=[A-Z])", identifier):
                    yield getattr(node, "lineno", 0), part.casefold()


def test_there_are_names_to_look_for() -> None:
    assert len(known_names()) > len(adapters())


@pytest.mark.parametrize("room", ABOVE_THE_SEAM)
def test_no_string_or_identifier_is_a_network_s_name(room: str) -> None:
    names = known_names()
    found = [
        f"{place}:{line} {word}"
        for place, tree in modules(room)
        for line, word in words(tree)
        if word in names
    ]
    assert found == []


def test_the_search_finds_what_it_looks_for() -> None:
    source = 'if login.network == "Web-Net": from_webnet(WebnetThing, webnet=1)'
    assert [word for _, word in words(ast.parse(source))].count("webnet") == 3
    assert "web-net" in {word for _, word in words(ast.parse(source))}
