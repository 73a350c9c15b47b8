"""What goes with a post's text: targets, own texts, files, names, an editor, poll, language."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.conftest import OpenWorld
from tests.tui.driver import reading
from tests.tui.writers import LONG, draft_of, other, ready, texts, writer, written
from tuisocial.model.ids import LoginId
from tuisocial.sdk.testing.making import make_account, make_post

MASTO, NOS = LoginId("masto"), LoginId("nos")


async def test_targets_are_ticked_by_numbers_and_remembered_on_request(
    open_world: OpenWorld,
) -> None:
    world = await writer(open_world, posts=False)
    async with reading(world) as reader:
        await reader.press("c")
        await reader.see("[x] masto", "[ ] nos")
        await reader.press("ctrl+t", "2", "1")
        await reader.see("[ ] masto", "[x] nos")
        await reader.press("s")
        await reader.see("new posts go out like this")
        await reader.press("escape")
        await reader.see("[ ] masto", "[x] nos 0/500")
        assert draft_of(reader).targets == (NOS,)
    assert [each.login.id for each in world.runtime.logins.stored() if each.posts] == [NOS]


async def test_a_long_text_is_split_and_its_parts_are_shown_and_changed(
    open_world: OpenWorld,
) -> None:
    world = await writer(open_world, posts=False)
    async with reading(world) as reader:
        await reader.press("c")
        await reader.paste(LONG)
        await reader.see("masto in 2 parts", "split into 2 · Ctrl-s shows")
        await reader.press("ctrl+s")
        await reader.see("part 1 of 2", "1/2")
        await reader.press("enter")
        await reader.see("for all", "---")
        own = draft_of(reader).own[MASTO]
        assert len(own.parts) == 2
        assert "".join(own.parts).replace(" ", "") == LONG.replace(" ", "")
        await reader.press("ctrl+end")
        await reader.paste("\n---\nAnd an end.")
        await reader.see("masto in 3 parts")
        await ready(reader)
        await reader.press("ctrl+g")
        await reader.see("masto sent")
    assert sorted(text[-3:] for text in texts(world.server)) == ["1/3", "2/3", "3/3"]


async def test_one_target_gets_a_text_of_its_own(open_world: OpenWorld) -> None:
    world = await writer(open_world)
    async with reading(world) as reader:
        await reader.press("c")
        await reader.type("For all")
        await reader.press("ctrl+e", "3")
        await reader.see("▌ nos", "For all")
        await reader.type(", but nos")
        await reader.press("ctrl+e", "1")
        await reader.type(" others")
        await ready(reader)
        await reader.press("ctrl+g")
        await reader.see("nos sent", "masto sent")
    assert texts(world.server) == ["For all others"]
    assert texts(other(world)) == ["For all, but nos"]


async def test_a_pasted_path_becomes_a_file_and_its_description_is_asked_for(
    open_world: OpenWorld, tmp_path: Path
) -> None:
    world = await writer(open_world, posts=False)
    picture = tmp_path / "mill one.png"
    picture.write_bytes(b"x" * 1200)
    async with reading(world) as reader:
        await reader.press("c")
        await reader.paste(f"'{picture}'")
        await reader.see("Describe mill one.png")
        await reader.type("A mill")
        await reader.press("enter")
        await reader.see("▣ mill one.png 1.2 kB", "alt “A mill”")
        await reader.paste("not a path")
        await ready(reader)
        await reader.press("ctrl+g")
        await reader.see("masto sent")
    (post,) = world.server.posts.values()
    assert (post.text.text, post.media[0].alt) == ("not a path", "A mill")


async def test_a_file_is_found_by_finishing_its_path(
    open_world: OpenWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await writer(open_world)
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "loom.png").write_bytes(b"x")
    (folder / "lamp.png").write_bytes(b"x")
    monkeypatch.chdir(folder)
    async with reading(world) as reader:
        await reader.press("c", "ctrl+f")
        await reader.see("lamp.png", "loom.png")
        await reader.type("lo")
        await reader.press("tab", "enter", "escape")
        await reader.see("▣ loom.png", "no description yet")
        assert [one.path for one in draft_of(reader).media] == [str(folder / "loom.png")]
        await reader.click(reader.line_with("▣ loom.png"), 4)
        await reader.press("1", "6")
        await reader.see_no_more("▣ loom.png")
        await reader.press("ctrl+f")
        await reader.see("lamp.png", "loom.png")
        await reader.type(str(folder / "lamp.png"))
        await reader.press("enter", "escape")
        await reader.see("▣ lamp.png")
        assert [one.path for one in draft_of(reader).media] == [str(folder / "lamp.png")]


async def test_names_that_are_typed_are_finished_from_the_store_and_by_servers(
    open_world: OpenWorld,
) -> None:
    world = await writer(open_world)
    world.server.add(make_post(1, author="katherine", tags=("retrocomputing",)))
    await world.refresh()
    world.server.accounts[make_account("kasper").id] = make_account("kasper")
    async with reading(world) as reader:
        await reader.press("c")
        await reader.type("@ka")
        await reader.see("@katherine@memory.example  Katherine", "@kasper@memory.example")
        await reader.press("tab")
        assert written(reader) in ("@katherine@memory.example ", "@kasper@memory.example ")
        await reader.type("#re")
        await reader.see("#retrocomputing")
        await reader.press("tab")
        await reader.type(":blob")
        await reader.see(":blobcat:")
        await reader.press("tab")
        assert written(reader).endswith("#retrocomputing :blobcat: ")
        assert len(draft_of(reader).addresses) == 1


async def test_enter_makes_a_new_line_unless_a_name_was_chosen(open_world: OpenWorld) -> None:
    world = await writer(open_world)
    world.server.add(make_post(1, author="bob"), make_post(2, author="bobby"))
    await world.refresh()
    async with reading(world) as reader:
        await reader.press("c")
        await reader.type("@bo")
        await reader.see("@bobby@memory.example")
        await reader.press("enter")
        assert written(reader) == "@bo\n"
        await reader.type("@bo")
        await reader.see("@bobby@memory.example")
        await reader.press("escape")
        await reader.see_no_more("@bobby@memory.example")
        assert written(reader) == "@bo\n@bo"
        await reader.type("b")
        await reader.see("@bobby@memory.example")
        await reader.press("down", "enter")
        assert written(reader).startswith("@bo\n@bob")
        assert written(reader).endswith("@memory.example ")


async def test_the_text_goes_through_an_editor_with_its_header(
    open_world: OpenWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await writer(open_world)
    given: list[str] = []

    async def edited(text: str) -> str:
        given.append(text)
        return text.replace("CW:", "CW: Looms").replace("nos", "").replace("Rough", "Polished")

    async with reading(world) as reader:
        await reader.press("c")
        await reader.type("Rough")
        monkeypatch.setattr(reader.app, "edit_outside", edited)
        await reader.press("ctrl+o")
        await reader.see("Polished", "[x] masto", "[ ] nos", "CW", "Looms")
    assert given[0].startswith("To: masto, nos")


async def test_a_header_that_cannot_be_read_costs_no_text(
    open_world: OpenWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await writer(open_world)
    answers = ["Nonsense: 1\n\nLong work", "To: nos\n\nLong work"]

    async def edited(text: str) -> str:
        return answers.pop(0)

    async with reading(world) as reader:
        await reader.press("c")
        monkeypatch.setattr(reader.app, "edit_outside", edited)
        await reader.press("ctrl+o")
        await reader.see("The header cannot be read", "there is no header Nonsense")
        await reader.press("1")
        await reader.see("Long work", "[ ] masto", "[x] nos")


async def test_poll_time_and_sensitivity_are_set_from_the_menu(open_world: OpenWorld) -> None:
    world = await writer(open_world)
    async with reading(world) as reader:
        await reader.press("c", "ctrl+p", "2")
        await reader.type("Tea")
        await reader.press("tab")
        await reader.type("Coffee")
        await reader.press("enter")
        await reader.see("poll Tea | Coffee, open 1d", "polls are left out")
        await reader.press("ctrl+p", "3")
        await reader.type("soon")
        await reader.press("enter")
        await reader.see("is no time")
        await reader.press(*["backspace"] * 4)
        await reader.type("2030-01-02 03:04")
        await reader.press("enter")
        await reader.see("At 2030-01-02 03:04")
        await reader.press("ctrl+p", "4")
        await reader.see("sensitive")
        draft = draft_of(reader)
        assert draft.ballot is not None
        assert draft.ballot.options == ("Tea", "Coffee")


async def test_the_language_is_guessed_and_can_be_said(open_world: OpenWorld) -> None:
    world = await writer(open_world)
    async with reading(world) as reader:
        await reader.press("c")
        await reader.paste("Das ist ein Satz, und er ist nicht auf Englisch geschrieben worden.")
        await reader.see("Lang de?")
        await reader.press("ctrl+l", "end", "backspace", "backspace")
        await reader.type("nds")
        await reader.press("enter")
        await reader.see("Lang nds")
        await ready(reader)
        await reader.press("ctrl+g")
        await reader.see("masto sent")
    assert [post.language for post in world.server.posts.values()] == ["nds"]
