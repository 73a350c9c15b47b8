"""One delivery from taking it to writing down what came of it, and when it is tried next.

What it takes to do one is in `delivering`; which are due, and in what order, is `outbox`'s affair.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from tuisocial.errors import UserError
from tuisocial.events import Arrived, OutboxChanged
from tuisocial.model.submission import Upload
from tuisocial.sdk.errors import (
    AdapterError,
    BadAnswer,
    RateLimited,
    Refused,
    SignInNeeded,
    Unreachable,
)
from tuisocial.sdk.writing import DeclaresCopies
from tuisocial.services.delivering import Delivering, Doubtful, Lost
from tuisocial.store import copies, posts
from tuisocial.store import outbox as stored
from tuisocial.store.logins import all_logins
from tuisocial.store.outbox import A_DAY, Act, State

if TYPE_CHECKING:
    from datetime import datetime
    from sqlite3 import Connection

    from tuisocial.events import Bus
    from tuisocial.model.ids import PostId
    from tuisocial.model.submission import Receipt
    from tuisocial.services.keeping import Pauses
    from tuisocial.services.sessions import Sessions
    from tuisocial.store.database import Database
    from tuisocial.store.outbox import Delivery

_FIRST_RETRY, _LAST_RETRY = 15.0, 3600.0
_LIMITED = 60.0
"""Seconds to wait after "too many" without a time."""
_LONGEST_BAN = 6 * 3600.0
_DOUBT = 10.0
"""Seconds before looking for what may have gone out: its server may still be at it."""
_COPY_PATIENCE, _COPY_PAUSE = 10.0, 0.25
"""Seconds that a post waits for a copy of it that it could name."""

T = TypeVar("T")


class Sending:
    """Does deliveries. `owner` is this process's name on them, `active` the ones in hand."""

    def __init__(
        self,
        database: Database,
        sessions: Sessions,
        owner: str,
        bus: Bus,
        now: Callable[[], datetime],
        pauses: Pauses,
    ) -> None:
        self._database = database
        self._sessions = sessions
        self._owner = owner
        self._bus = bus
        self._now = now
        self._pauses = pauses
        self._delivering = Delivering(database, sessions, owner)
        self.active: set[int] = set()
        self.uploading: dict[int, tuple[int, int]] = {}
        """By the number of a delivery whose files are on their way: bytes done and in all."""

    async def one(self, number: int) -> bool:
        """Try one; False when its login had better be left alone for now."""
        self.active.add(number)
        try:
            taken = await self._write(lambda c: stored.take(c, number, self._owner))
            return taken is None or await self._try(taken)
        finally:
            self.active.discard(number)

    async def _try(self, taken: Delivery) -> bool:
        self._changed(taken.draft)
        try:
            taken = await self._with_copies(taken)
            receipt = await self._delivering.deliver(taken, self._progress(taken))
        except Lost:
            return True
        except Doubtful as doubtful:
            pause = max(_DOUBT, await self._pause(taken, doubtful.error))
            await self._otherwise(taken, State.UNKNOWN, pause, doubtful.error, doubt=True)
            return False
        except AdapterError as error:
            return await self._failed(taken, error)
        except UserError as error:
            # A login that is gone, secrets that are locked, a disk that is full.
            await self._otherwise(taken, State.FAILED, self._backoff(taken), error)
            return False
        except Exception as error:
            # A fault of ours: who knows how far it went.
            self._sessions.guard.log.exception("delivery %s stumbled", taken.number)
            what = UserError(
                f"sending stumbled: {type(error).__name__}",
                "this is a fault in tuisocial: report it with the log file",
            )
            pause = max(_DOUBT, self._backoff(taken))
            await self._otherwise(taken, State.UNKNOWN, pause, what, doubt=True)
            return False
        else:
            await self._sent(taken, receipt)
            self._bus.publish(Arrived(taken.login))
            return True
        finally:
            self.uploading.pop(taken.number, None)
            self._changed(taken.draft)

    async def _failed(self, taken: Delivery, error: AdapterError) -> bool:
        match error:
            case SignInNeeded() | RateLimited() | Unreachable() | BadAnswer():
                # Nonsense to a post would be a doubt; uploads and deletions can be done again.
                pause = await self._pause(taken, error)
                await self._otherwise(taken, State.FAILED, pause, error)
            case Refused(field="media") if any(one.key for one in taken.submission.media):
                await self._forget_uploads(taken)
                await self._otherwise(taken, State.FAILED, 1.0, error)
                return True
            case _:
                await self._otherwise(taken, State.REFUSED, 0, error)
                return True
        return False

    async def _pause(self, taken: Delivery, error: AdapterError | UserError) -> float:
        """Seconds until a delivery that met `error` is tried again; a sign-out is noted."""
        match error:
            case SignInNeeded():
                await self._sessions.signed_out(taken.login)
                return A_DAY / 1000
            case RateLimited(until=until):
                if until is None or until.utcoffset() is None:
                    return _LIMITED
                return min(max((until - self._now()).total_seconds(), 1.0), _LONGEST_BAN)
            case _:
                return self._backoff(taken)

    async def _forget_uploads(self, taken: Delivery) -> None:
        """Uploads that were made earlier have lapsed: they are made again, once."""
        fresh = replace(
            taken.submission,
            media=tuple(Upload(one.attachment) for one in taken.submission.media),
        )
        await self._write(
            lambda c: stored.keep_submission(c, taken.number, self._owner, fresh, doubt=False)
        )

    async def _with_copies(self, taken: Delivery) -> Delivery:
        """The delivery with what it can name as its copies; waits for them a moment."""
        if taken.act is not Act.POST or taken.doubt or taken.submission.copies:
            return taken
        waited = 0.0
        while True:
            there, coming = await self._copies(taken)
            if there or not coming or waited >= _COPY_PATIENCE:
                break
            await self._pauses.sleep(_COPY_PAUSE)
            waited += _COPY_PAUSE
        return replace(taken, submission=replace(taken.submission, copies=there))

    async def _copies(self, taken: Delivery) -> tuple[tuple[PostId, ...], bool]:
        """The copies of a post that its network can name, and whether one may still come."""
        others = [
            one
            for one in self._database.read(lambda c: stored.deliveries_of(c, taken.draft))
            if one.part == taken.part and one.act is Act.POST and one.login != taken.login
        ]
        if not others:
            return (), False
        session = await self._sessions.get(taken.login)
        if not isinstance(session, DeclaresCopies):
            return (), False
        networks = {each.login.id: each.login.network for each in self._database.read(all_logins)}
        mine = networks.get(taken.login)
        named = [
            one
            for one in others
            if (network := networks.get(one.login, "")) != mine and session.declares(network)
        ]
        there = tuple(one.receipt.view.post.id for one in named if one.receipt and one.receipt.view)
        return there, any(one.state in (State.QUEUED, State.SENDING) for one in named)

    async def _sent(self, taken: Delivery, receipt: Receipt) -> None:
        now = self._now().timestamp()

        def work(connection: Connection) -> None:
            stored.settle_sent(connection, taken.number, self._owner, receipt)
            view = receipt.view
            gone = taken.submission.edits
            if taken.act is Act.DELETE and gone is not None:
                posts.delete_posts(connection, [gone.post])
            if view is None:
                return
            if gone is not None and gone.post != view.post.id:
                posts.delete_posts(connection, [gone.post])
            numbers = {each.login.id.name: each.number for each in all_logins(connection)}
            if taken.login.name in numbers:
                posts.save_views(connection, [view], numbers, now)
            together = [
                one.receipt.view.post.id
                for one in stored.siblings(connection, view.post.id)
                if one.receipt and one.receipt.view
            ]
            copies.declare(connection, sorted(together, key=str))

        await self._write(work)

    async def _otherwise(
        self,
        taken: Delivery,
        state: State,
        pause: float,
        error: AdapterError | UserError,
        *,
        doubt: bool = False,
    ) -> None:
        now = self._millis()
        await self._write(
            lambda c: stored.settle_otherwise(
                c,
                taken.number,
                self._owner,
                state,
                due=now + int(pause * 1000),
                now=now,
                doubt=doubt,
                problem=error.message,
                remedy=error.remedy,
            )
        )

    def _backoff(self, taken: Delivery) -> float:
        longest = min(_FIRST_RETRY * 2.0 ** min(taken.tries - 1, 10), _LAST_RETRY)
        return self._pauses.jitter(longest / 2, longest)

    def _progress(self, taken: Delivery) -> Callable[[int, int], None]:
        loop = asyncio.get_running_loop()

        def tell(done: int, whole: int) -> None:
            self.uploading[taken.number] = (done, whole)
            self._changed(taken.draft)

        def from_any_thread(done: int, whole: int) -> None:
            loop.call_soon_threadsafe(tell, done, whole)

        return from_any_thread

    def _millis(self) -> int:
        return int(self._now().timestamp() * 1000)

    def _changed(self, draft: str) -> None:
        self._bus.publish(OutboxChanged(draft))

    async def _write(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.wrap_future(self._database.write(work))
