"""What may be out is looked for before it is sent again, and nothing makes it forgotten."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest

from tests.services.desk import DOWN, GONE, Desk, texts
from tests.services.world import World
from tuisocial.errors import UserError
from tuisocial.sdk.errors import BadAnswer, RateLimited, SignInNeeded
from tuisocial.store import posts
from tuisocial.store.outbox import State


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(tmp_path)
    await made.begin()
    yield made
    await made.world.runtime.aclose()


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


@pytest.mark.parametrize("trouble", [DOWN, SignInNeeded("no secret"), UserError("locked")])
async def test_a_doubt_outlives_a_login_that_cannot_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    desk = Desk(tmp_path)
    await desk.begin()
    desk.one.server.fail(GONE, "publish-answer", times=1)
    numbers = await desk.queue("Once", "one")
    await desk.outbox.send(numbers)
    await desk.world.runtime.aclose()

    async def shut(*_: object) -> NoReturn:
        raise trouble

    again = World(tmp_path, desk.one, desk.two, clock=desk.world.clock, secrets=desk.world.secrets)
    outbox = again.runtime.outbox
    with monkeypatch.context() as patched:
        patched.setattr(desk.one, "open", shut)
        await outbox.retry(numbers)
        await outbox.send(numbers)
        assert outbox.get(numbers[0]).state is State.UNKNOWN
    await outbox.retry(numbers)
    await outbox.send(numbers)
    assert outbox.get(numbers[0]).state is State.SENT
    assert [call.method for call in desk.one.server.calls].count("publish") == 1
    await again.runtime.aclose()


async def test_a_failure_to_write_down_what_went_out_leaves_a_doubt(desk: Desk) -> None:
    desk.one.server.fail(UserError("the disk is full"), "publish-answer", times=1)
    numbers = await desk.queue("Once", "one")
    await desk.outbox.send(numbers)
    assert desk.states(numbers) == [State.UNKNOWN]
    await desk.outbox.until_settled(numbers)
    assert [call.method for call in desk.one.server.calls].count("publish") == 1


async def test_looking_for_what_may_be_out_waits_as_its_server_asks(desk: Desk) -> None:
    until = desk.world.clock() + timedelta(minutes=7)
    desk.one.server.fail(GONE, "publish-answer", times=1)
    desk.one.server.fail(RateLimited("slowly", until=until), "find", times=1)
    numbers = await desk.queue("Once", "one")
    await desk.outbox.send(numbers)
    await desk.outbox.retry(numbers)
    await desk.outbox.send(numbers)
    waiting = desk.get(numbers[0])
    assert waiting.state is State.UNKNOWN
    assert waiting.due == int(until.timestamp() * 1000)


async def test_what_may_be_out_waits_for_its_login_to_be_signed_in_again(desk: Desk) -> None:
    desk.one.server.fail(GONE, "publish-answer", times=1)
    desk.one.server.fail(SignInNeeded("who are you?"), "find", times=1)
    numbers = await desk.queue("Once", "one")
    await desk.outbox.until_settled(numbers)
    assert desk.states(numbers) == [State.UNKNOWN]
    assert desk.get(numbers[0]).remedy == "sign in again"
    one, _two = desk.world.runtime.logins.stored()
    assert one.signed_out


@pytest.mark.parametrize("error", [BadAnswer("gibberish"), RuntimeError("a fault of the adapter")])
async def test_an_answer_without_sense_leaves_it_unknown(desk: Desk, error: Exception) -> None:
    desk.one.server.fail(error, "publish-answer", times=1)
    numbers = await desk.queue("Once", "one")
    await desk.outbox.send(numbers)
    assert desk.states(numbers) == [State.UNKNOWN]
    await desk.outbox.until_settled(numbers)
    assert texts(desk.one.server) == ["Once"]


async def test_what_cannot_be_written_down_is_not_asked_for_without_a_pause(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OverflowError

    numbers = await desk.queue("Hello", "one")
    with monkeypatch.context() as patched:
        patched.setattr(posts, "save_views", broken)
        with pytest.raises(UserError, match="stumbled"):
            await desk.outbox.send(numbers)
    assert len(desk.one.server.calls) < 10
    await desk.outbox.until_settled(numbers)
    assert texts(desk.one.server) == ["Hello"]
