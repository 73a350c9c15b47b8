"""Whatever remote text holds, the terminal is given printable text and our own attributes only."""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from textual.strip import Strip

from tests.services.world import World
from tests.tui.driver import reading
from tests.tui.homes import ATTACK, hostile_post, hostile_row
from tuisocial.config.schema import Density
from tuisocial.config.themes import shipped_folder
from tuisocial.model.ids import LoginId
from tuisocial.model.richtext import RichText
from tuisocial.model.vocabulary import Vocabulary
from tuisocial.sdk.errors import Unreachable
from tuisocial.sdk.testing.making import at, make_post
from tuisocial.tui.render.lines import painted
from tuisocial.tui.render.look import Colours, Look, Mark
from tuisocial.tui.render.row import post_lines
from tuisocial.tui.render.safe import safe, safe_content, safe_line
from tuisocial.tui.theme_files import Themes

NASTY = st.text(
    st.one_of(
        st.characters(exclude_categories=()),
        st.sampled_from("\x1b\x07\x08\r\n\t\x9b\x90\u202e\u2066\u200b\u200d\ufe0f\u0301[]/@"),
        st.sampled_from("👩🏽🏳🇫❤中سक"),
    ),
    max_size=60,
)
_OWN = re.compile(r"\x1b\[[0-9;]*m")
COLOURS = Colours(Themes([shipped_folder()]).read("dark"))


def look(density: Density = Density.COMFORTABLE, name: str = "masto") -> Look:
    marks = {LoginId("masto"): Mark(safe_line(name), 0, Vocabulary("n", "◆", "M"))}
    return Look(COLOURS, density=density, marks=marks, name_of=lambda account: name)


def harmful(text: str) -> list[str]:
    """The characters that a terminal would obey or that turn text around."""
    return [
        f"U+{ord(char):04X}"
        for char in text
        if unicodedata.category(char) in ("Cc", "Cs", "Co", "Zl", "Zp")
        or char in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
    ]


def written(strips: list[Strip]) -> str:
    """What a terminal is sent for some lines, without our own colours."""
    console = Console(color_system="truecolor", force_terminal=True, legacy_windows=False)
    return _OWN.sub("", "".join(strip.render(console) for strip in strips))


@given(
    text=NASTY, width=st.integers(12, 120), density=st.sampled_from(Density), whole=st.booleans()
)
def test_no_field_of_a_post_writes_anything_but_printable_text(
    text: str, width: int, density: Density, whole: bool
) -> None:
    now = at(5)
    for row in (hostile_row(text), hostile_row(text, warned=True)):
        lines = post_lines(row, look(density, text), width, now, opened=whole, whole=whole)
        strips = [painted(line, width, COLOURS) for line in lines]
        assert harmful(written(strips)) == []
        assert {strip.cell_length for strip in strips} == {width}


@given(text=NASTY)
def test_text_is_the_same_when_cleaned_twice(text: str) -> None:
    assert safe(safe(text)) == safe(text)
    assert harmful(safe_line(text)) == []
    assert safe_content(text).markup.replace("\\", "") == safe_line(text).replace("\\", "")


def test_joined_emoji_flags_and_skin_tones_keep_to_their_cells() -> None:
    assert safe("👩‍👩‍👧 👍🏽 ❤️ 🇫🇷🇬🇧 1️⃣") == "👩👩👧 👍 ❤ FR GB 1⃣"


def test_joiners_between_letters_stay() -> None:
    assert safe("नी\u200dक می\u200cخواهم") == "नी\u200dक می\u200cخواهم"


async def test_markup_in_a_post_shows_as_its_characters_and_does_nothing(world: World) -> None:
    world.server.add(make_post(1, RichText("[@click=app.quit]pay[/] [/nope] [bold]x")))
    async with reading(world) as reader:
        await reader.see("[@click=app.quit]pay[/] [/nope] [bold]x")
        await reader.click(reader.line_with("pay"), 20)
        await reader.press("O")
        await reader.see("opened https://memory.example/posts/1")


async def test_every_screen_shows_hostile_text_as_text(world: World) -> None:
    world.server.add(hostile_post(1), make_post(2, "plain"))
    world.server.fail(Unreachable(f"no answer {ATTACK}", remedy=ATTACK), "thread")
    async with reading(world, size=(130, 40)) as reader:
        await reader.see("plain")
        await reader.press("j", "enter")
        await reader.see("no answer")
        assert harmful(reader.text.replace("\n", "")) == []
        await reader.press("o")
        await reader.see("Open which?")
        assert harmful(reader.text.replace("\n", "")) == []
        await reader.press("enter")
        await reader.see("this is no address of the web")
        assert harmful(reader.text.replace("\n", "")) == []
        assert reader.opened.addresses == []


_RUN = """
import asyncio, sys
from pathlib import Path
from tests.services.world import World
from tuisocial.tui.app import TuisocialApp

async def main():
    world = World(Path(sys.argv[1]), offline=True)
    app = TuisocialApp(world.runtime)
    await app.run_async()

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
async def test_a_terminal_gets_no_sequence_that_is_not_the_application_s(
    world: World, tmp_path: Path
) -> None:
    from tests.packaging.terminal import Terminal

    world.server.add(*(hostile_post(number) for number in range(1, 6)))
    world.server.add(make_post(50, "the end of it"))
    await world.refresh()
    await world.close()
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root), "LC_ALL": "C.UTF-8"}
    with Terminal(
        [sys.executable, "-c", _RUN, tmp_path], environment=environment, folder=root, columns=100
    ) as terminal:
        sent = b""
        feed = terminal._stream.feed

        def note(data: bytes) -> None:
            nonlocal sent
            sent += data
            feed(data)

        terminal._stream.feed = note
        terminal.wait_for("the end of it")
        for keys, words in (
            ("j", "evil.example"),
            ("\r", "Esc back  o links"),
            ("o", "q quit"),
            ("\x1b", "Esc back  o links"),
            (":", "#hashtag"),
        ):
            terminal.press(keys)
            terminal.wait_for(words)
        terminal.press("\x11")
        assert terminal.wait_for_end() == 0
    # The shape of the mouse's pointer is Textual's own affair.
    text = re.sub("\x1b]22;[a-z]*(\x07|\x1b\\\\)", "", sent.decode())
    assert not re.search("[\x07\x08\x00\x80-\x9f\u202a-\u202e\u2066-\u2069]", text)
    # Titles, clipboards and the like begin so.
    assert re.findall(r"\x1b[\]P^_X][^\x1b\x07]*", text) == []
    assert "TITLE" in text
