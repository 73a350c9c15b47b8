"""A damaged store's logins are taken over as far as they can be read, and it is said how far."""

from __future__ import annotations

import os
import random
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuisocial.model.ids import AccountId, LoginId
from tuisocial.model.login import Login
from tuisocial.model.timeline import HOME
from tuisocial.model.vocabulary import Vocabulary
from tuisocial.sdk.testing.making import make_posts, make_view
from tuisocial.store import logins as stored
from tuisocial.store.database import Database, StoreDamaged
from tuisocial.store.logins import StoredLogin
from tuisocial.store.posts import save_views

PAGE = 8192
NAMES = ("masto", "nos", "guest")
MEMORY = {"relays": "wss://one.example wss://two.example", "long": "x" * 30_000}


def furnish(file: Path) -> list[StoredLogin]:
    """A store of three logins with memories and some hundred pages of posts, closed."""
    database = Database.open(file)

    def fill(connection: sqlite3.Connection) -> None:
        for number, name in enumerate(NAMES, 1):
            login = Login(
                LoginId(name),
                "memory",
                "memory",
                AccountId("memory", f"acct-{name}"),
                f"@{name}@x.example",
                {"server": "x.example", "more": "y" * 200},
            )
            words = Vocabulary("Memory", "m", "M")
            stored.add_login(connection, login, [HOME], ["token"], words)
            for key, value in MEMORY.items():
                stored.remember(connection, number, key, value)
        stored.remove_login(connection, LoginId("guest"))
        posts = make_posts(300)
        views = [make_view(post, LoginId("masto")) for post in posts]
        save_views(connection, views, {"masto": 1}, 2e9)

    database.write(fill).result()
    found = database.read(stored.all_logins)
    database.close()
    assert file.stat().st_size > 20 * PAGE
    return found


def read_everything(connection: sqlite3.Connection) -> None:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE TABLE%'")
    for (table,) in tables.fetchall():
        connection.execute(f"SELECT * FROM '{table}'").fetchall()


def opened(file: Path) -> tuple[str, list[StoredLogin], list[dict[str, str | None]]]:
    """The notice, the logins, and what each remembers, of the store that is there now."""
    database = Database.open(file)
    found = database.read(stored.all_logins)
    memories = [
        {key: database.read(lambda c, n=each.number, k=key: stored.remembered(c, n, k))
         for key in MEMORY}
        for each in found
    ]  # fmt: skip
    notice = database.notice
    database.close()
    return notice, found, memories


def aside(file: Path) -> bytes:
    (kept,) = [
        path
        for path in file.parent.glob(f"{file.name}.damaged-*")
        if not path.name.endswith(("-wal", "-shm"))
    ]
    return kept.read_bytes()


def same(one: list[StoredLogin], other: list[StoredLogin]) -> bool:
    """Whether logins are the same but for their row numbers."""
    return [(e.login, e.colour, e.secrets, e.vocabulary, e.timelines) for e in one] == [
        (e.login, e.colour, e.secrets, e.vocabulary, e.timelines) for e in other
    ]


@pytest.mark.parametrize(
    "first", [b"\0" * PAGE, os.urandom(PAGE), b"not a database " * 600], ids=["0", "noise", "text"]
)
def test_logins_outlive_the_loss_of_the_first_page(file: Path, first: bytes) -> None:
    before = furnish(file)
    damaged = first[:PAGE] + file.read_bytes()[PAGE:]
    file.write_bytes(damaged)
    notice, found, memories = opened(file)
    assert same(found, before)
    assert memories == [MEMORY] * 2
    assert "with 2 of its logins" in notice
    assert aside(file) == damaged


def test_logins_outlive_damage_anywhere_but_in_their_own_pages(file: Path) -> None:
    before = furnish(file)
    data = file.read_bytes()
    # The tables' own first pages are 24; the memories follow, and the posts come last.
    damaged = data[: -4 * PAGE] + b"\xa5" * (4 * PAGE)
    file.write_bytes(damaged)
    database = Database.open(file)
    with pytest.raises(StoreDamaged) as caught:
        database.read(read_everything)
    database.close()
    assert "a new one was begun with its 2 logins" in caught.value.message
    notice, found, memories = opened(file)
    assert notice == ""
    assert same(found, before)
    assert memories == [MEMORY] * 2
    assert aside(file) == damaged


def test_what_is_only_in_the_write_ahead_log_is_taken_over_too(file: Path) -> None:
    furnish(file)
    database = Database.open(file)
    database.write(lambda c: stored.remember(c, 1, "late", "value")).result()
    data, log = file.read_bytes(), Path(f"{file}-wal").read_bytes()
    database.close()
    file.write_bytes(data[:PAGE] + b"\xa5" * (len(data) - PAGE))
    Path(f"{file}-wal").write_bytes(log)
    database = Database.open(file)
    if not database.notice:
        with pytest.raises(StoreDamaged):
            database.read(stored.all_logins)
    database.close()
    assert aside(file)


def test_a_store_without_logins_is_begun_anew_without_a_word_about_them(file: Path) -> None:
    Database.open(file).close()
    file.write_bytes(file.read_bytes()[:100] + b"\xa5" * 5000 + file.read_bytes()[5100:])
    notice, found, _ = opened(file)
    assert found == []
    assert "kept as" in notice


def test_where_nothing_can_be_read_the_notice_says_what_to_run(file: Path) -> None:
    furnish(file)
    file.write_bytes(b"\xa5" * file.stat().st_size)
    notice, found, _ = opened(file)
    assert found == []
    assert "its logins could not be read: add them again with `tuisocial login add`" in notice


def test_a_login_whose_row_makes_no_sense_is_left_out_and_the_others_kept(file: Path) -> None:
    before = furnish(file)
    connection = sqlite3.connect(file)
    connection.execute("UPDATE logins SET options = '{' WHERE name = 'masto'")
    connection.commit()
    connection.close()
    file.write_bytes(b"\0" * PAGE + file.read_bytes()[PAGE:])
    _, found, _ = opened(file)
    assert same(found, before[1:])


@given(seed=st.integers(0, 1_000_000), pages=st.integers(1, 12))
def test_no_damage_of_whatever_pages_keeps_the_program_from_starting(
    tmp_path_factory: pytest.TempPathFactory, seed: int, pages: int
) -> None:
    file = tmp_path_factory.mktemp("home") / "store.sqlite3"
    before = furnish(file)
    data = bytearray(file.read_bytes())
    chance = random.Random(seed)
    for page in chance.sample(range(len(data) // PAGE), pages):
        data[page * PAGE : (page + 1) * PAGE] = chance.randbytes(PAGE)
    file.write_bytes(data)
    try:
        database = Database.open(file)
        try:
            database.read(read_everything)
            found = database.read(stored.all_logins)
        finally:
            database.close()
    except StoreDamaged:
        _, found, _ = opened(file)
    whole = [each.login for each in before]
    assert all(each.login in whole for each in found)
