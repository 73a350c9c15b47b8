"""Logins and each one's small memory. Secrets are never here: see `store.secrets`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from tuisocial.model.ids import AccountId, LoginId
from tuisocial.model.login import Login
from tuisocial.model.timeline import Timeline
from tuisocial.model.vocabulary import Vocabulary
from tuisocial.store.text import dumps, storable

COLOURS = 8


@dataclass(frozen=True, slots=True)
class StoredLogin:
    """A login with its row number, its colour (0 to 7) and the timelines it last offered.

    `secrets` are the names under which its secrets are kept elsewhere, `vocabulary` the words its
    adapter last had, so that the first paint needs no adapter.
    """

    number: int
    login: Login
    colour: int
    timelines: tuple[Timeline, ...]
    secrets: tuple[str, ...] = ()
    vocabulary: Vocabulary | None = None


def all_logins(connection: sqlite3.Connection) -> list[StoredLogin]:
    """Every login in the order in which they were added."""
    rows = connection.execute(
        "SELECT id, name, adapter, network, account, handle, options, colour, timelines, secrets, "
        "vocabulary FROM logins ORDER BY id"
    )
    return [
        StoredLogin(
            number,
            Login(
                LoginId(name),
                adapter,
                network,
                AccountId.parse(account) if account else None,
                handle,
                json.loads(options),
            ),
            colour,
            tuple(
                Timeline(parsed.kind, parsed.argument, title)
                for parsed, title in (
                    (Timeline.parse(text), title) for text, title in json.loads(timelines)
                )
            ),
            tuple(json.loads(secrets)),
            Vocabulary(**json.loads(vocabulary)) if vocabulary else None,
        )
        for (
            number, name, adapter, network, account, handle, options, colour, timelines, secrets,
            vocabulary,
        ) in rows
    ]  # fmt: skip


def add_login(
    connection: sqlite3.Connection,
    login: Login,
    timelines: Sequence[Timeline],
    secrets: Sequence[str] = (),
    vocabulary: Vocabulary | None = None,
) -> None:
    """Add a login; its colour is the first that no other has.

    Raises: sqlite3.IntegrityError if the name is taken.
    """
    taken = {row[0] for row in connection.execute("SELECT colour FROM logins")}
    colour = next(
        (colour for colour in range(COLOURS) if colour not in taken), len(taken) % COLOURS
    )
    connection.execute(
        "INSERT INTO logins (name, adapter, network, account, handle, options, colour, timelines, "
        "secrets, vocabulary) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            login.id.name,
            login.adapter,
            login.network,
            storable(str(login.account)) if login.account else None,
            storable(login.handle),
            dumps(dict(login.options)),
            colour,
            _timelines(timelines),
            dumps(list(secrets)),
            _words(vocabulary),
        ),
    )


def renew_login(connection: sqlite3.Connection, login: Login, secrets: Sequence[str]) -> None:
    """Take over what a login's next sign-in came to; its name, colour and lists stay."""
    connection.execute(
        "UPDATE logins SET handle = ?, options = ?, secrets = ? WHERE name = ?",
        (
            storable(login.handle),
            dumps(dict(login.options)),
            dumps(list(secrets)),
            login.id.name,
        ),
    )


def keep_timelines(
    connection: sqlite3.Connection, login: LoginId, timelines: Sequence[Timeline]
) -> None:
    """Remember what a login offers, for when there is no network to ask."""
    connection.execute(
        "UPDATE logins SET timelines = ? WHERE name = ?", (_timelines(timelines), login.name)
    )


def keep_vocabulary(connection: sqlite3.Connection, login: LoginId, vocabulary: Vocabulary) -> None:
    """Remember the words of a login's network, for the next first paint."""
    connection.execute(
        "UPDATE logins SET vocabulary = ? WHERE name = ?", (_words(vocabulary), login.name)
    )


def remove_login(connection: sqlite3.Connection, login: LoginId) -> None:
    """Forget a login and its lists; the posts it brought stay readable by their ids."""
    row = connection.execute("SELECT id FROM logins WHERE name = ?", (login.name,)).fetchone()
    if row is None:
        return
    number = row[0]
    sources = "SELECT id FROM sources WHERE login = ?"
    connection.execute(f"DELETE FROM entries WHERE source IN ({sources})", (number,))
    connection.execute(f"DELETE FROM gaps WHERE source IN ({sources})", (number,))
    for table, column in (
        ("sources", "login"),
        ("sightings", "login"),
        ("memory", "login"),
        ("logins", "id"),
    ):
        connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (number,))


def remembered(connection: sqlite3.Connection, login: int, key: str) -> str | None:
    """A value of a login's memory."""
    row = connection.execute(
        "SELECT value FROM memory WHERE login = ? AND key = ?", (login, storable(key))
    ).fetchone()
    return row[0] if row else None


def remember(connection: sqlite3.Connection, login: int, key: str, value: str | None) -> None:
    """Keep or, for None, forget a value of a login's memory."""
    key = storable(key)
    if value is None:
        connection.execute("DELETE FROM memory WHERE login = ? AND key = ?", (login, key))
    else:
        connection.execute(
            "INSERT OR REPLACE INTO memory VALUES (?, ?, ?)", (login, key, storable(value))
        )


def _timelines(timelines: Sequence[Timeline]) -> str:
    return dumps([(str(timeline), timeline.title) for timeline in timelines])


def _words(vocabulary: Vocabulary | None) -> str:
    return dumps(asdict(vocabulary)) if vocabulary else ""
