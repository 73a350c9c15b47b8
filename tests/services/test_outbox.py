"""What was composed goes out once by each target, or waits in sight."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.services.world import World
from tuisocial.errors import UsageError
from tuisocial.model.draft import Attachment, Draft
from tuisocial.model.ids import LoginId
from tuisocial.sdk.errors import (
    BadAnswer,
    NotAllowed,
    RateLimited,
    Refused,
    Sent,
    SignInNeeded,
    Unreachable,
)
from tuisocial.sdk.testing.making import make_post
from tuisocial.sdk.testing.memory import MemoryServer
from tuisocial.sdk.testing.memory_writing import WritingAdapter
from tuisocial.services.keeping import Pauses
from tuisocial.store.outbox import Delivery, State

GONE = Unreachable("one.example did not answer", sent=Sent.MAYBE)
DOWN = Unreachable("one.example is down")


def texts(server: MemoryServer) -> list[str]:
    return sorted(post.text.text for post in server.posts.values())


class Desk:
    """Somebody with two logins on two networks, who writes."""

    def __init__(self, home: Path, *, declares: bool = False) -> None:
        self.one = WritingAdapter(network="one")
        self.two = WritingAdapter(network="two", declares=declares)
        self.world = World(home, self.one, self.two, pauses=Pauses(self._sleep, lambda a, b: b))
        self.outbox = self.world.runtime.outbox
        self.composing = self.world.runtime.composing

    async def _sleep(self, seconds: float) -> None:
        self.world.clock.pass_seconds(seconds)
        await asyncio.sleep(0)

    async def begin(self) -> None:
        await self.world.login("one", adapter=self.one)
        await self.world.login("two", adapter=self.two)

    async def queue(self, text: str = "Hello", *names: str, **fields: object) -> list[int]:
        draft = replace(
            Draft(text, tuple(LoginId(name) for name in names or ("one", "two"))),
            **fields,  # type: ignore[arg-type]
        )
        return await self.composing.send(await self.composing.save(draft), draft)

    def get(self, number: int) -> Delivery:
        return self.outbox.get(number)

    def states(self, numbers: list[int]) -> list[State]:
        return [self.get(number).state for number in numbers]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(tmp_path)
    await made.begin()
    yield made
    await made.world.runtime.aclose()


async def test_a_post_goes_out_once_by_each_target(desk: Desk) -> None:
    numbers = await desk.queue("To both")
    await desk.outbox.send(numbers)
    assert desk.states(numbers) == [State.SENT, State.SENT]
    await desk.outbox.send(numbers)
    assert texts(desk.one.server) == texts(desk.two.server) == ["To both"]


async def test_a_lost_answer_is_looked_for_before_anything_is_sent_again(desk: Desk) -> None:
    desk.one.server.fail(GONE, "publish-answer", times=1)
    numbers = await desk.queue("Once", "one")
    await desk.outbox.send(numbers)
    found = desk.get(numbers[0])
    assert found.state is State.UNKNOWN
    assert found.problem == GONE.message
    await desk.outbox.until_settled(numbers)
    assert desk.states(numbers) == [State.SENT]
    methods = [call.method for call in desk.one.server.calls]
    assert methods.count("publish") == 1
    assert methods.count("find") == 1
    assert texts(desk.one.server) == ["Once"]


async def test_what_cannot_be_looked_for_stays_unknown_and_is_not_sent(desk: Desk) -> None:
    desk.one.server.fail(GONE, "publish", times=1)
    desk.one.server.fail(DOWN, "find", times=3)
    numbers = await desk.queue("Once", "one")
    await desk.outbox.send(numbers)
    for _ in range(3):
        await desk.outbox.retry(numbers)
        await desk.outbox.send(numbers)
        assert desk.states(numbers) == [State.UNKNOWN]
    await desk.outbox.retry(numbers)
    await desk.outbox.send(numbers)
    assert desk.states(numbers) == [State.SENT]
    assert texts(desk.one.server) == ["Once"]


@pytest.mark.parametrize("error", [BadAnswer("gibberish"), RuntimeError("a fault of the adapter")])
async def test_an_answer_without_sense_leaves_it_unknown(desk: Desk, error: Exception) -> None:
    desk.one.server.fail(error, "publish-answer", times=1)
    numbers = await desk.queue("Once", "one")
    await desk.outbox.send(numbers)
    assert desk.states(numbers) == [State.UNKNOWN]
    await desk.outbox.until_settled(numbers)
    assert texts(desk.one.server) == ["Once"]


async def test_one_target_down_holds_up_no_other_and_is_tried_again(desk: Desk) -> None:
    desk.one.server.fail(DOWN, times=4)
    numbers = await desk.queue("Hello")
    await desk.outbox.send(numbers)
    assert desk.states(numbers) == [State.FAILED, State.SENT]
    assert desk.get(numbers[0]).due > desk.world.clock().timestamp() * 1000
    await desk.outbox.until_settled(numbers)
    assert desk.states(numbers) == [State.SENT, State.SENT]


async def test_a_limited_one_waits_until_the_servers_own_time(desk: Desk) -> None:
    until = desk.world.clock() + timedelta(minutes=7)
    desk.one.server.fail(RateLimited("slowly", until=until), "publish", times=1)
    numbers = await desk.queue("Hello", "one")
    await desk.outbox.send(numbers)
    waiting = desk.get(numbers[0])
    assert waiting.state is State.FAILED
    assert waiting.due == int(until.timestamp() * 1000)
    before = len(desk.one.server.calls)
    await desk.outbox.send(numbers)
    assert len(desk.one.server.calls) == before
    await desk.outbox.until_settled(numbers)
    assert desk.states(numbers) == [State.SENT]


@pytest.mark.parametrize(
    "error", [Refused("too rude", field="text"), NotAllowed("you are muted there")]
)
async def test_a_refused_one_waits_for_a_person(desk: Desk, error: Exception) -> None:
    desk.one.server.fail(error, "publish", times=1)
    numbers = await desk.queue("Hello", "one")
    await desk.outbox.until_settled(numbers)
    assert desk.states(numbers) == [State.REFUSED]
    await desk.outbox.retry(numbers)
    await desk.outbox.until_settled(numbers)
    assert desk.states(numbers) == [State.SENT]


async def test_a_signed_out_login_keeps_its_posts_until_it_is_signed_in_again(desk: Desk) -> None:
    desk.one.server.fail(SignInNeeded("who are you?"), "publish", times=1)
    numbers = await desk.queue("Hello", "one")
    await desk.outbox.until_settled(numbers)
    assert desk.states(numbers) == [State.FAILED]
    assert desk.get(numbers[0]).remedy == "sign in again"


async def test_a_thread_goes_out_in_its_order_each_part_answering_the_one_before(
    desk: Desk,
) -> None:
    desk.one.server.fail(DOWN, "publish", times=1)
    long = "\n\n".join(f"Paragraph {n} " + "word " * 60 for n in range(4))
    numbers = await desk.queue(long, "one")
    assert len(numbers) > 1
    await desk.outbox.send(numbers)
    assert not desk.one.server.posts
    await desk.outbox.until_settled(numbers)
    posts = [desk.get(number).receipt for number in numbers]
    views = [receipt.view.post for receipt in posts if receipt and receipt.view]
    assert [post.reply_to and post.reply_to.post for post in views] == [
        None,
        *(post.id for post in views[:-1]),
    ]


async def test_a_thread_whose_part_is_refused_stops_there(desk: Desk) -> None:
    long = "\n\n".join(f"Paragraph {n} " + "word " * 60 for n in range(4))
    numbers = await desk.queue(long, "one")
    desk.one.server.fail(Refused("no"), "publish", times=1)
    await desk.outbox.until_settled(numbers)
    assert desk.states(numbers) == [State.REFUSED, *[State.QUEUED] * (len(numbers) - 1)]
    assert await desk.outbox.drop(numbers[:1]) == numbers


async def test_a_file_is_uploaded_once_however_often_the_post_is_tried(
    desk: Desk, tmp_path: Path
) -> None:
    picture = tmp_path / "mill.png"
    picture.write_bytes(b"png")
    desk.one.server.fail(DOWN, "publish", times=2)
    numbers = await desk.queue("See", "one", media=(Attachment(str(picture), "a mill"),))
    await desk.outbox.until_settled(numbers)
    assert desk.states(numbers) == [State.SENT]
    assert [call.method for call in desk.one.server.calls].count("upload") == 1
    (post,) = desk.one.server.posts.values()
    assert [media.alt for media in post.media] == ["a mill"]


async def test_uploads_that_lapsed_meanwhile_are_made_again(desk: Desk, tmp_path: Path) -> None:
    picture = tmp_path / "mill.png"
    picture.write_bytes(b"png")
    desk.one.server.fail(DOWN, "publish", times=1)
    numbers = await desk.queue("See", "one", media=(Attachment(str(picture), "a mill"),))
    await desk.outbox.send(numbers)
    desk.one.server.uploads.clear()
    await desk.outbox.until_settled(numbers)
    assert desk.states(numbers) == [State.SENT]


async def test_a_copy_names_the_post_that_was_there_first(tmp_path: Path) -> None:
    desk = Desk(tmp_path, declares=True)
    await desk.begin()
    numbers = await desk.queue("To both")
    await desk.outbox.send(numbers)
    first, second = (desk.get(number).receipt for number in numbers)
    assert first
    assert first.view
    assert second
    assert second.view
    assert second.view.post.same_as == (first.view.post.id,)
    assert first.view.post.id in [
        one.receipt.view.post.id
        for one in desk.outbox.copies_of(second.view.post.id)
        if one.receipt and one.receipt.view
    ]
    await desk.world.runtime.aclose()


async def test_a_copy_does_not_wait_for_one_that_is_down(tmp_path: Path) -> None:
    desk = Desk(tmp_path, declares=True)
    await desk.begin()
    desk.one.server.fail(DOWN, "publish", times=1)
    numbers = await desk.queue("To both")
    await desk.outbox.send(numbers)
    assert desk.states(numbers) == [State.FAILED, State.SENT]
    await desk.world.runtime.aclose()


async def test_the_copies_are_one_row(desk: Desk) -> None:
    numbers = await desk.queue("To both")
    await desk.outbox.send(numbers)
    await desk.world.timelines.refresh(desk.world.merged)
    (row,) = desk.world.rows()
    assert len(row.copies) == 1


async def test_a_post_that_is_taken_back_in_time_never_goes_out(desk: Desk) -> None:
    draft = Draft("Hasty", (LoginId("one"),))
    key = await desk.composing.save(draft)
    numbers = await desk.composing.send(key, draft, delay=5)
    await desk.outbox.send(numbers)
    assert await desk.composing.take_back(key) == draft
    desk.world.clock.pass_seconds(60)
    await desk.outbox.send(numbers)
    assert not desk.one.server.posts
    assert [each.id for each in desk.composing.drafts()] == [key]
    with pytest.raises(UsageError):
        await desk.composing.take_back(key)


async def test_what_is_sent_is_not_taken_back_with_the_rest(desk: Desk) -> None:
    desk.one.server.fail(DOWN)
    draft = Draft("Half", (LoginId("one"), LoginId("two")))
    key = await desk.composing.save(draft)
    await desk.outbox.send(await desk.composing.send(key, draft))
    assert (await desk.composing.take_back(key)).targets == (LoginId("one"),)
    assert texts(desk.two.server) == ["Half"]


async def test_what_may_have_gone_out_is_not_taken_back_to_be_sent_twice(desk: Desk) -> None:
    desk.one.server.fail(GONE, "publish-answer", times=1)
    desk.two.server.fail(DOWN, "publish", times=1)
    draft = Draft("Once", (LoginId("one"), LoginId("two")))
    key = await desk.composing.save(draft)
    numbers = await desk.composing.send(key, draft)
    await desk.outbox.send(numbers)
    assert desk.states(numbers) == [State.UNKNOWN, State.FAILED]
    assert (await desk.composing.take_back(key)).targets == (LoginId("two"),)
    with pytest.raises(UsageError, match="may be on its way"):
        await desk.composing.take_back(key)
    await desk.outbox.until_settled(numbers[:1])
    assert texts(desk.one.server) == ["Once"]
    assert not desk.two.server.posts


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


async def test_a_deleted_post_goes_with_its_copies(desk: Desk) -> None:
    numbers = await desk.queue("Gone soon")
    await desk.outbox.send(numbers)
    receipt = desk.get(numbers[0]).receipt
    assert receipt
    assert receipt.view
    deletes = await desk.composing.delete(receipt.view.post.id)
    await desk.outbox.send(deletes)
    assert desk.states(deletes) == [State.SENT, State.SENT]
    assert not desk.one.server.posts
    assert not desk.two.server.posts


async def test_an_edit_reaches_every_copy(desk: Desk) -> None:
    numbers = await desk.queue("Frist")
    await desk.outbox.send(numbers)
    receipt = desk.get(numbers[0]).receipt
    assert receipt
    assert receipt.view
    draft = replace(await desk.composing.edit(receipt.view.post.id), text="First")
    edits = await desk.composing.send(await desk.composing.save(draft), draft)
    desk.two.server.fail(GONE, "edit-answer", times=1)
    await desk.outbox.until_settled(edits)
    assert desk.states(edits) == [State.SENT, State.SENT]
    assert texts(desk.one.server) == texts(desk.two.server) == ["First"]


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
    threads = desk.world.runtime.threads
    assert await threads.fetch(first.id) is None
    shown = threads.stored(first.id)
    assert shown.complete
    assert [(item.depth, item.row and item.row.post.id) for item in shown.items] == [
        (0, first.id),
        (1, asked.id),
        (1, second.id),
        (2, also.id),
    ]
    desk.two.server.fail(DOWN, "thread")
    assert await threads.fetch(first.id) is DOWN
    assert other.id not in [item.row and item.row.post.id for item in shown.items]
