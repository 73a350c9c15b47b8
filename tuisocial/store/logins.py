"""Logins and each one's small memory. Secrets are never here: see `store.secrets`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from tuisocial.model.ids import AccountId, LoginId
from tuisocial.model.login import Login, Share
from tuisocial.model.timeline import Timeline
from tuisocial.model.vocabulary import Vocabulary
from tuisocial.store.text import dumps, storable

COLOURS = 8


@dataclass(frozen=True, slots=True)
class StoredLogin:
    """A login with its row number, its colour (0 to 7) and the timelines it last offered.

    `secrets` are the names under which its secrets are kept elsewhere, `vocabulary` the words its
    adapter last had, so that the first paint needs no adapter. `posts` says that a new post goes
    out by it unless told otherwise; `muted_until` is in seconds since 1970. `flow` names the way
    by which it was signed in, and is empty where nobody remembers. `renewed` counts how often it
    was signed in again; `signed_out` says that its server no longer accepts it.
    """

    number: int
    login: Login
    colour: int
    timelines: tuple[Timeline, ...]
    secrets: tuple[str, ...] = ()
    vocabulary: Vocabulary | None = None
    enabled: bool = True
    posts: bool = False
    share: Share = Share.ALL
    muted_until: int | None = None
    flow: str = ""
    renewed: int = 0
    signed_out: bool = False

    def muted(self, now: float) -> bool:
        """Whether the merged timeline does without it at `now`, in seconds since 1970."""
        return self.muted_until is not None and now < self.muted_until


def all_logins(connection: sqlite3.Connection) -> list[StoredLogin]:
    """Every login in the order that its owner gave them."""
    rows = connection.execute(
        "SELECT id, name, adapter, network, account, handle, options, colour, timelines, secrets, "
        "vocabulary, enabled, posts, share, muted_until, flow, renewed, signed_out "
        "FROM logins ORDER BY place, id"
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
            bool(enabled),
            bool(posts),
            Share(share) if share in tuple(Share) else Share.ALL,
            muted_until,
            flow,
            renewed,
            bool(signed_out),
        )
        for (
            number, name, adapter, network, account, handle, options, colour, timelines, secrets,
            vocabulary, enabled, posts, share, muted_until, flow, renewed, signed_out,
        ) in rows
    ]  # fmt: skip


def add_login(
    connection: sqlite3.Connection,
    login: Login,
    timelines: Sequence[Timeline],
    secrets: Sequence[str] = (),
    vocabulary: Vocabulary | None = None,
    flow: str = "",
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
        "secrets, vocabulary, flow, place) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "(SELECT coalesce(max(place), 0) + 1 FROM logins))",
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
            flow,
        ),
    )


def renew_login(
    connection: sqlite3.Connection, login: Login, secrets: Sequence[str], flow: str
) -> None:
    """Take over what a login's next sign-in came to; its name, colour and lists stay."""
    connection.execute(
        "UPDATE logins SET handle = ?, options = ?, secrets = ?, flow = ?, renewed = renewed + 1, "
        "signed_out = 0 WHERE name = ?",
        (
            storable(login.handle),
            dumps(dict(login.options)),
            dumps(list(secrets)),
            flow,
            login.id.name,
        ),
    )


def change_login(
    connection: sqlite3.Connection,
    login: LoginId,
    *,
    colour: int | None = None,
    enabled: bool | None = None,
    posts: bool | None = None,
    share: Share | None = None,
) -> None:
    """Change what is given; None leaves things as they are."""
    connection.execute(
        "UPDATE logins SET colour = coalesce(?, colour), enabled = coalesce(?, enabled), "
        "posts = coalesce(?, posts), share = coalesce(?, share) WHERE name = ?",
        (colour, enabled, posts, share, login.name),
    )


def mark_signed_out(connection: sqlite3.Connection, login: LoginId, signed_out: bool) -> None:
    """Remember whether a login's server still accepts it."""
    connection.execute("UPDATE logins SET signed_out = ? WHERE name = ?", (signed_out, login.name))


def mute_login(connection: sqlite3.Connection, login: LoginId, until: int | None) -> None:
    """Leave a login out of the merged timeline until then, in seconds since 1970; None ends it."""
    connection.execute("UPDATE logins SET muted_until = ? WHERE name = ?", (until, login.name))


def order_logins(connection: sqlite3.Connection, logins: Sequence[LoginId]) -> None:
    """Put the logins into that order."""
    connection.executemany(
        "UPDATE logins SET place = ? WHERE name = ?",
        [(place, login.name) for place, login in enumerate(logins, 1)],
    )


def rename_login(connection: sqlite3.Connection, login: LoginId, name: LoginId) -> None:
    """Call a login by another name, and the view that is called after it.

    Raises: sqlite3.IntegrityError if the name is taken.
    """
    connection.execute("UPDATE logins SET name = ? WHERE name = ?", (name.name, login.name))
    connection.execute(
        "UPDATE OR REPLACE positions SET view = ? WHERE view = ?",
        (f"login:{name}", f"login:{login}"),
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
    """Forget a login and its lists; the posts it brought stay readable by their ids.

    What it was to send and did not becomes drafts again.
    """
    row = connection.execute("SELECT id FROM logins WHERE name = ?", (login.name,)).fetchone()
    if row is None:
        return
    number = row[0]
    unsent = "FROM outbox WHERE login = ? AND state <> 'sent'"
    connection.execute(
        f"UPDATE drafts SET queued = 0 WHERE id IN (SELECT draft {unsent})", (number,)
    )
    connection.execute(f"DELETE {unsent}", (number,))
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
