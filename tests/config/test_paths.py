"""One folder when the person chose one, else the platform's places; nothing is made by asking."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuisocial.config.paths import HOME_VARIABLE, find_paths


def test_a_home_holds_everything_and_asking_makes_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    paths = find_paths(home)
    files = (
        paths.config_file, paths.themes_dir, paths.store_file, paths.secrets_file,
        paths.log_file, paths.cache_dir,
    )  # fmt: skip
    assert all(home in file.parents for file in files)
    assert len(set(files)) == len(files)
    assert not home.exists()


def test_the_variable_is_a_home_and_an_argument_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "one"))
    assert find_paths().home == tmp_path / "one"
    assert find_paths(tmp_path / "two").home == tmp_path / "two"
    monkeypatch.setenv(HOME_VARIABLE, "")
    assert find_paths().home is None


def test_a_home_is_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_paths(Path("here")).home == tmp_path / "here"
    assert find_paths(Path("~/there")).home == tmp_path / "there"


def test_without_a_home_the_platform_s_places_are_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    paths = find_paths()
    assert paths.home is None
    assert paths.store_file.name == "store.sqlite3"
    assert all("tuisocial" in str(file) for file in (paths.config_file, paths.log_file))
