"""One setting is changed, and every other letter of the file stays as the person wrote it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuisocial.config.edit import BackendChoice
from tuisocial.config.load import ConfigError, load
from tuisocial.config.paths import Paths, find_paths
from tuisocial.config.schema import SecretsBackend, Settings

FILE, KEYRING = SecretsBackend.FILE, SecretsBackend.KEYRING


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return find_paths(tmp_path / "home")


def write(paths: Paths, text: str) -> None:
    paths.config_dir.mkdir(parents=True, exist_ok=True)
    paths.config_file.write_bytes(text.encode())


def test_a_file_that_is_not_there_is_made_for_its_owner_alone(paths: Paths) -> None:
    BackendChoice(paths, FILE).write()
    assert paths.config_file.read_text() == '[secrets]\nbackend = "file"\n'
    assert paths.config_file.stat().st_mode & 0o777 == 0o600
    assert paths.config_dir.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in paths.config_dir.iterdir()] == ["config.toml"]


def test_comments_and_formatting_stay(paths: Paths) -> None:
    text = (
        "# mine\n\n[ui]   # looks\n  theme = 'light' # bright\n\n"
        "[secrets] # where\n# the choice:\nbackend   = 'keyring'   # safe\n"
        "command = 'pass {login}'\n\n[fetch]\npage_size=20"
    )
    write(paths, text)
    paths.config_file.chmod(0o644)
    BackendChoice(paths, FILE).write()
    changed = paths.config_file.read_bytes().decode()
    assert changed == text.replace("'keyring'", '"file"')
    assert paths.config_file.stat().st_mode & 0o777 == 0o644


WAYS = {
    "nothing": "",
    "a comment": "# only this\n",
    "no end of line": "[ui]\ntheme = 'light'",
    "dotted": "secrets.backend = 'keyring'\nui.theme = 'light'\n",
    "dotted, other": "secrets.command = 'pass {login}'\n[ui]\ntheme = 'light'\n",
    "inline": "secrets = { backend = 'keyring' }\n[ui]\nascii = true\n",
    "inline, other": "secrets = { command = 'pass {login}' }\n",
    "inline, empty": "secrets = {}\n",
    "quoted": '[ "secrets" ]\n\'backend\' = "keyring"\n',
    "empty section": "[secrets]\n[ui]\ntheme = 'light'\n",
    "last": "[ui]\ntheme = 'light'\n\n# keys\n[secrets]\ncommand = 'pass {login}'\n",
    "CRLF": "[ui]\r\ntheme = 'light'\r\n[secrets]\r\nbackend = 'keyring'\r\n",
    "byte order mark": "\ufeff[secrets]\nbackend = 'keyring'\n",
    "a list over lines": "[network]\nprivate_hosts = [\n  'nas.lan', # mine\n]\n",
}


@pytest.mark.parametrize("text", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize("backend", [FILE, KEYRING])
def test_toml_may_be_written_in_any_of_its_ways(
    paths: Paths, text: str, backend: SecretsBackend
) -> None:
    write(paths, text)
    before = load(paths)
    BackendChoice(paths, backend).write()
    assert load(paths) == replace(before, secrets=replace(before.secrets, backend=backend))
    changed = paths.config_file.read_bytes().decode()
    assert changed.startswith("\ufeff") == text.startswith("\ufeff")
    kept = [line for line in text.splitlines() if "secrets" not in line and "backend" not in line]
    assert [line for line in changed.splitlines() if line in kept] == kept


@given(lines=st.lists(st.sampled_from(["", "# a", "[ui]", "[fetch]", "[secrets]", "ascii = true"])))
def test_no_file_is_changed_in_more_than_was_asked_for(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    paths = find_paths(tmp_path_factory.mktemp("home"))
    write(paths, "\n".join(lines))
    try:
        before: Settings | None = load(paths)
    except ConfigError:
        before = None
    if before is None:
        with pytest.raises(ConfigError):
            BackendChoice(paths, FILE)
    else:
        BackendChoice(paths, FILE).write()
        assert load(paths) == replace(before, secrets=replace(before.secrets, backend=FILE))


def test_a_link_into_a_collection_of_settings_stays_a_link(paths: Paths, tmp_path: Path) -> None:
    write(paths, "")
    mine = paths.config_file.rename(tmp_path / "mine.toml")
    paths.config_file.symlink_to(mine)
    BackendChoice(paths, FILE).write()
    assert paths.config_file.is_symlink()
    assert load(paths).secrets.backend is FILE


def test_a_choice_that_is_not_written_changes_nothing(paths: Paths) -> None:
    write(paths, "# mine\n")
    BackendChoice(paths, FILE)
    assert paths.config_file.read_text() == "# mine\n"


def test_a_backend_that_lacks_its_command_is_not_chosen(paths: Paths) -> None:
    with pytest.raises(ConfigError, match=r"secrets\.backend cannot be changed"):
        BackendChoice(paths, SecretsBackend.COMMAND)


def test_a_write_that_fails_leaves_the_old_file(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(paths, "# mine\n")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match="No space left") as caught:
        BackendChoice(paths, FILE).write()
    assert 'backend = "file"' in caught.value.remedy
    assert paths.config_file.read_text() == "# mine\n"
