"""Moving through a list: what is on the screen, and where the reader's post stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.services.world import World
from tests.tui.driver import Reader, reading
from tuisocial.config.schema import Density, UiSettings
from tuisocial.model.entry import Reposted
from tuisocial.model.media import Media, MediaKind
from tuisocial.model.post import Counts
from tuisocial.model.richtext import Link, RichText
from tuisocial.model.timeline import HOME
from tuisocial.sdk.testing.making import make_account, make_entry, make_post, make_posts
from tuisocial.tui.widgets import status_line


async def test_the_first_paint_is_of_what_is_stored_without_a_network(world: World) -> None:
    world.server.add(*make_posts(60))
    await world.refresh()
    world = await world.restarted(offline=True)
    async with reading(world) as reader:
        assert "Post number 60" in reader.text
        assert "masto offline" in reader.text
    await world.close()


async def test_a_post_says_who_when_where_and_why(world: World) -> None:
    post = make_post(
        100,
        "Notes of the mill",
        counts=Counts(replies=4, reposts=12),
        media=(Media(MediaKind.IMAGE, "https://x.example/1.png", alt="a mill"),),
    )
    world.server.put(HOME, make_entry(post, reason=Reposted(make_account("grace"))))
    async with reading(world) as reader:
        await reader.see("Notes of the mill")
        assert reader.lines[2:6] == [
            "▌⟲ Grace reposted · 20 min",
            "▌Ada  @ada@memory.example                                      ▪ masto · 20 min",
            "▌Notes of the mill",
            "▌  ↩ 4   ⟲ 12   ▣ 1 picture “a mill”",
        ]


async def test_unknown_counts_are_blank_and_known_ones_shown_even_if_nothing(world: World) -> None:
    world.server.add(make_post(1, "counted", counts=Counts(replies=0, likes=None)))
    async with reading(world) as reader:
        await reader.see("counted")
        assert "↩ 0" in reader.text
        assert "♥" not in reader.text


@pytest.mark.parametrize("plain", [False, True])
async def test_a_compact_row_is_one_line_that_ends_in_a_mark_where_it_is_cut(
    world: World, plain: bool
) -> None:
    runtime = world.runtime
    runtime.settings = replace(
        runtime.settings, ui=UiSettings(ascii=plain, density=Density.COMPACT)
    )
    link = "https://x.example/" + "path" * 20
    world.server.add(
        make_post(1, "short"),
        make_post(2, "word " * 40),
        make_post(3, "first line\n\nsecond " + "x" * 90),
        make_post(4, RichText(f"ends in {link}", (Link(8, 8 + len(link), link),))),
        *make_posts(56, first=5),
    )
    await world.refresh()
    await world.everything()
    more = "..." if plain else "…"
    async with reading(world) as reader:
        assert all(reader.lines[2:22])
        await reader.press("G")
        await reader.see("Ada  short")
        assert all(reader.lines[2:22])
        for words in ("Ada  word", "Ada  first line", "Ada  ends in"):
            body = reader.lines[reader.line_with(words)].rpartition(" masto ")[0].rstrip(" ▪M")
            assert body.endswith(more)
        assert not plain or reader.text.isascii()


async def test_the_end_of_what_is_loaded_is_said_while_more_is_on_its_way(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status_line, "PATIENCE", 0.0)
    world.server.add(*make_posts(100))
    await world.refresh()
    async with reading(world) as reader:
        await reader.settle()
        gate = world.server.hold("timeline")
        await reader.press("G")
        await reader.see("loading older posts")
        await reader.press("j")
        assert "the end of what is loaded; older posts" in reader.lines[-1]
        gate.set()
        await reader.see_no_more("loading older posts")
        await reader.press("j")
        assert "end of what" not in reader.lines[-1]


async def test_a_body_is_cut_after_twelve_lines_and_its_thread_shows_all(world: World) -> None:
    body = "\n".join(f"line {number}" for number in range(1, 41))
    world.server.add(make_post(1, body))
    async with reading(world) as reader:
        await reader.see("line 11", "29 more lines · Enter")
        assert "line 12" not in reader.text
        await reader.press("enter")
        await reader.see("line 19")
        for _ in range(3):
            await reader.press("j")
        await reader.see("line 40")


async def test_a_body_is_never_wider_than_88_columns(world: World) -> None:
    world.server.add(make_post(1, "word " * 100))
    async with reading(world, size=(119, 40)) as reader:
        await reader.see("word")
        assert max(len(line) for line in reader.lines if "word word" in line) <= 89


@pytest.mark.parametrize(
    ("keys", "post"),
    [
        (["j"], 59),
        (["down", "down", "up"], 59),
        (["5", "j"], 55),
        (["1", "2", "j", "2", "k"], 50),
        (["G"], 1),
        (["end", "k"], 2),
        (["G", "g", "g"], 60),
        (["end", "home"], 60),
        (["G", "escape"], 1),
    ],
)
async def test_keys_move_the_selection(world: World, keys: list[str], post: int) -> None:
    world.server.add(*make_posts(60))
    await world.refresh()
    await world.everything()
    async with reading(world) as reader:
        await reader.press(*keys)
        assert f"Post number {post}\n" in reader.marked + "\n"


@pytest.mark.parametrize(
    "keys", [["pagedown", "pageup"], ["space", "pageup"], ["ctrl+d", "ctrl+u"]]
)
async def test_a_page_down_and_up_comes_back(world: World, keys: list[str]) -> None:
    world.server.add(*make_posts(60))
    await world.refresh()
    async with reading(world) as reader:
        await reader.press(keys[0])
        assert "Post number 60" not in reader.marked
        await reader.press(*keys[1:])
        assert "Post number 60" in reader.text


async def test_holding_j_reaches_the_end_and_fetches_what_is_older(world: World) -> None:
    world.server.add(*make_posts(100))
    await world.refresh()
    async with reading(world) as reader:
        for _ in range(13):
            await reader.press(*["j"] * 8)
        await reader.see("Post number 1\n", "That is all there is.")


async def test_the_wheel_scrolls_and_a_click_selects_then_opens(world: World) -> None:
    world.server.add(*make_posts(60))
    await world.refresh()
    async with reading(world) as reader:
        await reader.wheel(down=4)
        assert "Post number 60" not in reader.text
        line = reader.line_with("Post number 54")
        await reader.click(line)
        assert "Post number 54" in reader.marked
        await reader.click(line)
        await reader.see("Esc back")
        assert "Post number 53" not in reader.text


async def test_memory_holds_a_few_hundred_rows_however_far_the_reader_goes(world: World) -> None:
    world.clock.set(2000)
    world.server.add(*make_posts(1500))
    await world.refresh()
    await world.everything()
    async with reading(world) as reader:
        for _ in range(6):
            await reader.press("2", "0", "0", "j")
        await reader.see("Post number 300\n")
        assert len(reader.home._list.blocks) <= 300
        assert len(reader.home._list._painted) <= 400
        for _ in range(3):
            await reader.press("2", "0", "0", "k")
        await reader.see("Post number 900\n")


# --- the reader's post stays ----------------------------------------------------------------


async def place(reader: Reader, words: str) -> int:
    await reader.settle()
    return reader.line_with(words)


async def test_new_posts_are_announced_and_move_nothing(world: World) -> None:
    world.server.add(*make_posts(60))
    async with reading(world) as reader:
        await reader.see("Post number 60")
        await reader.press("4", "j")
        before = await place(reader, "Post number 56")
        world.server.add(*make_posts(12, first=61))
        await world.refresh()
        await reader.see("12 new ↑ press .")
        assert await place(reader, "Post number 56") == before
        assert "Merged 12" in reader.lines[0]
        await reader.press("full_stop")
        await reader.see("Post number 72")
        assert "Post number 72" in reader.marked
        assert "new ↑" not in reader.text


async def test_the_first_posts_ever_are_shown_without_being_asked_for(world: World) -> None:
    gate = world.server.hold("timeline")
    async with reading(world) as reader:
        await reader.see("the first posts are on their way")
        world.server.add(*make_posts(3))
        gate.set()
        world.server.mend()
        await reader.see("Post number 3")


async def test_a_full_stop_fetches_and_shows_what_it_finds(world: World) -> None:
    world.server.add(*make_posts(5))
    async with reading(world) as reader:
        await reader.see("Post number 5")
        await reader.press("j")
        world.server.add(make_post(6))
        await reader.press("full_stop")
        await reader.see("Post number 6")


async def test_filling_a_gap_keeps_the_reader_where_the_gap_was(world: World) -> None:
    world.server.page_size = 10
    world.server.add(*make_posts(10))
    await world.refresh()
    world.server.add(*make_posts(30, first=11))
    async with reading(world) as reader:
        await reader.see("new ↑")
        await reader.press("full_stop")
        await reader.see("Post number 40")
        await reader.press("9", "j")
        await reader.press("j")
        await reader.see("posts of masto", "Enter fills")
        before = await place(reader, "Enter fills")
        await reader.press("enter")
        await reader.see("Post number 30")
        assert await place(reader, "Post number 30") == before + 1
        assert "Post number 31" in reader.text


async def test_resizing_keeps_the_reader_s_post_on_the_screen_while_fetching(world: World) -> None:
    world.server.add(*make_posts(60))
    await world.refresh()
    async with reading(world) as reader:
        await reader.press("1", "2", "j")
        gate = world.server.hold("timeline")
        await reader.press("full_stop", "6", "j")
        for columns, lines in ((60, 20), (130, 50), (80, 10), (40, 24), (80, 24)):
            await reader.resize(columns, lines)
            assert "Post number 54" in reader.marked
        gate.set()


async def test_the_place_is_remembered_until_the_next_start(world: World) -> None:
    world.server.add(*make_posts(60))
    await world.refresh()
    async with reading(world) as reader:
        await reader.press("2", "0", "j", "q")
    world = await world.restarted(offline=True)
    async with reading(world) as reader:
        assert "Post number 40" in reader.marked
        await reader.press("k")
        assert "Post number 41" in reader.marked
    await world.close()


async def test_links_are_shown_as_host_and_path_and_never_disguised(world: World) -> None:
    text = RichText(
        "See https://bank.example and https://notes.example/a?utm_source=x here",
        (
            Link(4, 24, "https://evil.example/bank"),
            Link(29, 65, "https://notes.example/a?utm_source=x"),
        ),
    )
    world.server.add(make_post(1, text))
    async with reading(world) as reader:
        await reader.see("See https://bank.example (evil.example) and notes.example/a here")
        assert "https://evil.example/bank" in reader.text
