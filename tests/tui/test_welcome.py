"""The first start, and signing in by forms that are made from data."""

from __future__ import annotations

from tests.services.world import World
from tests.tui.conftest import OpenWorld
from tests.tui.driver import reading
from tuisocial.sdk.errors import Unreachable
from tuisocial.sdk.testing.making import make_account, make_posts


async def test_without_a_login_three_ways_to_begin_are_offered(open_world: OpenWorld) -> None:
    async with reading(open_world()) as reader:
        await reader.see("Look around", "Sign in", "Try the demo", "tuisocial login add")
        await reader.press("q")
    assert reader.app.return_value is None


async def test_the_demo_is_what_the_application_returns(open_world: OpenWorld) -> None:
    async with reading(open_world()) as reader:
        await reader.see("Try the demo")
        await reader.press("3")
    assert reader.app.return_value == "demo"


async def test_a_guest_reads_after_one_form(open_world: OpenWorld) -> None:
    world = open_world()
    world.server.add(*make_posts(3))
    async with reading(world) as reader:
        await reader.press("1")
        await reader.see("memory: As a guest", "reading only")
        await reader.press("enter")
        await reader.see("Server", "Name")
        await reader.press("enter")
        await reader.see("memory-guest was added", "Post number 3")


async def test_a_secret_is_masked_and_never_on_the_screen(open_world: OpenWorld) -> None:
    world = open_world()
    world.server.welcome("hidden-token", make_account("ada"))
    async with reading(world) as reader:
        await reader.press("2", "enter")
        await reader.see("Token")
        await reader.press("tab")
        await reader.type("hidden-token")
        assert "hidden" not in reader.text
        assert "•••" in reader.text
        await reader.press("enter")
        await reader.see("memory was added")


async def test_an_error_is_said_in_the_form_and_nothing_typed_is_lost(
    open_world: OpenWorld,
) -> None:
    world = open_world()
    async with reading(world) as reader:
        await reader.press("2", "enter")
        await reader.see("Token")
        await reader.press("enter")
        await reader.see("Token is needed.")
        await reader.press("shift+tab")
        await reader.type("nowhere.example")
        await reader.press("tab")
        await reader.type("wrong")
        await reader.press("enter")
        await reader.see("There is no server 'nowhere.example' on memory.")
        assert reader.text.count("nowhere.example") == 2
        await reader.press("escape")
        await reader.see("memory: With a token")
        await reader.press("escape", "escape")
    assert world.runtime.logins.all() == []


async def test_a_server_that_does_not_answer_is_named_with_what_to_do(
    open_world: OpenWorld,
) -> None:
    world = open_world()
    world.server.fail(Unreachable("memory.example does not answer"), "timeline")
    async with reading(world) as reader:
        await reader.press("1", "enter", "enter")
        await reader.see("was added")
        await reader.see("memory.example does not answer; it will be tried again by itself")


async def test_another_login_can_be_added_from_the_list(world: World) -> None:
    world.server.add(*make_posts(2))
    async with reading(world) as reader:
        await reader.see("Post number 2")
        await reader.press("a")
        await reader.see("Look around")
        await reader.press("1", "enter", "enter")
        await reader.see("memory-guest was added", "3 memory-guest")
        await reader.press("a", "escape")
        await reader.see("Post number 2")
