"""Posts and accounts: written a batch at a time, read by number.

A batch is the unit because intake is measured in thousands a second: one look-up for what is
known already, then one statement for each table.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tuisocial.model.account import Account
from tuisocial.model.ids import AccountId, PostId
from tuisocial.model.post import Post, PostView, Viewer
from tuisocial.model.thread import Missing, MissingReason
from tuisocial.model.wire import (
    account_from_json,
    account_to_json,
    post_body_to_json,
    post_from_body,
    viewer_from_json,
    viewer_to_json,
)

_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_NO_MARKS = Viewer()


@dataclass(frozen=True, slots=True)
class SavedPost:
    """A post's number in the store, and the rank it sorts at wherever it stands by itself."""

    number: int
    rank: int
    deleted: bool = False


def rank(seconds: float, now: float) -> int:
    """The rank of a time; a time in the future counts as `now`. Both in seconds since 1970."""
    return -int(min(seconds, now))


# --- writing ------------------------------------------------------------------------------


def save_accounts(
    connection: sqlite3.Connection, accounts: Iterable[Account]
) -> dict[AccountId, int]:
    """Add or correct profiles; a stand-in never replaces a profile that was really read."""
    best: dict[AccountId, Account] = {}
    for account in accounts:
        held = best.get(account.id)
        if held is None or (account.fetched and held is not account):
            best[account.id] = account
    connection.executemany(
        "INSERT INTO accounts (uri, handle, fetched, body) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (uri) DO UPDATE SET handle = excluded.handle, fetched = excluded.fetched, "
        "body = excluded.body WHERE excluded.fetched >= fetched AND excluded.body <> body",
        [
            (str(account.id), account.handle, account.fetched, _dumps(account_to_json(account)))
            for account in best.values()
        ],
    )
    numbers = _numbers(connection, "accounts", [str(account) for account in best])
    return {account: numbers[str(account)] for account in best}


def save_views(
    connection: sqlite3.Connection,
    views: Sequence[PostView],
    logins: Mapping[str, int],
    now: float,
    accounts: Iterable[Account] = (),
) -> dict[PostId, SavedPost]:
    """Add or correct posts with what each login sees of them, and index their text.

    `accounts` are further profiles to save. What is unknown in a newer reading never erases what
    an older one knew.
    """
    authors = save_accounts(
        connection,
        [*{id(view.post.author): view.post.author for view in views}.values(), *accounts],
    )
    uris = {str(view.post.id): view.post for view in views}
    known = {
        row[0]: row[1:]
        for row in connection.execute(
            "SELECT uri, id, rank, deleted, body FROM posts "
            "WHERE uri IN (SELECT value FROM json_each(?))",
            (_dumps(list(uris)),),
        )
    }
    next_number = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM posts").fetchone()[0]
    saved: dict[PostId, SavedPost] = {}
    new_posts, new_texts, changed = [], [], []
    for uri, post in uris.items():
        body = post_body_to_json(post)
        held = known.get(uri)
        if held is None:
            number, at = next_number, rank(post.created_at.timestamp(), now)
            next_number += 1
            new_posts.append(
                (number, uri, authors[post.author.id], at, _parent(body), _dumps(body), post.native)
            )
            new_texts.append((number, search_text(body)))
            saved[post.id] = SavedPost(number, at)
            continue
        number, at, deleted, held_body = held
        saved[post.id] = SavedPost(number, at, bool(deleted))
        if not deleted and _dumps(body) != held_body:
            changed.append((number, json.loads(held_body), body, post))
    connection.executemany(
        "INSERT INTO posts (id, uri, author, rank, reply_to, body, native) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        new_posts,
    )
    connection.executemany("INSERT INTO post_text (rowid, text) VALUES (?, ?)", new_texts)
    for number, held_body, body, post in changed:
        _correct(connection, number, held_body, body, post, authors[post.author.id])
    connection.executemany(
        "INSERT OR IGNORE INTO copies (target, copy) VALUES (?, ?)",
        [(str(target), uri) for uri, post in uris.items() for target in post.same_as],
    )
    connection.executemany(
        "INSERT OR REPLACE INTO sightings VALUES (?, ?, ?, ?)",
        [
            (
                saved[view.post.id].number,
                logins[view.login.name],
                view.remote_key,
                "" if view.viewer == _NO_MARKS else _dumps(viewer_to_json(view.viewer)),
            )
            for view in views
        ],
    )
    return saved


def _correct(
    connection: sqlite3.Connection,
    number: int,
    held: dict[str, Any],
    body: dict[str, Any],
    post: Post,
    author: int,
) -> None:
    """Take over a newer reading of a stored post."""
    merged = _merged(held, body)
    if merged == held:
        return
    connection.execute(
        "UPDATE posts SET body = ?, reply_to = ?, author = ?, native = ? WHERE id = ?",
        (_dumps(merged), _parent(merged), author, post.native, number),
    )
    was, is_now = search_text(held), search_text(merged)
    if was != is_now:
        _unindex(connection, number, was)
        connection.execute("INSERT INTO post_text (rowid, text) VALUES (?, ?)", (number, is_now))


def _merged(held: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    if held.get("edited_at", "") > body.get("edited_at", ""):
        # An older state of the post, from a server that has not heard of the edit.
        return {**body, **held, "counts": {**body.get("counts", {}), **held.get("counts", {})}}
    merged = dict(body)
    counts = {**held.get("counts", {}), **body.get("counts", {})}
    if counts:
        merged["counts"] = counts
    parent, held_parent = body.get("reply_to"), held.get("reply_to", {})
    if parent is not None and "post" not in parent and "post" in held_parent:
        merged["reply_to"] = held_parent
    if "same_as" in held:
        merged["same_as"] = sorted({*held["same_as"], *body.get("same_as", ())})
    return merged


def delete_posts(connection: sqlite3.Connection, posts: Iterable[PostId]) -> list[int]:
    """Forget the content of posts that their authors deleted; the sources that lost rows.

    The ids stay, so that a late copy from another server does not bring a post back.
    """
    touched: set[int] = set()
    for post in posts:
        row = connection.execute(
            "SELECT id, body FROM posts WHERE uri = ? AND NOT deleted", (str(post),)
        ).fetchone()
        if row is None:
            continue
        number, body = row[0], json.loads(row[1])
        _unindex(connection, number, search_text(body))
        emptied = {"id": body["id"], "text": "", "created_at": body["created_at"]}
        connection.execute(
            "UPDATE posts SET deleted = 1, body = ?, native = '' WHERE id = ?",
            (_dumps(emptied), number),
        )
        for (source,) in connection.execute(
            "SELECT DISTINCT source FROM entries WHERE post = ?", (number,)
        ).fetchall():
            touched.add(source)
            gone = connection.execute(
                "DELETE FROM entries WHERE source = ? AND post = ?", (source, number)
            ).rowcount
            connection.execute("UPDATE sources SET count = count - ? WHERE id = ?", (gone, source))
    return sorted(touched)


def save_missing(connection: sqlite3.Connection, missing: Iterable[Missing]) -> None:
    """Remember why posts that others refer to are not here."""
    connection.executemany(
        "INSERT OR REPLACE INTO missing VALUES (?, ?)",
        [(str(hole.post), hole.reason.value) for hole in missing],
    )


def _unindex(connection: sqlite3.Connection, number: int, text: str) -> None:
    # A contentless FTS5 table forgets a row only when told its old text (SQLite, FTS5 §6.2).
    connection.execute(
        "INSERT INTO post_text (post_text, rowid, text) VALUES ('delete', ?, ?)", (number, text)
    )


def _parent(body: dict[str, Any]) -> str | None:
    parent: str | None = body.get("reply_to", {}).get("post")
    return parent


def search_text(body: Mapping[str, Any]) -> str:
    """What full-text search finds a post by: title, warning, text and picture descriptions."""
    media = body.get("media")
    if not media and "title" not in body and "content_warning" not in body:
        return str(body["text"])
    parts = [body.get("title"), body.get("content_warning"), body["text"]]
    parts += [item.get("alt") for item in media or ()]
    return "\n".join(part for part in parts if part)


# --- reading ------------------------------------------------------------------------------


def load_posts(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, Post]:
    """Posts by number, whole but for their native records; deleted ones are left out."""
    rows = connection.execute(
        "SELECT posts.id, posts.body, accounts.body FROM posts "
        "JOIN accounts ON accounts.id = posts.author "
        "WHERE posts.id IN (SELECT value FROM json_each(?)) AND NOT deleted",
        (_dumps(list(numbers)),),
    )
    authors: dict[str, Account] = {}
    found = {}
    for number, body, author in rows:
        account = authors.get(author)
        if account is None:
            account = authors[author] = account_from_json(json.loads(author))
        found[number] = post_from_body(json.loads(body), account)
    return found


def load_accounts(connection: sqlite3.Connection, uris: Iterable[str]) -> dict[str, Account]:
    """Accounts by the text of their ids."""
    rows = connection.execute(
        "SELECT uri, body FROM accounts WHERE uri IN (SELECT value FROM json_each(?))",
        (_dumps(list(uris)),),
    )
    return {uri: account_from_json(json.loads(body)) for uri, body in rows}


def account_by_handle(connection: sqlite3.Connection, handle: str) -> Account | None:
    """The account that people call `handle`, with or without a leading '@'."""
    bare = handle.lstrip("@")
    row = connection.execute(
        "SELECT body FROM accounts WHERE handle IN (?, ?) ORDER BY fetched DESC LIMIT 1",
        (bare, f"@{bare}"),
    ).fetchone()
    return account_from_json(json.loads(row[0])) if row else None


def numbers_of(connection: sqlite3.Connection, posts: Iterable[PostId]) -> dict[PostId, int]:
    """The numbers of those posts that are stored and not deleted."""
    wanted = {str(post): post for post in posts}
    rows = connection.execute(
        "SELECT uri, id FROM posts WHERE uri IN (SELECT value FROM json_each(?)) AND NOT deleted",
        (_dumps(list(wanted)),),
    )
    return {wanted[uri]: number for uri, number in rows}


def native(connection: sqlite3.Connection, post: PostId) -> str | None:
    """A post's record as it came."""
    row = connection.execute("SELECT native FROM posts WHERE uri = ?", (str(post),)).fetchone()
    return row[0] if row else None


def sightings(
    connection: sqlite3.Connection, numbers: Iterable[int]
) -> dict[int, dict[int, tuple[str, Viewer]]]:
    """By post and login number: the adapter's handle for the post, and the login's marks."""
    found: dict[int, dict[int, tuple[str, Viewer]]] = {}
    for post, login, remote_key, viewer in connection.execute(
        "SELECT post, login, remote_key, viewer FROM sightings "
        "WHERE post IN (SELECT value FROM json_each(?))",
        (_dumps(list(numbers)),),
    ):
        marks = viewer_from_json(json.loads(viewer)) if viewer else _NO_MARKS
        found.setdefault(post, {})[login] = (remote_key, marks)
    return found


def reasons_missing(
    connection: sqlite3.Connection, posts: Iterable[PostId]
) -> dict[PostId, MissingReason]:
    """Why each of `posts` is not here, for those of which anything is known."""
    wanted = {str(post): post for post in posts}
    uris = _dumps(list(wanted))
    reasons = {
        wanted[uri]: MissingReason(reason)
        for uri, reason in connection.execute(
            "SELECT uri, reason FROM missing WHERE uri IN (SELECT value FROM json_each(?))", (uris,)
        )
    }
    for (uri,) in connection.execute(
        "SELECT uri FROM posts WHERE uri IN (SELECT value FROM json_each(?)) AND deleted", (uris,)
    ):
        reasons[wanted[uri]] = MissingReason.DELETED
    return reasons


def replies_to(connection: sqlite3.Connection, uris: Iterable[str]) -> list[tuple[str, int]]:
    """`(uri, number)` of the stored replies to any of `uris`, oldest first."""
    return connection.execute(
        "SELECT uri, id FROM posts WHERE reply_to IN (SELECT value FROM json_each(?)) "
        "AND NOT deleted ORDER BY rank DESC, uri",
        (_dumps(list(uris)),),
    ).fetchall()


def parent_of(connection: sqlite3.Connection, uri: str) -> str | None:
    """The id of the post that a stored post answers."""
    row = connection.execute("SELECT reply_to FROM posts WHERE uri = ?", (uri,)).fetchone()
    return row[0] if row else None


def search(connection: sqlite3.Connection, words: str, limit: int) -> list[int]:
    """Numbers of the posts that hold all `words`, newest first; any text is a valid query."""
    terms = " ".join('"' + word.replace('"', '""') + '"' for word in words.split())
    if not terms:
        return []
    rows = connection.execute(
        "SELECT posts.id FROM post_text JOIN posts ON posts.id = post_text.rowid "
        "WHERE post_text MATCH ? ORDER BY posts.rank LIMIT ?",
        (terms, limit),
    )
    return [number for (number,) in rows]


def _numbers(connection: sqlite3.Connection, table: str, uris: Sequence[str]) -> dict[str, int]:
    return dict(
        connection.execute(
            f"SELECT uri, id FROM {table} WHERE uri IN (SELECT value FROM json_each(?))",
            (_dumps(list(uris)),),
        ).fetchall()
    )


def declared_targets(
    connection: sqlite3.Connection, uris: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """For each of `uris` that declares itself a copy: the ids it names."""
    found: dict[str, tuple[str, ...]] = {}
    for copy, target in connection.execute(
        "SELECT copy, target FROM copies WHERE copy IN (SELECT value FROM json_each(?))",
        (_dumps(list(uris)),),
    ):
        found[copy] = (*found.get(copy, ()), target)
    return found
