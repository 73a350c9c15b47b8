"""Profiles: written a batch at a time, read by id or by handle."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterable

from tuisocial.model.account import Account
from tuisocial.model.ids import AccountId
from tuisocial.model.wire_text import account_from_json, account_to_json
from tuisocial.store.text import dumps, storable

_log = logging.getLogger(__name__)


def save_accounts(
    connection: sqlite3.Connection, accounts: Iterable[Account]
) -> dict[AccountId, int]:
    """Add or correct profiles; a stand-in never replaces a profile that was really read."""
    best: dict[AccountId, Account] = {}
    for account in accounts:
        held = best.get(account.id)
        if held is None or (account.fetched and held is not account):
            best[account.id] = account
    uris = {account: storable(str(account)) for account in best}
    connection.executemany(
        "INSERT INTO accounts (uri, handle, fetched, body) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (uri) DO UPDATE SET handle = excluded.handle, fetched = excluded.fetched, "
        "body = excluded.body WHERE excluded.fetched >= fetched AND excluded.body <> body",
        [
            (
                uris[account.id],
                storable(account.handle),
                account.fetched,
                dumps(account_to_json(account)),
            )
            for account in best.values()
        ],
    )
    numbers = dict(
        connection.execute(
            "SELECT uri, id FROM accounts WHERE uri IN (SELECT value FROM json_each(?))",
            (dumps(list(uris.values())),),
        ).fetchall()
    )
    return {account: numbers[uri] for account, uri in uris.items()}


def load_accounts(connection: sqlite3.Connection, uris: Iterable[str]) -> dict[str, Account]:
    """Accounts by the text of their ids."""
    asked = {storable(uri): uri for uri in uris}
    rows = connection.execute(
        "SELECT uri, body FROM accounts WHERE uri IN (SELECT value FROM json_each(?))",
        (dumps(list(asked)),),
    )
    read = ((asked[uri], read_account(body)) for uri, body in rows)
    return {uri: account for uri, account in read if account is not None}


def account_by_handle(connection: sqlite3.Connection, handle: str) -> Account | None:
    """The account that people call `handle`, with or without a leading '@'."""
    bare = storable(handle.lstrip("@"))
    row = connection.execute(
        "SELECT body FROM accounts WHERE handle IN (?, ?) ORDER BY fetched DESC LIMIT 1",
        (bare, f"@{bare}"),
    ).fetchone()
    return read_account(row[0]) if row else None


def accounts_with_handle(connection: sqlite3.Connection, start: str, limit: int) -> list[Account]:
    """Accounts whose handle begins like that, with or without a leading '@'."""
    bare = storable(start.lstrip("@"))
    bounds = [(begin, f"{begin}\U0010ffff") for begin in (f"@{bare}", bare)]
    rows = connection.execute(
        "SELECT body FROM accounts WHERE fetched "
        "AND (handle BETWEEN ? AND ? OR handle BETWEEN ? AND ?) "
        "ORDER BY length(handle), handle LIMIT ?",
        (*bounds[0], *bounds[1], limit),
    )
    return [account for (body,) in rows if (account := read_account(body)) is not None]


def accounts_named(connection: sqlite3.Connection, start: str, limit: int) -> list[Account]:
    """Accounts with a word in their name that begins like that; all of them are looked at."""
    rows = connection.execute(
        "SELECT body FROM accounts WHERE fetched "
        "AND instr(' ' || lower(json_extract(body, '$.name')), ' ' || ?) "
        "ORDER BY length(handle), handle LIMIT ?",
        (storable(start).lower(), limit),
    )
    return [account for (body,) in rows if (account := read_account(body)) is not None]


_NAMESAKES = 4
"""The most accounts that are read for one handle."""


def accounts_by_handle(
    connection: sqlite3.Connection, handles: Iterable[str]
) -> dict[str, list[Account]]:
    """For each of `handles`, which begin with '@', the profiles that were read and go by it.

    A handle is also found without its sign and in lower case, as its network may write it.
    """
    found: dict[str, list[Account]] = {}
    for handle in handles:
        spellings = dict.fromkeys(
            storable(text) for bare in (handle, handle.lower()) for text in (bare, bare[1:])
        )
        rows = connection.execute(
            "SELECT body FROM accounts WHERE handle IN (SELECT value FROM json_each(?)) "
            "AND fetched ORDER BY id LIMIT ?",
            (dumps(list(spellings)), _NAMESAKES),
        )
        read = [account for (body,) in rows if (account := read_account(body)) is not None]
        if read:
            found[handle] = read
    return found


def read_account(body: str) -> Account | None:
    """A stored profile; None for one that another version wrote and this one cannot read."""
    try:
        return account_from_json(json.loads(body))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        _log.warning("a stored profile cannot be read: %s: %.200s", type(error).__name__, body)
        return None
