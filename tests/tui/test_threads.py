"""Threads beside and over the list, warnings, copies, links."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.services.world import World
from tests.tui.conftest import OpenWorld
from tests.tui.driver import Opened, Reader, reading
from tuisocial.model.ids import PostId
from tuisocial.model.media import Media, MediaKind
from tuisocial.model.richtext import Link, RichText
from tuisocial.sdk.errors import Unreachable
from tuisocial.sdk.testing.making import make_post, make_posts
from tuisocial.sdk.testing.memory import MemoryAdapter


def conversation(world: World) -> None:
    first = make_post(10, "And the loom had no bugs?", author="grace")
    second = make_post(11, "Moths came later.", author="ada", reply_to=first)
    third = make_post(12, "Which volume is this?", author="bob", reply_to=first)
    world.server.add(first, second, third, make_post(1, "Something else"))


async def test_enter_opens_the_thread_and_back_keeps_the_place(world: World) -> None:
    conversation(world)
    async with reading(world) as reader:
        await reader.see("Which volume")
        await reader.press("j")
        before = reader.line_with("▌Moths")
        for way_back in ("escape", "left", "h", "q"):
            await reader.press("enter")
            await reader.see("└ Bob", "├ Ada")
            assert "Something else" not in reader.text
            assert "Moths came later." in reader.marked
            await reader.press(way_back)
            await reader.see("Something else")
            assert reader.line_with("▌Moths") == before


async def test_on_a_wide_screen_the_thread_stands_beside_and_follows(world: World) -> None:
    conversation(world)
    async with reading(world, size=(120, 40)) as reader:
        await reader.see("Which volume")
        assert "│" in reader.lines[2]
        await reader.press("j", "j", "j")
        await reader.until(lambda: reader.text.count("Something else") == 2, "the thread beside")
        await reader.press("tab")
        await reader.see("Esc back")
        await reader.press("tab")
        await reader.see("Enter thread")


async def test_narrowing_the_screen_keeps_what_is_being_read(world: World) -> None:
    conversation(world)
    async with reading(world, size=(120, 40)) as reader:
        await reader.see("Which volume")
        await reader.press("enter")
        await reader.see("├ Ada")
        await reader.resize(80, 24)
        await reader.see("├ Ada", "Esc back")
        assert "Something else" not in reader.text
        await reader.press("escape")
        await reader.see("Something else")


async def test_another_post_of_a_thread_opens_and_leads_back(world: World) -> None:
    conversation(world)
    async with reading(world) as reader:
        await reader.see("Which volume")
        await reader.press("enter")
        await reader.see("├ Ada")
        await reader.press("k", "enter")
        assert "Moths" in reader.marked
        await reader.press("escape")
        assert "Moths" in reader.marked
        await reader.press("escape")
        await reader.see("Something else")


async def test_a_post_that_is_missing_says_why(world: World) -> None:
    gone = PostId("memory", "post-gone")
    world.server.add(make_post(5, "An answer", reply_to=gone))
    async with reading(world) as reader:
        await reader.see("An answer")
        await reader.press("enter")
        await reader.see("a post that its server no longer has")


async def test_a_thread_that_cannot_be_fetched_shows_what_is_stored_and_why(world: World) -> None:
    conversation(world)
    async with reading(world) as reader:
        await reader.see("Which volume")
        world.server.fail(Unreachable("memory.example does not answer"), "thread")
        await reader.press("enter")
        await reader.see("memory.example does not answer; Enter asks again", "Moths")
        world.server.mend()
        await reader.press("enter")
        await reader.see_no_more("does not answer")


async def test_a_content_warning_is_closed_until_enter(world: World) -> None:
    world.server.add(make_post(1, "rocket maths", content_warning="long"))
    async with reading(world) as reader:
        await reader.see("⚠ long · Enter opens")
        assert "rocket" not in reader.text
        await reader.press("enter")
        await reader.see("rocket maths")
        await reader.press("enter")
        await reader.see("Esc back", "rocket maths")


@pytest.mark.parametrize("key", ["escape", "h", "left"])
async def test_a_content_warning_that_was_opened_closes_by_going_back(
    world: World, key: str
) -> None:
    world.server.add(make_post(1, "rocket maths", content_warning="long"))
    async with reading(world) as reader:
        await reader.see("⚠ long · Enter opens")
        await reader.press("enter")
        await reader.see("rocket maths")
        await reader.press(key)
        await reader.see("⚠ long · Enter opens")
        assert "rocket" not in reader.text
        assert "Enter thread" in reader.text


async def test_the_end_of_a_thread_is_the_end_of_its_last_post(world: World) -> None:
    world.server.add(make_post(1, "\n".join(f"line {number}." for number in range(1, 81))))
    async with reading(world) as reader:
        await reader.see("line 1.")
        await reader.press("enter")
        await reader.see("line 15.")
        await reader.press("G")
        await reader.see("line 80.")
        await reader.press("g", "g")
        await reader.see("line 1.")


async def test_a_reply_below_its_parent_does_not_say_whom_it_answers(world: World) -> None:
    conversation(world)
    async with reading(world) as reader:
        await reader.see("Which volume", "↩ to Grace")
        await reader.press("enter")
        await reader.see("├ Ada", "└ Bob")
        assert "to Grace" not in reader.text


async def test_a_reply_to_a_post_that_is_missing_says_whom_it_answers(world: World) -> None:
    world.server.add(make_post(5, "An answer", reply_to=PostId("memory", "post-gone")))
    async with reading(world) as reader:
        await reader.see("An answer")
        await reader.press("enter")
        await reader.see("a post that its server no longer has", "↩ a reply")


async def test_which_pane_has_the_keys_is_told_without_colour(world: World) -> None:
    conversation(world)
    async with reading(world, size=(120, 40)) as reader:
        await reader.see("Which volume")
        await reader.see("▏")
        line = reader.line_with("▌Which volume")
        await reader.press("tab")
        assert reader.lines[line].startswith("▏Which volume")
        await reader.press("tab")
        assert reader.lines[line].startswith("▌Which volume")


async def test_a_warning_without_a_reason_still_closes(world: World) -> None:
    world.server.add(make_post(1, "rocket maths", content_warning=""))
    async with reading(world) as reader:
        await reader.see("⚠ content warning · Enter opens")
        assert "rocket" not in reader.text


async def test_declared_copies_are_one_row_that_names_both(open_world: OpenWorld) -> None:
    stones, pebbles = MemoryAdapter(), MemoryAdapter(network="pebble")
    original = make_post(1, "On both")
    stones.server.add(original)
    pebbles.server.add(make_post(2, "On both", network="pebble", same_as=(original.id,)))
    world = open_world(stones, pebbles)
    await world.login("one")
    await world.login("two", adapter=pebbles)
    async with reading(world) as reader:
        await reader.see("+ 1 copy on two")
        assert reader.text.count("On both") == 1


async def test_missing_descriptions_are_named(world: World) -> None:
    picture = Media(MediaKind.IMAGE, "https://x.example/1", alt="")
    world.server.add(make_post(1, "look", media=(picture, replace(picture, url="https://x/2"))))
    async with reading(world) as reader:
        await reader.see("▣ 2 pictures, no alt text")


# --- links ----------------------------------------------------------------------------------


def linked(*urls: str) -> RichText:
    text, facets = "", []
    for url in urls:
        text += " "
        facets.append(Link(len(text), len(text) + len(url), url))
        text += url
    return RichText(text, tuple(facets))


async def opens(world: World, *keys: str, opened: Opened | None = None) -> Reader:
    opened = opened or Opened()
    async with reading(world, opened=opened) as reader:
        await reader.see("Ada")
        await reader.press(*keys)
        await reader.settle()
    return reader


async def test_one_link_is_opened_and_named(world: World) -> None:
    world.server.add(make_post(1, linked("https://a.example/b?c=d")))
    async with reading(world) as reader:
        await reader.see("a.example/b")
        await reader.press("o")
        await reader.see("opened https://a.example/b?c=d")
        assert reader.opened.addresses == ["https://a.example/b?c=d"]


async def test_several_links_are_a_choice_by_number(world: World) -> None:
    world.server.add(make_post(1, linked("https://a.example/", "https://b.example/")))
    async with reading(world) as reader:
        await reader.see("a.example b.example")
        await reader.press("o")
        await reader.see("Open which?", " 2  https://b.example/")
        await reader.press("2")
        await reader.see("opened https://b.example/")
        assert reader.opened.addresses == ["https://b.example/"]
        await reader.press("o", "escape")
        await reader.see("Enter thread")


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "file:///etc/passwd", "https:", "https://a b.example", "-x", "ssh://h"],
)
async def test_what_is_no_address_of_the_web_is_never_opened(world: World, url: str) -> None:
    world.server.add(make_post(1, linked(url)))
    reader = await opens(world, "o")
    assert reader.opened.addresses == []


async def test_an_address_that_an_adapter_owns_is_opened(world: World) -> None:
    world.server.add(make_post(1, linked("memory:post-9")))
    reader = await opens(world, "o")
    assert reader.opened.addresses == ["memory:post-9"]


async def test_the_post_itself_opens_in_the_browser(world: World) -> None:
    world.server.add(make_post(1))
    reader = await opens(world, "O")
    assert reader.opened.addresses == ["https://memory.example/posts/1"]


async def test_a_browser_that_is_not_there_is_said_with_the_address(world: World) -> None:
    world.server.add(make_post(1))
    async with reading(world, opened=Opened("no browser was found here")) as reader:
        await reader.see("Post number 1")
        await reader.press("O")
        await reader.see("no browser was found here", "memory.example/posts/1")


async def test_copying_hands_the_address_to_the_terminal(world: World) -> None:
    world.server.add(*make_posts(1))
    async with reading(world) as reader:
        await reader.see("Post number 1")
        await reader.press("y")
        await reader.see("the address is on the clipboard")
        assert reader.app.clipboard == "https://memory.example/posts/1"
        await reader.press("Y")
        assert reader.app.clipboard == "Post number 1"
