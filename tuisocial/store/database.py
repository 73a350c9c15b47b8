"""The SQLite file: opening it, one thread that writes, a connection that reads.

Any number of processes may have it open at once (WAL, a busy time-out, `BEGIN IMMEDIATE`). A file
that is damaged is kept aside under another name, never deleted.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Self, TypeVar

from tuisocial.errors import UserError
from tuisocial.store import migrations

T = TypeVar("T")

_BUSY_SECONDS = 10.0
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class StoreError(UserError):
    """The store cannot be used as it is."""


class StoreDamaged(StoreError):
    """The store was found damaged while in use, and has been kept aside."""


class Database:
    """One open store. Functions given to `read` and `write` get a connection for their duration."""

    def __init__(self, file: Path, reader: sqlite3.Connection, notice: str) -> None:
        self.file = file
        self.notice = notice
        """One sentence when a damaged store was kept aside on opening, else empty."""
        self._reader = reader
        self._reading = threading.RLock()
        self._writing: ThreadPoolExecutor | None = None
        self._writer: sqlite3.Connection | None = None

    @classmethod
    def open(cls, file: Path) -> Self:
        """Open or make the store.

        Raises: StoreError if it cannot be read or written, or was made by a newer tuisocial.
        """
        try:
            return cls(file, _connect(file), "")
        except sqlite3.Error as error:
            if _code(error) not in _DAMAGED:
                raise _cannot_open(file, str(error)) from None
        except OSError as error:
            raise _cannot_open(file, error.strerror or str(error)) from None
        kept = _keep_aside(file)
        notice = f"the store {file} was damaged; it is kept as {kept.name} and a new one was begun"
        try:
            return cls(file, _connect(file), notice)
        except (sqlite3.Error, OSError) as error:
            raise _cannot_open(file, str(error)) from None

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` on the reading connection, on the caller's thread.

        Raises: StoreDamaged, StoreError.
        """
        with self._reading:
            try:
                return work(self._reader)
            except sqlite3.Error as error:
                raise self._trouble(error) from error

    def write(self, work: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Queue `work` as one transaction on the writing thread; all of it holds or none.

        The future raises StoreDamaged or StoreError. Coroutines wrap it by `asyncio.wrap_future`.
        """
        if self._writing is None:
            self._writing = ThreadPoolExecutor(1, "store-writer")
        return self._writing.submit(self._transaction, work)

    def changes(self) -> int:
        """A number that moves when another connection or process has written."""
        return self.read(lambda c: int(c.execute("PRAGMA data_version").fetchone()[0]))

    def close(self) -> None:
        """Finish what is queued and close; harmless when done twice."""
        if self._writing is not None:
            self._writing.submit(self._close_writer)
            self._writing.shutdown(wait=True)
            self._writing = None
        with self._reading:
            self._reader.close()

    def _transaction(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            if self._writer is None:
                self._writer = _plain_connection(self.file)
            connection = self._writer
            connection.execute("BEGIN IMMEDIATE")
            try:
                answer = work(connection)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise self._trouble(error) from error
        return answer

    def _close_writer(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _trouble(self, error: sqlite3.Error) -> StoreError:
        if _code(error) in _DAMAGED:
            kept = _keep_aside(self.file) if self.file.exists() else self.file
            return StoreDamaged(
                f"the store {self.file} is damaged; it is kept as {kept.name}",
                "start again: a new store is filled from the servers",
            )
        return StoreError(
            f"the store {self.file} cannot be used: {error}",
            "check the free space and the permissions of its folder",
        )


def _connect(file: Path) -> sqlite3.Connection:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not file.exists():
        os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))
    connection = _plain_connection(file)
    try:
        found = migrations.version(connection)
        if found > migrations.CURRENT:
            raise StoreError(
                f"the store {file} was made by a newer tuisocial (version {found} of it, this "
                f"one knows {migrations.CURRENT})",
                "update tuisocial, or choose another --home",
            )
        if found < migrations.CURRENT:
            connection.execute("PRAGMA journal_mode = WAL")
            migrations.migrate(connection)
        connection.execute("SELECT 1 FROM sources LIMIT 1").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _plain_connection(file: Path) -> sqlite3.Connection:
    # Autocommit: transactions are begun by hand; each connection is guarded by its owner.
    connection = sqlite3.connect(
        file, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA temp_store = MEMORY")
    # 16 MB between checkpoints: at the default of 4 MB a busy intake waits for the disk.
    connection.execute("PRAGMA wal_autocheckpoint = 4000")
    return connection


def _code(error: sqlite3.Error) -> int:
    # Primary codes are the low byte of extended ones; sqlite3.Error has none if it is Python's own.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _cannot_open(file: Path, problem: str) -> StoreError:
    return StoreError(
        f"the store {file} cannot be opened: {problem}",
        "check the permissions of that file and its folder, or choose another --home",
    )


def _keep_aside(file: Path) -> Path:
    """Rename a damaged store and what belongs to it; the new name says when."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    kept = file.with_name(f"{file.name}.damaged-{stamp}")
    number = 1
    while kept.exists():
        number += 1
        kept = file.with_name(f"{file.name}.damaged-{stamp}-{number}")
    for suffix in ("", "-wal", "-shm"):
        part = Path(f"{file}{suffix}")
        if part.exists():
            part.rename(f"{kept}{suffix}")
    return kept
