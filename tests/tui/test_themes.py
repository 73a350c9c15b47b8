"""Themes: those that are shipped can be read by eye, those that are broken are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuisocial.config.themes import shipped_folder
from tuisocial.tui.render.look import Colours, Role
from tuisocial.tui.theme_files import (
    LOGIN_COLOURS,
    ROLES,
    SIXTEEN,
    BrokenTheme,
    ThemeFile,
    Themes,
    read_theme,
)

SHIPPED = sorted(shipped_folder().glob("*.toml"))
GOOD = SHIPPED[0].read_text()
PAGE = Path(__file__).parents[2] / "docs" / "themes.md"


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.fixture(params=SHIPPED, ids=lambda path: path.stem)
def theme(request: pytest.FixtureRequest) -> ThemeFile:
    return read_theme(request.param)


def test_dark_and_light_are_shipped() -> None:
    assert {"dark", "light"} <= {path.stem for path in SHIPPED}


def test_every_role_can_be_read_on_both_grounds(theme: ThemeFile) -> None:
    weak = {
        (role, ground): round(contrast(colour, getattr(theme, ground)), 2)
        for role, colour in theme.roles.items()
        for ground in ("background", "selection")
        if contrast(colour, getattr(theme, ground)) < 4.5
    }
    assert weak == {}


def test_every_login_s_colour_can_be_read_and_told_from_the_others(theme: ThemeFile) -> None:
    assert [c for c in theme.logins if contrast(c, theme.background) < 4.5] == []
    assert [c for c in theme.logins if contrast(c, theme.selection) < 3] == []
    assert len(set(theme.logins)) == LOGIN_COLOURS


def test_sixteen_colours_are_stated_for_every_role(theme: ThemeFile) -> None:
    assert set(theme.sixteen) == {*ROLES, "selection"}
    assert len(theme.sixteen_logins) == LOGIN_COLOURS
    assert {*theme.sixteen.values(), *theme.sixteen_logins} <= SIXTEEN
    assert Colours(theme, sixteen=True).style(Role.LINK).color is not None


def test_the_page_names_every_role() -> None:
    page = PAGE.read_text()
    assert [role for role in ROLES if f"`[roles] {role}`" not in page] == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("dark = ", "is not TOML"),
        (GOOD.replace("[roles]", "[rolls]"), "rolls is not part of a theme"),
        (GOOD.replace("dim =", "dimm ="), "roles.dimm is not a role"),
        (GOOD.replace('dim = "#', 'dim = "'), "roles.dim must be a colour"),
        (GOOD.replace("background =", "# background ="), "background must be a colour"),
        (GOOD.replace("dark = true", 'dark = "yes"'), "dark must be true or false"),
        (GOOD.replace("colours = [", 'colours = ["#000000", '), "list of 8 colours"),
        (GOOD.replace("bright_cyan", "mauve"), "one of the 16 colours"),
        ("roles = 3\n", "roles must be a section"),
    ],
)
def test_a_broken_theme_is_named_with_its_key(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(BrokenTheme) as caught:
        read_theme(path)
    assert str(path) in str(caught.value)
    assert problem in str(caught.value)


def test_a_theme_of_mine_replaces_one_of_the_same_name(tmp_path: Path) -> None:
    mine = GOOD.replace(read_theme(SHIPPED[0]).background, "#000001")
    (tmp_path / "dark.toml").write_text(mine)
    (tmp_path / "mine.toml").write_text(GOOD)
    themes = Themes([shipped_folder(), tmp_path])
    assert themes.names() == ["dark", "light", "mine"]
    assert themes.read("dark").background == "#000001"
    assert themes.read("mine").name == "mine"
    assert not themes.changed()
    (tmp_path / "mine.toml").unlink()
    assert themes.changed()
    with pytest.raises(BrokenTheme, match="there is no theme mine; there are: dark, light"):
        themes.read("mine")
