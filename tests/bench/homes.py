"""Homes with many posts stored, of both networks, whose servers are not there."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import Connection

from tuisocial.config.paths import find_paths
from tuisocial.model.account import Account
from tuisocial.model.entry import Entry
from tuisocial.model.ids import AccountId, LoginId, PostId
from tuisocial.model.login import Login
from tuisocial.model.post import Counts, Post, PostView, Visibility
from tuisocial.model.timeline import Timeline, TimelineKind
from tuisocial.registry import Registry
from tuisocial.sdk.page import Cursor, Page
from tuisocial.sdk.text import RichTextBuilder
from tuisocial.store import entries, logins
from tuisocial.store.database import Database

MARK = "This is the newest post of all"
"""Words of the newest stored post: on the screen, they say that posts are readable."""

_WORDS = (
    "the", "loom", "weaves", "algebraic", "patterns", "and", "nobody", "asked", "who", "set",
    "the", "cards", "in", "order", "because", "small", "programs", "last", "longer", "than",
    "large", "ones", "when", "people", "care", "for", "them", "every", "spring", "morning",
)  # fmt: skip
_PAGE = 1000

_LOGINS = (
    Login(
        LoginId("masto"),
        "mastodon",
        "activitypub",
        options={"server": "http://127.0.0.1:9"},
        handle="127.0.0.1",
    ),
    Login(
        LoginId("nos"),
        "nostr",
        "nostr",
        options={"relays": "ws://127.0.0.1:9"},
        handle="127.0.0.1",
    ),
)
_MAIN = {"activitypub": Timeline(TimelineKind.LOCAL), "nostr": Timeline(TimelineKind.PUBLIC)}


def make_home(home: Path, posts: int) -> Path:
    """Fill a new home with `posts` posts, half of them of each network."""
    database = Database.open(find_paths(home).store_file)
    now = datetime.now(UTC)
    registry = Registry.find()

    def fill(connection: Connection) -> None:
        for login in _LOGINS:
            words = registry.get(login.adapter).vocabulary
            logins.add_login(connection, login, [_MAIN[login.network]], vocabulary=words)
        numbers = {each.login.id.name: each.number for each in logins.all_logins(connection)}
        for login in _LOGINS:
            timeline = _MAIN[login.network]
            entries.add_source(connection, numbers[login.id.name], timeline)
            source = entries.all_sources(connection)[-1].number
            for page in _pages(login, posts // len(_LOGINS), now):
                entries.save_older(connection, source, page, numbers, now.timestamp())

    database.write(fill).result()
    database.close()
    return home


def _pages(login: Login, count: int, now: datetime) -> Iterator[Page[Entry]]:
    rows = [_entry(login, number, now) for number in range(count)]
    for start in range(0, count, _PAGE):
        last = start + _PAGE >= count
        yield Page(tuple(rows[start : start + _PAGE]), None if last else Cursor(str(start)))


def _entry(login: Login, number: int, now: datetime) -> Entry:
    rng = random.Random(f"{login.network} {number}")
    name = f"user{rng.randrange(500)}"
    uri = hashlib.sha256(f"{login.network} {number}".encode()).hexdigest()
    if login.network == "activitypub":
        uri = f"https://example.social/users/{name}/statuses/{int(uri[:12], 16)}"
    text = RichTextBuilder()
    if number == 0:
        text.text(f"{MARK}. ")
    text.text(" ".join(rng.choices(_WORDS, k=rng.randrange(6, 40))) + " ")
    text.hashtag("#loom", "loom")
    if rng.random() < 0.3:
        text.text(" ")
        text.link("example.org/notes", "https://example.org/notes")
    author = Account(AccountId(login.network, f"account-{name}"), f"@{name}@example.social", name)
    created_at = now - timedelta(seconds=60 + number * 37)
    post = Post(
        PostId(login.network, uri),
        author,
        text.build(),
        created_at,
        visibility=Visibility.PUBLIC,
        counts=Counts(rng.randrange(9), rng.randrange(9), rng.randrange(9)),
        url=f"https://example.social/{uri[-20:]}",
        native=json.dumps({"id": uri, "content": "x" * rng.randrange(200, 900)}),
    )
    return Entry(PostView(login.id, post, uri[-20:]), created_at, str(post.id))


def shared_rows(connection: Connection, sources: int, rows: int) -> None:
    """Fill `sources` sources with `rows` rows each, a tenth of them seen by another one too."""
    for number in range(sources):
        entries.add_source(connection, 1, Timeline(TimelineKind.TAG, f"t{number}"))
    for source in entries.all_sources(connection):
        rng = random.Random(source.number)
        own = [
            (source.number, -rng.randrange(10**9) * 1000, f"nostr:{rng.getrandbits(256):064x}")
            for _ in range(rows - rows // 10)
        ]
        shared = [
            (source.number, -seconds * 1000, f"nostr:{seconds:064x}")
            for seconds in range(0, rows // 10 * 1000, 1000)
        ]
        connection.executemany(
            "INSERT INTO entries (source, rank, key, post) VALUES (?, ?, ?, 1)", [*own, *shared]
        )
