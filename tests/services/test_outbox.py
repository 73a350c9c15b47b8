"""What was composed goes out once by each target, or waits in sight."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.services.desk import DOWN, Desk, texts
from tuisocial.model.draft import Attachment
from tuisocial.sdk.errors import (
    BadAnswer,
    NotAllowed,
    RateLimited,
    Refused,
    SignInNeeded,
)
from tuisocial.store.outbox import State


async def test_a_post_goes_out_once_by_each_target(desk: Desk) -> None:
    numbers = await desk.queue("To both")
    await desk.outbox.send(numbers)
    assert desk.states(numbers) == [State.SENT, State.SENT]
    await desk.outbox.send(numbers)
    assert texts(desk.one.server) == texts(desk.two.server) == ["To both"]


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


async def test_an_answer_without_sense_to_what_can_be_done_again_is_no_refusal(
    desk: Desk, tmp_path: Path
) -> None:
    file = tmp_path / "mill.png"
    file.write_bytes(b"a picture")
    desk.one.server.fail(BadAnswer("sign in to the network first"), "upload-answer", times=1)
    numbers = await desk.queue("Hello", "one", media=(Attachment(str(file), "a mill"),))
    await desk.outbox.until_settled(numbers)
    assert desk.states(numbers) == [State.SENT]
    desk.one.server.fail(BadAnswer("sign in to the network first"), "delete-answer", times=1)
    deletes = await desk.composing.delete(desk.post(numbers[0]))
    await desk.outbox.until_settled(deletes)
    assert desk.states(deletes) == [State.SENT]


async def test_a_limit_until_a_time_of_no_zone_is_one_without_a_time(desk: Desk) -> None:
    until = desk.world.clock().replace(tzinfo=None)
    desk.one.server.fail(RateLimited("slowly", until=until), "publish", times=1)
    numbers = await desk.queue("Hello", "one")
    await desk.outbox.send(numbers)
    assert desk.states(numbers) == [State.FAILED]
    assert desk.get(numbers[0]).due == int(desk.world.clock().timestamp() * 1000) + 60_000


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
