"""Declared copies (`Post.same_as`): which posts of some lists fold under which others.

Anybody may declare anything, so a declaration only ever moves the post that makes it, and only
under one that stays where it is. `docs/decisions/copies.md` says why nothing can get lost so.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence, Set

from tuisocial.model.ids import PostId
from tuisocial.store.repeats import older_repost
from tuisocial.store.sight import HEEDED, SOURCES, Sight, between
from tuisocial.store.text import dumps, storable

# The post itself must stand in one of the lists, not only a repost of it, nor under an older one.
_STANDS = (
    f"EXISTS (SELECT 1 FROM entries WHERE entries.source IN {SOURCES} "
    f"AND entries.rank = posts.rank AND entries.key = posts.uri AND {HEEDED}) "
    f"AND NOT posts.deleted AND {between('posts.rank', 'posts.uri')} "
    f"AND NOT {older_repost('posts.id', 'posts.rank', 'posts.uri')}"
)


def declare(connection: sqlite3.Connection, posts: Sequence[PostId]) -> None:
    """Say that posts which we sent ourselves are copies of the first of them."""
    connection.executemany(
        "INSERT OR IGNORE INTO copies (target, copy) VALUES (?, ?)",
        [(storable(str(posts[0])), storable(str(copy))) for copy in posts[1:]],
    )


def alike(connection: sqlite3.Connection, post: PostId) -> list[PostId]:
    """Posts that are declared to be the same as a stored one, by themselves or by it."""
    uri = storable(str(post))
    return [
        PostId.parse(row[0])
        for row in connection.execute(
            "SELECT target FROM copies WHERE copy = ?1 "
            "UNION SELECT copy FROM copies WHERE target = ?1 ORDER BY 1",
            (uri,),
        )
        if row[0] != uri
    ]


def folded(connection: sqlite3.Connection, sight: Sight, uris: Iterable[str]) -> set[str]:
    """Those of `uris` that fold under another post in sight."""
    declared = _declared(connection, sight, uris)
    if not declared:
        return set()
    further = _declared(connection, sight, {t for targets in declared.values() for t in targets})
    return {
        copy
        for copy, targets in declared.items()
        if any(_folds(copy, target, further) for target in targets)
    }


def copies_under(
    connection: sqlite3.Connection, sight: Sight, uris: Iterable[str]
) -> dict[str, list[str]]:
    """For each of `uris` under which posts in sight fold: those posts, sorted."""
    found = connection.execute(
        "SELECT copies.target, copies.copy FROM copies JOIN posts ON posts.uri = copies.copy "
        "WHERE copies.target IN (SELECT value FROM json_each(:wanted)) "
        f"AND copies.copy <> copies.target AND {_STANDS} ORDER BY copies.target, copies.copy",
        sight.parameters(uris),
    ).fetchall()
    if not found:
        return {}
    declared = _declared(connection, sight, {target for target, _ in found})
    under: dict[str, list[str]] = {}
    for target, copy in found:
        if _folds(copy, target, declared):
            under.setdefault(target, []).append(copy)
    return under


def sources_of(
    connection: sqlite3.Connection, sources: Sequence[int], uris: Iterable[str]
) -> dict[str, list[int]]:
    """In which of `sources` each post stands by itself."""
    found: dict[str, list[int]] = {}
    for uri, source in connection.execute(
        "SELECT posts.uri, entries.source FROM posts JOIN entries ON entries.rank = posts.rank "
        "AND entries.key = posts.uri AND entries.source IN (SELECT value FROM json_each(?)) "
        "WHERE posts.uri IN (SELECT value FROM json_each(?)) ORDER BY posts.uri, entries.source",
        (dumps(list(sources)), dumps(list(uris))),
    ):
        found.setdefault(uri, []).append(source)
    return found


def _folds(copy: str, target: str, declared: Mapping[str, Set[str]]) -> bool:
    """Whether `copy` folds under a `target` it names.

    It does under one that names nobody in sight, which therefore stays. Of two that name only
    each other, the one with the smaller id stays.
    """
    names = declared.get(target)
    return not names or (names == {copy} and target < copy)


def _declared(
    connection: sqlite3.Connection, sight: Sight, uris: Iterable[str]
) -> dict[str, set[str]]:
    """For each of `uris` that names others in sight as its originals: those."""
    found: dict[str, set[str]] = {}
    for copy, target in connection.execute(
        "SELECT copies.copy, copies.target FROM copies JOIN posts ON posts.uri = copies.target "
        "WHERE copies.copy IN (SELECT value FROM json_each(:wanted)) "
        f"AND copies.copy <> copies.target AND {_STANDS}",
        sight.parameters(uris),
    ):
        found.setdefault(copy, set()).add(target)
    return found
