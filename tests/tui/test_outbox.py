"""What was sent and what waits is seen in words, tried again, taken back and dropped by keys."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tui.conftest import OpenWorld
from tests.tui.driver import Reader, reading
from tests.tui.homes import ATTACK
from tests.tui.test_hostile import harmful
from tests.tui.writers import other, texts, writer
from tuisocial.model.submission import Attempt, Place, Receipt, Submission
from tuisocial.sdk.errors import Refused, Unreachable
from tuisocial.sdk.testing.memory_writing import WritingSession
from tuisocial.store.outbox import State

DOWN = Unreachable("memory.example is down")
NO = Refused("memory.example does not like it", field="text", remedy="say it another way")


async def send(reader: Reader, text: str) -> None:
    """Write a post and send it."""
    await reader.press("c")
    await reader.type(text)
    await reader.press("ctrl+g")
    await reader.see("j/k move")


async def test_what_waits_says_why_and_until_when_and_is_tried_again_by_a_key(
    open_world: OpenWorld,
) -> None:
    world = await writer(open_world)
    world.server.fail(DOWN, "publish")
    async with reading(world) as reader:
        await send(reader, "Patience")
        await reader.see("masto waiting, retry in", "nos sent", "u undoes, g o shows")
        await reader.press("g", "o")
        await reader.see("masto  waiting, retry in", "Memory.example is down.", "nos  sent")
        await reader.press("r")
        await reader.see("1 tried now")
        world.server.mend()
        await reader.press("r")
        await reader.see("masto  sent")
        await reader.press("r")
        await reader.see("it went out already")
    assert texts(world.server) == ["Patience"]


async def test_a_refused_one_is_taken_back_and_sent_once_it_is_changed(
    open_world: OpenWorld,
) -> None:
    world = await writer(open_world)
    world.server.fail(NO, "publish", times=1)
    async with reading(world) as reader:
        await send(reader, "Unloved")
        await reader.see("masto refused: memory.example does not like it", "nos sent")
        await reader.press("g", "o", "e")
        await reader.see("New post", "[x] masto", "[ ] nos", "Unloved")
        await reader.type("?")
        await reader.press("ctrl+g")
        await reader.see("Outbox", "Unloved?")
        await reader.press("escape")
        await reader.see("masto sent")
    assert texts(world.server) == ["Unloved?"]
    assert texts(other(world)) == ["Unloved"]


async def test_what_is_dropped_is_a_draft_again(open_world: OpenWorld) -> None:
    world = await writer(open_world, posts=False)
    world.server.fail(DOWN, "publish")
    async with reading(world) as reader:
        await send(reader, "Not today")
        await reader.see("masto waiting")
        await reader.press("g", "o", "d")
        await reader.see("Drop this for masto?")
        await reader.press("1")
        await reader.see("1 dropped", "Nothing waits")
        await reader.press("escape", "g", "d")
        await reader.see("post to masto", "Not today")
    assert world.runtime.outbox.unsettled() == []


async def test_each_server_s_answer_is_told_whole(
    open_world: OpenWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await writer(open_world, posts=False)
    publish = WritingSession.publish

    async def by_three(self: WritingSession, submission: Submission, attempt: Attempt) -> Receipt:
        places = (
            Place("wss://one.example", True),
            Place("wss://two.example", False, f"blocked {ATTACK}"),
            Place("wss://three.example", None),
        )
        receipt = await publish(self, submission, attempt)
        return replace(receipt, places=places, note="1 server may get it later")

    monkeypatch.setattr(WritingSession, "publish", by_three)
    async with reading(world) as reader:
        await send(reader, "To many places")
        await reader.see("masto sent, 1 of 3 servers")
        await reader.press("g", "o", "enter")
        await reader.see("one.example  has it", "two.example  refused: blocked", "no answer")
        await reader.see("1 server may get it later", "https://memory.example/posts/")
        assert harmful(reader.text.replace("\n", "")) == []
        await reader.press("enter")
        await reader.see_no_more("has it")


async def test_what_waits_from_before_stands_on_the_line_of_state(open_world: OpenWorld) -> None:
    world = await writer(open_world)
    world.server.fail(NO, "publish")
    other(world).fail(DOWN, "publish")
    async with reading(world) as reader:
        await send(reader, "Yesterday")
        await reader.until(
            lambda: (
                {one.state for one in world.runtime.outbox.unsettled()}
                == {State.REFUSED, State.FAILED}
            ),
            "both tried",
        )
    world = await world.restarted()
    async with reading(world) as reader:
        await reader.see("outbox: 1 waiting, 1 refused (g o)")
    await world.close()


async def test_hostile_text_in_problems_is_shown_as_text(open_world: OpenWorld) -> None:
    world = await writer(open_world)
    world.server.fail(Refused(f"no {ATTACK}", field="text", remedy=ATTACK), "publish")
    async with reading(world, size=(120, 40)) as reader:
        await send(reader, "Hello")
        await reader.see("masto refused: no")
        assert harmful(reader.text.replace("\n", "")) == []
        await reader.press("g", "o")
        await reader.see("masto  refused")
        assert harmful(reader.text.replace("\n", "")) == []


async def test_commands_typed_ahead_reach_the_screen_they_open(open_world: OpenWorld) -> None:
    world = await writer(open_world, posts=False)
    world.server.fail(DOWN, "publish")
    async with reading(world) as reader:
        await send(reader, "Ahead")
        await reader.see("masto waiting")
        await reader.burst("god1", "escape", "gd")
        await reader.see("post to masto", "Ahead")


async def test_what_is_typed_after_taking_back_goes_into_the_text(open_world: OpenWorld) -> None:
    world = await writer(open_world, undo=30, posts=False)
    async with reading(world) as reader:
        await send(reader, "Hasty")
        await reader.see("masto goes out in 30 s")
        await reader.burst("u, jq")
        await reader.see("New post", "Hasty, jq")
