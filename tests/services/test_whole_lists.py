"""In whatever order a list is fetched, no hole in it is left unmarked, and all of it comes."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.services.world import World, ordered
from tuisocial.model.timeline import HOME
from tuisocial.sdk.errors import CursorExpired, Unreachable
from tuisocial.sdk.testing.making import at, make_post
from tuisocial.store.rows import Row

Step = tuple[str, int]

steps = st.lists(
    st.one_of(
        st.tuples(st.just("post"), st.integers(1, 9)),
        st.tuples(st.just("refresh"), st.sampled_from([1, 2, 3, 3, 3, 8, 30])),
        st.tuples(st.just("older"), st.just(0)),
        st.tuples(st.just("fill"), st.integers(0, 3)),
        st.tuples(st.just("expire"), st.just(0)),
        st.tuples(st.just("fail"), st.just(0)),
        st.tuples(st.just("future"), st.just(0)),
    ),
    max_size=14,
)


class Run:
    """One order of events at one server with pages of three, three posts a minute."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.posted = 0

    async def step(self, what: str, number: int) -> None:
        world, server = self.world, self.world.server
        if what == "post":
            for _ in range(number):
                self.posted += 1
                server.add(make_post(self.posted, created_at=at(self.posted // 3)))
            world.clock.set(self.posted // 3 + 1)
        elif what == "future":
            when = at(1_000_000) + timedelta(minutes=self.posted)
            self.posted += 1
            server.add(make_post(self.posted, created_at=when))
        elif what == "refresh":
            await world.timelines.refresh(world.merged, limit=number)
        elif what == "older":
            await world.older()
        elif what == "fill" and world.gaps():
            gaps = world.gaps()
            await world.timelines.fill(world.merged, gaps[number % len(gaps)])
        elif what == "expire":
            server.script(HOME, CursorExpired("that place is lost"))
        elif what == "fail":
            server.script(HOME, Unreachable("down"))
        self.check()

    def check(self) -> None:
        """Every row of the server between stored ones is stored, or lies in a marked gap."""
        items = self.world.items()
        assert ordered(items)
        stored = {item.key for item in items if isinstance(item, Row)}
        firm = [
            (-int(row.sort_at.timestamp() * 1000), row.key)
            for row in self.world.server.rows(HOME)
            if row.sort_at < at(1_000_000)
        ]
        known = [place for place in firm if place[1] in stored]
        holes = self.world.runtime._database.read(
            lambda c: c.execute("SELECT rank, key, lower_rank, lower_key FROM gaps").fetchall()
        )
        unmarked = [
            place
            for place in firm
            if known
            and min(known) < place < max(known)
            and place[1] not in stored
            and not any((r, k) < place < (lr, lk) for r, k, lr, lk in holes)
        ]
        # A page may end within a second; what is left of that second comes with the next page.
        tail = self.world.runtime._database.read(
            lambda c: c.execute("SELECT tail_rank, older FROM sources").fetchone()
        )
        assert [place for place in unmarked if place[0] < tail[0]] == []

    async def finish(self) -> None:
        self.world.server.mend()
        await self.world.refresh()
        for _ in range(self.posted + 20):
            if not self.world.gaps() and not await self.world.older():
                break
            for gap in self.world.gaps():
                await self.world.timelines.fill(self.world.merged, gap)
        assert self.world.gaps() == []
        assert len(self.world.rows()) == self.posted
        assert ordered(self.world.items())


def run(work: Callable[[World], Coroutine[Any, Any, None]]) -> None:
    async def body() -> None:
        with tempfile.TemporaryDirectory() as home:
            world = World(Path(home), page=3)
            await world.login("me")
            try:
                await work(world)
            finally:
                await world.close()

    asyncio.run(body())


@settings(max_examples=120)
@given(steps)
@example([("post", 2), ("refresh", 3), ("post", 9), ("refresh", 3), ("expire", 0), ("fill", 0)])
@example([("post", 9), ("refresh", 3), ("post", 9), ("expire", 0), ("older", 0), ("refresh", 3)])
@example([("post", 1), ("future", 0), ("refresh", 3), ("post", 9), ("refresh", 3), ("older", 0)])
def test_no_hole_is_unmarked_and_everything_comes_in_the_end(order: list[Step]) -> None:
    async def work(world: World) -> None:
        events = Run(world)
        for what, number in order:
            await events.step(what, number)
        await events.finish()

    run(work)
