"""Names being typed are finished from the store, and by servers that can."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.services.world import World
from tuisocial.model.ids import LoginId
from tuisocial.sdk.errors import Unreachable
from tuisocial.sdk.testing.making import make_account, make_post
from tuisocial.sdk.testing.memory import MemoryAdapter
from tuisocial.sdk.testing.memory_writing import WritingAdapter
from tuisocial.services.completing import Completing

MASTO = LoginId("masto")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A world that has read posts by some people."""
    made = World(tmp_path, WritingAdapter())
    await made.login("masto")
    katherine = replace(make_account("kj"), name="Katherine Johnson")
    made.server.add(
        make_post(1, author=katherine, tags=("orbits", "math")),
        make_post(2, author="kasper", tags=("math",)),
        make_post(3, author="100%_sure", tags=()),
    )
    await made.refresh()
    yield made
    await made.close()


@pytest.fixture
def completing(world: World) -> Completing:
    return world.runtime.completing


@pytest.mark.parametrize(
    ("start", "handles"),
    [
        ("k", ["@kj@memory.example", "@kasper@memory.example"]),
        ("kas", ["@kasper@memory.example"]),
        ("asper", []),
        ("%", []),
        ("_", []),
    ],
)
def test_people_are_found_by_how_their_handles_begin(
    completing: Completing, start: str, handles: list[str]
) -> None:
    found = completing.with_handle(start, {"memory"}, 5)
    assert [account.handle for account in found] == handles


async def test_people_are_found_by_any_word_of_their_names(completing: Completing) -> None:
    for start in ("kath", "JOHN"):
        found = await completing.named(start, {"memory"}, 5)
        assert [account.handle for account in found] == ["@kj@memory.example"]


async def test_people_of_other_networks_are_left_out(completing: Completing) -> None:
    assert completing.with_handle("k", {"elsewhere"}, 5) == []
    assert await completing.named("kath", {"elsewhere"}, 5) == []


def test_hashtags_of_late_posts_come_the_most_frequent_first(completing: Completing) -> None:
    assert completing.known_hashtags() == ["math", "orbits"]


async def test_servers_finish_names_that_the_store_does_not_know(
    world: World, completing: Completing
) -> None:
    world.server.accounts[make_account("kim").id] = make_account("kim")
    people = await completing.people(MASTO, "ki", 5)
    assert [account.handle for account in people] == ["@kim@memory.example"]
    assert await completing.hashtags(MASTO, "or", 5) == ["orbits"]
    assert "blobcat" in await completing.emoji(MASTO)


async def test_a_server_that_does_not_answer_is_left_out(
    world: World, completing: Completing
) -> None:
    world.server.fail(Unreachable("memory.example is down"))
    assert await completing.people(MASTO, "k", 5) == ()


async def test_a_login_that_cannot_finish_names_is_left_out(tmp_path: Path) -> None:
    world = World(tmp_path, MemoryAdapter())
    await world.login("masto")
    assert await world.runtime.completing.emoji(MASTO) == ()
    await world.close()
