"""A store and a keyring of one's own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest

from tests.store.rings import MemoryKeyring
from tuisocial.store.database import Database


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the store is."""
    return tmp_path / "data" / "store.sqlite3"


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    """A new store, open."""
    database = Database.open(file)
    yield database
    database.close()


@pytest.fixture(autouse=True)
def ring() -> Iterator[MemoryKeyring]:
    """The keyring of the system, for the time of a test."""
    before = keyring.get_keyring()
    ring = MemoryKeyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)
