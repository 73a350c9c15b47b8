"""Several rows of one post in some lists: which of them stays, and what the others add to it.

The oldest one in sight stays, whether it is the post's own row or a repost's.
`docs/decisions/copies.md` says why.
"""

from __future__ import annotations

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


# `away` rows may stand elsewhere than at their post's own place.
_WANTED = (
    "WITH wanted (post, rank, key, away) AS (SELECT json_extract(value, '$[0]'), "
    "json_extract(value, '$[1]'), json_extract(value, '$[2]'), json_extract(value, '$[3]') "
    "FROM json_each(:wanted))"
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
    rows = connection.execute(
        f"{_WANTED} SELECT rank, key FROM wanted "
        f"WHERE {older_repost('wanted.post', 'wanted.rank', 'wanted.key')} OR wanted.away AND "
        "EXISTS (SELECT 1 FROM posts JOIN entries WHERE posts.id = wanted.post "
        f"AND (posts.rank, posts.uri) > (wanted.rank, wanted.key) AND {_OWN})",
        sight.parameters(_wanted(refs)),
    )
    return set(rows.fetchall())


def rows_of(
    connection: sqlite3.Connection, sight: Sight, refs: Iterable[Ref]
) -> dict[int, list[Ref]]:
    """By post: what else is in sight of the posts of `refs`, which stay; oldest first."""
    columns = "entries.source, entries.rank, entries.key, entries.post, entries.reason"
    found: dict[int, list[Ref]] = {}
    for source, rank, key, post, reason in connection.execute(
        f"{_WANTED} SELECT {columns} FROM wanted "
        f"JOIN entries ON entries.post = wanted.post AND {_REPOSTS} "
        f"UNION SELECT {columns} FROM wanted "
        f"JOIN posts ON wanted.away AND posts.id = wanted.post JOIN entries ON {_OWN} "
        "ORDER BY 2 DESC, 3 DESC, 1",
        sight.parameters(_wanted(refs)),
    ):
        found.setdefault(post, []).append(Ref(source, rank, key, post, reason))
    return found


def _wanted(refs: Iterable[Ref]) -> list[tuple[int, int, str, bool]]:
    return [
        (ref.post, ref.rank, ref.key, ref.reason is not None)
        for ref in refs
        if ref.post is not None
    ]
