"""The composition root: makes every part once, hands each what it needs, and ends them in order."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Self

from tuisocial.config.paths import Paths
from tuisocial.config.schema import Settings
from tuisocial.events import Bus, LoginsChanged, StoreChanged
from tuisocial.model.ids import LoginId
from tuisocial.registry import Registry
from tuisocial.sdk.errors import RateLimited
from tuisocial.sdk.http import Http
from tuisocial.services.accounts import Accounts
from tuisocial.services.logins import Logins
from tuisocial.services.logs import open_log
from tuisocial.services.naming import Naming
from tuisocial.services.sessions import Sessions
from tuisocial.services.threads import Threads
from tuisocial.services.timelines import Timelines, View
from tuisocial.store.database import Database
from tuisocial.store.secrets import Secrets, open_secrets

_FIRST_RETRY, _LAST_RETRY = 5.0, 300.0
_LOOK_FOR_OTHERS = 2.0
"""Seconds between looks whether another process wrote to the store."""


class Runtime:
    """Everything a front end needs. Made by `open`, which is fast and touches no network."""

    def __init__(
        self,
        paths: Paths,
        settings: Settings,
        database: Database,
        registry: Registry,
        secrets: Secrets,
        now: Callable[[], datetime],
        *,
        offline: bool,
    ) -> None:
        self.paths = paths
        self.settings = settings
        self.registry = registry
        self.bus = Bus()
        self.offline = offline
        self.now = now
        self._database = database
        self._http = Http()
        log = open_log(paths.log_file)
        self._sessions = Sessions(database, secrets, registry, self._http, now, log)
        self.logins = Logins(database, secrets, registry, self._sessions, self._http, self.bus)
        self.timelines = Timelines(
            database,
            self.logins,
            self._sessions,
            self.bus,
            now,
            page_size=settings.fetch.page_size,
            offline=offline,
        )
        naming = Naming(database, self.logins, self._sessions, registry)
        self.threads = Threads(
            database, self.logins, self._sessions, naming, self.bus, now, offline=offline
        )
        self.accounts = Accounts(
            database, self.logins, self._sessions, naming, self.bus, offline=offline
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._keepers: dict[LoginId, asyncio.Task[None]] = {}

    @classmethod
    def open(
        cls,
        paths: Paths,
        settings: Settings,
        *,
        offline: bool = False,
        registry: Registry | None = None,
        plugins: bool = True,
        secrets: Secrets | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> Self:
        """Open the store and put everything together.

        Raises: StoreError.
        """
        return cls(
            paths,
            settings,
            Database.open(paths.store_file),
            registry or Registry.find(plugins=plugins),
            secrets or open_secrets(settings.secrets, paths),
            now or (lambda: datetime.now(UTC)),
            offline=offline,
        )

    @property
    def store_notice(self) -> str:
        """One sentence when a damaged store was kept aside, else empty."""
        return self._database.notice

    async def start(self) -> None:
        """Begin to keep every login's main timeline fresh, and to notice other processes."""
        self._spawn(self._watch_store())
        self._keep_fresh()
        self.bus.subscribe(
            lambda event: self._keep_fresh() if isinstance(event, LoginsChanged) else None
        )

    async def aclose(self) -> None:
        """Stop what runs, close sessions, finish writing."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._sessions.aclose()
        await self._http.aclose()
        await asyncio.to_thread(self._database.close)

    def close(self) -> None:
        """End a runtime that never ran anything."""
        self._database.close()

    def _keep_fresh(self) -> None:
        """One keeper for each login there is."""
        if self.offline:
            return
        mains = {view.sources[0].login: view for view in self.timelines.views()[1:]}
        for login in set(self._keepers) - set(mains):
            self._keepers.pop(login).cancel()
        for login, view in mains.items():
            if login not in self._keepers:
                self._keepers[login] = self._spawn(self._refresh_for_ever(view))

    async def _refresh_for_ever(self, view: View) -> None:
        retry = _FIRST_RETRY
        while True:
            await self.timelines.refresh(view)
            trouble = self.timelines.trouble(view.sources[0])
            if trouble is None:
                retry = _FIRST_RETRY
                pause = float(self.settings.fetch.refresh_seconds)
            elif isinstance(trouble, RateLimited) and trouble.until is not None:
                pause = max((trouble.until - self.now()).total_seconds(), 1.0)
            else:
                pause = retry * random.uniform(0.5, 1.0)
                retry = min(retry * 2, _LAST_RETRY)
            await asyncio.sleep(pause)

    async def _watch_store(self) -> None:
        seen = self._database.changes()
        while True:
            await asyncio.sleep(_LOOK_FOR_OTHERS)
            changes = self._database.changes()
            if changes != seen:
                seen = changes
                self.bus.publish(StoreChanged())

    def _spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
