"""Writing a post: what is typed goes to each target as was said before, and is never lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.services.world import World
from tests.tui.conftest import OpenWorld
from tests.tui.driver import reading
from tests.tui.homes import ATTACK
from tests.tui.test_hostile import harmful
from tests.tui.writers import other, ready, texts, writer, written
from tuisocial.model.ids import LoginId
from tuisocial.model.post import Visibility
from tuisocial.model.submission import Fate, Feature, Outcome
from tuisocial.sdk.errors import SignInNeeded, Unreachable
from tuisocial.sdk.testing.making import make_post, make_posts
from tuisocial.sdk.testing.memory_writing import WritingSession
from tuisocial.store.database import StoreError
from tuisocial.tui.sending import unsent

MASTO, NOS = LoginId("masto"), LoginId("nos")


async def test_a_post_goes_to_every_target_that_is_ticked(open_world: OpenWorld) -> None:
    world = await writer(open_world)
    async with reading(world) as reader:
        await reader.press("c")
        await reader.see("New post", "[x] masto", "[x] nos")
        await reader.type("Looms and engines")
        await reader.see("masto 17/500", "everything kept", "draft saved")
        await reader.press("ctrl+g")
        await reader.see("masto sent", "nos sent")
    assert texts(world.server) == texts(other(world)) == ["Looms and engines"]
    assert world.runtime.composing.drafts() == []


async def test_a_refusal_comes_first_with_its_remedy_and_nothing_is_sent(
    open_world: OpenWorld,
) -> None:
    world = await writer(open_world)
    async with reading(world) as reader:
        await reader.press("c")
        await reader.type("For friends")
        await reader.press("ctrl+r", "3")
        await reader.see("Visibility followers", "would be seen by more than followers allows")
        await reader.see("choose another visibility")
        lines = reader.lines
        refused = next(at for at, line in enumerate(lines) if "would be seen" in line)
        assert refused < next(at for at, line in enumerate(lines) if "everything kept" in line)
        await reader.press("ctrl+g")
        await reader.see("first settle what is refused")
        assert world.runtime.outbox.unsettled() == []
        await reader.press("ctrl+t", "2", "escape")
        await reader.see("[ ] nos")
        await reader.press("ctrl+g")
        await reader.see("masto sent")
    (post,) = world.server.posts.values()
    assert post.visibility is Visibility.FOLLOWERS
    assert texts(other(world)) == []


async def test_what_was_just_sent_is_taken_back_and_written_on(open_world: OpenWorld) -> None:
    world = await writer(open_world, undo=30)
    async with reading(world) as reader:
        await reader.press("c")
        await reader.type("Too hasty")
        await ready(reader)
        await reader.press("ctrl+g")
        await reader.see("masto goes out in 30 s", "u undoes")
        await reader.press("u")
        await reader.see("New post", "Too hasty")
        await reader.type("?")
        await reader.press("escape")
        await reader.see("j/k move")
        await reader.press("u")
        await reader.see("nothing was just sent")
    assert world.runtime.outbox.unsettled() == []
    assert [each.draft.text for each in world.runtime.composing.drafts()] == ["Too hasty?"]


async def test_a_draft_that_is_sent_from_their_list_can_be_taken_back_too(
    open_world: OpenWorld,
) -> None:
    world = await writer(open_world, undo=30)
    async with reading(world) as reader:
        await reader.press("c")
        await reader.type("Too hasty")
        await reader.press("escape")
        await reader.see("j/k move")
        await reader.press("g", "d", "enter")
        await reader.see("New post", "Too hasty")
        await ready(reader)
        await reader.press("ctrl+g")
        await reader.see("masto goes out in 30 s", "u undoes")
        await reader.press("u")
        await reader.see("New post", "Too hasty")
    assert world.runtime.outbox.unsettled() == []


async def test_going_back_keeps_the_draft_and_it_is_written_on_later(
    open_world: OpenWorld,
) -> None:
    world = await writer(open_world)
    async with reading(world) as reader:
        await reader.press("c")
        await reader.type("First")
        await reader.press("escape", "c")
        await reader.type("Second")
        await reader.press("escape", "g", "d")
        await reader.see("First", "Second")
        await reader.press("slash")
        await reader.type("first")
        await reader.press("enter")
        await reader.see_no_more("Second")
        await reader.press("enter")
        await reader.see("New post", "First")
        await reader.type(" of all")
        await reader.press("escape")
        await reader.see("Drafts with first", "First of all")
        await reader.press("d", "2")
        await reader.see("No draft has all of")
    assert [each.draft.text for each in world.runtime.composing.drafts()] == ["Second"]


async def test_an_untouched_or_emptied_draft_is_not_kept(open_world: OpenWorld) -> None:
    world = await writer(open_world)
    async with reading(world) as reader:
        await reader.press("c", "escape", "c")
        await reader.type("x")
        await reader.see("draft saved")
        await reader.press("backspace", "escape")
        await reader.see("j/k move")
    assert world.runtime.composing.drafts() == []


async def test_what_was_typed_before_a_crash_is_found_again(
    open_world: OpenWorld, tmp_path: Path
) -> None:
    world = await writer(open_world)
    async with reading(world) as reader:
        await reader.press("c")
        await reader.type("Typed, and never left")
        await reader.see("draft saved")
        await reader.until(
            lambda: (
                [each.draft.text for each in world.runtime.composing.drafts()]
                == ["Typed, and never left"]
            ),
            "all of it on disk",
        )
        # What another process reads is what would be there after a crash.
        after = World(tmp_path, *world.adapters, offline=True, secrets=world.secrets)
        assert [d.draft.text for d in after.runtime.composing.drafts()] == ["Typed, and never left"]
        await after.close()


async def test_quitting_keeps_what_was_typed(open_world: OpenWorld, tmp_path: Path) -> None:
    world = await writer(open_world)
    async with reading(world) as reader:
        await reader.press("c")
        await reader.burst("Not yet on disk", "ctrl+q")
    after = World(tmp_path, *world.adapters, offline=True, secrets=world.secrets)
    assert [each.draft.text for each in after.runtime.composing.drafts()] == ["Not yet on disk"]
    await after.close()


async def test_a_full_disk_is_said_and_the_text_stays(
    open_world: OpenWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await writer(open_world)

    async def full(*_: object) -> str:
        raise StoreError("the disk is full", "make room on it")

    async with reading(world) as reader:
        await reader.press("c")
        with monkeypatch.context() as patched:
            patched.setattr(world.runtime.composing, "save", full)
            await reader.type("Precious")
            await reader.see("draft not saved", "The disk is full. Make room on it.")
            await ready(reader)
            await reader.press("escape")
            await reader.press("ctrl+g")
            await reader.see("New post", "Precious", "The disk is full")
            await reader.press("ctrl+c")
            await reader.see("quit once more to lose it", "Precious")
        await reader.press("ctrl+g")
        await reader.see("masto sent")
    assert texts(world.server) == ["Precious"]


async def test_keys_typed_ahead_go_into_the_text_and_then_to_the_list(
    open_world: OpenWorld,
) -> None:
    world = await writer(open_world, posts=False)
    world.server.add(*make_posts(3))
    await world.refresh()
    async with reading(world) as reader:
        await reader.see("Post number 3")
        await reader.burst("cjkq, all of it", "ctrl+n", "about keys", "tab", "!", "escape", "j")
        await reader.see("Post number 3")
        assert "Post number 2" in reader.marked
    (kept,) = world.runtime.composing.drafts()
    assert (kept.draft.text, kept.draft.content_warning) == ("jkq, all of it!", "about keys")


async def test_an_answer_goes_out_by_who_can_see_the_post_and_not_to_more_people(
    open_world: OpenWorld,
) -> None:
    world = await writer(open_world)
    world.server.add(
        make_post(1, "A secret", author="bob", visibility=Visibility.FOLLOWERS, content_warning="s")
    )
    await world.refresh()
    async with reading(world) as reader:
        await reader.see("Bob")
        await reader.press("r")
        await reader.see("Reply to Bob", "[x] masto", "[ ] nos", "Visibility followers", "CW")
        await reader.type("I will not tell")
        await ready(reader)
        await reader.press("ctrl+g")
        await reader.see("masto sent")
    answer = next(p for p in world.server.posts.values() if p.reply_to is not None)
    assert answer.visibility is Visibility.FOLLOWERS
    assert answer.content_warning == "s"


async def test_a_post_is_quoted_and_answered_by_a_login_that_is_chosen(
    open_world: OpenWorld,
) -> None:
    world = await writer(open_world)
    await world.login("second")
    world.server.add(make_post(1, "Original", author="bob"))
    await world.refresh()
    async with reading(world) as reader:
        await reader.see("Original")
        await reader.press("Q")
        await reader.see("Quote Bob", "Original")
        await reader.press("escape", "C")
        await reader.see("Answer as", "second")
        await reader.press("3")
        await reader.see("Reply to Bob", "[ ] masto", "[x] second")


async def test_a_post_of_mine_is_changed_and_deleted_wherever_it_was_sent(
    open_world: OpenWorld,
) -> None:
    world = await writer(open_world)
    async with reading(world) as reader:
        await reader.press("c")
        await reader.type("Speling")
        await ready(reader)
        await reader.press("ctrl+g")
        await reader.see("masto sent", "nos sent")
        await reader.press(".")
        await reader.see("Speling")
        await reader.press("e")
        await reader.see("Edit a post", "Speling", "[x] masto", "[x] nos")
        await reader.press("backspace", "backspace", "backspace")
        await reader.type("ling")
        await ready(reader)
        await reader.press("ctrl+g")
        await reader.see("masto changed", "nos changed")
        assert texts(world.server) == texts(other(world)) == ["Spelling"]
        await reader.press("d")
        await reader.see("Delete this post?", "masto: goes from every server", "nos: goes")
        await reader.press("1")
        await reader.see("masto deleted", "nos deleted")
    assert texts(world.server) == texts(other(world)) == []


async def test_the_keys_say_why_nothing_can_be_written(open_world: OpenWorld) -> None:
    world = await writer(open_world)
    world.server.add(make_post(1, "Not mine", author="bob"))
    await world.refresh()
    async with reading(world) as reader:
        await reader.see("Not mine")
        await reader.press("e")
        await reader.see("that post is by none of your logins")
        await reader.press("d")
        await reader.see("that post is by none of your logins")


async def test_a_guest_is_told_to_sign_in(open_world: OpenWorld) -> None:
    world = open_world()
    async with reading(world) as reader:
        await reader.press("1", "enter", "enter")
        await reader.see("was added")
        await reader.press("c")
        await reader.see("you only look around so far")


async def test_a_login_that_is_signed_out_says_so_among_the_fates(open_world: OpenWorld) -> None:
    world = await writer(open_world)
    world.secrets.kept.clear()
    async with reading(world) as reader:
        await reader.press("c")
        await reader.type("Hello")
        await reader.see("the token for memory.example is gone", "sign in again")


async def test_without_a_network_a_post_is_written_and_waits(open_world: OpenWorld) -> None:
    world = await writer(open_world)
    world.server.fail(Unreachable("memory.example is down"))
    async with reading(world) as reader:
        await reader.press("c")
        await reader.type("Offline")
        await ready(reader)
        await reader.press("ctrl+g")
        await reader.see("masto waiting, retry in", "nos sent")
    assert unsent(world.runtime).startswith("1 post waits in the outbox")


async def test_hostile_text_in_fates_and_trouble_is_shown_as_text(
    open_world: OpenWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await writer(open_world)
    fate = Fate(Feature.MEDIA, Outcome.REFUSED, ATTACK, ATTACK)
    lost = replace(fate, outcome=Outcome.LOST)
    monkeypatch.setattr(WritingSession, "fates", lambda self, submission: [fate, lost])
    world.server.fail(SignInNeeded(ATTACK, remedy=ATTACK), "prepare")
    async with reading(world) as reader:
        await reader.press("c")
        await reader.paste(ATTACK)
        await reader.see("[@click=app.quit]")
        await ready(reader)
        assert harmful(reader.text.replace("\n", "")) == []
        assert harmful(written(reader).replace("\n", "")) == []
        await reader.press("ctrl+s")
        await reader.see("What each target gets")
        assert harmful(reader.text.replace("\n", "")) == []


async def test_the_mouse_reaches_what_stands_around_the_text(open_world: OpenWorld) -> None:
    world = await writer(open_world)
    async with reading(world) as reader:
        await reader.press("c")
        await reader.see("Visibility public")
        await reader.click(reader.line_with("[x] masto"), 8)
        await reader.see("Who posts it?")
        await reader.press("escape")
        line = reader.line_with("Visibility")
        await reader.click(line, reader.lines[line].index("Visibility") + 2)
        await reader.see("Who can see it?")


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (200, 60)])
async def test_refusals_keys_and_a_line_of_text_are_seen_in_any_window(
    open_world: OpenWorld, size: tuple[int, int]
) -> None:
    world = await writer(open_world)
    async with reading(world, size=size) as reader:
        await reader.press("c")
        await reader.type("Text")
        await reader.press("ctrl+r", "4")
        await reader.see("nos", "visibility", "Text", "Ctrl-g send")
