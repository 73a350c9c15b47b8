"""`login secrets move`, the warning about a file of secrets, and no keyring at all."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import IN_PLAIN_TEXT, Cli
from tests.cli.network import TOKEN

KEYRING = """
import keyring, json, os, pathlib
from keyring.backend import KeyringBackend
class OnDisk(KeyringBackend):
    priority = 1
    file = pathlib.Path(os.environ["TUISOCIAL_HOME"]) / "ring.json"
    def read(self): return json.loads(self.file.read_text()) if self.file.exists() else {}
    def get_password(self, service, user): return self.read().get(service + user)
    def set_password(self, service, user, password):
        self.file.write_text(json.dumps({**self.read(), service + user: password}))
    def delete_password(self, service, user):
        kept = self.read(); del kept[service + user]; self.file.write_text(json.dumps(kept))
keyring.set_keyring(OnDisk())
"""
NONE = "import keyring, keyring.backends.fail as f; keyring.set_keyring(f.Keyring())"


def ring(cli: Cli) -> list[str]:
    file = cli.home / "ring.json"
    return list(json.loads(file.read_text()).values()) if file.exists() else []


def in_file(cli: Cli) -> list[str]:
    file = cli.home / "data" / "secrets" / "secrets.json"
    return list(json.loads(file.read_text()).values()) if file.exists() else []


def test_secrets_move_to_the_keyring_and_back_and_the_login_goes_on(signed_in: Cli) -> None:
    signed_in.sabotage(KEYRING)
    settings = signed_in.settings('# mine\n[secrets]\nbackend = "file" # for now\n')
    moved = signed_in("login", "secrets", "move", "--to", "keyring", "--yes")
    assert (moved.code, moved.out) == (0, "")
    assert "the secrets of me are in the system's keyring now" in moved.said
    assert settings.read_text() == '# mine\n[secrets]\nbackend = "keyring" # for now\n'
    assert (ring(signed_in), in_file(signed_in)) == ([TOKEN], [])
    ended = signed_in("timeline", "--limit", "1")
    assert (ended.code, ended.stderr, ended.notice) == (0, "", "")

    back = signed_in("login", "secrets", "move", "--to", "file", "--yes")
    assert back.code == 0
    assert (ring(signed_in), in_file(signed_in)) == ([], [TOKEN])
    again = signed_in("login", "secrets", "move", "--to", "file", "--yes")
    assert (again.code, "already" in again.said) == (0, True)


def test_moving_asks_first_and_without_a_terminal_wants_to_be_told(signed_in: Cli) -> None:
    refused = signed_in("login", "secrets", "move", "--to", "keyring")
    assert refused.code == 2
    assert "--yes" in refused.said


@pytest.mark.parametrize(("answer", "code"), [(b"n\n", 1), (b"y\n", 0)])
def test_on_a_terminal_the_answer_counts(signed_in: Cli, answer: bytes, code: int) -> None:
    signed_in.sabotage(KEYRING)
    master, slave = pty.openpty()
    process = signed_in.popen(
        "login", "secrets", "move", "--to", "keyring", stdin=slave, stderr=subprocess.PIPE
    )
    os.write(master, answer)
    _, said = process.communicate(timeout=60)
    os.close(master)
    os.close(slave)
    assert process.returncode == code, said
    assert b"Keep the secrets of me in the system's keyring?" in said
    assert ring(signed_in) == ([TOKEN] if code == 0 else [])


def test_a_command_that_does_not_print_them_is_told_of_and_nothing_moves(signed_in: Cli) -> None:
    signed_in.settings('[secrets]\nbackend = "file"\ncommand = "false {login}"\n')
    ended = signed_in("login", "secrets", "move", "--to", "command", "--yes")
    assert ended.code == 3
    assert "does not print the token of me" in ended.said
    assert in_file(signed_in) == [TOKEN]


def test_a_file_of_secrets_is_warned_of_once_by_each_command_that_uses_one(cli: Cli) -> None:
    assert cli("timeline").notice == ""
    cli.sign_in()
    (line,) = cli("timeline", "--limit", "1").notice.splitlines()
    assert line.startswith(f"tuisocial: {IN_PLAIN_TEXT} ")
    assert str(cli.home / "data" / "secrets" / "secrets.json") in line
    assert cli("login", "list").notice == ""
    assert cli("timeline", "--offline").notice == ""


def test_without_any_keyring_the_end_is_a_clear_choice(cli: Cli) -> None:
    file = cli.settings("")
    file.unlink()
    cli.sabotage(NONE)
    ended = cli("login", "add", "memory", "--token-stdin", stdin=f"{TOKEN}\n")
    assert (ended.code, ended.out) == (3, "")
    for words in (
        "there is no keyring on this system",
        "start one",
        f"write into {file}",
        "[secrets]",
        'backend = "file"',
        'command = "pass show tuisocial/{login}"',
    ):
        assert words in ended.said
    assert TOKEN not in ended.said
    assert cli("login", "list", "--json").json["logins"] == []

    # What the sentence says to write is what makes it work.
    file.write_text('[secrets]\nbackend = "file"\n')
    assert cli("login", "add", "memory", "--token-stdin", stdin=f"{TOKEN}\n").code == 0


def test_a_theme_that_does_not_exist_fails_validation_by_line_and_key(cli: Cli) -> None:
    file: Path = cli.settings('[ui]\ntheme = "sepia"\n')
    ended = cli("config", "validate")
    assert ended.code == 2
    assert ended.said.startswith(f"tuisocial: {file}:2: ui.theme names no theme")


def test_an_empty_home_is_a_mistake_and_not_the_folder_one_is_in(cli: Cli) -> None:
    ended = cli("--home", "", "config", "path")
    assert (ended.code, ended.out) == (2, "")
    assert "--home" in ended.said
    assert "it is empty" in ended.said
