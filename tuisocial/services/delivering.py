"""One delivery by one login: found again if it may have gone out, its files uploaded, sent.

When it is tried, and what becomes of it then, is `outbox`'s affair.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from tuisocial.errors import UserError
from tuisocial.model.submission import PostRef, Receipt, Upload
from tuisocial.sdk.errors import (
    AdapterError,
    BadAnswer,
    NotSupported,
    Refused,
    Sent,
    Unreachable,
)
from tuisocial.sdk.writing import (
    Deletes,
    Edits,
    FindsAttempts,
    Publishes,
    UploadsMedia,
)
from tuisocial.services.linking import ADDRESS, with_link
from tuisocial.store import outbox as stored
from tuisocial.store.outbox import Act

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tuisocial.model.submission import Submission
    from tuisocial.sdk.adapter import Session
    from tuisocial.sdk.writing import Progress
    from tuisocial.services.guard import Guard
    from tuisocial.services.sessions import Sessions
    from tuisocial.store.database import Database
    from tuisocial.store.outbox import Delivery

_PATIENCE = 90.0
"""Seconds for one write."""

_UPLOAD_PATIENCE = 3600.0


class Lost(Exception):
    """The delivery is no longer ours."""


class Doubtful(Exception):
    """Nobody knows whether the delivery went out; `error` says why."""

    def __init__(self, error: AdapterError | UserError) -> None:
        self.error = error


class Delivering:
    """Does one delivery. `owner` is this process's name on it."""

    def __init__(self, database: Database, sessions: Sessions, owner: str) -> None:
        self._database = database
        self._sessions = sessions
        self._owner = owner

    async def deliver(self, delivery: Delivery, progress: Progress) -> Receipt:
        """Have it done, once however often this is called.

        Raises: AdapterError when it certainly did not go out, Doubtful, Lost, StoreError.
        """
        session = await self._opened(delivery)
        guard = self._sessions.guard
        delivery = self._aimed(delivery)
        if delivery.act is Act.DELETE:
            return await self._delete(session, guard, delivery)
        if delivery.doubt:
            found = await self._found(session, guard, delivery)
            if found is not None:
                return found
        if not isinstance(session, Publishes):
            raise NotSupported(
                f"{delivery.login} cannot post", remedy="sign in with the right to write"
            )
        submission = self._settled(session, delivery)
        submission = await self._uploaded(session, guard, delivery, submission, progress)
        await self._keep(delivery, submission, doubt=True)
        if delivery.act is Act.EDIT:
            if not isinstance(session, Edits):
                raise NotSupported(f"{delivery.login} cannot change posts")
            return await self._sent(
                guard, delivery, lambda: session.edit(submission, delivery.attempt)
            )
        return await self._sent(
            guard, delivery, lambda: session.publish(submission, delivery.attempt)
        )

    def _aimed(self, delivery: Delivery) -> Delivery:
        """The delivery with the post that it changes or deletes as it is called by now."""
        if delivery.submission.edits is None or delivery.doubt:
            return delivery
        before = self._database.read(lambda c: stored.changed_before(c, delivery.number))
        view = before.receipt.view if before and before.receipt else None
        if view is None:
            return delivery
        edits = PostRef(view.post.id, view.remote_key)
        return replace(delivery, submission=replace(delivery.submission, edits=edits))

    async def _opened(self, delivery: Delivery) -> Session:
        try:
            return await self._sessions.get(delivery.login)
        except (AdapterError, UserError) as error:
            if delivery.doubt:
                # Nobody was asked, so that a doubt is no smaller than it was.
                raise Doubtful(error) from None
            raise

    async def _sent(
        self, guard: Guard, delivery: Delivery, call: Callable[[], Awaitable[Receipt]]
    ) -> Receipt:
        try:
            async with asyncio.timeout(_PATIENCE):
                return await guard(delivery.login, call, patience=None)
        except TimeoutError:
            raise Doubtful(
                Unreachable(f"{delivery.login} did not answer within {_PATIENCE:.0f} seconds")
            ) from None
        except Unreachable as error:
            if error.sent is Sent.NO:
                raise
            raise Doubtful(error) from None
        except (BadAnswer, UserError) as error:
            # Whatever was answered or could not be written down, something may have been done.
            raise Doubtful(error) from None

    async def _delete(self, session: Session, guard: Guard, delivery: Delivery) -> Receipt:
        post = delivery.submission.edits
        if not isinstance(session, Deletes) or post is None:
            raise NotSupported(f"{delivery.login} cannot take posts back")
        return await guard(delivery.login, lambda: session.delete(post), patience=_PATIENCE)

    async def _found(self, session: Session, guard: Guard, delivery: Delivery) -> Receipt | None:
        """What an earlier try came to; None when it certainly came to nothing."""
        if not isinstance(session, FindsAttempts):
            raise Doubtful(
                NotSupported(
                    f"nobody can tell whether {delivery.login} has this post",
                    remedy="look for it there; then retry it here, or drop it",
                )
            )
        try:
            return await guard(
                delivery.login,
                lambda: session.find(delivery.submission, delivery.attempt),
                patience=_PATIENCE,
            )
        except (AdapterError, UserError) as error:
            raise Doubtful(error) from None

    def _settled(self, session: Session, delivery: Delivery) -> Submission:
        """The submission with what only earlier deliveries could tell."""
        submission = delivery.submission
        if delivery.after is None:
            return submission
        before = self._database.read(lambda c: stored.delivery(c, delivery.after or 0))
        view = before.receipt.view if before and before.receipt else None
        if before is None or view is None:
            raise Refused(
                "what this follows is not there as a post (it waits at its server, or was dropped)",
                field="reply",
                remedy="edit it",
            )
        if before.login == delivery.login:
            return replace(submission, reply_to=PostRef(view.post.id, view.remote_key))
        if ADDRESS not in submission.text.text:
            return submission  # an earlier try put the link in
        assert isinstance(session, Publishes)
        return with_link(submission, view.post.url or str(view.post.id), session.measure)

    async def _uploaded(
        self,
        session: Session,
        guard: Guard,
        delivery: Delivery,
        submission: Submission,
        progress: Progress,
    ) -> Submission:
        """The submission with a key for each file; one that was uploaded before keeps its."""
        for place, media in enumerate(submission.media):
            if media.key:
                continue
            if not isinstance(session, UploadsMedia):
                raise NotSupported(f"{delivery.login} takes no files", remedy="take the files out")
            key = await guard(
                delivery.login,
                lambda media=media: session.upload(media.attachment, progress),  # type: ignore[misc]
                patience=_UPLOAD_PATIENCE,
            )
            uploads = list(submission.media)
            uploads[place] = Upload(media.attachment, key)
            submission = replace(submission, media=tuple(uploads))
            await self._keep(delivery, submission, doubt=False)
        return submission

    async def _keep(self, delivery: Delivery, submission: Submission, *, doubt: bool) -> None:
        ours = await asyncio.wrap_future(
            self._database.write(
                lambda c: stored.keep_submission(
                    c, delivery.number, self._owner, submission, doubt=doubt
                )
            )
        )
        if not ours:
            raise Lost
