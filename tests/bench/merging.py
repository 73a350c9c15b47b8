"""Merging ten stored sources of ten thousand rows each."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from sqlite3 import Connection

from tests.bench.figures import Figure
from tests.bench.homes import shared_rows
from tuisocial.services.merge import Tail, merged, watermark
from tuisocial.store import entries
from tuisocial.store.database import Database

_SOURCES, _ROWS = 10, 10_000
_TOP = (-(1 << 62), "")


def figures(folder: Path) -> Iterator[Figure]:
    """Read and merge everything, from the database to the merged order."""
    file = folder / "merge.sqlite3"
    database = Database.open(file)
    database.write(lambda c: shared_rows(c, _SOURCES, _ROWS)).result()

    def run() -> int:
        def work(connection: Connection) -> int:
            sources = entries.all_sources(connection)
            watermark(Tail(source.tail) for source in sources)
            lists = [
                entries.below(connection, s.number, _TOP, _ROWS, addressed=False) for s in sources
            ]
            return sum(len(group) for group in merged(lists))

        return database.read(work)

    started = time.perf_counter()
    count = run()
    rate = count / (time.perf_counter() - started)
    database.close()
    yield Figure(
        "merging 10 sources of 10,000 entries, read from the store",
        rate,
        100_000,
        unit="/s",
        at_most=False,
        detail=f"{count:,} entries",
    )
