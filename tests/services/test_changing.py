"""Posts that are changed and deleted through the outbox, wherever they are by then."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.services.desk import DOWN, GONE, Desk, texts
from tuisocial.model.ids import LoginId, PostId
from tuisocial.model.submission import Attempt, Receipt, Submission
from tuisocial.sdk.testing.memory_writing import WritingSession
from tuisocial.store.outbox import State


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(tmp_path)
    await made.begin()
    yield made
    await made.world.runtime.aclose()


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


async def test_a_change_that_reached_only_some_copies_hides_none_from_the_next(desk: Desk) -> None:
    numbers = await desk.queue("Frist")
    await desk.outbox.send(numbers)
    one, two = (desk.post(number) for number in numbers)
    draft = replace(await desk.composing.edit(one), text="Second")
    desk.two.server.fail(DOWN, "edit", times=1)
    await desk.outbox.send(await desk.composing.send(await desk.composing.save(draft), draft))
    assert texts(desk.two.server) == ["Frist"]
    for post in (one, two):
        fates = await desk.composing.deleting(post)
        assert {login.name for login, _ in fates} == {"one", "two"}
        assert set((await desk.composing.edit(post)).targets) == {LoginId("one"), LoginId("two")}
    deletes = await desk.composing.delete(one)
    await desk.outbox.until_settled(deletes)
    assert not desk.one.server.posts
    assert not desk.two.server.posts


async def change(desk: Desk, post: PostId, text: str) -> list[int]:
    draft = replace(await desk.composing.edit(post), text=text)
    return await desk.composing.send(await desk.composing.save(draft), draft)


async def test_a_later_change_takes_the_place_of_one_that_waits(desk: Desk) -> None:
    (number,) = await desk.queue("First", "one")
    await desk.outbox.send([number])
    desk.one.server.fail(DOWN, "edit", times=1)
    (second,) = await change(desk, desk.post(number), "Second")
    await desk.outbox.send([second])
    third = await change(desk, desk.post(number), "Third")
    assert [one.number for one in desk.outbox.unsettled()] == third
    assert [each.draft.text for each in desk.composing.drafts()] == ["Second"]
    await desk.outbox.until_settled(third)
    assert texts(desk.one.server) == ["Third"]


async def test_a_post_that_is_changed_and_then_deleted_does_not_come_back(desk: Desk) -> None:
    class Reposting(WritingSession):
        async def edit(self, submission: Submission, attempt: Attempt) -> Receipt:
            return await self._instead(await self.publish(submission, attempt), submission)

        async def find(self, submission: Submission, attempt: Attempt) -> Receipt | None:
            found = await super().find(submission, attempt)
            return found and await self._instead(found, submission)

        async def _instead(self, receipt: Receipt, submission: Submission) -> Receipt:
            if submission.edits is not None:
                await self.delete(submission.edits)
            return receipt

    desk.one.session_class = Reposting
    for fault, method in ((DOWN, "publish"), (GONE, "publish-answer")):
        (number,) = await desk.queue("First", "one")
        await desk.outbox.send([number])
        desk.one.server.fail(fault, method, times=1)
        changes = await change(desk, desk.post(number), "Second")
        await desk.outbox.send(changes)
        deletes = await desk.composing.delete(desk.post(number))
        await desk.outbox.until_settled(deletes)
        assert not desk.outbox.unsettled()
        assert not desk.one.server.posts
