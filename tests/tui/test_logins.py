"""The screen of all logins, signing in again, and sign-ins of many steps."""

from __future__ import annotations

import pytest

from tests.services.replacing import Replacing
from tests.services.world import World, two_logins
from tests.tui.conftest import OpenWorld
from tests.tui.driver import Opened, Reader, reading
from tests.tui.stepping import SteppingAdapter
from tuisocial.model.ids import LoginId
from tuisocial.model.login import Share
from tuisocial.sdk.errors import NotSupported, SignInNeeded
from tuisocial.sdk.testing.making import make_post, make_posts
from tuisocial.store.secrets.place import SecretsUnavailable
from tuisocial.tui.screens.sign_in import SignInScreen
from tuisocial.tui.widgets.fields import FieldInput


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


async def test_how_a_login_stands_is_shown_while_it_changes(open_world: OpenWorld) -> None:
    world = open_world()
    await world.login("one")
    async with reading(world) as reader:
        await reader.see("up to date")
        await reader.press("g", "l")
        await reader.see("Logins", "up to date")
        world.server.fail(SignInNeeded("it was revoked"))
        await world.refresh()
        await reader.see("Logins", "signed out: it was revoked")
        world.server.mend()
        await world.refresh()
        await reader.see("Logins", "up to date")


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


async def test_a_replaced_sign_in_that_stays_valid_is_told_of(open_world: OpenWorld) -> None:
    adapter = Replacing()
    world = open_world(adapter)
    await adapter.sign_in(world, token="first-token")
    adapter.trouble = NotSupported("first-token cannot be ended", remedy="end it on its pages")
    adapter.renewed = {"token": "second-token"}
    async with reading(world, size=(120, 30)) as reader:
        await reader.press("g", "l", "a")
        await reader.see("Sign in again: one")
        await reader.press("1")
        await reader.see("Token")
        await reader.press("tab")
        await reader.type("typed")
        await reader.press("enter")
        await reader.see("may still be valid: ***", "end it on its pages")
        assert world.secrets.kept["one", "token"].reveal() == "second-token"


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


async def test_who_goes_back_while_the_server_is_asked_is_not_signed_in(
    open_world: OpenWorld,
) -> None:
    adapter = SteppingAdapter()
    world = open_world(adapter)
    async with reading(world) as reader:
        await reader.press("2", "4")
        await reader.see("Name")
        await reader.press("enter")
        await reader.see("agree")
        adapter.held.clear()
        await reader.type("right")
        await reader.press("enter")
        await reader.see("Asking")
        await reader.press("escape")
        await reader.see("elsewhere")
        adapter.held.set()
        await reader.until(lambda: adapter.answered == 1, "answered")
        await reader.see_no_more("was added")
        assert names(world) == []


async def test_a_secret_that_was_typed_is_forgotten_when_the_sign_in_ends(
    open_world: OpenWorld,
) -> None:
    adapter = SteppingAdapter()
    async with reading(open_world(adapter)) as reader:
        await reader.press("2", "1")
        await reader.see("Token")
        screen = sign_in_of(reader)
        inputs = list(screen.query(FieldInput))
        await reader.press("tab")
        await reader.type(adapter.SECRET)
        assert adapter.SECRET in [made.value for made in inputs]
        await reader.press("enter")
        await reader.see("was added")
        assert screen._typed == {}
        assert {made.value for made in inputs} == {""}


async def test_a_secret_that_was_typed_lasts_until_the_choice_of_ways_is_left(
    open_world: OpenWorld,
) -> None:
    async with reading(open_world(SteppingAdapter())) as reader:
        await reader.press("2", "1")
        await reader.see("Token")
        screen = sign_in_of(reader)
        inputs = list(screen.query(FieldInput))
        await reader.press("tab")
        await reader.type("hush")
        await reader.press("escape")
        await reader.see("elsewhere")
        assert {made.value for made in inputs} == {""}
        await reader.press("1")
        await reader.see("Token", "••••")
        await reader.press("escape")
        await reader.see("elsewhere")
        assert "hush" in screen._typed.values()
        await reader.press("escape")
        await reader.until(lambda: screen._typed == {}, "forgotten")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("taken", "There is a login named taken already. Choose another name."),
        ("a/b", "A login's name has 1 to 32 letters"),
    ],
)
async def test_a_name_that_cannot_be_is_refused_before_anything_is_asked(
    open_world: OpenWorld, name: str, words: str
) -> None:
    world = open_world(SteppingAdapter())
    opened = Opened()
    async with reading(world, opened=opened) as reader:
        await reader.press("2", "4")
        await reader.see("What you will call this login here")
        await world.login("taken")
        await reader.type(name)
        await reader.press("enter")
        await reader.see(words)
        assert opened.addresses == []
        await reader.press("end", *["backspace"] * len(name))
        await reader.type("free")
        await reader.press("enter")
        await reader.see("agree")


async def test_a_name_that_was_taken_meanwhile_can_be_changed_at_the_end(
    open_world: OpenWorld,
) -> None:
    adapter = SteppingAdapter()
    world = open_world(adapter)
    async with reading(world) as reader:
        await reader.press("2", "4")
        await reader.see("Name")
        await reader.type("mine")
        await reader.press("enter")
        await reader.see("agree")
        await world.login("mine")
        adapter.agreed.set()
        await reader.see("There is a login named mine already", "the login is not kept yet")
        await reader.press("enter")
        await reader.see("There is a login named mine already")
        await reader.press("end", "2", "enter")
        await reader.see("mine2 was added")
        assert names(world) == ["mine", "mine2"]


@pytest.mark.parametrize("size", [(80, 24), (60, 16), (40, 10)])
async def test_what_went_wrong_is_read_to_its_end(
    open_world: OpenWorld, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    world = open_world(SteppingAdapter())
    path = "/home/somebody" + "/folder" * (size[0] * size[1] // 40)

    def nowhere(*_: object) -> None:
        raise SecretsUnavailable("no keyring", f"start one, or write into {path} what is the end")

    monkeypatch.setattr(world.secrets, "get", nowhere)
    async with reading(world, size=size) as reader:
        await reader.press("2", "2", "enter")
        await reader.until(lambda: "No keyring. Start one" in shown(reader), "the beginning")
        assert path in shown(reader).replace(" ", "")
        assert shown(reader).endswith("what is the end.")
        await reader.resize(80, 30)
        await reader.until(lambda: "what is the end." in shown(reader), "the end")


def shown(reader: Reader) -> str:
    """The screen above the line of keys as one line of text."""
    return " ".join(" ".join(reader.lines[:-1]).split())


def sign_in_of(reader: Reader) -> SignInScreen:
    """The sign-in in front."""
    screen = reader.app.screen
    assert isinstance(screen, SignInScreen)
    return screen
