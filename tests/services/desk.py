"""Somebody with two logins on two networks in memory, who writes."""

import asyncio
from dataclasses import replace
from pathlib import Path

from tests.services.world import World
from tuisocial.model.draft import Draft
from tuisocial.model.ids import LoginId, PostId
from tuisocial.sdk.errors import (
    Sent,
    Unreachable,
)
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
        self.slept: list[float] = []
        self.outbox = self.world.runtime.outbox
        self.composing = self.world.runtime.composing

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
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

    def post(self, number: int) -> PostId:
        receipt = self.get(number).receipt
        assert receipt
        assert receipt.view
        return receipt.view.post.id

    def states(self, numbers: list[int]) -> list[State]:
        return [self.get(number).state for number in numbers]
