"""Faults of this machine while somebody writes: said, nothing lost, nothing sent twice."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.services.desk import DOWN, GONE, Desk, texts
from tests.services.test_read_only import ours
from tests.services.world import World
from tuisocial.errors import UserError
from tuisocial.model.draft import Attachment, Draft
from tuisocial.model.ids import LoginId
from tuisocial.sdk.testing.memory import Call, MemoryServer
from tuisocial.store.database import Database, StoreError
from tuisocial.store.outbox import State

__all__ = ["ours"]

ONE, TWO = LoginId("one"), LoginId("two")

Files = tuple[Attachment, ...]


def full(database: Database) -> None:
    """Leave no free page, and none to be had: how SQLite meets a disk without space."""

    def fill(connection: sqlite3.Connection) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        for size in (6000, 2000, 500):
            with contextlib.suppress(sqlite3.OperationalError):
                for n in range(100_000):
                    name = f"{size}-{n}-{pages}"
                    connection.execute(
                        "INSERT OR REPLACE INTO positions VALUES (?, 0, ?)", (name, "x" * size)
                    )

    database._submit(fill).result()


def read_only(database: Database) -> None:
    """What a disk that is mounted anew after an error does to writes."""
    database._submit(lambda c: c.execute("PRAGMA query_only = 1")).result()


def mend(database: Database) -> None:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA query_only = 0")
        connection.execute("PRAGMA max_page_count = 1000000")

    database._submit(work).result()


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """A picture with so many words that whatever holds them needs more pages of the store."""
    picture = tmp_path / "mill.png"
    picture.write_bytes(b"png")
    return (Attachment(str(picture), "A mill. " * 5000),)


Fault = Callable[[Database], None]
both = pytest.mark.parametrize("fault", [full, read_only])


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(tmp_path)
    await made.begin()
    yield made
    mend(made.world.runtime._database)
    await made.world.runtime.aclose()


def when(server: MemoryServer, method: str, happens: Callable[[], None]) -> None:
    """Have something happen at the first call of a method."""
    asked, done = server.asked, list[Call]()

    async def first(call: Call) -> None:
        if call.method == method and not done:
            done.append(call)
            happens()
        await asked(call)

    server.asked = first  # type: ignore[method-assign]


def published(server: MemoryServer) -> int:
    return sum(call.method == "publish" for call in server.calls)


@both
async def test_a_draft_that_cannot_be_kept_is_said_and_the_one_before_stays(
    desk: Desk, files: Files, fault: Fault
) -> None:
    database = desk.world.runtime._database
    key = await desk.composing.save(Draft("Begun", (ONE,)))
    fault(database)
    for _ in range(3):
        with pytest.raises(StoreError) as caught:
            await desk.composing.save(Draft("More", (ONE,), media=files), key)
        assert "free space" in caught.value.remedy
    assert desk.composing.draft(key).draft.text == "Begun"
    mend(database)
    await desk.composing.save(Draft("More", (ONE,), media=files), key)
    assert desk.composing.draft(key).draft.media == files


@both
async def test_a_post_that_cannot_be_queued_is_said_and_stays_a_draft(
    desk: Desk, files: Files, fault: Fault
) -> None:
    database = desk.world.runtime._database
    draft = Draft("Hello", (ONE, TWO), media=files)
    key = await desk.composing.save(draft)
    fault(database)
    with pytest.raises(StoreError):
        await desk.composing.send(key, draft)
    assert not desk.outbox.unsettled()
    assert [each.draft for each in desk.composing.drafts()] == [draft]
    assert published(desk.one.server) == published(desk.two.server) == 0
    mend(database)
    await desk.outbox.send(await desk.composing.send(key, draft))
    assert texts(desk.one.server) == texts(desk.two.server) == ["Hello"]


@both
async def test_a_post_that_cannot_be_made_a_draft_is_not_deleted(
    desk: Desk, files: Files, fault: Fault
) -> None:
    numbers = await desk.queue("Hello", media=files)
    await desk.outbox.send(numbers)
    receipt = desk.get(numbers[0]).receipt
    assert receipt
    assert receipt.view
    fault(desk.world.runtime._database)
    with pytest.raises(StoreError):
        await desk.composing.redraft(receipt.view.post.id)
    mend(desk.world.runtime._database)
    assert not desk.outbox.unsettled()
    assert texts(desk.one.server) == ["Hello"]


@both
@pytest.mark.parametrize("method", ["", "prepare", "upload-answer", "publish", "publish-answer"])
async def test_what_cannot_be_written_down_while_it_is_sent_is_sent_once(
    desk: Desk, files: Files, fault: Fault, method: str
) -> None:
    database = desk.world.runtime._database
    numbers = await desk.queue("Hello", media=files)
    if method:
        when(desk.one.server, method, lambda: fault(database))
    else:
        fault(database)
    # Said: it ends with the store's trouble, or what is stored says that it is not sent.
    with contextlib.suppress(StoreError):
        await asyncio.wait_for(desk.outbox.send(numbers), 60)
    assert len(desk.outbox.of(desk.get(numbers[0]).draft)) == 2
    mend(database)
    await asyncio.wait_for(desk.outbox.until_settled(numbers), 60)
    assert desk.states(numbers) == [State.SENT, State.SENT]
    assert texts(desk.one.server) == texts(desk.two.server) == ["Hello"]
    assert published(desk.one.server) == published(desk.two.server) == 1


@both
async def test_a_command_is_told_that_what_it_sent_cannot_be_written_down(
    desk: Desk, files: Files, fault: Fault
) -> None:
    numbers = await desk.queue("Hello", "one", media=files)
    when(desk.one.server, "publish-answer", lambda: fault(desk.world.runtime._database))
    with pytest.raises(StoreError):
        await asyncio.wait_for(desk.outbox.send(numbers), 60)


@both
async def test_the_outbox_waits_for_a_store_that_cannot_be_written_and_goes_on(
    desk: Desk, files: Files, fault: Fault
) -> None:
    database = desk.world.runtime._database
    when(desk.one.server, "publish-answer", lambda: fault(database))
    numbers = await desk.queue("Hello", "one", media=files)
    desk.outbox.start()
    while not desk.one.server.posts:  # noqa: ASYNC110 - nobody tells when it is there
        await asyncio.sleep(0)
    for _ in range(200):
        await asyncio.sleep(0)
    assert desk.states(numbers) != [State.SENT]
    mend(database)
    async with asyncio.timeout(60):
        while desk.states(numbers) != [State.SENT]:
            # Whatever changes has it look again, and so does half a minute.
            await desk.outbox.retry(numbers)
            await asyncio.sleep(0.01)
    assert texts(desk.one.server) == ["Hello"]
    assert published(desk.one.server) == 1


async def test_a_home_that_may_only_be_read_keeps_what_waits(ours: Path) -> None:
    desk = Desk(ours)
    await desk.begin()
    desk.one.server.fail(DOWN, "publish", times=1)
    numbers = await desk.queue("Waits", "one")
    await desk.outbox.send(numbers)
    key = await desk.composing.save(Draft("Begun", (TWO,)))
    await desk.world.close()
    (ours / "data").chmod(0o500)

    adapters: Any = (desk.one, desk.two)
    with pytest.raises(StoreError, match="needs to write there"):
        World(ours, *adapters, secrets=desk.world.secrets, clock=desk.world.clock)
    reading = World(
        ours, *adapters, offline=True, secrets=desk.world.secrets, clock=desk.world.clock
    )
    composing = reading.runtime.composing
    assert composing.draft(key).draft.text == "Begun"
    assert [one.submission.text.text for one in reading.runtime.outbox.unsettled()] == ["Waits"]
    for writing in (
        composing.save(Draft("More", (TWO,)), key),
        composing.send(key, Draft("More", (TWO,))),
        composing.discard(key),
    ):
        with pytest.raises(UserError, match="needs to write there"):
            await writing
    await reading.close()

    (ours / "data").chmod(0o700)
    again = World(ours, *adapters, secrets=desk.world.secrets, clock=desk.world.clock)
    assert [each.draft.text for each in again.runtime.composing.drafts()] == ["Begun"]
    await again.runtime.outbox.retry(numbers)
    await again.runtime.outbox.send(numbers)
    assert again.runtime.outbox.get(numbers[0]).state is State.SENT
    assert texts(desk.one.server) == ["Waits"]
    await again.close()


@pytest.mark.parametrize("days", [-400, -3, 3, 400])
@pytest.mark.parametrize("method", ["", "prepare", "publish", "publish-answer", "find"])
@pytest.mark.parametrize("lost", [False, True])
async def test_a_clock_that_is_set_while_something_is_sent_sends_it_once(
    desk: Desk, days: int, method: str, lost: bool
) -> None:
    def jump() -> None:
        desk.world.clock.now += timedelta(days=days)

    if lost:
        desk.one.server.fail(GONE, "publish-answer", times=1)
    key = await desk.composing.save(Draft("Begun", (ONE, TWO)))
    if method:
        when(desk.one.server, method, jump)
    else:
        jump()
    await desk.composing.save(Draft("Hello", (ONE, TWO)), key)
    numbers = await desk.composing.send(key, Draft("Hello", (ONE, TWO)))
    await asyncio.wait_for(desk.outbox.until_settled(numbers), 60)
    assert desk.states(numbers) == [State.SENT, State.SENT]
    assert texts(desk.one.server) == texts(desk.two.server) == ["Hello"]
    assert published(desk.one.server) == published(desk.two.server) == 1


@pytest.mark.parametrize("days", [-400, -3, 3, 400])
async def test_what_waits_goes_out_whatever_the_clock_says_since(desk: Desk, days: int) -> None:
    desk.one.server.fail(DOWN, "publish", times=2)
    long = "\n\n".join(f"Paragraph {n} " + "word " * 60 for n in range(3))
    numbers = await desk.queue(long, "one")
    await desk.outbox.send(numbers)
    for step in (days, -days, days):
        desk.world.clock.now += timedelta(days=step)
        await desk.outbox.send(numbers)
    await asyncio.wait_for(desk.outbox.until_settled(numbers), 60)
    assert set(desk.states(numbers)) == {State.SENT}
    receipts = [desk.get(number).receipt for number in numbers]
    views = [one.view.post for one in receipts if one and one.view]
    assert [post.reply_to and post.reply_to.post for post in views] == [
        None,
        *(post.id for post in views[:-1]),
    ]


@pytest.mark.parametrize("days", [-3, 3])
async def test_drafts_are_all_there_whatever_the_clock_says(desk: Desk, days: int) -> None:
    first = await desk.composing.save(Draft("First", (ONE,)))
    desk.world.clock.now += timedelta(days=days)
    second = await desk.composing.save(Draft("Second", (ONE,)))
    await desk.composing.save(Draft("First, more", (ONE,)), first)
    found = {each.id: each.draft.text for each in desk.composing.drafts()}
    assert found == {first: "First, more", second: "Second"}
