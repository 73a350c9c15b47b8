"""Several windows and processes on one store, and what stands there after sending."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from tests.services.desk import DOWN, Desk, texts
from tests.services.world import World
from tuisocial.errors import UsageError
from tuisocial.model.draft import Draft
from tuisocial.model.ids import LoginId
from tuisocial.sdk.testing.making import make_post
from tuisocial.store.outbox import State


async def test_a_clock_set_back_does_not_hold_up_what_waits(desk: Desk) -> None:
    desk.one.server.fail(DOWN, "publish", times=1)
    numbers = await desk.queue("Hello", "one")
    await desk.outbox.send(numbers)
    desk.world.clock.pass_seconds(-86_400)
    await desk.outbox.send(numbers)
    assert desk.states(numbers) == [State.SENT]


async def test_two_at_once_send_nothing_twice(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.begin()
    other = World(tmp_path, desk.one, desk.two, clock=desk.world.clock, secrets=desk.world.secrets)
    numbers = [number for n in range(20) for number in await desk.queue(f"Post {n}")]
    await asyncio.gather(desk.outbox.send(numbers), other.runtime.outbox.send(numbers))
    assert set(desk.states(numbers)) == {State.SENT}
    assert texts(desk.one.server) == sorted(f"Post {n}" for n in range(20))
    publishes = [call for call in desk.one.server.calls if call.method == "publish"]
    assert len(publishes) == 20
    await desk.world.runtime.aclose()
    await other.runtime.aclose()


async def test_a_draft_that_two_processes_have_open_is_sent_by_one(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.begin()
    other = World(tmp_path, desk.one, desk.two, clock=desk.world.clock, secrets=desk.world.secrets)
    draft = Draft("Once", (LoginId("one"),))
    key = await desk.composing.save(draft)
    numbers = await desk.composing.send(key, draft)
    with pytest.raises(UsageError, match="already"):
        await other.runtime.composing.send(key, replace(draft, text="Twice"))
    assert desk.composing.draft(key).draft == draft
    await desk.outbox.until_settled(numbers)
    assert texts(desk.one.server) == ["Once"]
    await other.runtime.aclose()
    await desk.world.runtime.aclose()


async def test_a_process_that_ended_in_the_middle_leaves_a_doubt_not_a_duplicate(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path)
    await desk.begin()
    gate = desk.one.server.hold("publish-answer", times=1)
    numbers = await desk.queue("Once", "one")
    sending = asyncio.create_task(desk.outbox.send(numbers))
    while not desk.one.server.posts:  # noqa: ASYNC110 - nobody tells when it is there
        await asyncio.sleep(0)
    # It is another process's as long as that lives.
    other = World(tmp_path, desk.one, desk.two, clock=desk.world.clock, secrets=desk.world.secrets)
    await other.runtime.outbox.send(numbers)
    assert other.runtime.outbox.get(numbers[0]).state is State.SENDING
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    desk.outbox._owner.end()
    await other.runtime.outbox.send(numbers)
    assert other.runtime.outbox.get(numbers[0]).state is State.SENT
    assert texts(desk.one.server) == ["Once"]
    gate.set()
    await other.runtime.aclose()
    await desk.world.runtime.aclose()


async def test_waiting_asks_for_the_time_of_what_is_next_and_not_again_and_again(
    desk: Desk,
) -> None:
    long = "\n\n".join(f"Paragraph {n} " + "word " * 60 for n in range(4))
    numbers = await desk.queue(long, "one")
    desk.one.server.fail(DOWN, "publish", times=2)
    await desk.outbox.until_settled(numbers)
    assert set(desk.states(numbers)) == {State.SENT}
    assert desk.slept == [15, 30]


async def test_what_a_removed_login_did_not_send_becomes_a_draft_again(desk: Desk) -> None:
    desk.one.server.fail(DOWN)
    numbers = await desk.queue("Hello", "one")
    await desk.outbox.send(numbers)
    desk.one.server.mend()
    await desk.world.runtime.logins.remove(LoginId("one"))
    assert not desk.outbox.unsettled()
    (draft,) = desk.composing.drafts("hello")
    (one,) = desk.composing.plan(draft.draft)
    assert [fate.text for fate in one.refused] == ["there is no login named one"]


async def test_what_is_sent_is_in_the_list_at_once(desk: Desk) -> None:
    await desk.world.runtime.start()
    numbers = await desk.queue("Look")
    await desk.outbox.send(numbers)
    async with asyncio.timeout(30):
        while [row.post.text.text for row in desk.world.rows()] != ["Look"]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_the_answers_of_all_networks_stand_under_one_post(desk: Desk) -> None:
    long = "\n\n".join(f"Paragraph {n} " + "word " * 60 for n in range(2))
    numbers = await desk.queue(long)
    await desk.outbox.send(numbers)
    receipts = [desk.get(number).receipt for number in numbers]
    first, second, other, last = (one.view.post for one in receipts if one and one.view)
    assert (second.reply_to and second.reply_to.post) == first.id
    asked = make_post(200_000, "From one?", author="bob", network="one", reply_to=first)
    also = make_post(200_001, "And from two?", author="cleo", network="two", reply_to=last)
    desk.one.server.add(asked)
    desk.two.server.add(also)
    desk.world.clock.set(300_000)
    threads = desk.world.runtime.threads
    assert await threads.fetch(first.id) is None
    shown = threads.stored(first.id)
    assert shown.complete
    assert [(item.depth, item.row and item.row.post.id) for item in shown.items] == [
        (0, first.id),
        (1, second.id),
        (2, also.id),
        (1, asked.id),
    ]
    desk.two.server.fail(DOWN, "thread")
    assert await threads.fetch(first.id) is DOWN
    assert other.id not in [item.row and item.row.post.id for item in shown.items]


async def test_a_draft_is_sent_by_one_window_only_and_what_the_other_changed_is_kept(
    desk: Desk,
) -> None:
    draft = Draft("Once", (LoginId("one"), LoginId("two")))
    key = await desk.composing.save(draft)
    sent = await asyncio.gather(
        *(desk.composing.send(key, draft) for _ in range(3)), return_exceptions=True
    )
    assert [type(each) for each in sent if isinstance(each, Exception)] == [UsageError] * 2
    await desk.outbox.send([one.number for one in desk.outbox.unsettled()])
    assert texts(desk.one.server) == texts(desk.two.server) == ["Once"]
    other = await desk.composing.save(replace(draft, text="Twice"), key)
    assert other != key
    assert [each.draft.text for each in desk.composing.drafts()] == ["Twice"]
