"""Acting on posts and people: marks, reactions, votes, and whom a login follows or hears.

A mark is shown as soon as it is asked for, and confirmed or taken back when its server answered.
Posts of one's own are `composing`'s affair.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from tuisocial.errors import UsageError, UserError
from tuisocial.events import PostChanged
from tuisocial.model.post import UNKNOWN_MARK, Action, Mark, Off, On, Viewer
from tuisocial.model.submission import PostRef
from tuisocial.sdk.errors import (
    AdapterError,
    NotAllowed,
    NotSupported,
    Sent,
    SignInNeeded,
    Unreachable,
)
from tuisocial.sdk.writing import Blocks, Bookmarks, Follows, Likes, Mutes, Reacts, Reposts, Votes
from tuisocial.services import promises
from tuisocial.store import marks, posts
from tuisocial.store.logins import all_logins
from tuisocial.store.marks import Seen

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from datetime import datetime
    from sqlite3 import Connection

    from tuisocial.events import Bus
    from tuisocial.model.ids import AccountId, LoginId, PostId
    from tuisocial.sdk.adapter import Session
    from tuisocial.services.logins import Logins
    from tuisocial.services.sessions import Sessions
    from tuisocial.store.database import Database
    from tuisocial.store.logins import StoredLogin

T = TypeVar("T")


class MarkName(StrEnum):
    """A mark that a login may set on a post; the value is its field of `Viewer`."""

    LIKED = "liked"
    REPOSTED = "reposted"
    BOOKMARKED = "bookmarked"


class Tie(StrEnum):
    """What a login may be to an account; the value is the word for making it so."""

    FOLLOW = "follow"
    MUTE = "mute"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an act, and by which login it was done.

    `changed` is False when it was so before. `asked` says that the account has to agree first.
    """

    login: LoginId
    changed: bool = True
    asked: bool = False


_WORDS = {
    MarkName.LIKED: ("like", Action.LIKE),
    MarkName.REPOSTED: ("repost", Action.REPOST),
    MarkName.BOOKMARKED: ("bookmark", Action.BOOKMARK),
}


class Interactions:
    """Acts on posts and accounts, each by `login` or by the likeliest one that can."""

    def __init__(
        self,
        database: Database,
        logins: Logins,
        sessions: Sessions,
        bus: Bus,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._logins = logins
        self._sessions = sessions
        self._bus = bus
        self._now = now

    # --- posts --------------------------------------------------------------------------

    async def mark(
        self, name: MarkName, post: PostId, *, on: bool, login: LoginId | None = None
    ) -> Done:
        """Set a mark on a post, or unset it.

        Raises: AdapterError, after which the mark is as it was, or unknown where nobody can tell;
        UserError.
        """
        voice, seen = await self._seen(post, login)
        word, action = _WORDS[name]
        was: Mark = getattr(seen.viewer, name.value)
        if on and isinstance(was, On) and was.undo:
            # Its server confirmed it by a record of its own; a second one would count twice.
            return Done(voice, changed=False)
        if on:
            _may(voice, seen.viewer, action, word)
        ref = PostRef(post, seen.remote_key)
        undo = was.undo if isinstance(was, On) else ""
        session = await self._sessions.get(voice)
        await self._keep(post, voice, name, On() if on else Off())
        try:
            mark: Mark = Off()
            if on:
                mark = await self._call(voice, lambda: _set(session, name, ref), promises.mark)
            else:
                await self._call(voice, lambda: _unset(session, name, ref, undo))
        except Unreachable as error:
            await self._keep(post, voice, name, UNKNOWN_MARK if error.sent is Sent.MAYBE else was)
            raise
        except (AdapterError, UserError):
            await self._keep(post, voice, name, was)
            raise
        except asyncio.CancelledError:
            await self._keep(post, voice, name, UNKNOWN_MARK)
            raise
        await self._keep(post, voice, name, mark)
        return Done(voice)

    async def react(self, post: PostId, emoji: str, login: LoginId | None = None) -> Done:
        """Answer a post with an emoji. Raises: AdapterError, UserError."""
        voice, seen = await self._seen(post, login)
        _may(voice, seen.viewer, Action.REACT, "react to")
        session = await self._sessions.get(voice)
        if not isinstance(session, Reacts):
            raise _cannot(voice, "react to posts")
        ref = PostRef(post, seen.remote_key)
        await self._call(voice, lambda: session.react(ref, emoji), promises.mark)
        await self._refresh(session, ref)
        return Done(voice)

    async def vote(
        self, post: PostId, options: Sequence[int], login: LoginId | None = None
    ) -> Done:
        """Vote for the options at these places, counted from 0. Raises: AdapterError, UserError."""
        voice, seen = await self._seen(post, login)
        poll = self._database.read(lambda c: _poll_size(c, post))
        if poll is None:
            raise UsageError(f"there is no poll in {post}")
        if not options or not all(0 <= option < poll for option in options):
            raise UsageError(f"the poll has the options 1 to {poll}")
        _may(voice, seen.viewer, Action.VOTE, "vote in")
        session = await self._sessions.get(voice)
        if not isinstance(session, Votes):
            raise _cannot(voice, "vote in polls")
        ref = PostRef(post, seen.remote_key)
        await self._call(voice, lambda: session.vote(ref, options))
        await self._refresh(session, ref)
        return Done(voice)

    # --- people -------------------------------------------------------------------------

    async def tie(
        self,
        tie: Tie,
        account: AccountId,
        *,
        on: bool,
        login: LoginId | None = None,
        until: datetime | None = None,
    ) -> Done:
        """Follow, mute or block an account, or do so no longer; `until` is for mutes.

        Raises: AdapterError, UserError.
        """
        voice = self._voices(account.network, login)[0].login.id
        session = await self._sessions.get(voice)
        followed = await self._call(voice, lambda: _tied(session, tie, account, until, on=on))
        return Done(voice, asked=not followed)

    # --- how ----------------------------------------------------------------------------

    def _voices(self, network: str, login: LoginId | None) -> list[StoredLogin]:
        """The logins that may act on a network, those that post unless told otherwise first.

        Raises: UsageError.
        """
        able = [
            each
            for each in self._logins.stored()
            if each.enabled and not each.login.guest and each.login.network == network
        ]
        if login is not None:
            self._logins.get(login)
            able = [each for each in able if each.login.id == login]
            if not able:
                raise UsageError(
                    f"{login} cannot act there: it is a guest, disabled, or of another network"
                )
        if not able:
            raise UsageError("none of your logins can act where that is", "sign in there")
        return sorted(able, key=lambda each: not each.posts)

    async def _seen(self, post: PostId, login: LoginId | None) -> tuple[LoginId, Seen]:
        """Who acts on a post, rather one that has seen it, and what it knows of it."""
        voices = [each.login.id for each in self._voices(post.network, login)]
        seen = self._database.read(lambda c: marks.seen(c, post))
        known = next((voice for voice in voices if voice in seen), None)
        if known is not None:
            return known, seen[known]
        voice = voices[0]
        session = await self._sessions.get(voice)
        await self._fetch(session, PostRef(post))
        found = self._database.read(lambda c: marks.seen(c, post)).get(voice)
        if found is None:
            raise UserError(f"{post} was deleted")
        return voice, found

    async def _fetch(self, session: Session, ref: PostRef) -> None:
        login = session.login.id
        try:
            view = await self._call(
                login,
                lambda: session.post(ref.post, key=ref.key),
                lambda view: promises.view(view, login),
            )
        except Unreachable as error:
            error.sent = Sent.NO  # whoever only reads has done nothing
            raise
        now = self._now().timestamp()

        def work(connection: Connection) -> None:
            numbers = {each.login.id.name: each.number for each in all_logins(connection)}
            if login.name not in numbers:
                raise UsageError(f"there is no login named {login} any more")
            posts.save_views(connection, [view], numbers, now)

        await self._write(work)
        self._bus.publish(PostChanged(ref.post))

    async def _refresh(self, session: Session, ref: PostRef) -> None:
        """Take over what an act changed of a post; that it was done does not hang on it."""
        try:
            await self._fetch(session, ref)
        except AdapterError as error:
            self._sessions.guard.log.warning("%s was not read again: %s", ref.post, error)

    async def _call(
        self,
        login: LoginId,
        call: Callable[[], Awaitable[T]],
        check: Callable[[T], object] | None = None,
    ) -> T:
        try:
            return await self._sessions.guard(login, call, check)
        except SignInNeeded:
            await self._sessions.signed_out(login)
            raise

    async def _keep(self, post: PostId, login: LoginId, name: MarkName, mark: Mark) -> None:
        """Write one mark down, beside what else has become known of the post meanwhile."""

        def work(connection: Connection) -> None:
            known = marks.seen(connection, post).get(login)
            if known is not None:
                marks.keep(connection, post, login, _with(known.viewer, name, mark))

        await self._write(work)
        self._bus.publish(PostChanged(post))

    async def _write(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.wrap_future(self._database.write(work))


def _may(login: LoginId, viewer: Viewer, action: Action, word: str) -> None:
    """Raises: NotAllowed where the server said that this login may not."""
    # Without any permission it is not that all was denied: nobody told.
    if viewer.allowed and action not in viewer.allowed:
        raise NotAllowed(f"{login} may not {word} this post")


def _with(viewer: Viewer, name: MarkName, mark: Mark) -> Viewer:
    match name:
        case MarkName.LIKED:
            return replace(viewer, liked=mark)
        case MarkName.REPOSTED:
            return replace(viewer, reposted=mark)
        case MarkName.BOOKMARKED:
            return replace(viewer, bookmarked=mark)


def _cannot(login: LoginId, what: str) -> NotSupported:
    return NotSupported(f"{login} cannot {what}")


def _poll_size(connection: Connection, post: PostId) -> int | None:
    """How many options the poll of a stored post has; None without one."""
    number = posts.numbers_of(connection, [post]).get(post, 0)
    held = posts.load_posts(connection, [number]).get(number)
    return len(held.poll.options) if held and held.poll else None


async def _set(session: Session, name: MarkName, ref: PostRef) -> On:
    match name:
        case MarkName.LIKED if isinstance(session, Likes):
            return await session.like(ref)
        case MarkName.REPOSTED if isinstance(session, Reposts):
            return await session.repost(ref)
        case MarkName.BOOKMARKED if isinstance(session, Bookmarks):
            return await session.bookmark(ref)
    raise _cannot(session.login.id, f"{_WORDS[name][0]} posts")


async def _unset(session: Session, name: MarkName, ref: PostRef, undo: str) -> None:
    match name:
        case MarkName.LIKED if isinstance(session, Likes):
            await session.unlike(ref, undo)
        case MarkName.REPOSTED if isinstance(session, Reposts):
            await session.unrepost(ref, undo)
        case MarkName.BOOKMARKED if isinstance(session, Bookmarks):
            await session.unbookmark(ref, undo)
        case _:
            raise _cannot(session.login.id, f"{_WORDS[name][0]} posts")


async def _tied(
    session: Session, tie: Tie, account: AccountId, until: datetime | None, *, on: bool
) -> bool:
    """Whether it is so now; False when the account has to agree first."""
    match tie:
        case Tie.FOLLOW if isinstance(session, Follows):
            if on:
                return await session.follow(account)
            await session.unfollow(account)
        case Tie.MUTE if isinstance(session, Mutes):
            await (session.mute(account, until) if on else session.unmute(account))
        case Tie.BLOCK if isinstance(session, Blocks):
            await (session.block(account) if on else session.unblock(account))
        case _:
            raise _cannot(session.login.id, f"{tie.value} people")
    return True
