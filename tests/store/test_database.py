"""The store's file: made, migrated, shared, and kept aside when it is damaged."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tuisocial.store import migrations
from tuisocial.store.database import Database, StoreDamaged, StoreError
from tuisocial.store.entries import all_sources

ROOT = Path(__file__).parents[2]
NOBODY = 65534


def run(*programs: str) -> list[tuple[int, str]]:
    """Run Python programs at the same time; how each ended and what it said."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for program in programs
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.stdout.read()
    ended = []
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in started:
        out, _ = process.communicate(timeout=60)
        ended.append((process.returncode, out))
    return ended


READY = "print('ready', flush=True); input()\n"


def count(database: Database) -> int:
    return int(database.read(lambda c: c.execute("SELECT count(*) FROM positions").fetchone()[0]))


def put(database: Database, name: str) -> None:
    database.write(lambda c: c.execute("INSERT INTO positions VALUES (?, 0, '')", (name,))).result()


# --- making and migrating -----------------------------------------------------------------


def test_a_new_store_is_its_owner_s_alone(database: Database, file: Path) -> None:
    put(database, "x")
    for path in (file, Path(f"{file}-wal")):
        assert path.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0
    assert database.notice == ""


@pytest.mark.parametrize("done", range(migrations.CURRENT + 1))
def test_a_store_of_any_version_is_brought_up_to_date(file: Path, done: int) -> None:
    file.parent.mkdir()
    connection = sqlite3.connect(file)
    for step in migrations.STEPS[:done]:
        connection.executescript(step)
    connection.execute(f"PRAGMA user_version = {done}")
    connection.close()

    database = Database.open(file)
    assert database.read(migrations.version) == migrations.CURRENT
    assert database.read(all_sources) == []
    put(database, "x")
    database.close()


def test_rows_of_the_first_version_keep_their_order_and_say_whom_they_speak_to(file: Path) -> None:
    file.parent.mkdir()
    connection = sqlite3.connect(file)
    connection.executescript(migrations.STEPS[0])
    connection.executescript(
        """
        INSERT INTO logins VALUES (1, 'me', 'm', 'm', 'm:ada', '', '{}', 0, '[]', '[]', '');
        INSERT INTO accounts VALUES (1, 'm:bob', 'bob', 1, '{}');
        INSERT INTO sources (id, login, timeline, tail_rank, tail_key)
            VALUES (1, 1, 'home', -7, 'c');
        INSERT INTO posts VALUES
            (1, 'a', 1, -9, NULL, 0, '{"text": "", "mentions": ["m:ada", "m:eve"]}', ''),
            (2, 'b', 1, -8, NULL, 0, '{"text": "", "reply_to": {"author": "m:ada"}}', ''),
            (3, 'c', 1, -7, NULL, 0, '{"text": "", "mentions": ["m:eve"]}', '');
        INSERT INTO entries VALUES
            (1, -9, 'a', 1, NULL, 0), (1, -8, 'b', 2, NULL, 0), (1, -7, 'c', 3, NULL, 0);
        """
    )
    connection.execute("PRAGMA user_version = 1")
    connection.close()

    database = Database.open(file)
    rows = database.read(
        lambda c: c.execute("SELECT rank, key, addressed FROM entries ORDER BY rank").fetchall()
    )
    (source,) = database.read(all_sources)
    database.close()
    assert rows == [(-9000, "a", 1), (-8000, "b", 1), (-7000, "c", 0)]
    assert source.tail == (-7000, "c")


def test_a_step_that_fails_leaves_nothing_of_itself(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Database.open(file).close()
    steps = (*migrations.STEPS, "CREATE TABLE half (x); CREATE TABLE half (x)")
    monkeypatch.setattr(migrations, "STEPS", steps)
    monkeypatch.setattr(migrations, "CURRENT", len(steps))
    with pytest.raises(StoreError, match="half already exists"):
        Database.open(file)
    monkeypatch.undo()
    database = Database.open(file)
    assert database.read(migrations.version) == migrations.CURRENT
    assert not database.read(
        lambda c: c.execute("SELECT 1 FROM sqlite_master WHERE name = 'half'").fetchall()
    )
    database.close()


def test_a_store_of_a_newer_version_is_refused_and_left_alone(file: Path) -> None:
    Database.open(file).close()
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = file.read_bytes()
    with pytest.raises(StoreError, match="newer tuisocial") as caught:
        Database.open(file)
    assert "update tuisocial" in caught.value.remedy
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_processes_that_open_a_new_store_at_once_all_succeed(file: Path) -> None:
    program = (
        f"from pathlib import Path\nfrom tuisocial.store.database import Database\n{READY}"
        f"d = Database.open(Path({str(file)!r}))\n"
        "d.write(lambda c: c.execute('INSERT INTO positions VALUES (?, 0, ?)', "
        "(str(__import__('os').getpid()), ''))).result(); d.close()\n"
    )
    assert run(*[program] * 4) == [(0, "")] * 4
    database = Database.open(file)
    assert count(database) == 4
    database.close()


# --- writing ------------------------------------------------------------------------------


def test_processes_that_write_at_once_lose_nothing(file: Path) -> None:
    Database.open(file).close()
    program = (
        f"from pathlib import Path\nfrom tuisocial.store.database import Database\n"
        f"d = Database.open(Path({str(file)!r})); import os\n{READY}"
        "def add(c):\n"
        "    n = c.execute('SELECT count(*) FROM positions').fetchone()[0]\n"
        "    c.execute('INSERT INTO positions VALUES (?, 0, ?)', (str(n), ''))\n"
        "for n in range(50): d.write(add).result()\n"
        "d.close()\n"
    )
    assert run(program, program) == [(0, "")] * 2
    database = Database.open(file)
    assert count(database) == 100
    database.close()


def test_a_transaction_holds_whole_or_not_at_all(database: Database) -> None:
    def half(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO positions VALUES ('x', 0, '')")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.write(half).result()
    assert count(database) == 0
    put(database, "y")
    assert count(database) == 1


def test_what_was_queued_before_closing_is_written(file: Path) -> None:
    database = Database.open(file)
    for n in range(20):
        database.write(lambda c, n=n: c.execute(f"INSERT INTO positions VALUES ('{n}', 0, '')"))
    database.close()
    database.close()
    again = Database.open(file)
    assert count(again) == 20
    again.close()


def test_a_closed_store_says_so(database: Database) -> None:
    database.close()
    with pytest.raises(StoreError, match="is closed"):
        count(database)
    with pytest.raises(StoreError, match="is closed"):
        put(database, "x")


def test_what_one_reading_sees_is_of_one_moment(database: Database) -> None:
    def read(connection: sqlite3.Connection) -> tuple[int, int]:
        query = "SELECT count(*) FROM positions"
        first = connection.execute(query).fetchone()[0]
        put(database, "x")
        return first, connection.execute(query).fetchone()[0]

    assert database.read(read) == (0, 0)
    assert count(database) == 1


def test_a_reading_within_a_reading_is_of_the_same_moment(database: Database) -> None:
    assert database.read(lambda _: count(database)) == 0
    assert count(database) == 0


def test_changes_move_when_somebody_else_has_written(database: Database, file: Path) -> None:
    before = database.changes().result()
    put(database, "mine")
    assert database.changes().result() == before
    other = Database.open(file)
    put(other, "theirs")
    other.close()
    assert database.changes().result() != before


# --- trouble ------------------------------------------------------------------------------


def test_a_full_disk_is_said_and_nothing_is_half_written(database: Database) -> None:
    put(database, "before")

    def fill(connection: sqlite3.Connection) -> None:
        for n in range(1000):
            connection.execute("INSERT INTO positions VALUES (?, 0, ?)", (f"{n}", "x" * 5000))

    pages = database.read(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
    # Refusing to grow is how SQLite meets a disk without space.
    database._submit(lambda c: c.execute(f"PRAGMA max_page_count = {pages + 5}")).result()
    with pytest.raises(StoreError, match="full") as caught:
        database.write(fill).result()
    assert "free space" in caught.value.remedy
    assert count(database) == 1
    database._submit(lambda c: c.execute("PRAGMA max_page_count = 1000000")).result()
    put(database, "after")
    assert count(database) == 2


def test_a_store_locked_for_long_is_said(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuisocial.store.database._BUSY_SECONDS", 0.01)
    database = Database.open(file)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match=r"keeps the store .* locked"):
        put(database, "x")
    other.execute("ROLLBACK")
    other.close()
    put(database, "x")
    database.close()


def fill(file: Path) -> Path:
    """A store of many pages, closed."""
    database = Database.open(file)
    for n in range(300):
        database.write(
            lambda c, n=n: c.execute("INSERT INTO positions VALUES (?, 0, ?)", (f"{n}", "x" * 2000))
        )
    database.close()
    return file


def aside(file: Path) -> list[Path]:
    found = sorted(file.parent.glob(f"{file.name}.damaged-*"))
    return [path for path in found if not path.name.endswith(("-wal", "-shm"))]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"This is not a database, whatever its name says. " * 100,
        lambda data: b"\0" * len(data),
        lambda data: data[:10],
        lambda data: data[:3000],
        lambda data: data[:100] + b"\xa5" * 8000 + data[8100:],
    ],
    ids=["text", "zeroes", "ten bytes", "less than a page", "garbage at the beginning"],
)
def test_a_damaged_store_is_kept_aside_and_said_so(file: Path, damage: object) -> None:
    damaged = damage(fill(file).read_bytes())  # type: ignore[operator]
    file.write_bytes(damaged)
    database = Database.open(file)
    (kept,) = aside(file)
    assert kept.read_bytes() == damaged
    assert str(file) in database.notice
    assert kept.name in database.notice
    put(database, "x")
    database.close()
    again = Database.open(file)
    assert (again.notice, count(again)) == ("", 1)
    again.close()


@pytest.mark.parametrize("cut", [False, True], ids=["garbage in the middle", "cut off"])
def test_damage_found_in_use_is_kept_aside_and_the_next_start_works(file: Path, cut: bool) -> None:
    data = fill(file).read_bytes()
    half = len(data) // 2 // 4096 * 4096
    file.write_bytes(data[:half] if cut else data[:half] + b"\xa5" * (len(data) - half))
    database = Database.open(file)
    if not database.notice:
        for _ in range(2):
            with pytest.raises(StoreDamaged) as caught:
                database.read(
                    lambda c: c.execute("SELECT sum(length(key)) FROM positions").fetchall()
                )
        assert "start again" in caught.value.remedy
    database.close()
    assert len(aside(file)) == 1
    again = Database.open(file)
    assert (again.notice, count(again)) == ("", 0)
    again.close()


def test_a_good_store_is_not_kept_aside_for_a_damaged_one_s_sake(file: Path) -> None:
    data = fill(file).read_bytes()
    half = len(data) // 2 // 4096 * 4096
    file.write_bytes(data[:half] + b"\xa5" * (len(data) - half))
    first = Database.open(file)
    query = "SELECT sum(length(key)) FROM positions"
    with pytest.raises(StoreDamaged):
        first.read(lambda c: c.execute(query).fetchall())
    second = Database.open(file)
    put(second, "new")
    with pytest.raises(StoreError):
        first.read(lambda c: c.execute(query).fetchall())
    with pytest.raises(StoreError):
        put(first, "old")
    assert len(aside(file)) == 1
    assert count(second) == 1
    first.close()
    second.close()


def test_damaged_stores_of_one_second_are_all_kept(file: Path) -> None:
    Database.open(file).close()
    texts = {f"{n} ".encode() * 500 for n in range(5)}
    for text in texts:
        file.write_bytes(text)
        Database.open(file).close()
    assert {path.read_bytes() for path in aside(file)} == texts


@pytest.mark.parametrize("what", ["a folder", "a file for a folder"])
def test_a_store_that_cannot_be_opened_is_said(file: Path, what: str) -> None:
    if what == "a folder":
        file.mkdir(parents=True)
    else:
        file.parent.write_text("not a folder")
    with pytest.raises(StoreError, match="cannot be opened") as caught:
        Database.open(file)
    assert str(file) in caught.value.message
    assert "permissions" in caught.value.remedy


@pytest.fixture
def ours() -> Iterator[Path]:
    """Where a store is that permissions hold for: root gives up its rights meanwhile."""
    with TemporaryDirectory() as folder:
        root = os.geteuid() == 0
        if root:
            os.chown(folder, NOBODY, -1)
            os.seteuid(NOBODY)
        try:
            yield Path(folder) / "data" / "store.sqlite3"
        finally:
            for path in Path(folder).rglob("*"):
                path.chmod(0o700)
            if root:
                os.seteuid(0)


@pytest.mark.parametrize(("target", "mode"), [("file", 0), ("folder", 0o500)], ids=str)
def test_a_store_without_permission_is_said(ours: Path, target: str, mode: int) -> None:
    if target == "file":
        Database.open(ours).close()
    else:
        ours.parent.mkdir()
    (ours if target == "file" else ours.parent).chmod(mode)
    with pytest.raises(StoreError, match="cannot be opened: tuisocial needs to write") as caught:
        Database.open(ours)
    assert str(ours.parent) in caught.value.remedy


@pytest.mark.parametrize("unfinished", [False, True], ids=["closed", "in use when it was locked"])
def test_a_store_that_may_only_be_read_is_read_and_says_so_when_written(
    ours: Path, unfinished: bool
) -> None:
    other = Database.open(ours)
    put(other, "x")
    if not unfinished:
        other.close()
    ours.chmod(0o400)
    ours.parent.chmod(0o500)
    before = contents(ours)
    database = Database.open(ours, reading=True)
    assert (count(database), database.notice, database.writable) == (1, "", False)
    with pytest.raises(StoreError, match="needs to write there"):
        put(database, "y")
    database.close()
    assert contents(ours) == before
    with pytest.raises(StoreError, match="needs to write there") as caught:
        Database.open(ours)
    assert "--offline" in caught.value.remedy
    ours.parent.chmod(0o700)
    ours.chmod(0o600)
    other.close()


def contents(file: Path) -> dict[str, bytes]:
    """All that belongs to a store, but for the readers' marks."""
    return {path.name: path.read_bytes() for path in file.parent.glob("*[!m]")}


def test_there_is_nothing_to_read_where_no_store_was_made(ours: Path) -> None:
    ours.parent.mkdir()
    ours.parent.chmod(0o500)
    with pytest.raises(StoreError, match="needs to write there"):
        Database.open(ours, reading=True)


def test_a_store_of_an_older_version_that_may_only_be_read_is_said(ours: Path) -> None:
    Database.open(ours).close()
    connection = sqlite3.connect(ours)
    connection.execute("PRAGMA user_version = 0")
    connection.close()
    ours.parent.chmod(0o500)
    with pytest.raises(StoreError, match="another version"):
        Database.open(ours, reading=True)


def test_a_damaged_store_that_may_only_be_read_stays_where_it_is(ours: Path) -> None:
    Database.open(ours).close()
    ours.write_bytes(b"not a database " * 600)
    ours.parent.chmod(0o500)
    with pytest.raises(StoreError, match="cannot be opened: file is not a database"):
        Database.open(ours, reading=True)
    assert [path.name for path in ours.parent.iterdir()] == [ours.name]


def test_a_database_of_another_program_is_not_touched(file: Path) -> None:
    file.parent.mkdir()
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE logins (mine)")
    connection.close()
    with pytest.raises(StoreError, match="logins already exists"):
        Database.open(file)
    connection = sqlite3.connect(file)
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("logins",)]
    connection.close()


def test_reading_goes_on_while_a_long_write_runs(database: Database) -> None:
    began, go_on = threading.Event(), threading.Event()

    def slow(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO positions VALUES ('slow', 0, '')")
        began.set()
        go_on.wait()

    writing = database.write(slow)
    began.wait()
    assert count(database) == 0
    go_on.set()
    writing.result()
    assert count(database) == 1
