"""Keeping up: every login's main timeline fetched again and again, other processes noticed.

A source that fails is tried again by itself, later each time.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuisocial.errors import UserError
from tuisocial.events import Arrived, LoginsChanged, StoreChanged
from tuisocial.sdk.errors import RateLimited, SignInNeeded
from tuisocial.store.logins import all_logins

if TYPE_CHECKING:
    import logging
    from collections.abc import Awaitable, Callable, Coroutine
    from datetime import datetime

    from tuisocial.events import Bus, Event
    from tuisocial.model.ids import LoginId
    from tuisocial.services.errors import Trouble
    from tuisocial.services.timelines import Timelines, View
    from tuisocial.store.database import Database

FIRST_RETRY, LAST_RETRY = 5.0, 300.0
LONGEST_BAN = 3600.0
"""Seconds after which a server is asked again, however long it asked to be left alone."""
LOOK_FOR_OTHERS = 2.0
"""Seconds between looks whether another process wrote to the store."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """How time passes between tries; tests bring clocks of their own.

    `jitter` answers a number between its two arguments.
    """

    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    jitter: Callable[[float, float], float] = random.uniform


class Keeping:
    """The tasks that run behind a front end, from `start` to `aclose`."""

    def __init__(
        self,
        database: Database,
        timelines: Timelines,
        bus: Bus,
        now: Callable[[], datetime],
        pauses: Pauses,
        log: logging.Logger,
        *,
        refresh_seconds: int,
        offline: bool,
    ) -> None:
        self._database = database
        self._timelines = timelines
        self._bus = bus
        self._now = now
        self._pauses = pauses
        self._log = log
        self._refresh_seconds = float(refresh_seconds)
        self._offline = offline
        self._tasks: set[asyncio.Task[None]] = set()
        self._keepers: dict[LoginId, asyncio.Task[None]] = {}
        self._unsubscribe: Callable[[], None] | None = None

    def start(self) -> None:
        """Begin; a second time does nothing."""
        if self._unsubscribe is None:
            self._unsubscribe = self._bus.subscribe(self._notice)
            self._spawn(self._watch_store())
            self._one_keeper_each()

    async def aclose(self) -> None:
        """Stop everything."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _notice(self, event: Event) -> None:
        if isinstance(event, LoginsChanged | StoreChanged):
            self._wake_the_signed_out()
        if isinstance(event, Arrived) and event.login in self._keepers:
            # What one has just sent is to be seen at once.
            self._keepers.pop(event.login).cancel()
        if isinstance(event, LoginsChanged | StoreChanged | Arrived):
            self._one_keeper_each()

    def _wake_the_signed_out(self) -> None:
        """A login that was signed out may be signed in again, and is not to wait for its turn."""
        signed_out = {each.login.id for each in self._database.read(all_logins) if each.signed_out}
        for login, view in self._mains().items():
            trouble = self._timelines.trouble(view.sources[0])
            if not isinstance(trouble, SignInNeeded) or login in signed_out:
                continue
            if login in self._keepers:
                self._keepers.pop(login).cancel()

    def _one_keeper_each(self) -> None:
        if self._offline:
            return
        mains = self._mains()
        for login in set(self._keepers) - set(mains):
            self._keepers.pop(login).cancel()
        for login in mains:
            if login not in self._keepers or self._keepers[login].done():
                self._keepers[login] = self._spawn(self._keep(login))

    def _mains(self) -> dict[LoginId, View]:
        return {view.sources[0].login: view for view in self._timelines.views()[1:]}

    async def _keep(self, login: LoginId) -> None:
        retry = FIRST_RETRY
        while (view := self._mains().get(login)) is not None:
            await self._timelines.refresh(view)
            trouble = self._timelines.trouble(view.sources[0])
            if trouble is None:
                retry = FIRST_RETRY
                pause = self._refresh_seconds
            elif (ban := self._ban(trouble)) is not None:
                pause = ban
            else:
                pause = self._pauses.jitter(retry / 2, retry)
                retry = min(retry * 2, LAST_RETRY)
            await self._pauses.sleep(pause)

    def _ban(self, trouble: Trouble) -> float | None:
        """Seconds that a server asked to be left alone, if it did."""
        if not isinstance(trouble, RateLimited) or trouble.until is None:
            return None
        if trouble.until.utcoffset() is None:
            return None
        return min(max((trouble.until - self._now()).total_seconds(), 1.0), LONGEST_BAN)

    async def _watch_store(self) -> None:
        seen: int | None = None
        while True:
            try:
                changes = await asyncio.wrap_future(self._database.changes())
            except UserError as error:
                # What reads the list next says so to the person.
                self._log.warning("the store cannot be watched: %s", error)
            else:
                if seen is not None and changes != seen:
                    self._bus.publish(StoreChanged())
                seen = changes
            await self._pauses.sleep(LOOK_FOR_OTHERS)

    def _spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._log.error("a task behind the screen ended", exc_info=error)
