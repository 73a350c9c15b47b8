"""What cannot be fetched again is taken out of a damaged store: the logins and their memories.

It works on a copy, so that the file that is kept aside stays as it was found. Everything else
comes back from the servers.
"""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tuisocial.model.ids import LoginId
from tuisocial.store import migrations
from tuisocial.store.logins import all_logins

_PAGE_SIZE = slice(16, 18)
_PAGE_COUNT = slice(28, 32)
_FREE_LIST = slice(32, 40)
"""Places in a file's header (SQLite, "Database File Format", §1.3)."""
_MOST_LOGINS = 1000
"""Numbers that are tried one by one where the table cannot be read as a whole."""

_Row = dict[str, str | int | bytes | None]


@dataclass(frozen=True, slots=True)
class Salvage:
    """How many logins were taken over, and whether all of them could be read."""

    logins: int
    whole: bool

    @property
    def words(self) -> str:
        """How a sentence about the damaged store goes on; empty when there was nothing to save."""
        if self.whole:
            return f" with its {self.logins} login{'s'[: self.logins != 1]}" if self.logins else ""
        again = "add the others again with `tuisocial login add`"
        if self.logins:
            return f" with {self.logins} of its logins, all that could be read; {again}"
        return "; its logins could not be read: add them again with `tuisocial login add`"


def salvage(damaged: Path, into: sqlite3.Connection) -> Salvage:
    """Take over what can be read of a damaged store's logins; each as a whole or not at all.

    Raises: sqlite3.Error for the new store, not for the damaged one.
    """
    found: list[tuple[_Row, list[_Row]]] = []
    whole = False
    try:
        with TemporaryDirectory(prefix=".salvage-", dir=damaged.parent) as folder:
            copy = Path(folder) / "store"
            for suffix in ("", "-wal"):
                part = Path(f"{damaged}{suffix}")
                if part.exists():
                    shutil.copyfile(part, f"{copy}{suffix}")
            found, whole = _read(copy)
            if not found and not whole:
                _lend_first_page(copy, Path(folder) / "new")
                found, _ = _read(copy)
    except (OSError, sqlite3.Error):
        # No space for the copy, or nothing in it that can be opened.
        whole = False
    return Salvage(_keep(found, into), whole)


# --- reading ------------------------------------------------------------------------------


def _read(file: Path) -> tuple[list[tuple[_Row, list[_Row]]], bool]:
    """The logins that can be read, each with its memory, and whether those are all."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.row_factory = sqlite3.Row
    try:
        rows, whole = _rows(connection, "SELECT * FROM logins ORDER BY id")
        if not whole:
            known = {row["id"] for row in rows}
            for number in range(1, _MOST_LOGINS):
                if number not in known:
                    one = "SELECT * FROM logins WHERE id = ?"
                    rows += _rows(connection, one, number)[0]
        memory = "SELECT key, value FROM memory WHERE login = ? ORDER BY key"
        return [(row, _rows(connection, memory, row["id"])[0]) for row in rows], whole
    finally:
        connection.close()


def _rows(
    connection: sqlite3.Connection, query: str, *parameters: object
) -> tuple[list[_Row], bool]:
    """The rows until the first that cannot be read, and whether there was none such."""
    rows: list[_Row] = []
    try:
        rows.extend(dict(row) for row in connection.execute(query, parameters))
    except (sqlite3.Error, OverflowError):
        return rows, False
    return rows, True


def _lend_first_page(copy: Path, new: Path) -> None:
    """Replace the page that says where the tables are by that of a new store.

    Tables of stores that were made by the same steps begin at the same pages.
    """
    connection = sqlite3.connect(new, isolation_level=None)
    connection.execute("PRAGMA page_size = 8192")
    migrations.migrate(connection)
    connection.close()
    first = bytearray(new.read_bytes())
    size = int.from_bytes(first[_PAGE_SIZE])
    del first[size:]
    first[_PAGE_COUNT] = (copy.stat().st_size // size).to_bytes(4)
    first[_FREE_LIST] = bytes(8)
    with copy.open("r+b") as file:
        file.write(first)


# --- keeping ------------------------------------------------------------------------------


def _keep(found: list[tuple[_Row, list[_Row]]], into: sqlite3.Connection) -> int:
    kept = 0
    into.execute("BEGIN IMMEDIATE")
    try:
        columns = {row[1] for row in into.execute("PRAGMA table_info(logins)")}
        for login, memory in found:
            into.execute("SAVEPOINT login")
            try:
                number = _insert(into, "logins", _of(login, columns - {"id"}))
                # What is no login any more is found out by reading it as one.
                for each in all_logins(into):
                    LoginId.parse(each.login.id.name)
                for row in memory:
                    _insert(into, "memory", {"login": number, **row})
            except (sqlite3.Error, ValueError, TypeError, KeyError, AttributeError):
                into.execute("ROLLBACK TO login")
            else:
                kept += 1
            into.execute("RELEASE login")
        into.execute("COMMIT")
    except BaseException:
        into.rollback()
        raise
    return kept


def _of(row: _Row, columns: set[str]) -> _Row:
    return {name: value for name, value in row.items() if name in columns}


def _insert(into: sqlite3.Connection, table: str, row: _Row) -> int | None:
    names, places = ", ".join(row), ", ".join("?" * len(row))
    done = into.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", tuple(row.values()))
    return done.lastrowid
