"""Whatever a command meets, the secret it uses is in no output and in one file only."""

from __future__ import annotations

import base64

import pytest

from tests.cli.conftest import Cli, Ended
from tests.cli.network import TOKEN
from tuisocial.services.spellings import spellings

COMMANDS = [
    ["timeline"],
    ["timeline", "--json"],
    ["login", "list", "--json"],
    ["login", "check", "--json"],
    ["login", "check"],
    ["account", "@ada@memory.example", "--json"],
    ["thread", "memory:post-92", "--json"],
    ["config", "show"],
    ["adapter", "list"],
]


def hide_nothing_in(ended: Ended, arguments: list[str]) -> None:
    for text in (ended.out, ended.stderr, ended.notice):
        for spelled in (*spellings(TOKEN), base64.b64encode(f"ada:{TOKEN}".encode()).decode()):
            assert spelled not in text, arguments


def holding(cli: Cli) -> set[str]:
    """The files under the home in which the token is, however it is written."""
    return {
        str(file.relative_to(cli.home))
        for file in cli.home.rglob("*")
        if file.is_file()
        and any(spelled.encode() in file.read_bytes() for spelled in spellings(TOKEN))
    }


@pytest.mark.parametrize("server", ["", "echo.example", "fault.example", "html.example"])
def test_a_secret_is_in_the_file_that_was_chosen_for_it_and_nowhere_else(
    cli: Cli, server: str
) -> None:
    # Sign-ins at these servers work; what is asked afterwards fails in their own ways.
    cli.sign_in(server)
    for arguments in COMMANDS:
        hide_nothing_in(cli(*arguments), arguments)
    assert holding(cli) == {"data/secrets/secrets.json"}


_KEY = "1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0jqxyz234"


@pytest.mark.parametrize(
    "arguments",
    [
        ["login", "add", "memory", "--guest", "--server", "KEY"],
        ["login", "add", "memory", "--guest", "--name", "KEY"],
        ["login", "add", "memory", "KEY"],
        ["login", "add", "KEY"],
        ["login", "rename", "KEY", "x"],
        ["login", "rename", "me", "KEY"],
        ["timeline", "--limit", "KEY"],
        ["timeline", "--KEY"],
        ["KEY"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("kind", ["nsec", "ncryptsec", "bunker"])
def test_a_secret_pasted_into_the_wrong_place_is_not_repeated(
    signed_in: Cli, arguments: list[str], kind: str
) -> None:
    key = f"bunker://{_KEY}?relay=wss://x" if kind == "bunker" else f"{kind}{_KEY}"
    ended = signed_in(*(part.replace("KEY", key) for part in arguments))
    assert ended.code != 0
    assert _KEY not in ended.stderr
    assert "***" in ended.said


_TALKING = f"""
import logging
logging.basicConfig(level=logging.DEBUG)
names = ("httpx", "httpcore", "urllib3", "websockets", "asyncio")
import tuisocial.sdk.testing.memory as memory
asked = memory.MemorySession._ask
async def telling(self, *arguments):
    for name in names:
        log = logging.getLogger(name)
        for level in (logging.DEBUG, logging.INFO, logging.WARNING):
            log.log(level, "GET https://x.example/?access_token=%s", "{TOKEN}")
    return await asked(self, *arguments)
memory.MemorySession._ask = telling
"""


def test_libraries_that_are_told_to_log_everything_tell_no_secret(cli: Cli) -> None:
    cli.sign_in()
    cli.sabotage(_TALKING)
    ended = cli("timeline", "--limit", "1", environment={"PYTHONASYNCIODEBUG": "1"})
    assert (ended.code, ended.stderr) == (0, "")
    assert "access_token=***" in (cli.home / "state" / "tuisocial.log").read_text()
    assert holding(cli) - {"sabotage/sitecustomize.py"} == {"data/secrets/secrets.json"}


_DYING = f"""
import sys, threading
class Dying:
    def __del__(self): raise RuntimeError("unraisable, holding {TOKEN}")
def failing(): raise RuntimeError("in a thread, holding {TOKEN}")
import tuisocial.cli.output as output
lines = output.flush
def flush():
    Dying()
    thread = threading.Thread(target=failing); thread.start(); thread.join()
    sys.excepthook(*sys_info())
    raise RuntimeError("at the end, holding {TOKEN}")
def sys_info():
    try: failing()
    except RuntimeError: return sys.exc_info()
output.flush = flush
"""


def test_no_way_of_dying_shows_a_secret(cli: Cli) -> None:
    cli.sabotage(_DYING)
    ended = cli("login", "add", "memory", "--token-stdin", "--name", "me", stdin=f"{TOKEN}\n")
    assert ended.code == 1
    hide_nothing_in(ended, ["login", "add"])
    log = (cli.home / "state" / "tuisocial.log").read_text()
    for words in ("unraisable", "in a thread", "at the end"):
        assert f"{words}, holding" in log
    assert TOKEN not in log
