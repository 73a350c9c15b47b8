"""Kept fresh by itself: failures come back, pauses grow, other processes are noticed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.services.world import Clock, Held, World, numbers
from tuisocial.events import StoreChanged
from tuisocial.model.ids import LoginId
from tuisocial.sdk.errors import AdapterError, RateLimited, SignInNeeded, Unreachable
from tuisocial.sdk.testing.making import make_post, make_posts
from tuisocial.services.keeping import LONGEST_BAN, LOOK_FOR_OTHERS, Pauses
from tuisocial.store.rows import SourceStatus

Open = Callable[..., World]


class Sleeps:
    """Sleeps that end when the test says so; what is asked for is written down."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._watching: asyncio.Queue[asyncio.Event] = asyncio.Queue()
        self._keeping: asyncio.Queue[tuple[float, asyncio.Event]] = asyncio.Queue()
        self.pauses = Pauses(self._sleep, lambda low, high: high)

    async def _sleep(self, seconds: float) -> None:
        over = asyncio.Event()
        if seconds == LOOK_FOR_OTHERS:
            self._watching.put_nowait(over)
        else:
            self._keeping.put_nowait((seconds, over))
        await over.wait()

    async def next(self) -> float:
        """Wait until a keeper pauses, let the pause pass, and say how long it was."""
        seconds, over = await self._keeping.get()
        self._clock.pass_seconds(seconds)
        over.set()
        return seconds

    async def look(self) -> None:
        """Let the watcher look once at the store."""
        (await self._watching.get()).set()
        again = await self._watching.get()
        self._watching.put_nowait(again)


@pytest.fixture
def sleeps() -> Sleeps:
    return Sleeps(Clock())


@pytest.fixture
async def kept(open_world: Open, sleeps: Sleeps) -> World:
    """A world with the login `me`, about to be kept fresh."""
    world = open_world(page=5, pauses=sleeps.pauses, clock=sleeps._clock)
    await world.login("me")
    return world


async def test_new_posts_come_by_themselves(kept: World, sleeps: Sleeps) -> None:
    kept.server.add(*make_posts(2))
    await kept.runtime.start()
    assert await sleeps.next() == 60
    kept.server.add(make_post(3))
    assert await sleeps.next() == 60
    assert kept.names() == numbers(3, 1)


async def test_a_source_that_fails_comes_back_by_itself(kept: World, sleeps: Sleeps) -> None:
    kept.server.add(*make_posts(2))
    kept.server.fail(Unreachable("the server is down"))
    await kept.runtime.start()
    assert await sleeps.next() == 5
    assert kept.state("me").error == "the server is down"
    kept.server.mend()
    assert await sleeps.next() == 60
    assert kept.state("me").status is SourceStatus.UP_TO_DATE
    assert kept.names() == numbers(2, 1)


async def test_pauses_grow_to_a_limit_and_begin_anew_after_a_success(
    kept: World, sleeps: Sleeps
) -> None:
    kept.server.fail(Unreachable("the server is down"))
    await kept.runtime.start()
    assert [await sleeps.next() for _ in range(9)] == [5, 10, 20, 40, 80, 160, 300, 300, 300]
    kept.server.mend()
    assert await sleeps.next() == 60
    kept.server.fail(Unreachable("down again"))
    assert await sleeps.next() == 5


@pytest.mark.parametrize(
    ("seconds", "pause"), [(90, 90.0), (-5, 1.0), (10**9, LONGEST_BAN)], ids=str
)
async def test_a_server_that_asks_for_time_gets_it_within_reason(
    kept: World, sleeps: Sleeps, seconds: int, pause: float
) -> None:
    until = kept.clock() + timedelta(seconds=seconds)
    kept.server.fail(RateLimited("slower, please", until=until), times=1)
    await kept.runtime.start()
    assert await sleeps.next() == pause
    assert await sleeps.next() == 60


@pytest.mark.parametrize(
    "error",
    [
        RateLimited("slower, please"),
        RateLimited("slower", until=Clock()().replace(tzinfo=None)),
        SignInNeeded("the token is no good"),
        ValueError("a fault in the adapter"),
        asyncio.CancelledError(),
    ],
    ids=repr,
)
async def test_no_failure_ends_the_keeping(
    kept: World, sleeps: Sleeps, error: BaseException
) -> None:
    kept.server.add(*make_posts(2))
    kept.server.fail(error, times=1)
    await kept.runtime.start()
    assert await sleeps.next() == 5
    assert await sleeps.next() == 60
    assert kept.names() == numbers(2, 1)


async def test_a_full_store_ends_nothing_either(kept: World, sleeps: Sleeps) -> None:
    kept.server.add(*make_posts(2))
    database = kept.runtime._database
    database.write(lambda c: c.execute("PRAGMA query_only = 1")).result()
    await kept.runtime.start()
    assert await sleeps.next() == 5
    assert "cannot be used" in kept.state("me").error
    database._submit(lambda c: c.execute("PRAGMA query_only = 0")).result()
    assert await sleeps.next() == 60
    assert kept.names() == numbers(2, 1)


async def test_one_login_s_pauses_are_its_own(kept: World, sleeps: Sleeps) -> None:
    await kept.login("other", "other.example")
    kept.adapters[0].at("other.example").fail(Unreachable("down"))
    await kept.runtime.start()
    failing: list[float] = []
    while (pause := await sleeps.next()) != 60:
        failing.append(pause)
    assert failing == [5, 10, 20, 40, 80, 160, *[300] * len(failing)][: len(failing)]
    assert kept.state("me").status is SourceStatus.UP_TO_DATE


async def test_a_login_added_later_is_kept_too(kept: World, sleeps: Sleeps) -> None:
    await kept.runtime.start()
    assert await sleeps.next() == 60
    kept.adapters[0].at("other.example").add(make_post(7))
    await kept.login("other", "other.example")
    # Two keepers pause in any order.
    while not kept.names():
        await sleeps.next()
    assert kept.names() == ["7"]


async def test_a_removed_login_is_no_longer_asked(kept: World, sleeps: Sleeps) -> None:
    await kept.login("other", "other.example")
    await kept.runtime.start()
    await kept.runtime.logins.remove(LoginId("me"))
    kept.server.calls.clear()
    for _ in range(5):
        await sleeps.next()
    assert kept.server.calls == []


async def test_a_login_of_a_removed_one_s_name_is_kept_for_itself(
    kept: World, sleeps: Sleeps
) -> None:
    kept.server.add(make_post(1))
    kept.adapters[0].at("other.example").add(make_post(2))
    await kept.runtime.start()
    await sleeps.next()
    await kept.runtime.logins.remove(LoginId("me"))
    await kept.login("me", "other.example")
    while not kept.names():
        await sleeps.next()
    assert kept.names() == ["2"]


async def test_a_page_on_its_way_for_a_removed_login_is_dropped(kept: World) -> None:
    kept.server.add(make_post(1))
    held = Held(kept.server)
    refreshing = asyncio.create_task(kept.refresh())
    await held.asked.wait()
    await kept.runtime.logins.remove(LoginId("me"))
    await kept.login("me", "other.example")
    held.answer()
    await refreshing
    assert kept.names() == []
    assert kept.timelines.trouble(kept.view("me").sources[0]) is not None


async def test_another_process_is_noticed_and_one_s_own_writing_is_not(
    kept: World, sleeps: Sleeps, tmp_path: Path
) -> None:
    kept.server.add(*make_posts(2))
    await kept.runtime.start()
    await sleeps.next()
    await sleeps.look()
    kept.heard.clear()
    await kept.refresh()
    await sleeps.look()
    assert StoreChanged() not in kept.heard
    # A second connection to the same file is what another process is.
    other = World(tmp_path, *kept.adapters, secrets=kept.secrets)
    other.server.add(make_post(3))
    await other.refresh()
    await other.close()
    await sleeps.look()
    assert StoreChanged() in kept.heard


async def test_a_login_that_another_process_added_is_kept(
    kept: World, sleeps: Sleeps, tmp_path: Path
) -> None:
    kept.adapters[0].at("other.example").add(make_post(7))
    await kept.runtime.start()
    await sleeps.next()
    await sleeps.look()
    other = World(tmp_path, *kept.adapters, secrets=kept.secrets)
    await other.login("new", "other.example")
    await other.close()
    await sleeps.look()
    while not kept.names():
        await sleeps.next()
    assert kept.names() == ["7"]


async def test_offline_asks_nobody(open_world: Open, sleeps: Sleeps) -> None:
    world = open_world(offline=True, pauses=sleeps.pauses)
    await world.runtime.start()
    await sleeps.look()
    await world.refresh()
    assert world.server.calls == []


async def test_starting_twice_keeps_once(kept: World, sleeps: Sleeps) -> None:
    await kept.runtime.start()
    await kept.runtime.start()
    await sleeps.next()
    await sleeps.next()
    assert len([call for call in kept.server.calls if call.method == "timeline"]) == 2


async def test_closing_while_fetching_ends_at_once_and_loses_nothing(kept: World) -> None:
    kept.server.add(*make_posts(2))
    await kept.refresh()
    held = Held(kept.server)
    await kept.runtime.start()
    await held.asked.wait()
    await kept.close()
    later = await kept.restarted(offline=True)
    assert later.names() == numbers(2, 1)
    await later.close()


@pytest.mark.parametrize("error", [Unreachable("down"), SignInNeeded("no good")], ids=repr)
async def test_how_a_source_stands_is_said_in_words(kept: World, error: AdapterError) -> None:
    other = await kept.login("other", "other.example")
    assert kept.state("me").status is SourceStatus.NEVER
    await kept.refresh()
    kept.server.fail(error)
    await kept.refresh()
    state = kept.timelines.states(kept.merged)[0]
    signed_out = isinstance(error, SignInNeeded)
    assert state.status is (SourceStatus.SIGNED_OUT if signed_out else SourceStatus.BEHIND)
    assert (state.error, state.remedy) == (error.message, error.remedy)
    assert state.fetched_at == kept.clock()
    assert kept.state(other.id.name).status is SourceStatus.UP_TO_DATE


async def test_when_no_server_answers_it_is_we_who_are_offline(kept: World) -> None:
    await kept.login("other", "other.example")
    await kept.refresh()
    for host in (kept.server, kept.adapters[0].at("other.example")):
        host.fail(Unreachable("no route"))
    await kept.refresh()
    statuses = {state.status for state in kept.timelines.states(kept.merged)}
    assert statuses == {SourceStatus.OFFLINE}
