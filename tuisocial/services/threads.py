"""Conversations: fetched around a post, kept in the store, read from there as a tree."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuisocial.errors import UserError
from tuisocial.events import ThreadChanged
from tuisocial.model.ids import AccountId, PostId
from tuisocial.model.thread import Missing, MissingReason
from tuisocial.sdk.errors import AdapterError, NotFound
from tuisocial.services import promises
from tuisocial.services.windows import row_of
from tuisocial.store import outbox, posts
from tuisocial.store.logins import all_logins
from tuisocial.store.rows import Sighting
from tuisocial.store.text import storable

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from sqlite3 import Connection

    from tuisocial.events import Bus
    from tuisocial.model.ids import LoginId
    from tuisocial.model.post import PostView
    from tuisocial.model.thread import Thread
    from tuisocial.services.errors import Trouble
    from tuisocial.services.logins import Logins
    from tuisocial.services.naming import Naming
    from tuisocial.services.sessions import Sessions
    from tuisocial.store.database import Database
    from tuisocial.store.rows import Row

_MOST_ANCESTORS = 500
_MOST_POSTS = 5000


@dataclass(frozen=True, slots=True)
class ThreadItem:
    """A post of a thread, or the place of one that is missing, `depth` steps below the root."""

    depth: int
    row: Row | None = None
    missing: Missing | None = None


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A thread as the store knows it: every post after the one it answers.

    `complete` is None until a server was asked. `error` and `remedy` tell of the last attempt.
    """

    focus: PostId
    items: tuple[ThreadItem, ...]
    complete: bool | None = None
    fetching: bool = False
    error: str = ""
    remedy: str = ""


@dataclass(slots=True)
class _Attempt:
    complete: bool | None = None
    fetching: bool = False
    error: Trouble | None = None


class Threads:
    """Fetching and reading conversations."""

    def __init__(
        self,
        database: Database,
        logins: Logins,
        sessions: Sessions,
        naming: Naming,
        bus: Bus,
        now: Callable[[], datetime],
        *,
        offline: bool,
    ) -> None:
        self._database = database
        self._logins = logins
        self._sessions = sessions
        self._naming = naming
        self._bus = bus
        self._now = now
        self._offline = offline
        self._attempts: dict[PostId, _Attempt] = {}

    def stored(self, post: PostId) -> ThreadView:
        """The conversation around a post, from the store alone."""
        names = {each.number: each.login.id for each in self._logins.stored()}
        items = self._database.read(lambda c: _Tree(c, names).around(post))
        attempt = self._attempts.get(post, _Attempt())
        return ThreadView(
            post,
            items,
            attempt.complete,
            attempt.fetching,
            attempt.error.message if attempt.error else "",
            attempt.error.remedy if attempt.error else "",
        )

    async def fetch(self, post: PostId, login: LoginId | None = None) -> Trouble | None:
        """Ask for the conversation, by `login` or by those that can see the post, and store it.

        Nothing is raised: the error of the last login asked, if none could tell, is the answer,
        and shows in `stored` too.
        """
        if self._offline:
            return None
        attempt = self._attempts[post] = _Attempt(fetching=True)
        self._bus.publish(ThreadChanged(post))
        try:
            complete = await self._fetched(post, login, attempt)
            for twin in self._twins(post) if login is None else ():
                complete = await self._fetched(twin, None, attempt) and complete
            attempt.complete = complete
        finally:
            attempt.fetching = False
            self._bus.publish(ThreadChanged(post))
        return attempt.error

    async def _fetched(self, post: PostId, login: LoginId | None, attempt: _Attempt) -> bool | None:
        """Fetch one post's conversation by the first login that can; whether it is complete."""
        trouble: Trouble | None = None
        for candidate in [login] if login else self._candidates(post):
            try:
                return (await self._thread(candidate, post)).complete
            except (AdapterError, UserError) as error:
                trouble = error
        attempt.error = trouble or NotFound(
            f"no login reads the network of {post}", remedy="add a login for it"
        )
        return None

    def _twins(self, post: PostId) -> list[PostId]:
        """The same post where we sent it besides."""
        uri = storable(str(post))
        found = self._database.read(lambda c: outbox.twins(c, [uri]))
        return [PostId.parse(twin) for twin in found.get(uri, ())]

    async def find(self, text: str, login: LoginId | None = None) -> PostId:
        """The post that an id, an address or a key means.

        Raises: UserError, AdapterError.
        """
        stored = self._naming.stored_post(text)
        if stored is not None:
            return stored
        if self._offline:
            raise UserError(f"the store has no post {text[:200]}", "try again without --offline")
        found = await self._naming.resolve(text, login)
        if isinstance(found, AccountId):
            raise UserError(
                f"{text[:200]} is an account, not a post", f"tuisocial account {text[:200]}"
            )
        return found

    def _candidates(self, post: PostId) -> list[LoginId]:
        """Logins of the post's network, those that have seen it first."""
        stored = [each for each in self._logins.stored() if each.login.network == post.network]
        seen = self._keys(post)
        return [each.login.id for each in sorted(stored, key=lambda each: each.number not in seen)]

    def _keys(self, post: PostId) -> dict[int, str]:
        """By the number of each login that has seen a post, its adapter's handle for it."""
        number = self._database.read(lambda c: posts.numbers_of(c, [post])).get(post)
        if number is None:
            return {}
        seen = self._database.read(lambda c: posts.sightings(c, [number])).get(number, {})
        return {login: remote_key for login, (remote_key, _) in seen.items()}

    async def _thread(self, login: LoginId, post: PostId) -> Thread:
        """Fetch a conversation and store it."""
        session, guard = await self._sessions.get(login), self._sessions.guard
        number = next((e.number for e in self._logins.stored() if e.login.id == login), None)
        key = self._keys(post).get(number, "") if number is not None else ""
        thread = await guard(
            login,
            lambda: session.thread(post, key=key),
            lambda thread: promises.thread(thread, login),
        )
        now = self._now().timestamp()

        def save(connection: Connection) -> None:
            logins = {each.login.id.name: each.number for each in all_logins(connection)}
            if login.name not in logins:
                raise UserError(f"there is no login named {login} any more")
            posts.save_views(connection, _distinct(thread.posts), logins, now)
            posts.save_missing(connection, thread.missing)

        saved = self._database.write(save)
        await guard(login, lambda: asyncio.wrap_future(saved), patience=None)
        return thread


def _distinct(views: tuple[PostView, ...]) -> list[PostView]:
    return list({view.post.id: view for view in views}.values())


class _Tree:
    """Builds the tree around one post from the store's `reply_to` links."""

    def __init__(self, connection: Connection, logins: dict[int, LoginId]) -> None:
        self._connection = connection
        self._logins = logins

    def around(self, focus: PostId) -> tuple[ThreadItem, ...]:
        root = self._root(storable(str(focus)))
        order = self._descend(root)
        rows = self._rows([uri for uri, _ in order])
        absent = [PostId.parse(uri) for uri, _ in order if uri not in rows]
        reasons = posts.reasons_missing(self._connection, absent)
        items = []
        for uri, depth in order:
            if uri in rows:
                items.append(ThreadItem(depth, row=rows[uri]))
            else:
                post = PostId.parse(uri)
                reason = reasons.get(post, MissingReason.NOT_FETCHED)
                items.append(ThreadItem(depth, missing=Missing(post, reason)))
        return tuple(items)

    def _root(self, uri: str) -> str:
        """The topmost post that the links lead to, stored or not; hostile loops end."""
        seen = {uri}
        for _ in range(_MOST_ANCESTORS):
            parent = posts.parent_of(self._connection, uri)
            if parent is None or parent in seen:
                break
            seen.add(parent)
            uri = parent
        return uri

    def _descend(self, root: str) -> list[tuple[str, int]]:
        """Every post below `root` with its depth, each after the one it answers, oldest first.

        What we sent to several networks stands once, with the answers of all of them below it.
        """
        children: dict[str, list[str]] = {}
        seen, layer = {root}, [root]
        while layer and len(seen) < _MOST_POSTS:
            twins = outbox.twins(self._connection, layer)
            shown = {twin: uri for uri in layer for twin in twins.get(uri, ())}
            seen.update(shown)
            found = []
            replies = posts.replies_to(self._connection, [*layer, *shown])
            doubled = outbox.twins(self._connection, [uri for uri, _ in replies])
            for uri, parent in replies:
                if uri not in seen:
                    seen.update((uri, *doubled.get(uri, ())))
                    found.append(uri)
                    children.setdefault(shown.get(parent, parent), []).append(uri)
            layer = found
        order: list[tuple[str, int]] = []
        pending = [(root, 0)]
        while pending:
            uri, depth = pending.pop()
            order.append((uri, depth))
            pending += [(child, depth + 1) for child in reversed(children.get(uri, ()))]
        return order

    def _rows(self, uris: list[str]) -> dict[str, Row]:
        numbers = posts.numbers_of(self._connection, map(PostId.parse, uris))
        loaded = posts.load_posts(self._connection, numbers.values())
        seen = posts.sightings(self._connection, loaded)
        return {
            str(post): row_of(
                loaded[number],
                tuple(
                    Sighting(self._logins[login], *marks)
                    for login, marks in sorted(seen.get(number, {}).items())
                    if login in self._logins
                ),
            )
            for post, number in numbers.items()
            if number in loaded
        }
