"""A home that may only be read is read offline, and what would write there says that it cannot."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.services.world import World
from tuisocial.model.ids import LoginId
from tuisocial.sdk.testing.making import make_posts
from tuisocial.sdk.testing.memory import MemoryAdapter
from tuisocial.store.database import StoreError

NOBODY = 65534


@pytest.fixture
def ours() -> Iterator[Path]:
    """A home that permissions hold for: root gives up its rights meanwhile."""
    with TemporaryDirectory() as folder:
        root = os.geteuid() == 0
        if root:
            os.chown(folder, NOBODY, -1)
            os.seteuid(NOBODY)
        try:
            yield Path(folder)
        finally:
            (Path(folder) / "data").chmod(0o700)
            if root:
                os.seteuid(0)


async def test_what_is_stored_is_read_and_nothing_is_written(ours: Path) -> None:
    adapter = MemoryAdapter(make_posts(3))
    world = World(ours, adapter)
    await world.login("me")
    await world.refresh()
    names = world.names()
    await world.close()
    (ours / "data").chmod(0o500)

    reading = World(ours, adapter, offline=True, secrets=world.secrets)
    assert [login.id for login in reading.runtime.logins.all()] == [LoginId("me")]
    assert reading.names() == names != []
    with pytest.raises(StoreError, match="needs to write there"):
        await reading.runtime.logins.remove(LoginId("me"))
    await reading.close()

    with pytest.raises(StoreError, match="needs to write there") as caught:
        World(ours, adapter)
    assert str(ours / "data") in caught.value.remedy
    assert "--offline" in caught.value.remedy
