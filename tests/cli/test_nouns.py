"""The other nouns: thread, account, login, adapter, config."""

from __future__ import annotations

import os
import pty
import tomllib
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.network import ADA, LONELY, REPLY, ROOT, TOKEN
from tuisocial.errors import ExitCode


@pytest.mark.parametrize("name", [str(ROOT.id), ROOT.url, ROOT.id.uri])
def test_a_thread_is_found_by_id_address_and_key(signed_in: Cli, name: str) -> None:
    signed_in("timeline")
    ended = signed_in("thread", name, "--json")
    assert ended.code == ExitCode.OK
    found = [(item["depth"], item["entry"]["id"]) for item in ended.json["items"]]
    assert found == [(0, str(ROOT.id)), (1, str(REPLY.id))]


def test_a_thread_is_printed_from_the_store_without_a_network(signed_in: Cli) -> None:
    fetched = signed_in("thread", str(ROOT.id), "--json").json
    stored = signed_in("thread", str(ROOT.id), "--json", "--offline").json
    assert stored["items"] == fetched["items"]


def test_a_missing_post_has_a_place_and_a_reason(signed_in: Cli) -> None:
    item = signed_in("thread", str(LONELY.id), "--json").json["items"][0]
    assert item["entry"] is None
    assert item["missing"] == {"id": "memory:post-1000", "reason": "not found"}
    assert "(not found: memory:post-1000)" in signed_in("thread", str(LONELY.id)).out


def test_a_thread_that_cannot_be_fetched_is_printed_as_stored_and_fails(signed_in: Cli) -> None:
    signed_in("thread", str(ROOT.id))
    signed_in("login", "remove", "me")
    signed_in.sign_in("down.example")
    ended = signed_in("thread", str(ROOT.id), "--json")
    assert ended.code == ExitCode.UNREACHABLE
    assert ended.said.endswith("connection refused; try again later")
    assert ended.json["error"]
    assert ended.json["items"]


@pytest.mark.parametrize("name", [str(ADA.id), ADA.handle, ADA.url])
def test_an_account_is_found_by_id_handle_and_address(signed_in: Cli, name: str) -> None:
    assert signed_in("account", name, "--json").json["account"]["id"] == str(ADA.id)
    assert "I write about engines" in signed_in("account", ADA.handle, "--offline").out


def test_a_login_is_added_listed_checked_and_removed(cli: Cli) -> None:
    added = cli("login", "add", "memory", "--token-stdin", "--name", "ada", stdin=TOKEN)
    assert (added.code, added.out) == (ExitCode.OK, "ada\n")
    kept = cli.home / "data" / "secrets" / "secrets.json"
    assert added.said.endswith(f"as {ADA.handle}; its secret is in plain text in {kept}")
    (listed,) = cli("login", "list", "--json").json["logins"]
    assert (listed["name"], listed["account"], listed["guest"]) == ("ada", str(ADA.id), False)
    assert ADA.handle in cli("login", "list").out
    (checked,) = cli("login", "check", "ada", "--json").json["checks"]
    assert checked["ok"]
    assert checked["account"]["handle"] == ADA.handle
    assert cli("login", "remove", "ada").code == ExitCode.OK
    assert cli("login", "list", "--json").json["logins"] == []


def test_a_guest_needs_no_token_and_gets_a_name(cli: Cli) -> None:
    added = cli("login", "add", "memory", "--guest")
    assert (added.code, added.out) == (ExitCode.OK, "memory-guest\n")
    assert cli("timeline", "--json").json["sources"][0]["source"] == "local"


def test_the_worst_login_decides_how_a_check_ends(signed_in: Cli) -> None:
    signed_in.sign_in("closed.example", name="closed")
    signed_in.sign_in("down.example", name="down")
    ended = signed_in("login", "check", "--json")
    assert ended.code == ExitCode.UNREACHABLE
    assert len(ended.stderr.splitlines()) == 2
    assert [check["ok"] for check in ended.json["checks"]] == [True, False, False]
    assert signed_in("login", "check", "closed").code == ExitCode.SIGN_IN
    assert signed_in("login", "check", "me").code == ExitCode.OK


def test_a_secret_is_in_the_secrets_file_and_nowhere_else(signed_in: Cli) -> None:
    outputs = [
        signed_in(*arguments)
        for arguments in (
            ["timeline", "--json"],
            ["login", "list", "--json"],
            ["login", "check", "--json"],
            ["config", "show"],
        )
    ]
    assert not any(TOKEN in ended.out + ended.stderr for ended in outputs)
    holding = [
        file.relative_to(signed_in.home).parts[:2]
        for file in signed_in.home.rglob("*")
        if file.is_file() and TOKEN.encode() in file.read_bytes()
    ]
    assert holding == [("data", "secrets")]


def test_on_a_terminal_everything_is_asked_for_and_a_secret_is_not_shown(cli: Cli) -> None:
    ours, theirs = pty.openpty()
    process = cli.popen(
        "login", "add", "memory", stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    for question, answer in ((b"Which?", ""), (b"Server: ", ""), (b"Token: ", TOKEN)):
        while question not in shown:
            shown += os.read(ours, 1000)
        os.write(ours, f"{answer}\n".encode())
    try:
        while piece := os.read(ours, 1000):
            shown += piece
    except OSError:
        pass  # this is how a terminal whose program has ended says so
    os.close(ours)
    assert process.wait(60) == ExitCode.OK
    assert b"memory\r\n" in shown
    assert TOKEN.encode() not in shown


def test_an_adapter_that_breaks_is_named_and_spoils_no_help(cli: Cli) -> None:
    cli.sabotage(
        "import tuisocial.sdk.testing.memory as module\n"
        "module.MemoryAdapter.login_flows = lambda self: 1 / 0\n"
    )
    shown = cli("login", "add", "--help")
    assert shown.code == ExitCode.OK
    assert "cannot be used: the adapter memory cannot say how" in shown.out
    ended = cli("login", "add", "memory", "--guest")
    assert ended.code == ExitCode.FAILED
    assert "memory cannot say how to sign in: ZeroDivisionError" in ended.said


def test_adapters_are_listed_and_plugins_can_be_left_out(cli: Cli) -> None:
    (info,) = cli("adapter", "list", "--json").json["adapters"]
    assert (info["name"], info["package"], info["error"]) == ("memory", "memory-network", None)
    assert "memory-network 1.0" in cli("adapter", "list").out
    assert cli("--no-plugins", "adapter", "list", "--json").json["adapters"] == []


def test_the_settings_path_is_printed_alone_even_when_they_are_broken(cli: Cli) -> None:
    file = cli.settings("nonsense")
    ended = cli("config", "path")
    assert (ended.code, ended.out, ended.stderr) == (ExitCode.OK, f"{file}\n", "")


def test_the_settings_shown_are_settings_that_can_be_read_back(cli: Cli) -> None:
    shown = cli("config", "show").out
    assert tomllib.loads(shown)["secrets"]["backend"] == "file"
    cli.settings(shown)
    assert cli("config", "validate").code == ExitCode.OK
    assert cli("config", "show").out == shown


def test_a_home_that_is_named_comes_before_the_one_in_the_environment(
    cli: Cli, tmp_path: Path
) -> None:
    ended = cli("--home", str(tmp_path / "other"), "config", "path")
    assert ended.out == f"{tmp_path / 'other' / 'config' / 'config.toml'}\n"


def test_a_script_signs_a_login_in_again_with_a_secret_on_standard_input(signed_in: Cli) -> None:
    ended = signed_in("login", "again", "me", stdin=f"{TOKEN}\n")
    assert (ended.code, ended.stdout) == (ExitCode.OK, b"")
    assert "me is signed in again" in ended.said
    ended = signed_in("login", "again", "me")
    assert ended.code == ExitCode.USAGE
    assert "asks for more: Token" in ended.said
