"""Several rows of one post in some lists: which of them stays, and what the others add to it.

The oldest one in sight stays, whether it is the post's own row or a repost's.
`docs/decisions/copies.md` says why.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from tuisocial.store.entries import Ref
from tuisocial.store.sight import HEEDED, SOURCES, Sight, between

# An index by post holds only rows with a reason; a row without one is at its post's own place,
# and is looked for there. The plus keeps SQLite from reading whole lists by their own index.
_REPOSTS = (
    "entries.reason IS NOT NULL AND +entries.source IN "
    f"{SOURCES} AND {HEEDED} AND {between('entries.rank', 'entries.key')}"
)
_OWN = (
    f"entries.source IN {SOURCES} AND entries.rank = posts.rank AND entries.key = posts.uri "
    f"AND {HEEDED} AND {between('posts.rank', 'posts.uri')}"
)


def older_repost(post: str, rank: str, key: str) -> str:
    """The condition that a repost of `post` below a place is in sight, all three as columns."""
    return (
        f"EXISTS (SELECT 1 FROM entries WHERE entries.post = {post} "
        f"AND (entries.rank, entries.key) > ({rank}, {key}) AND {_REPOSTS})"
    )


def folded(
    connection: sqlite3.Connection, sight: Sight, refs: Iterable[Ref]
) -> set[tuple[int, str]]:
    """The places of those of `refs` that fold under an older row of the same post in sight."""
    rows = {ref.order: ref.post for ref in refs if ref.post is not None}
    oldest: dict[int, tuple[int, str]] = {}
    for post, *places in connection.execute(
        "SELECT post, repost, CASE WHEN repost IS NOT NULL THEN ("
        f"SELECT json_array(posts.rank, posts.uri) FROM posts JOIN entries ON {_OWN} "
        "WHERE posts.id = wanted.post LIMIT 1) END "
        "FROM (SELECT value AS post, (SELECT json_array(entries.rank, entries.key) FROM entries "
        f"WHERE entries.post = value AND {_REPOSTS} "
        "ORDER BY entries.rank DESC, entries.key DESC LIMIT 1) AS repost "
        "FROM json_each(:wanted)) AS wanted WHERE repost IS NOT NULL",
        sight.parameters(set(rows.values())),
    ):
        rank, key = max(json.loads(place) for place in places if place is not None)
        oldest[post] = (rank, key)
    return {place for place, post in rows.items() if place < oldest.get(post, place)}


def rows_of(
    connection: sqlite3.Connection, sight: Sight, posts: Iterable[int]
) -> dict[int, list[Ref]]:
    """Every row in sight of those of `posts` that were reposted, oldest first."""
    columns = "entries.source, entries.rank, entries.key, entries.post, entries.reason"
    reposts = "entries WHERE entries.post = value AND entries.reason IS NOT NULL"
    found: dict[int, list[Ref]] = {}
    for source, rank, key, post, reason in connection.execute(
        f"SELECT {columns} FROM json_each(:wanted) "
        f"JOIN entries ON entries.post = value AND {_REPOSTS} "
        f"UNION SELECT {columns} FROM json_each(:wanted) "
        f"JOIN posts ON posts.id = value JOIN entries ON {_OWN} "
        f"WHERE EXISTS (SELECT 1 FROM {reposts}) ORDER BY 2 DESC, 3 DESC, 1",
        sight.parameters(posts),
    ):
        found.setdefault(post, []).append(Ref(source, rank, key, post, reason))
    return found
