"""The screen of all logins, signing in again, and sign-ins of many steps."""

from __future__ import annotations

import pytest

from tests.services.world import World, two_logins
from tests.tui.conftest import OpenWorld
from tests.tui.driver import Opened, reading
from tests.tui.stepping import SteppingAdapter
from tuisocial.model.ids import LoginId
from tuisocial.model.login import Share
from tuisocial.sdk.errors import SignInNeeded
from tuisocial.sdk.testing.making import make_post, make_posts
from tuisocial.store.secrets.place import SecretsUnavailable


def names(world: World) -> list[str]:
    return [login.id.name for login in world.runtime.logins.all()]


async def test_logins_are_put_in_another_order(world: World) -> None:
    await two_logins(world)
    async with reading(world) as reader:
        await reader.press("g", "l")
        await reader.see("one", "two", "up to date")
        before = names(world)
        await reader.press("J")
        await reader.until(lambda: names(world) != before, "another order")
        await reader.press("escape")
        await reader.see(f"2 {before[1]}")


async def test_a_disabled_login_leaves_the_merged_list_and_comes_back(
    open_world: OpenWorld,
) -> None:
    world = open_world()
    await two_logins(world)
    world.adapters[0].at("other.example").add(make_post(1, "From the other side"))
    async with reading(world) as reader:
        await reader.see("From the other side")
        await reader.press("g", "l", "j", "e")
        await reader.see("disabled: nothing is fetched")
        await reader.press("escape")
        await reader.see_no_more("From the other side")
        await reader.press("g", "l", "j", "e", "escape")
        await reader.see("From the other side")


async def test_a_login_is_renamed_muted_and_removed_by_keys(open_world: OpenWorld) -> None:
    world = open_world()
    await two_logins(world)
    async with reading(world) as reader:
        await reader.press("g", "l", "r")
        await reader.see("Rename one")
        await reader.press("end", "2", "enter")
        await reader.see("one2")
        await reader.press("z")
        await reader.see("muted until")
        await reader.press("m", "z")
        await reader.see("only what speaks to me")
        assert world.runtime.logins.record(LoginId("one2")).share is Share.MENTIONS
        await reader.press("x")
        await reader.see("Keep its posts")
        await reader.press("1")
        await reader.see("one2 and its secret are forgotten")
        assert names(world) == ["two"]
        assert {login for login, _ in world.secrets.kept} == {"two"}


async def test_a_signed_out_login_is_signed_in_again_in_place_by_one_key(
    open_world: OpenWorld,
) -> None:
    world = open_world()
    await world.login("one")
    world.server.add(*make_posts(2))
    async with reading(world) as reader:
        await reader.see("Post number 2")
        world.server.fail(SignInNeeded("memory.example no longer accepts this login"), "timeline")
        await reader.press(".")
        await reader.see("no longer accepts this login", "Post number 2")
        world.server.mend()
        await reader.press("a")
        await reader.see("Sign in again: one")
        await reader.press("1")
        await reader.see("Token")
        await reader.press("tab")
        await reader.type("token-of-one-that-nobody-may-see")
        await reader.press("enter")
        await reader.see("one is signed in again", "up to date")
        assert names(world) == ["one"]


async def test_another_account_is_not_taken_for_the_login(open_world: OpenWorld) -> None:
    adapter = SteppingAdapter()
    world = open_world(adapter)
    await world.login("one")
    async with reading(world) as reader:
        await reader.press("g", "l", "a")
        await reader.see("Sign in again: one")
        await reader.press("3")
        await reader.see("Which colour?")
        await reader.type("red")
        await reader.press("enter")
        await reader.see("That is @stranger, and one is @ada@memory.example")


async def test_a_new_secret_is_shown_once_and_then_gone_from_the_screen(
    open_world: OpenWorld,
) -> None:
    adapter = SteppingAdapter()
    async with reading(open_world(adapter)) as reader:
        await reader.press("2", "2")
        await reader.press("enter")
        await reader.see("Keep this", adapter.SECRET)
        await reader.press("enter")
        await reader.see("was added")
        assert adapter.SECRET not in reader.text


async def test_without_a_place_for_secrets_no_new_one_is_shown(
    open_world: OpenWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    adapter = SteppingAdapter()
    world = open_world(adapter)

    def nowhere(*_: object) -> None:
        raise SecretsUnavailable("there is no keyring on this system", "start one")

    monkeypatch.setattr(world.secrets, "get", nowhere)
    opened = Opened()
    async with reading(world, opened=opened) as reader:
        await reader.press("2", "2", "enter")
        await reader.see("There is no keyring on this system. Start one.")
        assert adapter.SECRET not in reader.text
        await reader.press("escape", "4", "enter")
        await reader.see("There is no keyring on this system.")
    assert opened.addresses == []
    assert adapter.closed == 1


async def test_a_form_fits_a_low_window_and_keeps_what_was_typed(open_world: OpenWorld) -> None:
    async with reading(open_world(SteppingAdapter()), size=(80, 24)) as reader:
        await reader.press("2", "1")
        await reader.see("as a member")
        await reader.type("memory.example")
        await reader.resize(40, 10)
        await reader.see("With a token", "Server", "memory.example")
        await reader.press("tab")
        await reader.see("Token")


async def test_a_page_is_opened_and_its_answer_ends_the_sign_in(open_world: OpenWorld) -> None:
    adapter = SteppingAdapter()
    opened = Opened()
    async with reading(open_world(adapter), opened=opened) as reader:
        await reader.press("2", "4", "enter")
        await reader.see("Your browser shows this page", "https://memory.example/agree")
        assert opened.addresses == ["https://memory.example/agree"]
        adapter.agreed.set()
        await reader.see("was added")
    assert adapter.closed == 1


async def test_without_a_browser_a_code_is_typed(open_world: OpenWorld) -> None:
    adapter = SteppingAdapter()
    opened = Opened("no browser was found here")
    async with reading(open_world(adapter), opened=opened, size=(80, 50)) as reader:
        await reader.press("2", "4", "enter")
        await reader.see("https://memory.example/by-hand", "Code", "▀")
        await reader.type("wrong")
        await reader.press("enter")
        await reader.see("That is not the code.")
        await reader.press("end", *["backspace"] * 5)
        await reader.type("right")
        await reader.press("enter")
        await reader.see("was added")
    assert adapter.closed == 1


async def test_going_back_closes_what_a_step_holds_open_and_keeps_what_was_typed(
    open_world: OpenWorld,
) -> None:
    adapter = SteppingAdapter()
    async with reading(open_world(adapter)) as reader:
        await reader.press("2", "4")
        await reader.see("Name")
        await reader.type("mine")
        await reader.press("enter")
        await reader.see("agree")
        await reader.press("escape")
        await reader.see("elsewhere")
        await reader.until(lambda: adapter.closed == 1, "closed")
        await reader.press("4")
        await reader.see("mine")
