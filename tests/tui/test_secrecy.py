"""No secret is on the screen, in its picture, or in what a handler's end leaves behind."""

from __future__ import annotations

from pathlib import Path
from secrets import token_hex

import pytest

from tests.let_go import backwards, holders
from tests.services.world import World
from tests.tui.conftest import OpenWorld
from tests.tui.driver import reading
from tuisocial.cli import logfile
from tuisocial.config.paths import find_paths
from tuisocial.config.schema import Settings
from tuisocial.launch import launch
from tuisocial.sdk.errors import SignInNeeded, Unreachable
from tuisocial.sdk.secret import Secret
from tuisocial.sdk.testing.making import make_account, make_posts
from tuisocial.services.spellings import spellings
from tuisocial.store.secrets.file import FileSecrets
from tuisocial.tui.app import TuisocialApp

TOKEN = "token-of-masto-that-nobody-may-see"


def nowhere_in(text: str) -> None:
    # A picture of the screen writes blanks in its own way.
    for spelled in spellings(TOKEN):
        assert spelled not in text.replace("&#160;", " ").replace("\n", "")


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError(f"holding {TOKEN}"),
        Unreachable(f"x.example said: {TOKEN} is unknown"),
        SignInNeeded(f"x.example: {TOKEN}", remedy=f"not {TOKEN}"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_server_that_echoes_the_token_does_not_bring_it_to_the_screen(
    open_world: OpenWorld, error: Exception
) -> None:
    world: World = open_world()
    world.clock.set(120)
    await world.login("masto")
    world.server.add(*make_posts(5))
    await world.refresh()
    world.server.fail(error)
    async with reading(world, size=(160, 40), trouble=True) as reader:
        await reader.see("Post number 4")
        for key in ("full_stop", "enter", "question_mark", "escape", "escape"):
            await reader.press(key)
            nowhere_in(reader.text)
            nowhere_in(reader.app.export_screenshot())
        nowhere_in(reader.log)


async def test_a_handler_that_fails_shows_no_frame_and_logs_no_secret(world: World) -> None:
    async with reading(world, size=(160, 40), trouble=True) as reader:
        held = TOKEN
        reader.app.call_later(lambda: int(held))
        await reader.see("something went wrong")
        nowhere_in(reader.app.export_screenshot())
        assert "ValueError" in reader.log
        nowhere_in(reader.log)


async def test_textual_s_own_last_resort_has_nothing_to_print(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = TuisocialApp(world.runtime)
    monkeypatch.setattr(app, "_close_messages_no_wait", lambda: None)
    try:
        raise RuntimeError(TOKEN)
    except RuntimeError:
        app._fatal_error()
    assert app._exit_renderables == []


async def test_a_secret_that_was_typed_is_not_in_memory_when_the_login_is_kept(
    open_world: OpenWorld, tmp_path: Path
) -> None:
    world: World = open_world(secrets=FileSecrets(tmp_path / "secrets" / "secrets.json"))
    secret = token_hex(16)
    world.server.welcome(secret, make_account("ada"))
    async with reading(world, size=(100, 30)) as reader:
        await reader.press("2", "enter")
        await reader.see("Token")
        await reader.press("tab")
        await reader.type(secret)
        await reader.press("enter")
        await reader.see("was added")
        remembered = backwards(secret)
        world.server.tokens.clear()
        del secret
        for login in world.runtime.logins.all():
            await world.runtime._sessions.close(login.id)
        assert holders(remembered) == []


def test_what_the_application_let_go_of_is_hidden_in_what_others_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(app: TuisocialApp) -> None:
        app.runtime.scrub.hide(Secret(TOKEN))
        app.runtime.close()

    monkeypatch.setattr(TuisocialApp, "run", run)
    monkeypatch.setattr(logfile, "_hiding", [])
    monkeypatch.setattr("gc.disable", lambda: None)
    monkeypatch.setattr("gc.set_threshold", lambda _: None)
    launch(find_paths(tmp_path), Settings(), plugins=False)
    nowhere_in(logfile.scrubbed(f"a library said {TOKEN}"))
