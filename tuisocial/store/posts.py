"""Posts: written a batch at a time, read by number, searched.

A batch is the unit because intake is measured in thousands a second: one look-up for what is
known already, then one statement for each table.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from tuisocial.model.account import Account
from tuisocial.model.ids import PostId
from tuisocial.model.post import STRANGER, Post, PostView, Viewer
from tuisocial.model.thread import Missing, MissingReason
from tuisocial.model.wire import (
    post_body_to_json,
    post_from_body,
    viewer_from_json,
    viewer_to_json,
)
from tuisocial.model.wire_text import time_from_json
from tuisocial.sdk.page import Withdrawn
from tuisocial.store.accounts import read_account, save_accounts
from tuisocial.store.text import dumps, dumps_record, storable

_log = logging.getLogger(__name__)
_UNKNOWN_WHEN_ABSENT = ("visibility", "sensitive", "language", "url")
_MOST_WORDS = 32
"""Words that a search takes account of; FTS5 refuses expressions more than 256 deep."""


class SavedPost(NamedTuple):
    """A post's number in the store, its id, and the rank it sorts at where it stands by itself."""

    number: int
    uri: str
    rank: int
    deleted: bool = False


def rank(seconds: float, now: float) -> int:
    """The rank of a time; a time in the future counts as `now`. Both in seconds since 1970."""
    return -int(min(seconds, now) * 1000)


# --- writing ------------------------------------------------------------------------------


def save_views(
    connection: sqlite3.Connection,
    views: Sequence[PostView],
    logins: Mapping[str, int],
    now: float,
    accounts: Iterable[Account] = (),
) -> list[SavedPost]:
    """Add or correct posts with what each login sees of them, and index their text.

    The answers are in the order of `views`; `accounts` are further profiles to save. What is
    unknown in a newer reading never erases what an older one knew.
    """
    # By the object: a page has few authors, and hashing an id is a call of Python for every post.
    people = {id(view.post.author): view.post.author for view in views}
    numbers = save_accounts(connection, [*people.values(), *accounts])
    authors = {key: numbers[account.id] for key, account in people.items()}
    uris = [storable(str(view.post.id)) for view in views]
    latest = {uri: view.post for uri, view in zip(uris, views, strict=True)}
    known = {
        row[0]: row[1:]
        for row in connection.execute(
            "SELECT uri, id, rank, deleted, body FROM posts "
            "WHERE uri IN (SELECT value FROM json_each(?))",
            (dumps(list(latest)),),
        )
    }
    next_number = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM posts").fetchone()[0]
    saved: dict[str, SavedPost] = {}
    new_posts, new_texts, changed = [], [], []
    for uri, post in latest.items():
        body = post_body_to_json(post)
        text = dumps_record(body)
        held = known.get(uri)
        if held is None:
            number, at = next_number, rank(post.created_at.timestamp(), now)
            next_number += 1
            author, native = authors[id(post.author)], storable(post.native)
            new_posts.append((number, uri, author, at, _parent(body), text, native))
            new_texts.append((number, search_text(body)))
            saved[uri] = SavedPost(number, uri, at)
            continue
        number, at, deleted, held_text = held
        saved[uri] = SavedPost(number, uri, at, bool(deleted))
        if not deleted and text != held_text:
            changed.append((number, json.loads(held_text), json.loads(text), post))
    connection.executemany(
        "INSERT INTO posts (id, uri, author, rank, reply_to, body, native) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        new_posts,
    )
    connection.executemany("INSERT INTO post_text (rowid, text) VALUES (?, ?)", new_texts)
    for number, held_body, body, post in changed:
        _correct(connection, number, held_body, body, post, authors[id(post.author)])
    connection.executemany(
        "INSERT OR IGNORE INTO copies (target, copy) VALUES (?, ?)",
        [(storable(str(other)), uri) for uri, post in latest.items() for other in post.same_as],
    )
    answers = [saved[uri] for uri in uris]
    connection.executemany(
        "INSERT OR REPLACE INTO sightings VALUES (?, ?, ?, ?)",
        [
            (
                post.number,
                logins[view.login.name],
                storable(view.remote_key),
                "" if view.viewer is STRANGER else _viewer_to_text(view.viewer),
            )
            for post, view in zip(answers, views, strict=True)
        ],
    )
    return answers


def _viewer_to_text(viewer: Viewer) -> str:
    return "" if viewer == STRANGER else dumps(viewer_to_json(viewer))


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
        (dumps_record(merged), _parent(merged), author, storable(post.native), number),
    )
    was, is_now = search_text(held), search_text(merged)
    if was != is_now:
        _unindex(connection, number, was)
        connection.execute("INSERT INTO post_text (rowid, text) VALUES (?, ?)", (number, is_now))


def _merged(held: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """What is known after reading `body` of a post that was stored as `held`."""
    if held.get("edited_at", "").rstrip("Z") > body.get("edited_at", "").rstrip("Z"):
        # An older state of the post, from a server that has not heard of the edit.
        merged, other = dict(held), body
    else:
        merged, other = dict(body), held
        parent, held_parent = body.get("reply_to"), held.get("reply_to", {})
        if parent is not None and "post" not in parent and "post" in held_parent:
            merged["reply_to"] = held_parent
    for name in _UNKNOWN_WHEN_ABSENT:
        if name in other:
            merged.setdefault(name, other[name])
    counts = {**other.get("counts", {}), **merged.get("counts", {})}
    if counts:
        merged["counts"] = counts
    if "same_as" in held:
        merged["same_as"] = sorted({*held["same_as"], *body.get("same_as", ())})
    return merged


def delete_posts(connection: sqlite3.Connection, posts: Iterable[PostId]) -> None:
    """Forget the content of posts that their authors deleted, and their rows in every list.

    The ids stay, so that a late copy from another server does not bring a post back.
    """
    for post in posts:
        row = connection.execute(
            "SELECT id, body FROM posts WHERE uri = ? AND NOT deleted", (storable(str(post)),)
        ).fetchone()
        if row is None:
            continue
        number, body = row[0], json.loads(row[1])
        _unindex(connection, number, search_text(body))
        emptied = {"text": "", "created_at": body["created_at"]}
        connection.execute(
            "UPDATE posts SET deleted = 1, body = ?, native = '' WHERE id = ?",
            (dumps(emptied), number),
        )
        for (source,) in connection.execute(
            "SELECT DISTINCT source FROM entries WHERE post = ?", (number,)
        ).fetchall():
            gone = connection.execute(
                "DELETE FROM entries WHERE source = ? AND post = ?", (source, number)
            ).rowcount
            connection.execute("UPDATE sources SET count = count - ? WHERE id = ?", (gone, source))


def delete_withdrawn(connection: sqlite3.Connection, withdrawn: Iterable[Withdrawn]) -> None:
    """Delete of these the posts that are really by whoever took them back."""
    for one in withdrawn:
        row = connection.execute(
            "SELECT posts.body FROM posts JOIN accounts ON accounts.id = posts.author"
            " WHERE posts.uri = ? AND accounts.uri = ?",
            (storable(str(one.post)), storable(str(one.by))),
        ).fetchone()
        if row is None:
            continue
        body = json.loads(row[0])
        version = time_from_json(body.get("edited_at") or body["created_at"])
        if one.at is None or version <= one.at:
            delete_posts(connection, [one.post])


def save_missing(connection: sqlite3.Connection, missing: Iterable[Missing]) -> None:
    """Remember why posts that others refer to are not here."""
    connection.executemany(
        "INSERT OR REPLACE INTO missing VALUES (?, ?)",
        [(storable(str(hole.post)), hole.reason.value) for hole in missing],
    )


def _unindex(connection: sqlite3.Connection, number: int, text: str) -> None:
    # A contentless FTS5 table forgets a row only when told its old text (SQLite, FTS5 §6.2).
    connection.execute(
        "INSERT INTO post_text (post_text, rowid, text) VALUES ('delete', ?, ?)", (number, text)
    )


def _parent(body: dict[str, Any]) -> str | None:
    parent = body.get("reply_to", {}).get("post")
    return None if parent is None else storable(parent)


def search_text(body: Mapping[str, Any]) -> str:
    """What full-text search finds a post by: title, warning, text and picture descriptions."""
    media = body.get("media")
    if not media and "title" not in body and "content_warning" not in body:
        return storable(body["text"])
    parts = [body.get("title"), body.get("content_warning"), body["text"]]
    parts += [item.get("alt") for item in media or ()]
    return storable("\n".join(part for part in parts if part))


def forget_unseen(connection: sqlite3.Connection) -> None:
    """Forget every post that no login has seen any more, with its text in the index."""
    unseen = "NOT EXISTS (SELECT 1 FROM sightings WHERE sightings.post = posts.id)"
    for number, body in connection.execute(
        f"SELECT id, body FROM posts WHERE NOT deleted AND {unseen}"
    ).fetchall():
        _unindex(connection, number, search_text(json.loads(body)))
    connection.execute(f"DELETE FROM copies WHERE copy IN (SELECT uri FROM posts WHERE {unseen})")
    connection.execute(f"DELETE FROM posts WHERE NOT deleted AND {unseen}")


# --- reading ------------------------------------------------------------------------------


def load_posts(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, Post]:
    """Posts by number, whole but for their native records; deleted ones are left out."""
    rows = connection.execute(
        "SELECT posts.id, posts.uri, posts.body, accounts.body FROM posts "
        "JOIN accounts ON accounts.id = posts.author "
        "WHERE posts.id IN (SELECT value FROM json_each(?)) AND NOT deleted",
        (dumps(list(numbers)),),
    )
    authors: dict[str, Account | None] = {}
    found = {}
    for number, uri, body, author in rows:
        if author not in authors:
            authors[author] = read_account(author)
        account = authors[author]
        post = None if account is None else _read_post(uri, body, account)
        if post is not None:
            found[number] = post
    return found


def _read_post(uri: str, body: str, author: Account) -> Post | None:
    """A stored post; None for one that another version wrote and this one cannot read."""
    try:
        return post_from_body(PostId.parse(uri), json.loads(body), author)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        _log.warning("a stored post cannot be read: %s: %.200s", type(error).__name__, body)
        return None


def numbers_of(connection: sqlite3.Connection, posts: Iterable[PostId]) -> dict[PostId, int]:
    """The numbers of those posts that are stored and not deleted."""
    wanted = {storable(str(post)): post for post in posts}
    rows = connection.execute(
        "SELECT uri, id FROM posts WHERE uri IN (SELECT value FROM json_each(?)) AND NOT deleted",
        (dumps(list(wanted)),),
    )
    return {wanted[uri]: number for uri, number in rows}


def late_tags(connection: sqlite3.Connection, lately: int) -> list[str]:
    """The hashtags of the last `lately` posts, the most frequent first."""
    return [
        str(tag)
        for (tag,) in connection.execute(
            "SELECT tag.value FROM (SELECT body FROM posts WHERE NOT deleted "
            "ORDER BY id DESC LIMIT ?) AS late, json_each(late.body, '$.tags') AS tag "
            "GROUP BY tag.value ORDER BY count(*) DESC, tag.value",
            (lately,),
        )
    ]


def native(connection: sqlite3.Connection, post: PostId) -> str | None:
    """A post's record as it came."""
    row = connection.execute(
        "SELECT native FROM posts WHERE uri = ?", (storable(str(post)),)
    ).fetchone()
    return row[0] if row else None


def sightings(
    connection: sqlite3.Connection, numbers: Iterable[int]
) -> dict[int, dict[int, tuple[str, Viewer]]]:
    """By post and login number: the adapter's handle for the post, and the login's marks."""
    found: dict[int, dict[int, tuple[str, Viewer]]] = {}
    for post, login, remote_key, viewer in connection.execute(
        "SELECT post, login, remote_key, viewer FROM sightings "
        "WHERE post IN (SELECT value FROM json_each(?))",
        (dumps(list(numbers)),),
    ):
        marks = viewer_from_json(json.loads(viewer)) if viewer else STRANGER
        found.setdefault(post, {})[login] = (remote_key, marks)
    return found


def reasons_missing(
    connection: sqlite3.Connection, posts: Iterable[PostId]
) -> dict[PostId, MissingReason]:
    """Why each of `posts` is not here, for those of which anything is known."""
    wanted = {storable(str(post)): post for post in posts}
    uris = dumps(list(wanted))
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


def replies_to(connection: sqlite3.Connection, uris: Iterable[str]) -> list[tuple[str, str]]:
    """`(uri, parent's uri)` of the known replies to any of `uris`, deleted ones too, oldest first.

    Deleted ones hold their place, because what answers them hangs below it.
    """
    return connection.execute(
        "SELECT uri, reply_to FROM posts WHERE reply_to IN (SELECT value FROM json_each(?)) "
        "ORDER BY rank DESC, uri",
        (dumps(list(uris)),),
    ).fetchall()


def parent_of(connection: sqlite3.Connection, uri: str) -> str | None:
    """The id of the post that a stored post answers."""
    row = connection.execute(
        "SELECT reply_to FROM posts WHERE uri = ?", (storable(uri),)
    ).fetchone()
    return row[0] if row else None


def search(connection: sqlite3.Connection, words: str, limit: int) -> list[int]:
    """Numbers of the posts that hold all `words`, newest first; any text is a valid query."""
    quoted = ['"' + word.replace('"', '""') + '"' for word in storable(words).split()]
    if not quoted:
        return []
    rows = connection.execute(
        "SELECT posts.id FROM post_text JOIN posts ON posts.id = post_text.rowid "
        "WHERE post_text MATCH ? ORDER BY posts.rank LIMIT ?",
        (" ".join(quoted[:_MOST_WORDS]), limit),
    )
    return [number for (number,) in rows]


def rank_of(connection: sqlite3.Connection, post: PostId) -> int | None:
    """The rank of a stored post that was not deleted."""
    row = connection.execute(
        "SELECT rank FROM posts WHERE uri = ? AND NOT deleted", (storable(str(post)),)
    ).fetchone()
    return row[0] if row else None
