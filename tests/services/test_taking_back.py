"""What is not sent can be taken back, and only that."""

import pytest

from tests.services.desk import DOWN, GONE, Desk, texts
from tuisocial.errors import UsageError
from tuisocial.model.draft import Draft, Own
from tuisocial.model.ids import LoginId
from tuisocial.store.outbox import State


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
    assert (await desk.composing.take_back(key)).draft == draft
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
    assert (await desk.composing.take_back(key)).draft.targets == (LoginId("one"),)
    assert texts(desk.two.server) == ["Half"]


def _thread(parts: int = 3) -> str:
    """A text that becomes a thread of so many parts, each of one paragraph."""
    return "\n\n".join(f"Paragraph {n} " + "word " * 70 for n in range(parts)).strip()


async def test_the_rest_of_a_thread_is_taken_back_as_an_answer_to_what_is_out(desk: Desk) -> None:
    numbers = await desk.queue(_thread(), "one")
    assert len(numbers) == 3
    await desk.outbox.send(numbers[:1])
    first = desk.get(numbers[0])
    assert first.receipt
    assert first.receipt.view
    taken = await desk.composing.take_back(first.draft)
    assert taken.id != first.draft
    assert taken.draft.targets == (LoginId("one"),)
    assert taken.draft.reply_to == first.receipt.view.post.id
    assert taken.draft.text.startswith("Paragraph 1 ")
    assert "2/3" not in taken.draft.text
    # It is kept, and what it was made of is not.
    assert desk.composing.draft(taken.id).draft == taken.draft
    assert [one.number for one in desk.outbox.of(first.draft)] == numbers[:1]

    rest = await desk.composing.send(taken.id, taken.draft)
    await desk.outbox.until_settled(rest)
    posts = [desk.get(number).receipt for number in (numbers[0], *rest)]
    views = [one.view.post for one in posts if one and one.view]
    assert len(views) == 3
    assert [view.reply_to and view.reply_to.post for view in views[1:]] == [
        view.id for view in views[:-1]
    ]
    await desk.world.timelines.refresh(desk.world.merged)
    assert all(not row.copies for row in desk.world.rows())


async def test_a_thread_s_rest_and_a_target_that_has_nothing_are_taken_back_apart(
    desk: Desk,
) -> None:
    desk.two.server.fail(DOWN, "publish")
    numbers = await desk.queue(_thread(), "one", "two", content_warning="long")
    key = desk.get(numbers[0]).draft
    await desk.outbox.send([numbers[0], *numbers[3:]])
    assert desk.states(numbers)[0] is State.SENT

    # What was chosen comes; the other stays where it was.
    rest = await desk.composing.take_back(key, LoginId("one"))
    assert rest.draft.targets == (LoginId("one"),)
    assert rest.draft.content_warning == "long"
    assert [one.login.name for one in desk.outbox.of(key)] == ["one", "two", "two", "two"]
    whole = await desk.composing.take_back(key)
    assert whole.draft.targets == (LoginId("two"),)
    assert whole.draft.text == _thread()
    assert whole.draft.reply_to is None
    assert {each.id for each in desk.composing.drafts()} == {rest.id, whole.id}
    with pytest.raises(UsageError):
        await desk.composing.take_back(key)


async def test_parts_divided_by_hand_stay_divided(desk: Desk) -> None:
    one = LoginId("one")
    numbers = await desk.queue("A, B and C", "one", own={one: Own(parts=("A", "B", "C"))})
    await desk.outbox.send(numbers[:1])
    taken = await desk.composing.take_back(desk.get(numbers[0]).draft)
    assert taken.draft.own == {one: Own(parts=("B", "C"))}
    assert taken.draft.text == "B\n\nC"


async def test_a_deletion_has_no_text_to_take_back_and_stays(desk: Desk) -> None:
    numbers = await desk.queue("Gone soon", "one")
    await desk.outbox.send(numbers)
    receipt = desk.get(numbers[0]).receipt
    assert receipt
    assert receipt.view
    deletes = await desk.composing.delete(receipt.view.post.id)
    with pytest.raises(UsageError, match="no text"):
        await desk.composing.take_back(desk.get(deletes[0]).draft)
    await desk.outbox.send(deletes)
    assert desk.states(deletes) == [State.SENT]
    assert not desk.one.server.posts


async def test_what_may_have_gone_out_is_not_taken_back_to_be_sent_twice(desk: Desk) -> None:
    desk.one.server.fail(GONE, "publish-answer", times=1)
    desk.two.server.fail(DOWN, "publish", times=1)
    draft = Draft("Once", (LoginId("one"), LoginId("two")))
    key = await desk.composing.save(draft)
    numbers = await desk.composing.send(key, draft)
    await desk.outbox.send(numbers)
    assert desk.states(numbers) == [State.UNKNOWN, State.FAILED]
    assert (await desk.composing.take_back(key)).draft.targets == (LoginId("two"),)
    with pytest.raises(UsageError, match="may be on its way"):
        await desk.composing.take_back(key)
    await desk.outbox.until_settled(numbers[:1])
    assert texts(desk.one.server) == ["Once"]
    assert not desk.two.server.posts


async def test_a_copy_that_waits_is_not_sent_once_the_post_is_deleted(desk: Desk) -> None:
    desk.two.server.fail(DOWN, "publish", times=1)
    numbers = await desk.queue("Oops")
    await desk.outbox.send(numbers)
    assert desk.states(numbers) == [State.SENT, State.FAILED]
    receipt = desk.get(numbers[0]).receipt
    assert receipt
    assert receipt.view
    await desk.outbox.until_settled(await desk.composing.delete(receipt.view.post.id))
    assert not desk.outbox.unsettled()
    assert not desk.one.server.posts
    assert not desk.two.server.posts
