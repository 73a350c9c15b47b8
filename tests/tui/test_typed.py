"""Keys that come all at once: each finds the screen and the focus that the one before left."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.services.world import World
from tests.tui.conftest import OpenWorld
from tests.tui.driver import reading
from tuisocial.sdk.testing.making import make_posts


async def test_a_secret_typed_after_tab_never_reaches_the_field_before(
    open_world: OpenWorld,
) -> None:
    async with reading(open_world()) as reader:
        await reader.press("2", "enter")
        await reader.see("Token")
        await reader.burst("memory.example", "tab", "hidden-token")
        values = [field.value for field in reader.app.screen.query(Input)]
        assert values[:2] == ["memory.example", "hidden-token"]
        assert "hidden" not in reader.text


async def test_a_form_that_is_only_opening_takes_what_is_typed_ahead(
    open_world: OpenWorld,
) -> None:
    world = open_world()
    world.server.add(*make_posts(3))
    async with reading(world) as reader:
        await reader.see("Look around")
        await reader.burst("1", "enter", "tab", "mine", "enter")
        await reader.see("mine was added", "Post number 3")


async def test_a_command_typed_with_its_name_is_found_and_done(world: World) -> None:
    world.server.add(*make_posts(3))
    async with reading(world) as reader:
        await reader.see("Post number 3")
        await reader.burst(":", "theme ligh", "enter")
        await reader.until(lambda: reader.app.theme == "light", "the light theme")
        assert "Look around" not in reader.text


async def test_closing_the_help_does_not_close_the_application(world: World) -> None:
    world.server.add(*make_posts(3))
    async with reading(world) as reader:
        await reader.see("Post number 3")
        await reader.burst("?q")
        await reader.see("Post number 3", "Enter thread")
        assert reader.app.is_running


@pytest.mark.parametrize("keys", ["jjj", "3j", "jjjjjkk", "Ggg3j"])
async def test_moves_that_come_at_once_are_all_made(world: World, keys: str) -> None:
    world.server.add(*make_posts(60))
    await world.refresh()
    async with reading(world) as reader:
        await reader.burst(keys)
        assert "Post number 57" in reader.marked


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_keys_of_one_read_of_the_terminal_are_taken_one_after_the_other(tmp_path: Path) -> None:
    from tests.packaging.terminal import Terminal

    environment = {**os.environ, "TUISOCIAL_HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    with Terminal(
        [sys.executable, "-m", "tuisocial"], environment=environment, folder=tmp_path
    ) as terminal:
        terminal.wait_for("Look around")
        terminal.press("?q?q?")
        terminal.wait_for("Where something is to be chosen")
        terminal.press("qq")
        assert terminal.wait_for_end() == 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs job control")
def test_the_program_stops_for_the_shell_and_paints_all_of_its_screen_again(
    tmp_path: Path,
) -> None:
    from tests.packaging.terminal import Terminal

    environment = {**os.environ, "TUISOCIAL_HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    with Terminal(
        [sys.executable, "-m", "tuisocial"], environment=environment, folder=tmp_path
    ) as terminal:
        terminal.wait_for("Look around")
        terminal.press("\x1a")
        process = terminal._process.pid
        os.waitid(os.P_PID, process, os.WSTOPPED)
        terminal._screen.reset()
        os.kill(process, signal.SIGCONT)
        for words in ("Look around", "The same as commands", "? keys"):
            terminal.wait_for(words)
        terminal.press("q")
        assert terminal.wait_for_end() == 0
