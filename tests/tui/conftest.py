"""Worlds whose pauses never end, so that nothing is fetched but what a test asks for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.services.world import World
from tests.tui.driver import never
from tuisocial.services.keeping import Pauses

OpenWorld = Callable[..., World]


@pytest.fixture(autouse=True)
def utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that shows every glyph, in colour."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture
async def open_world(tmp_path: Path) -> AsyncIterator[OpenWorld]:
    """Opens a world in a home of this test's own."""
    opened: list[World] = []

    def opening(*adapters: Any, **how: Any) -> World:
        how.setdefault("pauses", Pauses(sleep=never))
        opened.append(World(how.pop("home", tmp_path), *adapters, **how))
        return opened[-1]

    yield opening
    for world in opened:
        await world.close()


@pytest.fixture
async def world(open_world: OpenWorld) -> World:
    """A world with one server and the login `masto`, its clock one hour after 60 posts."""
    world = open_world()
    world.clock.set(120)
    await world.login("masto")
    return world
