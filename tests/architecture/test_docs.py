"""What the pages for people say of files, targets, links and commands is so."""

import re
from pathlib import Path

import click
import pytest

from tuisocial.cli.main import root
from tuisocial.cli.program import Program
from tuisocial.commands import COMMANDS
from tuisocial.config.paths import Paths, find_paths
from tuisocial.config.schema import Settings

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
TOUR = (ROOT / "docs" / "tour-of-the-code.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")

_LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)[^)]*\)")
_CODE = re.compile(r"`([^`\n]+)`")
_PLACES = ("tuisocial/", "tests/", "docs/", "themes/", ".ci/")
_ROOMS = ("model", "sdk", "adapters", "store", "services", "config", "tui", "cli", "demo")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files_that_exist(page: Path) -> None:
    gone = [
        link
        for link in _LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]
    assert not gone


def _path_of(code: str) -> Path | None:
    """The file that a piece of code in the tour names, if it names one."""
    if "<" in code or " " in code or ("." not in code and "/" not in code):
        return None
    if code.startswith(_PLACES):
        return ROOT / code
    if code.split("/")[0] in _ROOMS or (code.endswith(".py") and "/" not in code):
        return ROOT / "tuisocial" / code
    return None


def test_every_file_of_the_tour_exists() -> None:
    paths = [path for code in _CODE.findall(TOUR) if (path := _path_of(code)) is not None]
    assert len(paths) > 20
    assert [path for path in paths if not path.exists()] == []


def test_every_room_of_the_package_is_on_the_tour() -> None:
    package = ROOT / "tuisocial"
    rooms = {
        path.name
        for path in package.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    unnamed = {room for room in rooms - {"__init__.py"} if f"{room}" not in TOUR}
    assert not unnamed


def test_every_target_that_a_page_names_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        target
        for page in PAGES
        for target in re.findall(r"^make (\w+)$|`make (\w+)`", page.read_text(), re.MULTILINE)
        for target in target
        if target
    }
    assert named
    assert named <= targets


def _commands_of_the_readme() -> list[str]:
    blocks = re.findall(r"```\n(.*?)```", README, re.DOTALL)
    lines = [line.split("|")[0].split("<")[0] for block in blocks for line in block.splitlines()]
    return [line.strip() for line in lines if line.startswith("tuisocial ")]


def _no_application(paths: Paths, settings: Settings, *, plugins: bool) -> str | None:
    raise AssertionError("a command that is only looked up opened the application")


@pytest.mark.parametrize("line", _commands_of_the_readme())
def test_every_command_of_the_readme_is_one(line: str, tmp_path: Path) -> None:
    words = line.split()[1:]
    context = click.Context(
        root, obj=Program(find_paths(tmp_path), plugins=False, launch=_no_application)
    )
    command: click.Command | None = root
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        command = command.get_command(context, words.pop(0))
        assert command is not None
        context = click.Context(command, parent=context)
    flags = {flag for option in command.params for flag in option.opts} if command else set()
    assert {word for word in words if word.startswith("--")} <= flags


def test_the_keys_of_the_readme_are_bound() -> None:
    bound = {key for command in COMMANDS for key in command.keys}
    rows = re.findall(r"^\| (`.+?) \|", README, re.MULTILINE)
    named = {key for row in rows for key in re.findall(r"`([^`]+)`", row)}
    assert named
    assert named <= bound
