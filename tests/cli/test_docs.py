"""docs/scripting.md and docs/configuration.md tell the truth; their examples run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import fields
from importlib.resources import files
from json import loads
from pathlib import Path

import click
import pytest

from tests.cli.conftest import IN_PLAIN_TEXT, Cli
from tuisocial.cli.main import root
from tuisocial.config.load import load, toml
from tuisocial.config.paths import HOME_VARIABLE, find_paths
from tuisocial.config.schema import Settings
from tuisocial.errors import ExitCode
from tuisocial.registry import ONLY_VARIABLE
from tuisocial.store.rows import SourceStatus

_DOCS = Path(__file__).parents[2] / "docs"
_SCRIPTING = (_DOCS / "scripting.md").read_text(encoding="utf-8")
_CONFIGURATION = (_DOCS / "configuration.md").read_text(encoding="utf-8")
_EXAMPLES = re.findall(r"```sh\n(.*?)```", _SCRIPTING, re.DOTALL)


def _table(page: str, heading: str) -> list[list[str]]:
    """The rows of the first table below a heading, without its head."""
    lines = page.split(f"\n{heading}\n")[1].splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("|"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append(
            [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        )
    return rows


def _commands() -> dict[str, click.Command]:
    """Every command that does something, by what is typed; `login add` has one an adapter."""
    found: dict[str, click.Command] = {}
    context = root.make_context("tuisocial", ["config", "path"], obj=None)
    for noun in root.list_commands(context):
        command = root.get_command(context, noun)
        if command is not None:
            found |= _verbs(noun, command)
    return found


def _verbs(typed: str, command: click.Command) -> dict[str, click.Command]:
    if not isinstance(command, click.Group) or not command.commands:
        return {typed: command}
    return {
        usage: verb
        for name, below in command.commands.items()
        for usage, verb in _verbs(f"{typed} {name}", below).items()
    }


def test_every_command_and_flag_is_in_the_table_and_no_other() -> None:
    told = {
        row[0].strip("`").removeprefix("tuisocial").strip()
        for row in _table(_SCRIPTING, "## Commands")
    }
    commands = _commands()
    described = {}
    for usage in told - {""}:
        name = next(n for n in sorted(commands, key=len, reverse=True) if usage.startswith(n))
        described[name] = set(re.findall(r"--[a-z-]+", usage))
    assert set(described) == set(commands)
    for name, command in commands.items():
        spelt = [flag for p in command.params for flag in (*p.opts, *p.secondary_opts)]
        flags = {flag for flag in spelt if flag.startswith("--")}
        assert described[name] == flags, name


def test_exit_codes_are_those_of_the_program() -> None:
    told = {int(row[0]) for row in _table(_SCRIPTING, "## Exit codes")}
    assert told == {code.value for code in ExitCode}


def test_every_key_of_an_entry_is_described_and_no_other() -> None:
    schema = loads((files("tuisocial") / "schemas" / "entry.json").read_text(encoding="utf-8"))
    rows = _table(_SCRIPTING, "An entry:")
    assert {key for row in rows for key in re.findall(r"`(\w+)`", row[0])} == set(
        schema["required"]
    )


def test_the_schemas_and_states_that_are_named_exist() -> None:
    folder = {file.name for file in (files("tuisocial") / "schemas").iterdir()}
    assert set(re.findall(r"`([a-z-]+\.json)`", _SCRIPTING)) == folder
    states = _SCRIPTING.split("`state` is ")[1].split(".\n")[0]
    assert set(re.findall(r"`(\w+)`", states)) == {status.name.lower() for status in SourceStatus}


def test_environment_variables_are_those_that_are_read() -> None:
    told = {row[0].strip("`") for row in _table(_SCRIPTING, "## Environment")}
    assert told == {HOME_VARIABLE, ONLY_VARIABLE, "VISUAL`, `EDITOR", "NO_COLOR", "COLUMNS"}


@pytest.mark.parametrize("example", _EXAMPLES, ids=lambda text: text[:40])
def test_examples_run(signed_in: Cli, tmp_path: Path, example: str) -> None:
    if "jq" in example and shutil.which("jq") is None:
        pytest.skip("jq is not installed")
    folder = tmp_path / "bin"
    folder.mkdir()
    command = folder / "tuisocial"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m tuisocial "$@"\n')
    command.chmod(0o755)
    done = subprocess.run(
        ["sh", "-euc", example],
        env={**signed_in.environment, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        timeout=60,
    )
    said = [line for line in done.stderr.decode().splitlines() if IN_PLAIN_TEXT not in line]
    assert (done.returncode, said) == (0, [])


def test_settings_are_listed_with_default_and_meaning() -> None:
    defaults = Settings()
    expected = []
    for section in fields(Settings):
        values = getattr(defaults, section.name)
        for field in fields(values):
            value = getattr(values, field.name)
            shown = "" if value is None else f"`{toml(value)}`"
            expected.append([f"`{section.name}.{field.name}`", shown, field.metadata["meaning"]])
    assert _table(_CONFIGURATION, "## Settings") == expected


def test_the_example_settings_are_valid(cli: Cli) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", _CONFIGURATION, re.DOTALL)
    assert tomllib.loads(example)
    cli.settings(example)
    assert load(find_paths(cli.home)) != Settings()


def test_files_are_where_the_page_says() -> None:
    paths = find_paths(Path("/DIR"))
    told = [row[1].strip("`").rstrip("/") for row in _table(_CONFIGURATION, "## Files")]
    files_ = [
        paths.config_file,
        paths.themes_dir,
        paths.store_file,
        paths.secrets_file,
        paths.log_file,
    ]
    assert [f"/{each}" for each in told] == [str(each) for each in files_]
