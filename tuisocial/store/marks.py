"""One login's marks on one post: read and written while somebody acts on it.

The marks that come with whole batches of posts are `store.posts`' affair.
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from tuisocial.model.ids import LoginId, PostId
from tuisocial.model.post import STRANGER, Viewer
from tuisocial.model.wire import viewer_to_json
from tuisocial.store import posts
from tuisocial.store.text import dumps, storable


class Seen(NamedTuple):
    """A post as one login has seen it: its adapter's handle for it, and the login's marks."""

    remote_key: str
    viewer: Viewer


def seen(connection: sqlite3.Connection, post: PostId) -> dict[LoginId, Seen]:
    """What each login that has seen a post knows of it."""
    number = posts.numbers_of(connection, [post]).get(post)
    if number is None:
        return {}
    names: dict[int, str] = dict(connection.execute("SELECT id, name FROM logins"))
    by_login = posts.sightings(connection, [number]).get(number, {})
    return {
        LoginId(names[login]): Seen(*known) for login, known in by_login.items() if login in names
    }


def keep(connection: sqlite3.Connection, post: PostId, login: LoginId, viewer: Viewer) -> None:
    """Have a login that has seen a post see these marks on it from now on."""
    connection.execute(
        "UPDATE sightings SET viewer = ? WHERE post = (SELECT id FROM posts WHERE uri = ?) "
        "AND login = (SELECT id FROM logins WHERE name = ?)",
        (
            "" if viewer == STRANGER else dumps(viewer_to_json(viewer)),
            storable(str(post)),
            login.name,
        ),
    )
