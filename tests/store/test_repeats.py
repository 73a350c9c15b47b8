"""Finding the rows of one post, in a store of any age and however long its lists are."""

from __future__ import annotations

import sqlite3

from tuisocial.store import migrations, repeats
from tuisocial.store.entries import Ref
from tuisocial.store.sight import Sight

_SIGHT = Sight([1, 2], (-(1 << 62), ""), (1 << 62, ""))


class Explained:
    """Hands statements on to a database, and keeps how it says that it does them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.plan: list[str] = []

    def execute(self, statement: str, values: object) -> sqlite3.Cursor:
        explained = self._connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]
        self.plan += [row[3] for row in explained]
        return self._connection.execute(statement, values)  # type: ignore[arg-type]


def filled(steps: int) -> sqlite3.Connection:
    """A store of that many steps with a post, two reposts and another post, then up to date."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for step in migrations.STEPS[:steps]:
        connection.executescript(step)
    connection.executescript(
        f"""
        PRAGMA user_version = {steps};
        INSERT INTO posts (id, uri, author, rank, body, native) VALUES
            (1, 'm:a', 1, -5, '{{}}', ''), (2, 'm:b', 1, -6, '{{}}', '');
        INSERT INTO entries (source, rank, key, post, reason) VALUES
            (1, -5, 'm:a', 1, NULL), (1, -6, 'm:b', 2, NULL),
            (1, -7, 'm:x', 1, 'reposted m:eve'), (2, -8, 'm:y', 1, 'reposted m:bob');
        """
    )
    migrations.migrate(connection)
    return connection


ROWS = [
    Ref(2, -8, "m:y", 1, "reposted m:bob"),
    Ref(1, -7, "m:x", 1, "reposted m:eve"),
    Ref(1, -6, "m:b", 2),
    Ref(1, -5, "m:a", 1),
]


def test_reposts_that_an_older_version_stored_fold_too() -> None:
    connection = filled(migrations.CURRENT - 1)
    assert repeats.folded(connection, _SIGHT, ROWS) == {(-8, "m:y"), (-7, "m:x")}
    assert repeats.rows_of(connection, _SIGHT, [1, 2]) == {1: [ROWS[3], ROWS[1], ROWS[0]]}


def test_only_rows_of_the_posts_that_are_asked_for_are_read() -> None:
    explained = Explained(filled(migrations.CURRENT))
    repeats.folded(explained, _SIGHT, ROWS)  # type: ignore[arg-type]
    repeats.rows_of(explained, _SIGHT, [1, 2])  # type: ignore[arg-type]
    reads = [step for step in explained.plan if " entries" in step]
    assert reads
    for step in reads:
        assert "(post=?" in step or "(source=? AND rank=? AND key=?" in step
