"""The SQLite file: opening it, one thread that writes, a connection that reads.

Any number of processes may have it open at once (WAL, a busy time-out, `BEGIN IMMEDIATE`). A file
that is damaged is kept aside under another name, never deleted.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
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
_NO_TEXT = "Could not decode to UTF-8"
"""How sqlite3 complains, without a code, of text that was never written as such."""
_NOT_THE_STORE = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.DataError)
"""What is wrong with the work that was given, not with the file."""

_Identity = tuple[int, int]


class StoreError(UserError):
    """The store cannot be used as it is."""


class StoreDamaged(StoreError):
    """The store was found damaged while in use, and has been kept aside."""


class Database:
    """One open store. Functions given to `read` and `write` get a connection for their duration."""

    def __init__(
        self, file: Path, reader: sqlite3.Connection, notice: str, *, writable: bool = True
    ) -> None:
        self.file = file
        self.notice = notice
        """One sentence when a damaged store was kept aside on opening, else empty."""
        self.writable = writable
        """False for a store that may only be read; writing raises StoreError."""
        self._identity = _identity(file)
        self._reader = reader
        self._reading = threading.RLock()
        self._writing = ThreadPoolExecutor(1, "store-writer")
        self._writer: sqlite3.Connection | None = None
        self._closed = False

    @classmethod
    def open(cls, file: Path, *, reading: bool = False) -> Self:
        """Open or make the store; `reading` is content with one that cannot be written.

        Raises: StoreError if it cannot be read or written, or was made by a newer tuisocial.
        """
        if not _may_write(file):
            if not reading or not file.exists():
                raise _cannot_be_written(file)
            return cls(file, _connect_for_reading(file), "", writable=False)
        try:
            found = _identity(file)
            try:
                return cls(file, _connect(file), "")
            except sqlite3.DatabaseError as error:
                if _code(error) not in _DAMAGED:
                    raise
            kept = _keep_aside(file, found)
            reader = _connect(file)
            saved = _saved(kept, reader) if kept else ""
            return cls(
                file,
                reader,
                f"the store {file} was damaged; it is kept as {kept.name} and a new one was begun"
                f"{saved}"
                if kept
                else "",
            )
        except sqlite3.Error as error:
            raise _cannot_open(file, str(error)) from None
        except OSError as error:
            raise _cannot_open(file, error.strerror or str(error)) from None

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` on the reading connection, on the caller's thread.

        All that it reads is of one moment, whatever is written meanwhile.

        Raises: StoreDamaged, StoreError.
        """
        with self._reading:
            if self._closed:
                raise self._is_closed()
            try:
                if self._reader.in_transaction:
                    return work(self._reader)
                self._reader.execute("BEGIN")
                try:
                    return work(self._reader)
                finally:
                    self._reader.rollback()
            except _NOT_THE_STORE:
                raise
            except sqlite3.DatabaseError as error:
                raise self._trouble(error) from error

    def write(self, work: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Queue `work` as one transaction on the writing thread; all of it holds or none.

        The future raises StoreDamaged or StoreError, and whatever else `work` raises, a
        constraint's `sqlite3.IntegrityError` among it. Coroutines wrap it by
        `asyncio.wrap_future`.
        """

        def transaction(connection: sqlite3.Connection) -> T:
            connection.execute("BEGIN IMMEDIATE")
            try:
                answer = work(connection)
                connection.execute("COMMIT")
            except BaseException:
                connection.rollback()
                raise
            return answer

        return self._submit(transaction)

    def changes(self) -> Future[int]:
        """A number that moves when another process has written, and not when this one has.

        Asked of the writing connection, because it tells of every other connection's commits
        (SQLite, `PRAGMA data_version`).
        """
        return self._submit(lambda c: int(c.execute("PRAGMA data_version").fetchone()[0]))

    def close(self) -> None:
        """Finish what is queued and close; harmless when done twice."""
        with self._reading:
            if self._closed:
                return
            self._closed = True
            self._writing.submit(self._close_writer)
            self._writing.shutdown(wait=True)
            self._reader.close()

    def _submit(self, work: Callable[[sqlite3.Connection], T]) -> Future[T]:
        if self.writable and not self._closed:
            return self._writing.submit(self._on_writer, work)
        refused: Future[T] = Future()
        refused.set_exception(self._is_closed() if self.writable else _cannot_be_written(self.file))
        return refused

    def _on_writer(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            if self._writer is None:
                self._refuse_another_file()
                self._writer = _plain_connection(self.file)
            return work(self._writer)
        except _NOT_THE_STORE:
            raise
        except sqlite3.DatabaseError as error:
            raise self._trouble(error) from error

    def _close_writer(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _refuse_another_file(self) -> None:
        if _identity(self.file) != self._identity:
            raise StoreError(f"the store {self.file} was moved away", "start tuisocial again")

    def _is_closed(self) -> StoreError:
        return StoreError(f"the store {self.file} is closed", "start tuisocial again")

    def _trouble(self, error: sqlite3.Error) -> StoreError:
        damaged = _code(error) in _DAMAGED or _NO_TEXT in str(error)
        if damaged and not self.writable:
            return StoreError(
                f"the store {self.file} is damaged and may not be written",
                f"allow writing in {self.file.parent} and start again",
            )
        if damaged:
            kept = _keep_aside(self.file, self._identity)
            begun = f" and a new one was begun{_begin_anew(self.file, kept)}" if kept else ""
            return StoreDamaged(
                f"the store {self.file} is damaged; it is kept "
                + (f"as {kept.name}" if kept else "aside")
                + begun,
                "start again: the new store is filled from the servers",
            )
        if _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return StoreError(
                f"another program keeps the store {self.file} locked",
                "try again when it has finished",
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
            _write_ahead(connection)
            migrations.migrate(connection)
        connection.execute("SELECT 1 FROM sources LIMIT 1").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _may_write(file: Path) -> bool:
    """Whether the store, or where it is to be made, can be written.

    SQLite needs the folder as well, for its log beside the file.
    """
    folder = file.parent
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    # With the rights in force, which are not always those of the process's real user.
    effective = os.access in os.supports_effective_ids
    return not folder.is_dir() or (
        os.access(folder, os.W_OK | os.X_OK, effective_ids=effective)
        and (not file.is_file() or os.access(file, os.R_OK | os.W_OK, effective_ids=effective))
    )


def _cannot_be_written(file: Path) -> StoreError:
    return StoreError(
        f"the store {file} cannot be opened: tuisocial needs to write there and may not",
        f"check the permissions of {file.parent}, or choose another --home; what is stored can be "
        "read with --offline",
    )


def _connect_for_reading(file: Path) -> sqlite3.Connection:
    """A connection to a store that cannot be written; where there is no way to look at other
    programs' locks, the file is taken to stand still.

    Raises: StoreError.
    """
    for how in ("mode=ro", "mode=ro&immutable=1"):
        try:
            connection = sqlite3.connect(
                f"{file.absolute().as_uri()}?{how}",
                uri=True,
                timeout=_BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
            )
        except sqlite3.Error as error:
            raise _cannot_open(file, str(error)) from None
        try:
            found = migrations.version(connection)
            if found != migrations.CURRENT:
                raise StoreError(
                    f"the store {file} is of another version of tuisocial ({found} of it, this "
                    f"one knows {migrations.CURRENT}) and may not be written",
                    f"allow writing in {file.parent}, or choose another --home",
                )
            connection.execute("SELECT 1 FROM sources LIMIT 1").fetchone()
        except sqlite3.OperationalError as error:
            connection.close()
            if _code(error) not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                raise _cannot_open(file, str(error)) from None
        except sqlite3.Error as error:
            connection.close()
            raise _cannot_open(file, str(error)) from None
        except BaseException:
            connection.close()
            raise
        else:
            return connection
    raise _cannot_open(file, "it may neither be read nor written")


def _plain_connection(file: Path) -> sqlite3.Connection:
    # Autocommit: transactions are begun by hand; each connection is guarded by its owner.
    connection = sqlite3.connect(
        file, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA temp_store = MEMORY")
        # A post fills half of the default's 4 kB; larger pages are fewer to write. Only a new file
        # takes them.
        connection.execute("PRAGMA page_size = 8192")
        # 16 MB between checkpoints: at the default of 4 MB a busy intake waits for the disk.
        connection.execute("PRAGMA wal_autocheckpoint = 2000")
    except BaseException:
        connection.close()
        raise
    return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch a new file to WAL, which needs it for itself and, unlike all else, does not wait."""
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _code(error: sqlite3.Error) -> int:
    # Primary codes are the low byte of extended ones; sqlite3.Error has none if it is Python's own.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _cannot_open(file: Path, problem: str) -> StoreError:
    return StoreError(
        f"the store {file} cannot be opened: {problem}",
        "check the permissions of that file and its folder, or choose another --home",
    )


def _identity(file: Path) -> _Identity | None:
    """Which file stands under that name now; another one may later."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _saved(kept: Path, into: sqlite3.Connection) -> str:
    """Take over what is worth it of a damaged store; how a sentence about it goes on."""
    from tuisocial.store.salvage import salvage  # not for the many who need it never

    return salvage(kept, into).words


def _begin_anew(file: Path, kept: Path) -> str:
    """Make a new store now, while what is worth saving is at hand; how a sentence goes on."""
    try:
        connection = _connect(file)
        try:
            return _saved(kept, connection)
        finally:
            connection.close()
    except (OSError, sqlite3.Error):
        return ", but its logins could not be taken over: add them again"


def _keep_aside(file: Path, damaged: _Identity | None) -> Path | None:
    """Rename a damaged store and what belongs to it; the new name says when.

    None when another process has done so, and a good store may stand in its place.
    """
    if damaged is None or _identity(file) != damaged:
        return None
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
