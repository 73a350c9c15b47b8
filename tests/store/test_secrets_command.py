"""A program that prints secrets is run without a shell, told nothing, and waited for so long."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest

from tests.store.rings import ME
from tuisocial.sdk.secret import Secret
from tuisocial.store.secrets import SecretsUnavailable
from tuisocial.store.secrets.command import CommandSecrets

ROOT = Path(__file__).parents[2]


def printing(what: str, *more: str) -> str:
    return shlex.join([sys.executable, "-c", what, "{login}", "{name}", *more])


def test_the_command_s_first_line_is_the_secret() -> None:
    program = "import sys; print(' '.join(sys.argv[1:3])); print('second')"
    assert CommandSecrets(printing(program)).get(ME, "token") == Secret("me token")


def test_no_shell_sees_the_command() -> None:
    program = "import sys; print(sys.argv[3])"
    command = printing(program, "$(echo no); `id` && *")
    assert CommandSecrets(command).get(ME, "token") == Secret("$(echo no); `id` && *")


@pytest.mark.parametrize("output", ["", "print()", "print('   ')"])
def test_a_command_that_prints_nothing_has_no_secret(output: str) -> None:
    assert CommandSecrets(printing(output)).get(ME, "token") is None


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("/no/such/program {login}", "No such file"),
        (f"{ROOT} {{login}}", "Permission denied"),
        (printing("import sys; print('hunter2'); sys.exit(3)"), "status 3"),
        (printing("import time; time.sleep(60)"), "did not end within"),
        ("pass 'unpaired {login}", "quotation"),
        ("  ", "names no program"),
        ("pass {login}\0", "null byte"),
    ],
    ids=["missing", "a folder", "failing", "hanging", "unpaired", "empty", "NUL"],
)
def test_a_command_that_does_not_work_is_said(command: str, words: str) -> None:
    with pytest.raises(SecretsUnavailable, match=words) as caught:
        CommandSecrets(command, patience=1 if "sleep" in command else 60).get(ME, "token")
    assert "hunter2" not in caught.value.message + caught.value.remedy
    assert caught.value.remedy


def test_a_command_is_told_nothing_and_must_know_already() -> None:
    secrets = CommandSecrets(printing("print('hunter2')"))
    secrets.set(ME, "token", Secret("hunter2"))
    with pytest.raises(SecretsUnavailable, match="does not print the token of the login me"):
        secrets.set(ME, "token", Secret("another"))
    secrets.forget(ME, "token")


def test_the_command_is_told_which_secret_and_nothing_else(tmp_path: Path) -> None:
    told = tmp_path / "told.json"
    program = (
        "import json, os, sys; print('hunter2')\n"
        "json.dump([sys.argv, dict(os.environ), sys.stdin.read()], open(sys.argv[3], 'w'))"
    )
    secrets = CommandSecrets(printing(program, str(told)))
    secrets.set(ME, "token", Secret("hunter2"))
    argv, environment, stdin = json.loads(told.read_text())
    assert argv[1:] == ["me", "token", str(told)]
    assert not [name for name, value in environment.items() if "hunter2" in value]
    assert stdin == ""
