"""Secrets that are kept under a name which is no login's any more, or not yet.

A secret's place is no part of the store's transactions. What is to be done about one is written
here together with the change that makes it so, and done afterwards: now, or at the next start.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from tuisocial.model.ids import LoginId


@dataclass(frozen=True, slots=True)
class Leftover:
    """A secret to be forgotten under `login`, or to be moved from there to the login `to`."""

    login: LoginId
    name: str
    to: LoginId | None = None


def leftovers(connection: sqlite3.Connection) -> list[Leftover]:
    """All that is still to be done, the oldest first."""
    return [
        Leftover(LoginId(login), name, LoginId(to) if to else None)
        for login, name, to in connection.execute(
            'SELECT login, name, "to" FROM leftovers ORDER BY rowid'
        )
    ]


def leave(connection: sqlite3.Connection, found: Sequence[Leftover]) -> None:
    """Note what is to be done."""
    connection.executemany(
        'INSERT OR REPLACE INTO leftovers (login, name, "to") VALUES (?, ?, ?)',
        [(each.login.name, each.name, each.to.name if each.to else "") for each in found],
    )


def settle(connection: sqlite3.Connection, done: Leftover) -> None:
    """It is done."""
    connection.execute(
        "DELETE FROM leftovers WHERE login = ? AND name = ?", (done.login.name, done.name)
    )


def claim(connection: sqlite3.Connection, login: LoginId, names: Sequence[str]) -> None:
    """These are a login's own from now on, and no leftovers."""
    connection.executemany(
        "DELETE FROM leftovers WHERE login = ? AND name = ?",
        [(login.name, name) for name in names],
    )
