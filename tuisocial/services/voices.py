"""Posts that are answered, quoted, changed or taken back: as each login's network has them, and who
of mine speaks to them.

Everything here is read from the store; what is done about it is `composing`'s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuisocial.errors import UsageError
from tuisocial.model.submission import PostRef
from tuisocial.services.plan import Related
from tuisocial.store import copies, posts
from tuisocial.store import outbox as stored

if TYPE_CHECKING:
    from collections.abc import Mapping
    from sqlite3 import Connection

    from tuisocial.model.ids import LoginId, PostId
    from tuisocial.model.post import Post
    from tuisocial.services.logins import Logins
    from tuisocial.store.database import Database
    from tuisocial.store.logins import StoredLogin


class Voices:
    """The logins that may speak, and the posts that they speak to."""

    def __init__(self, database: Database, logins: Logins) -> None:
        self._database = database
        self._logins = logins

    def writers(self) -> list[StoredLogin]:
        """The logins that may be somebody's voice: signed in as an account, and not put aside."""
        return [each for each in self._logins.stored() if each.enabled and not each.login.guest]

    def writer(self, post: PostId, login: LoginId | None) -> StoredLogin:
        """Who speaks to a post: `login`, or one of its network, rather one that has seen it.

        Raises: UsageError.
        """
        writers = self.writers()
        if login is not None:
            found = next((each for each in writers if each.login.id == login), None)
            if found is None:
                raise UsageError(f"{login} is no login that can post")
            return found
        networks = {post.network, *(copy.network for copy in self._copies(post))}
        able = [each for each in writers if each.login.network in networks]
        if not able:
            raise UsageError("none of your logins can post where that is", "sign in there")
        return min(
            able,
            key=lambda each: (
                each.login.network != post.network,
                not self._key(post, each),
                not each.posts,
            ),
        )

    def of(self, post: PostId) -> list[tuple[LoginId, PostRef]]:
        """The logins that said it, each with its own copy of the post.

        Raises: UsageError where it is nobody's of mine.
        """
        sent = self._database.read(lambda c: stored.siblings(c, post))
        views = [(one.login, one.receipt.view) for one in sent if one.receipt]
        voices = [(login, PostRef(view.post.id, view.remote_key)) for login, view in views if view]
        if voices:
            return voices
        author = self.post(post).author.id
        mine = [each for each in self.writers() if each.login.account == author]
        if not mine:
            raise UsageError("that post is by none of your logins")
        return [(mine[0].login.id, PostRef(post, self._key(post, mine[0])))]

    def related(self, post: PostId | None, login: StoredLogin) -> Related | None:
        """A post as a login's network has it: itself, or a declared copy. Raises: UsageError."""
        if post is None:
            return None
        held = self.post(post)
        there = [post, *self._copies(post)]
        ref = next((one for one in there if one.network == login.login.network), None)
        return Related(
            None if ref is None else PostRef(ref, self._key(ref, login)),
            held.visibility,
            held.url if held.url and held.url.startswith("https://") else None,
        )

    def edited(self, post: PostId | None, login: StoredLogin) -> Related | None:
        """A post of mine as a login has it, to be changed. Raises: UsageError."""
        if post is None:
            return None
        ref = next((ref for voice, ref in self.of(post) if voice == login.login.id), None)
        return Related(ref, self.post(post).visibility)

    def post(self, post: PostId) -> Post:
        """A stored post. Raises: UsageError."""

        def work(connection: Connection) -> Post | None:
            number = posts.numbers_of(connection, [post]).get(post)
            if number is None:
                return None
            return posts.load_posts(connection, [number]).get(number)

        found = self._database.read(work)
        if found is None:
            raise UsageError(f"the store has no post {post}", "open its thread first")
        return found

    def _copies(self, post: PostId) -> list[PostId]:
        return self._database.read(lambda c: copies.alike(c, post))

    def _key(self, post: PostId, login: StoredLogin) -> str:
        """A login's own handle for a post, empty if it has not seen it."""

        def work(connection: Connection) -> str:
            number = posts.numbers_of(connection, [post]).get(post)
            if number is None:
                return ""
            seen: Mapping[int, tuple[str, object]] = posts.sightings(connection, [number]).get(
                number, {}
            )
            return seen[login.number][0] if login.number in seen else ""

        return self._database.read(work)
