"""The outbox: what is to be sent, tried until it is settled, and how each piece stands.

Rows live in `store.outbox`; `delivering` does one. Any number of processes may run this on one
store: a delivery is taken by one of them, and what a dead one had taken is looked for before it is
sent again.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Collection
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from tuisocial.errors import UsageError, UserError
from tuisocial.events import LoginsChanged, OutboxChanged, StoreChanged
from tuisocial.store import outbox as stored
from tuisocial.store.logins import all_logins
from tuisocial.store.outbox import State

if TYPE_CHECKING:
    import logging
    from datetime import datetime
    from sqlite3 import Connection

    from tuisocial.events import Bus, Event
    from tuisocial.model.ids import LoginId, PostId
    from tuisocial.services.keeping import Pauses
    from tuisocial.services.owner import Owner
    from tuisocial.services.sending import Sending
    from tuisocial.services.sessions import Sessions
    from tuisocial.store.database import Database
    from tuisocial.store.outbox import Delivery

_LOOK = 30.0
"""Seconds between looks for what other processes queued."""
_CLOSING = 5.0
_FOR_A_PERSON = 12 * 3600.0
"""Seconds. What waits longer than that waits for somebody to do something."""

T = TypeVar("T")


class Outbox:
    """Everything that was sent or is to be sent."""

    def __init__(
        self,
        database: Database,
        sessions: Sessions,
        owner: Owner,
        bus: Bus,
        now: Callable[[], datetime],
        pauses: Pauses,
        log: logging.Logger,
        *,
        offline: bool,
    ) -> None:
        self._database = database
        self._owner = owner
        self._bus = bus
        self._now = now
        self._pauses = pauses
        self._log = log
        self._offline = offline
        self._sessions = sessions
        self._busy: dict[LoginId, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self._stumbled = False
        self._runner: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] | None = None

    @cached_property
    def _sending(self) -> Sending:
        # Much of it is not needed as long as there is nothing to send.
        from tuisocial.services.sending import Sending

        return Sending(
            self._database, self._sessions, self._owner.name, self._bus, self._now, self._pauses
        )

    @property
    def _in_hand(self) -> bool:
        """Whether something is being sent by this process now."""
        return "_sending" in self.__dict__ and bool(self._sending.active)

    # --- what there is ------------------------------------------------------------------

    def unsettled(self) -> list[Delivery]:
        """Everything that was not sent yet, refused ones too."""
        return self._database.read(stored.unsettled)

    def lately_sent(self, limit: int = 20) -> list[Delivery]:
        """The last deliveries that went out."""
        return self._database.read(lambda c: stored.lately_sent(c, limit))

    def of(self, draft: str) -> list[Delivery]:
        """What became of a draft."""
        return self._database.read(lambda c: stored.deliveries_of(c, draft))

    def get(self, number: int) -> Delivery:
        """One delivery. Raises: UsageError."""
        found = self._found(number)
        if found is None:
            raise UsageError(f"the outbox has no number {number}", "see `tuisocial outbox list`")
        return found

    def progress(self, number: int) -> tuple[int, int] | None:
        """Bytes done and in all, while a delivery's file is on its way."""
        return self._sending.uploading.get(number) if self._in_hand else None

    def copies_of(self, post: PostId) -> list[Delivery]:
        """The deliveries that made a post and its copies elsewhere, its own first."""
        return self._database.read(lambda c: stored.siblings(c, post))

    # --- changing it --------------------------------------------------------------------

    async def retry(self, numbers: Collection[int]) -> int:
        """Try deliveries at once, refused ones too; how many that is."""
        now = self._millis()
        count = await self._write(lambda c: stored.hurry(c, numbers, now))
        self._changed()
        return count

    async def drop(self, numbers: Collection[int]) -> list[int]:
        """Send these never, nor what follows them in their threads; the numbers that are gone.

        A draft of which nothing was sent becomes one to write on again.
        """
        from tuisocial.store import drafts

        def work(connection: Connection) -> list[int]:
            touched = {
                found.draft
                for number in numbers
                if (found := stored.delivery(connection, number)) is not None
            }
            gone = stored.drop(connection, numbers)
            for draft in touched:
                if not stored.deliveries_of(connection, draft):
                    drafts.mark_queued(connection, draft, queued=False)
            return gone

        gone = await self._write(work)
        self._changed()
        return gone

    # --- sending ------------------------------------------------------------------------

    def start(self) -> None:
        """Send whatever is due from now on, until `aclose`."""
        if self._runner is None and not self._offline:
            self._unsubscribe = self._bus.subscribe(self._notice)
            self._runner = asyncio.create_task(self._run(), name="outbox")

    async def send(self, numbers: Collection[int]) -> None:
        """Try these now, once each, threads in their order; what fails waits for its next try.

        Earlier changes of the posts that they change or delete are tried before.

        Raises: UserError if nothing can be sent from here, or cannot be written down.
        """
        if self._offline:
            return
        wanted = self._with_changes_before(numbers)
        while True:
            await self._round(wanted)
            if not self._busy:
                return
            ended, _ = await asyncio.wait(self._busy.values())
            # What cannot even be written down would be tried for ever.
            for error in filter(None, map(_trouble, ended)):
                raise error

    async def until_settled(self, numbers: Collection[int]) -> None:
        """Wait until all of these are sent or refused, trying them when they are due."""
        wanted = self._with_changes_before(numbers)
        while True:
            await self.send(wanted)
            now = self._millis()
            ready = self._database.read(lambda c: stored.ready(c, wanted))
            left = [one for number in wanted if (one := self._found(number)) is not None]
            left = [one for one in left if one.number in ready or one.state is State.SENDING]
            pauses = [(one.due - now) / 1000 for one in left]
            if all(pause > _FOR_A_PERSON for pause in pauses):
                return
            await self._pauses.sleep(min(max(min(pauses), 0.05), _LOOK))

    async def aclose(self) -> None:
        """Let what is on its way arrive, briefly, and give back the rest."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        if self._runner is not None:
            self._runner.cancel()
            await asyncio.gather(self._runner, return_exceptions=True)
            self._runner = None
        if self._busy:
            _, late = await asyncio.wait(self._busy.values(), timeout=_CLOSING)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        try:
            now = self._millis()
            await self._write(lambda c: stored.release(c, self._owner.name, now))
        except UserError as error:
            self._log.warning("the outbox could not be given back: %s", error)
        self._owner.end()

    def _found(self, number: int) -> Delivery | None:
        return self._database.read(lambda c: stored.delivery(c, number))

    def _with_changes_before(self, numbers: Collection[int]) -> set[int]:
        wanted = set(numbers)
        return wanted | self._database.read(lambda c: stored.changes_before(c, wanted))

    def _notice(self, event: Event) -> None:
        if isinstance(event, LoginsChanged):
            self._hurry_the_renewed()
        if isinstance(event, LoginsChanged | OutboxChanged | StoreChanged):
            self._wake.set()

    def _hurry_the_renewed(self) -> None:
        now = self._millis()

        def work(connection: Connection) -> None:
            for login in all_logins(connection):
                if login.enabled and not login.signed_out:
                    stored.hurry_login(connection, login.login.id, now)

        self._database.write(work).add_done_callback(lambda done: done.exception())

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            stumbled, self._stumbled = self._stumbled, False
            pause = _LOOK
            try:
                await self._round(None)
                pause = _LOOK if stumbled else self._pause()
            except UserError as error:
                self._log.warning("the outbox waits: %s", error)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wake.wait()

    def _pause(self) -> float:
        due = self._database.read(stored.next_due)
        if due is None:
            return _LOOK
        return min(max((due - self._millis()) / 1000, 0.05), _LOOK)

    async def _round(self, wanted: Collection[int] | None) -> None:
        """Begin to send what is due, each login's by a task of its own."""
        self._owner.begin()
        await self._release_the_dead()
        for delivery in self._due():
            if wanted is not None and delivery.number not in wanted:
                continue
            if delivery.login not in self._busy:
                task = asyncio.create_task(self._of_login(delivery.login, wanted))
                self._busy[delivery.login] = task
                task.add_done_callback(lambda _, login=delivery.login: self._idle(login))  # type: ignore[misc]

    def _idle(self, login: LoginId) -> None:
        error = _trouble(self._busy.pop(login))
        if error is None:
            self._wake.set()
            return
        self._stumbled = True
        self._log.warning("the outbox waits: %s", error, exc_info=error.__cause__)

    async def _release_the_dead(self) -> None:
        owners = self._database.read(stored.owners)
        dead = [one for one in owners if one != self._owner.name and not self._owner.alive(one)]
        # What could not be written down when it ended; it may end like that again.
        stumbled = self._owner.name in owners and not self._in_hand
        if dead or stumbled:
            now = self._millis()

            def work(connection: Connection) -> None:
                for owner in dead:
                    stored.release(connection, owner, now)
                if stumbled:
                    due = now + int(_LOOK * 1000)
                    stored.release(connection, self._owner.name, now, due=due)

            await self._write(work)

    async def _of_login(self, login: LoginId, wanted: Collection[int] | None) -> None:
        """Send what is due by one login, one after another, until nothing is or it fails."""
        while True:
            due = [
                one
                for one in self._due()
                if one.login == login and (wanted is None or one.number in wanted)
            ]
            if not due or not await self._sending.one(due[0].number):
                return

    def _due(self) -> list[Delivery]:
        now = self._millis()
        return self._database.read(lambda c: stored.due(c, now))

    def _millis(self) -> int:
        return int(self._now().timestamp() * 1000)

    def _changed(self, draft: str = "") -> None:
        self._bus.publish(OutboxChanged(draft))

    async def _write(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.wrap_future(self._database.write(work))


def _trouble(task: asyncio.Task[None]) -> UserError | None:
    """What ended a login's sending before its time, as something to tell."""
    error = None if task.cancelled() else task.exception()
    if error is None or isinstance(error, UserError):
        return error
    trouble = UserError(
        f"sending stumbled: {type(error).__name__}",
        "this is a fault in tuisocial: report it with the log file",
    )
    trouble.__cause__ = error
    return trouble
