"""What a command imports: nothing of the other front end, nothing before it is needed."""

from __future__ import annotations

import sys
from json import loads

import pytest

from tests.cli.conftest import Cli
from tuisocial.cli.main import NOUNS, root

_WIRE = {
    "httpx",
    "mastodon",
    "nostr_sdk",
    "pynostr",
    "websockets",
    "selectolax",
    "requests",
    "keyring",
}
_TELL = """
import atexit, json, os, sys
def tell():
    with open(os.environ["TUISOCIAL_HOME"] + "/modules", "w") as out:
        json.dump(sorted(sys.modules), out)
leave = os._exit
def tell_and_leave(code):
    tell()
    leave(code)
os._exit = tell_and_leave
atexit.register(tell)
"""


def _imported(cli: Cli, *arguments: str) -> set[str]:
    ended = cli(*arguments)
    assert ended.code == 0, ended.stderr
    return set(loads((cli.home / "modules").read_text()))


@pytest.fixture
def told(signed_in: Cli) -> Cli:
    """A command that leaves a list of what it imported."""
    signed_in("timeline")
    signed_in.sabotage(_TELL)
    return signed_in


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["timeline", "--offline", "--json"],
        ["thread", "--offline", "memory:post-1"],
        ["account", "--offline", "@ada@memory.example"],
        ["login", "list"],
        ["login", "add", "--help"],
        ["config", "show"],
        ["timeline", "--json"],
        ["post", "--help"],
        ["post", "--dry-run", "Hello"],
        ["like", "--help"],
        ["outbox", "list"],
        ["draft", "list", "--json"],
    ],
    ids=" ".join,
)
def test_no_command_imports_textual_or_a_wire_library_that_it_does_not_use(
    told: Cli, arguments: list[str]
) -> None:
    imported = {name.partition(".")[0] for name in _imported(told, *arguments)}
    assert not imported & (_WIRE | {"textual", "rich"})


def test_help_imports_no_noun(told: Cli) -> None:
    imported = _imported(told, "--help")
    assert not imported & {f"tuisocial.cli.{noun}" for noun in (*NOUNS, "acts")}
    assert not imported & {"asyncio", "sqlite3", "logging", "importlib.metadata", "tomllib"}


def test_listing_what_is_stored_looks_for_no_adapter(told: Cli) -> None:
    imported = _imported(told, "timeline", "--offline", "--json", "--limit", "50")
    assert "importlib.metadata" not in imported


def test_the_help_says_of_each_noun_what_the_noun_says_of_itself() -> None:
    context = root.make_context("tuisocial", ["config", "path"], obj=None)
    for noun, line in NOUNS.items():
        command = root.get_command(context, noun)
        assert command is not None
        assert (command.help or "").split("\n")[0] == line
    assert sys.modules["tuisocial.cli.demo"]
