"""A store of one's own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

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
