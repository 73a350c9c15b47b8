"""Acting on posts and people from scripts: one act, one login, one exit code."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Cli
from tests.cli.network import RICH, ROOT
from tuisocial.cli.acts import COMMANDS
from tuisocial.errors import ExitCode

_POST = str(ROOT.id)
_WORKS = [
    *([act, _POST] for act in ("like", "unlike", "repost", "unrepost", "bookmark", "unbookmark")),
    ["react", _POST, "★"],
    ["follow", "@ada@memory.example"],
    ["unfollow", "@ada@memory.example"],
]
_CANNOT = [
    ["vote", str(RICH.id), "1"],
    *([act, "@ada@memory.example"] for act in ("mute", "unmute", "block", "unblock")),
]


def test_every_act_is_tried_here() -> None:
    assert {words[0] for words in _WORKS + _CANNOT} == set(COMMANDS)


@pytest.mark.parametrize("arguments", _WORKS, ids=lambda words: words[0])
def test_an_act_is_done_and_told_in_both_forms(signed_in: Cli, arguments: list[str]) -> None:
    ended = signed_in(*arguments, "--login", "me", "--json")
    assert (ended.code, ended.stderr) == (ExitCode.OK, "")
    told = ended.json
    assert (told["act"], told["login"], told["asked"]) == (arguments[0], "me", False)
    assert told["target"].startswith("memory:")
    again = signed_in(*arguments)
    assert (again.code, again.stdout) == (ExitCode.OK, b"")
    assert f"me: {arguments[0]} {told['target']}" in again.said


@pytest.mark.parametrize("arguments", _CANNOT, ids=lambda words: words[0])
def test_what_a_network_cannot_do_is_said(signed_in: Cli, arguments: list[str]) -> None:
    ended = signed_in(*arguments)
    assert (ended.code, ended.stdout) == (ExitCode.FAILED, b"")
    assert "me cannot " in ended.said


def test_what_was_so_before_is_not_done_twice(signed_in: Cli) -> None:
    assert signed_in("like", _POST, "--json").json["changed"]
    assert not signed_in("like", _POST, "--json").json["changed"]
    assert "it was so before" in signed_in("like", _POST).said


@pytest.mark.parametrize(
    ("server", "code", "words"),
    [
        ("strict.example", ExitCode.FAILED, "likes nothing"),
        ("closed.example", ExitCode.SIGN_IN, "does not accept this sign-in"),
        ("down.example", ExitCode.UNREACHABLE, "could not be reached"),
        ("lossy.example", ExitCode.UNKNOWN, "like was done or not, unknown: "),
    ],
)
def test_each_trouble_has_its_exit_code(
    signed_in: Cli, server: str, code: ExitCode, words: str
) -> None:
    signed_in("thread", _POST)
    signed_in.sign_in(server, name="other")
    ended = signed_in("like", _POST, "--login", "other")
    assert (ended.code, ended.stdout) == (code, b"")
    assert words in ended.said


def test_a_mistake_of_usage_is_one(signed_in: Cli) -> None:
    for arguments, words in [
        (["like", _POST, "--login", "nobody"], "no login named nobody"),
        (["vote", _POST], "NUMBER"),
        (["vote", _POST, "1"], "no poll"),
        (["vote", str(RICH.id), "3"], "the options 1 to 2"),
        (["mute", "@ada@memory.example", "--for", "ever"], "not a length of time"),
    ]:
        ended = signed_in(*arguments)
        assert (ended.code, ended.stdout) == (ExitCode.USAGE, b"")
        assert words in ended.said


def test_a_person_in_the_place_of_a_post_is_named_as_such(signed_in: Cli) -> None:
    ended = signed_in("like", "@ada@memory.example")
    assert ended.code == ExitCode.FAILED
    assert "is an account, not a post" in ended.said
