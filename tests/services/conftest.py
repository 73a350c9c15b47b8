"""Worlds that are closed when their test ends."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.services.desk import Desk
from tests.services.world import World


@pytest.fixture
async def open_world(tmp_path: Path) -> AsyncIterator[Callable[..., World]]:
    """Opens a world in a home of this test's own."""
    opened: list[World] = []

    def opening(*adapters: Any, **how: Any) -> World:
        opened.append(World(how.pop("home", tmp_path), *adapters, **how))
        return opened[-1]

    yield opening
    for world in opened:
        await world.close()


@pytest.fixture
async def world(open_world: Callable[..., World]) -> World:
    """A world with one server, pages of five and the login `me`."""
    world = open_world(page=5)
    await world.login("me")
    return world


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(tmp_path)
    await made.begin()
    yield made
    await made.world.runtime.aclose()
