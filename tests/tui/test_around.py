"""What is around the list: tabs, the line of state, help, palette, looks, and trouble."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.services.world import World
from tests.tui.conftest import OpenWorld
from tests.tui.driver import reading
from tuisocial.errors import UserError
from tuisocial.model.richtext import Link, RichText
from tuisocial.sdk.errors import RateLimited, SignInNeeded, Unreachable
from tuisocial.sdk.testing.making import make_post, make_posts
from tuisocial.sdk.testing.memory import MemoryAdapter
from tuisocial.store.database import StoreDamaged
from tuisocial.tui.actions import ACTIONS
from tuisocial.tui.app import TuisocialApp
from tuisocial.tui.render.row import post_lines
from tuisocial.tui.screens.home import HomeScreen
from tuisocial.tui.widgets import timeline_list


async def two_logins(open_world: OpenWorld) -> World:
    stones, pebbles = MemoryAdapter(), MemoryAdapter(network="pebble")
    stones.server.add(*make_posts(3))
    pebbles.server.add(make_post(9, "From the other network", network="pebble", tags=("retro",)))
    world = open_world(stones, pebbles)
    await world.login("masto")
    await world.login("nos", adapter=pebbles)
    return world


# --- tabs -----------------------------------------------------------------------------------


async def test_there_is_a_tab_for_all_and_one_for_each_login(open_world: OpenWorld) -> None:
    async with reading(await two_logins(open_world)) as reader:
        await reader.see("Post number 3", "From the other")
        assert reader.lines[0] == " 1 Merged  2 masto  3 nos"
        await reader.press("g", "t")
        await reader.see_no_more("From the other")
        await reader.press("alt+3")
        await reader.see("From the other")
        assert "Post number" not in reader.text
        await reader.press("g", "T", "g", "T")
        await reader.see("Post number 3", "From the other")
        await reader.click(0, 13)
        await reader.see_no_more("From the other")


async def test_a_hashtag_opens_as_a_tab_by_name_and_closes(open_world: OpenWorld) -> None:
    async with reading(await two_logins(open_world)) as reader:
        await reader.see("Post number 3")
        await reader.press("colon")
        await reader.type("#retro")
        await reader.see("#retro on all logins", "#retro on masto", "#retro on nos")
        await reader.press("down", "down", "enter")
        await reader.see("4 #retro nos", "From the other")
        assert "Post number" not in reader.text
        await reader.press("q")
        await reader.see_no_more("#retro")
        assert reader.lines[0] == " 1 Merged  2 masto  3 nos"


async def test_the_palette_finds_timelines_themes_and_commands(open_world: OpenWorld) -> None:
    async with reading(await two_logins(open_world)) as reader:
        await reader.see("Post number 3")
        await reader.press("ctrl+p")
        await reader.type("local on masto")
        await reader.see("local on masto")
        await reader.press("enter")
        await reader.see("4 local masto")
        await reader.press("colon")
        await reader.type("theme light")
        await reader.press("enter")
        await reader.until(lambda: reader.app.theme == "light", "the light theme")


async def test_a_hashtag_opens_merged_over_all_logins(open_world: OpenWorld) -> None:
    world = await two_logins(open_world)
    world.server.add(make_post(7, "From the first network", tags=("retro",)))
    async with reading(world) as reader:
        await reader.see("From the other")
        await reader.burst(":", "#retro", "enter")
        await reader.see("4 #retro", "From the other network", "From the first network")
        assert "Post number" not in reader.text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("#", "Type the hashtag's word"),
        ("#Zz y!", "A hashtag is one word of letters"),
        ("#a!", "A hashtag is one word of letters"),
        ("zzqq", "Nothing has that name."),
    ],
)
async def test_what_the_palette_cannot_find_it_says_in_words(
    world: World, query: str, words: str
) -> None:
    world.server.add(*make_posts(2))
    async with reading(world) as reader:
        await reader.see("Post number 2")
        await reader.burst(":", query)
        await reader.see(words)
        await reader.press("enter")
        await reader.see(words)
        await reader.press("escape")
        await reader.see("Post number 2")


async def test_a_broken_theme_is_marked_where_themes_are_chosen(world: World) -> None:
    folder = world.runtime.paths.themes_dir
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text('background = "red"')
    async with reading(world) as reader:
        await reader.burst(":", "theme mine")
        await reader.see("theme mine (broken)")


async def test_the_choice_of_several_links_by_name_opens_one(world: World) -> None:
    """What the palette does is done as if its key had been pressed in the list."""
    text = RichText(
        "https://a.example/ https://b.example/",
        (Link(0, 18, "https://a.example/"), Link(19, 37, "https://b.example/")),
    )
    world.server.add(make_post(1, text))
    async with reading(world) as reader:
        await reader.see("a.example")
        await reader.burst(":", "links", "enter", "2")
        await reader.until(
            lambda: reader.opened.addresses == ["https://b.example/"], "the second link"
        )


# --- keys that do nothing -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (("z",), "z does nothing here"),
        (("f5",), "f5 does nothing here"),
        (("g", "z"), "g z does nothing here"),
        (("alt+9",), "there is no tab 9"),
        (("1", "0", "g", "t"), "there is no tab 10"),
    ],
)
async def test_a_key_that_does_nothing_says_so_until_the_next(
    world: World, keys: tuple[str, ...], words: str
) -> None:
    world.server.add(*make_posts(2))
    async with reading(world) as reader:
        await reader.see("Post number 2")
        await reader.press(*keys)
        assert words in reader.lines[-1]
        assert "? keys" in reader.lines[-1]
        await reader.press("j")
        assert "Enter thread" in reader.lines[-1]


async def test_a_number_before_the_key_of_the_next_tab_goes_to_that_tab(
    open_world: OpenWorld,
) -> None:
    async with reading(await two_logins(open_world)) as reader:
        await reader.see("Post number 3", "From the other")
        await reader.press("3", "g", "t")
        await reader.see_no_more("Post number")
        await reader.press("1", "g", "t")
        await reader.see("Post number 3", "From the other")


async def test_closing_on_a_login_s_tab_leads_to_the_first_and_quits_only_there(
    open_world: OpenWorld,
) -> None:
    async with reading(await two_logins(open_world)) as reader:
        await reader.see("Post number 3")
        await reader.press("alt+3")
        await reader.see_no_more("Post number")
        await reader.press("q")
        await reader.see("Post number 3")
        assert reader.app.is_running
        await reader.press("q")
        await reader.until(lambda: not reader.app.is_running, "the end")


async def test_where_there_is_no_shell_to_go_back_to_it_is_said(world: World) -> None:
    async with reading(world) as reader:
        await reader.press("ctrl+z")
        assert "there is no shell to go back to here" in reader.lines[-1]


# --- the line of state ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Unreachable("memory.example does not answer"), "masto"),
        (SignInNeeded("memory.example no longer accepts this login"), "masto signed out"),
        (RateLimited("memory.example wants a pause"), "memory.example wants a pause"),
    ],
)
async def test_one_login_in_trouble_says_so_and_the_others_go_on(
    open_world: OpenWorld, error: Exception, words: str
) -> None:
    world = await two_logins(open_world)
    world.server.fail(error, "timeline")
    async with reading(world) as reader:
        await reader.see("From the other", words)
        await reader.see("nos up to date")
        await reader.press("exclamation_mark")
        await reader.see("masto home  ", str(error)[1:], "nos home  up to date")
        await reader.press("escape")
        await reader.see("From the other")


@pytest.mark.parametrize(("columns", "most"), [(120, 1), (80, 1), (40, 2)])
async def test_the_state_takes_one_line_however_many_logins_are_in_trouble(
    open_world: OpenWorld, columns: int, most: int
) -> None:
    world = await two_logins(open_world)
    await world.refresh()
    world = await world.restarted()
    for adapter in world.adapters:
        words = f"{adapter.network}.example did not answer within fifteen seconds"
        adapter.server.fail(Unreachable(words), "timeline")
    async with reading(world, size=(columns, 24)) as reader:
        await reader.see("masto, nos offline", "! says more")
        said = [line for line in reader.lines[-1 - most : -1] if "offline" in line]
        assert said
        assert "Post number 3" in reader.text
        assert reader.home._status.size.height <= most
        await reader.press("exclamation_mark")
        await reader.see("did not answer within")
    await world.close()


# --- answers --------------------------------------------------------------------------------


async def test_an_answer_takes_the_place_of_the_one_before_and_goes_with_the_tab(
    open_world: OpenWorld,
) -> None:
    async with reading(await two_logins(open_world)) as reader:
        await reader.see("Post number 3")
        await reader.press("y")
        await reader.see("the address is on the clipboard")
        await reader.press("Y")
        await reader.see("the text is on the clipboard")
        assert "the address" not in reader.text
        await reader.press("g", "t")
        await reader.see_no_more("on the clipboard")
        await reader.press("y")
        await reader.see("the address is on the clipboard")
        await reader.press("enter")
        await reader.see_no_more("on the clipboard")


async def test_an_answer_leaves_the_line_of_state_free(open_world: OpenWorld) -> None:
    async with reading(await two_logins(open_world), size=(40, 10)) as reader:
        await reader.see("Post number 3", "up to date")
        await reader.press("y")
        await reader.see("the address is on the clipboard", "masto, nos up to date")


async def test_all_sources_failing_is_written_where_posts_would_be(world: World) -> None:
    world.server.fail(Unreachable("memory.example does not answer"), "timeline")
    async with reading(world) as reader:
        await reader.see("Nothing is stored yet, and nothing could be fetched:")
        await reader.see("masto: memory.example does not answer; it will be tried again by itself")


async def test_a_list_without_posts_says_so_in_words(world: World) -> None:
    async with reading(world) as reader:
        await reader.see("Nothing here yet.", "Press . to look again.", "masto up to date")


# --- help -----------------------------------------------------------------------------------


async def test_help_lists_the_keys_of_where_the_reader_is_first(world: World) -> None:
    world.server.add(*make_posts(2))
    async with reading(world) as reader:
        await reader.see("Post number 2")
        await reader.press("question_mark")
        await reader.see("In a list", "The next post, line or choice.")
        for unbuilt in ("boost", "reply", "compose", "bookmark"):
            assert unbuilt not in reader.text.casefold()
        await reader.press("escape", "enter", "question_mark")
        await reader.see("In a thread")
        await reader.press("q")
        await reader.see("Post number 2")


@pytest.mark.parametrize(("columns", "told"), [(80, False), (120, True)])
async def test_help_names_the_other_pane_where_there_is_one(
    world: World, columns: int, told: bool
) -> None:
    async with reading(world, size=(columns, 40)) as reader:
        await reader.press("question_mark")
        await reader.see("In a list", "repeats it: 5k.")
        assert ("To the other pane" in reader.text) is told


# --- looks ----------------------------------------------------------------------------------


async def test_a_theme_that_is_saved_is_seen_without_a_restart(world: World) -> None:
    world.server.add(*make_posts(2))
    folder = world.runtime.paths.themes_dir
    folder.mkdir(parents=True)
    shipped = Path(__file__).parents[2] / "themes" / "dark.toml"
    mine = folder / "dark.toml"
    async with reading(world) as reader:
        await reader.see("Post number 2")
        before = reader.app.screen.styles.background
        mine.write_text(shipped.read_text().replace("#14161a", "#330000"))
        reader.app._watch_themes()
        await reader.until(
            lambda: reader.app.screen.styles.background != before, "the new background"
        )
        after = reader.app.screen.styles.background
        mine.write_text('background = "red"')
        reader.app._watch_themes()
        await reader.see("cannot be used")
        assert reader.app.screen.styles.background == after


async def test_a_theme_that_is_not_there_is_named_and_another_used(world: World) -> None:
    runtime = world.runtime
    runtime.settings = replace(runtime.settings, ui=replace(runtime.settings.ui, theme="mine"))
    world.server.add(*make_posts(2))
    async with reading(world) as reader:
        await reader.see("Post number 2", "there is no theme mine")


async def test_plain_ascii_marks_are_chosen_by_the_locale(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setattr("sys.platform", "linux")
    world.server.add(make_post(1, "plain", content_warning="x"), make_post(2, "second"))
    async with reading(world, size=(120, 30)) as reader:
        await reader.see("second")
        assert reader.text.isascii()
        assert "CW x - Enter opens" in reader.text
        assert ">second" in reader.text


# --- trouble --------------------------------------------------------------------------------


async def test_an_error_in_a_handler_is_logged_and_said_in_a_line(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a programmer's mistake")

    world.server.add(*make_posts(3))
    monkeypatch.setitem(ACTIONS, "copy-link", broken)
    async with reading(world, trouble=True) as reader:
        await reader.see("Post number 3")
        await reader.press("y")
        await reader.see("something went wrong")
        assert "Traceback" not in reader.text
        await reader.press("j")
        assert "Post number 2" in reader.marked
        assert "a programmer's mistake" in reader.log


async def test_an_error_beside_the_screen_is_logged_and_said_in_a_line(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("a programmer's mistake")

    world.server.add(*make_posts(3))
    async with reading(world, trouble=True) as reader:
        await reader.see("Post number 3")
        monkeypatch.setattr(world.runtime.threads, "fetch", broken)
        await reader.press("enter")
        await reader.see("something went wrong", "Esc back")
        assert "a programmer's mistake" in reader.log


async def test_a_post_that_cannot_be_painted_is_one_line(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(row: timeline_list.Row, *args: object, **options: object) -> object:
        if "2" in row.post.text.text:
            raise RuntimeError("a programmer's mistake")
        return post_lines(row, *args, **options)  # type: ignore[arg-type]

    world.server.add(*make_posts(3))
    monkeypatch.setattr(timeline_list, "post_lines", broken)
    async with reading(world, trouble=True) as reader:
        await reader.see("Post number 3", "this one cannot be shown", "Post number 1")


async def test_a_store_that_breaks_while_reading_is_said_without_a_traceback(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise sqlite3.DatabaseError("database disk image is malformed")

    world.server.add(*make_posts(100))
    await world.refresh()
    async with reading(world, trouble=True) as reader:
        monkeypatch.setattr("tuisocial.services.timelines.read_window", broken)
        await reader.press("full_stop")
        await reader.see("malformed")
        assert "Traceback" not in reader.text


async def test_a_first_screen_that_fails_ends_with_one_sentence(
    world: World, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a programmer's mistake")

    monkeypatch.setattr(HomeScreen, "compose", broken)
    with pytest.raises(UserError, match="the screen could not be shown") as caught:
        await TuisocialApp(world.runtime).run_async(headless=True)
    assert str(world.runtime.paths.log_file) in caught.value.remedy
    assert "Traceback" not in "".join(capfd.readouterr())


async def test_a_store_that_is_found_damaged_ends_the_program_with_its_sentence(
    world: World, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise StoreDamaged("the store is damaged; it is kept aside", "start again")

    world.server.add(*make_posts(100))
    await world.refresh()

    async def read_on(pilot: Pilot[str | None]) -> None:
        await pilot.pause()
        monkeypatch.setattr("tuisocial.services.timelines.read_window", broken)
        await pilot.press("full_stop")

    with pytest.raises(StoreDamaged, match="kept aside"):
        await TuisocialApp(world.runtime).run_async(headless=True, auto_pilot=read_on)
    assert "Traceback" not in "".join(capfd.readouterr())


async def test_trouble_that_can_be_mended_is_said_once_while_it_is_there_to_be_read(
    world: World,
) -> None:
    async with reading(world) as reader:
        for _ in range(3):
            reader.app._handle_exception(UserError("the disk is full", "make some room"))
        await reader.see("the disk is full; make some room")
        assert len(reader.app._notifications) == 1
        assert "Traceback" not in reader.log
