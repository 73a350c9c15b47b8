"""Settings are read strictly: what is wrong is named with its file, line and key."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuisocial.config.load import ConfigError, load, show, validate
from tuisocial.config.paths import Paths, find_paths
from tuisocial.config.schema import (
    ComposeSettings,
    Density,
    FetchSettings,
    NetworkSettings,
    SecretsBackend,
    SecretSettings,
    Settings,
    UiSettings,
)
from tuisocial.errors import ExitCode


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = find_paths(tmp_path)
    paths.config_dir.mkdir()
    return paths


def write(paths: Paths, text: str | bytes) -> Paths:
    paths.config_file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return paths


def wrong(paths: Paths, text: str | bytes) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load(write(paths, text))
    error = caught.value
    assert str(paths.config_file) in error.message
    assert error.file == paths.config_file
    assert error.exit_code is ExitCode.USAGE
    assert error.remedy
    assert "\n" not in error.message
    if error.line:
        assert error.message.startswith(f"{paths.config_file}:{error.line}: ")
    return error


def test_without_a_file_all_is_at_its_default(paths: Paths) -> None:
    assert load(paths) == Settings()
    assert load(write(paths, "")) == Settings()


def test_every_setting_is_read(paths: Paths) -> None:
    text = """
        [secrets]
        backend = "command"
        command = "pass show tuisocial/{login}"
        [ui]
        theme = "light"
        ascii = true
        density = "full"
        [fetch]
        refresh_seconds = 30
        page_size = 20
        [compose]
        undo_seconds = 0
        require_alt = true
        [network]
        private_hosts = ["nas.lan", "10.0.0.7"]
    """
    assert load(write(paths, text)) == Settings(
        SecretSettings(SecretsBackend.COMMAND, "pass show tuisocial/{login}"),
        UiSettings("light", True, Density.FULL),
        FetchSettings(30, 20),
        ComposeSettings(0, True),
        NetworkSettings(("nas.lan", "10.0.0.7")),
    )


@pytest.mark.parametrize(
    "text",
    [
        'ui.theme = "light"',
        'ui = { theme = "light" }',
        '"ui".\'theme\' = "light"',
        '\ufeff[ui]\ntheme = "light"',
        '[ui]\r\ntheme = "light"\r\n',
        '[ "ui" ]\n"theme"="light"',
    ],
    ids=["dotted", "inline", "quoted", "byte order mark", "CRLF", "spaced"],
)
def test_toml_may_be_written_in_any_of_its_ways(paths: Paths, text: str) -> None:
    assert load(write(paths, text)).ui.theme == "light"


def test_a_command_chooses_its_backend(paths: Paths) -> None:
    text = "[secrets]\ncommand = 'pass {login}'\n"
    assert load(write(paths, text)).secrets.backend is SecretsBackend.COMMAND
    kept = load(write(paths, text + "backend = 'file'\n"))
    assert kept.secrets.backend is SecretsBackend.FILE


@pytest.mark.parametrize(
    ("text", "line", "key", "words"),
    [
        ("[ui]\n\ntheme = 5\n", 3, "ui.theme", "must be text in quotes"),
        ("[ui]\nascii = 'yes'\n", 2, "ui.ascii", "must be true or false"),
        ("[ui]\ndensity = 'loose'", 2, "ui.density", '"compact", "comfortable", "full"'),
        ("[ui]\ndensity = ['full']", 2, "ui.density", "is not one of"),
        ("[ui]\ndensity = {a = 1}", 2, "ui.density", "is not one of"),
        ("[ui]\ntheme = 2020-01-01", 2, "ui.theme", "must be text"),
        ("[ui]\n# theme = 1\ncolour = 1\n", 3, "ui.colour", "is not a setting"),
        ("[ui]\nthemes.dark = 1\n", 2, "ui.themes", "is not a setting"),
        ("[ui.dark]\nx = 1\n", 1, "ui.dark", "is not a setting"),
        ("[fetch]\nrefresh_seconds = 60.0", 2, "fetch.refresh_seconds", "a whole number"),
        ("[fetch]\nrefresh_seconds = true", 2, "fetch.refresh_seconds", "a whole number"),
        ("[fetch]\nrefresh_seconds = 4", 2, "fetch.refresh_seconds", "from 5 to 86400"),
        ("[fetch]\npage_size = 0", 2, "fetch.page_size", "from 1 to 200"),
        ("[fetch]\npage_size = 99999999999999999999", 2, "fetch.page_size", "from 1 to 200"),
        ("[network]\nprivate_hosts = 'x'", 2, "network.private_hosts", "a list of texts"),
        ("[network]\nprivate_hosts = ['x', 1]", 2, "network.private_hosts", "a list of texts"),
        ("[network]\nprivate_hosts = ['x', '']", 2, "network.private_hosts", "holds ''"),
        ("[network]\nprivate_hosts = ['http://x']", 2, "network.private_hosts", "not the name"),
        ("[ui]\n[fetch]\ntheme = 'x'", 3, "fetch.theme", "is not a setting"),
        ("ui.theme = 1", 1, "ui.theme", "must be text"),
        ("x = 1\nui = {theme = 1}", 1, "x", "is not a section"),
        ("\nui = { ascii = true, theme = 1}", 2, "ui.theme", "must be text"),
        ("[ui]\n[sound]\nloud = true", 2, "sound", "is not a section"),
        ("[sound.deep]\nloud = true", 1, "sound", "is not a section"),
        ("\nsound.loud = true", 2, "sound", "is not a section"),
        ("ui = 5", 1, "ui", "must be a section"),
        ("[[ui]]\ntheme = 'x'", 1, "ui", "must be a section"),
        ("[secrets]\nbackend = 'paper'", 2, "secrets.backend", '"keyring", "file", "command"'),
        ("[secrets]\nbackend = 'command'", 2, "secrets.backend", "without a command"),
        ("[secrets]\ncommand = 'pass'", 2, "secrets.command", "must contain {login}"),
        ("[secrets]\ncommand = 'pass \"{login}'", 2, "secrets.command", "without its pair"),
        ('[secrets]\ncommand = "pass {login} \\u0000"', 2, "secrets.command", "a NUL"),
        ("[ui]\ntheme = \n", 2, "", "is not TOML"),
        ("[ui]\ntheme = 'x", 2, "", "is not TOML"),
        ("[ui]\ntheme = 'x'\ntheme = 'y'", 3, "", "is not TOML"),
        ("[ui", 1, "", "is not TOML"),
        ("a = " + "[" * 5000, 0, "", "is not TOML"),
        ("a = 1" + "0" * 5000, 0, "", "is not TOML"),
        (b"[ui]\ntheme = '\xff'", 2, "", "is not UTF-8"),
        ("[ui]\ntheme = 'x'".encode("utf-16"), 1, "", "is not UTF-8"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line_and_key(
    paths: Paths, text: str | bytes, line: int, key: str, words: str
) -> None:
    error = wrong(paths, text)
    assert words in error.message
    assert error.key == key
    if line:
        assert error.line == line
    assert key in error.message


def test_a_folder_in_the_file_s_place_is_said(paths: Paths) -> None:
    paths.config_file.mkdir()
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load(paths)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_said(paths: Paths) -> None:
    write(paths, "").config_file.chmod(0)
    with pytest.raises(ConfigError, match="Permission denied"):
        load(paths)


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
all_settings = st.builds(
    Settings,
    st.builds(SecretSettings, st.sampled_from([SecretsBackend.FILE, SecretsBackend.KEYRING]))
    | st.builds(
        SecretSettings,
        st.sampled_from(SecretsBackend),
        st.sampled_from(["pass {login}", 'a "b\\"c" {login}', "tab\t{login}", "é\x7f{login}\x1b"]),
    ),
    st.builds(UiSettings, text, st.none() | st.booleans(), st.sampled_from(Density)),
    st.builds(FetchSettings, st.integers(5, 86_400), st.integers(1, 200)),
    st.builds(ComposeSettings, st.integers(0, 600), st.booleans()),
    st.builds(
        NetworkSettings,
        st.lists(st.sampled_from(["nas.lan", "10.0.0.7", "b\u00fccher.lan"])).map(tuple),
    ),
)


@given(settings=all_settings.filter(lambda s: s.secrets.command or s.secrets.backend != "command"))
def test_what_is_shown_is_read_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings
) -> None:
    paths = find_paths(tmp_path_factory.mktemp("home"))
    paths.config_dir.mkdir()
    assert load(write(paths, show(settings))) == settings


def test_every_setting_is_shown_with_its_meaning() -> None:
    shown = show(Settings())
    for name in (
        "backend",
        "command",
        "theme",
        "ascii",
        "density",
        "refresh_seconds",
        "page_size",
        "private_hosts",
    ):
        assert f"{name} =" in shown
    assert shown.count("# ") >= 7


@pytest.mark.parametrize(
    ("text", "line"),
    [("[ui]\n\ntheme = 'sepia'\n", 3), ("ui.theme = 'sepia'", 1), ("ui = {theme = 'sepia'}", 1)],
)
def test_a_theme_that_does_not_exist_is_a_mistake_and_no_hindrance(
    paths: Paths, text: str, line: int
) -> None:
    assert load(write(paths, text)).ui.theme == "sepia"
    with pytest.raises(ConfigError, match="there is no sepia") as caught:
        validate(paths)
    assert (caught.value.line, caught.value.key) == (line, "ui.theme")
    assert "dark, light" in caught.value.remedy
    paths.themes_dir.mkdir()
    (paths.themes_dir / "sepia.toml").write_text("")
    assert validate(paths).ui.theme == "sepia"


def test_what_is_wrong_and_what_is_not_there_is_validated_as_it_is_loaded(paths: Paths) -> None:
    assert validate(paths) == Settings()
    with pytest.raises(ConfigError, match="must be text"):
        validate(write(paths, "ui.theme = 1"))
