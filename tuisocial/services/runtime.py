"""The composition root: makes every part once, hands each what it needs, and ends them in order."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Self

from tuisocial.config.schema import SecretsBackend
from tuisocial.events import Bus
from tuisocial.registry import Registry
from tuisocial.sdk.http import Http
from tuisocial.sdk.reach import Reach
from tuisocial.services.guard import Guard
from tuisocial.services.logins import Logins
from tuisocial.services.logs import Scrubber, close_log, open_log
from tuisocial.services.sessions import Sessions
from tuisocial.services.tidying import Tidying
from tuisocial.services.timelines import Timelines
from tuisocial.store.database import Database
from tuisocial.store.secrets import open_secrets

if TYPE_CHECKING:
    from collections.abc import Callable

    from tuisocial.config.paths import Paths
    from tuisocial.config.schema import Settings
    from tuisocial.services.accounts import Accounts
    from tuisocial.services.arrangement import Arrangement
    from tuisocial.services.completing import Completing
    from tuisocial.services.composing import Composing
    from tuisocial.services.interactions import Interactions
    from tuisocial.services.keeping import Keeping, Pauses
    from tuisocial.services.naming import Naming
    from tuisocial.services.outbox import Outbox
    from tuisocial.services.secrets_moving import SecretsMoving
    from tuisocial.services.threads import Threads
    from tuisocial.store.secrets import Secrets


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
        pauses: Pauses | None,
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
        self._secrets = secrets
        self._http = Http(reach=Reach(frozenset(settings.network.private_hosts)))
        scrubber = self.scrub = Scrubber()
        """Takes the secrets that were handed out, and what looks like one, out of a text."""
        self._log = open_log(paths.log_file, scrubber)
        guard = Guard(self._log, scrubber.exactly)
        self._sessions = Sessions(database, secrets, registry, self._http, now, guard, scrubber)
        self._tidying = Tidying(database, secrets, paths.moving_note)
        self.logins = Logins(
            database,
            secrets,
            registry,
            self._sessions,
            self._http,
            self.bus,
            scrubber,
            self._tidying,
            now,
        )
        self.timelines = Timelines(
            database,
            self.logins,
            self._sessions,
            self.bus,
            now,
            page_size=settings.fetch.page_size,
            offline=offline,
        )
        self._pauses = pauses
        self._keeping: Keeping | None = None

    # What the first paint does not need is made when it is first asked for.

    @cached_property
    def arrangement(self) -> Arrangement:
        """How logins are named, ordered and shown."""
        from tuisocial.services.arrangement import Arrangement

        return Arrangement(
            self._database,
            self._secrets,
            self.logins,
            self._sessions,
            self._tidying,
            self.bus,
            self.now,
        )

    @cached_property
    def composing(self) -> Composing:
        """Drafts, and what becomes of them."""
        from tuisocial.services.composing import Composing

        return Composing(
            self._database,
            self.logins,
            self._sessions,
            self.bus,
            self.now,
            alt_needed=self.settings.compose.require_alt,
            offline=self.offline,
        )

    @cached_property
    def completing(self) -> Completing:
        """Names that are being typed, finished."""
        from tuisocial.services.completing import Completing

        return Completing(self._database, self._sessions, offline=self.offline)

    @cached_property
    def outbox(self) -> Outbox:
        """What is to be sent, and sends it."""
        from tuisocial.services.keeping import Pauses
        from tuisocial.services.outbox import Outbox
        from tuisocial.services.owner import Owner

        return Outbox(
            self._database,
            self._sessions,
            Owner(self.paths.senders_dir),
            self.bus,
            self.now,
            self._pauses or Pauses(),
            self._log,
            offline=self.offline,
        )

    @cached_property
    def interactions(self) -> Interactions:
        """Acts on posts and people."""
        from tuisocial.services.interactions import Interactions

        return Interactions(self._database, self.logins, self._sessions, self.bus, self.now)

    @cached_property
    def threads(self) -> Threads:
        """Conversations."""
        from tuisocial.services.threads import Threads

        return Threads(
            self._database,
            self.logins,
            self._sessions,
            self._naming,
            self.bus,
            self.now,
            offline=self.offline,
        )

    @cached_property
    def accounts(self) -> Accounts:
        """Profiles."""
        from tuisocial.services.accounts import Accounts

        return Accounts(
            self._database,
            self.logins,
            self._sessions,
            self._naming,
            self.bus,
            offline=self.offline,
        )

    @cached_property
    def _naming(self) -> Naming:
        from tuisocial.services.naming import Naming

        return Naming(self._database, self.logins, self._sessions, self.registry)

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
        pauses: Pauses | None = None,
    ) -> Self:
        """Open the store and put everything together.

        Raises: StoreError.
        """
        return cls(
            paths,
            settings,
            # Who asks nobody for anything new can do without writing.
            Database.open(paths.store_file, reading=offline),
            registry or Registry.find(plugins=plugins),
            secrets or open_secrets(settings.secrets, paths),
            now or (lambda: datetime.now(UTC)),
            pauses,
            offline=offline,
        )

    @property
    def store_notice(self) -> str:
        """One sentence when a damaged store was kept aside, else empty."""
        return self._database.notice

    @property
    def secrets_notice(self) -> str:
        """One sentence while secrets are in plain text, else empty."""
        if self.settings.secrets.backend is not SecretsBackend.FILE:
            return ""
        if not any(each.secrets for each in self.logins.stored()):
            return ""
        return f"the logins' secrets are in plain text in {self.paths.secrets_file}"

    def secrets_moving(self, to: SecretsBackend) -> SecretsMoving:
        """A move of all secrets to another place."""
        from tuisocial.services.secrets_moving import SecretsMoving

        chosen = self.settings.secrets

        def open_place(backend: SecretsBackend) -> Secrets:
            return open_secrets(replace(chosen, backend=backend), self.paths)

        return SecretsMoving(chosen, self.paths, self.logins.stored(), to, open_place)

    async def start(self) -> None:
        """Begin to keep every login's main timeline fresh, to send what waits, and to notice what
        other processes do."""
        from tuisocial.services.keeping import Keeping, Pauses

        if self._keeping is None:
            self._keeping = Keeping(
                self._database,
                self.timelines,
                self.bus,
                self.now,
                self._pauses or Pauses(),
                self._log,
                refresh_seconds=self.settings.fetch.refresh_seconds,
                offline=self.offline,
            )
        self._keeping.start()
        self.outbox.start()
        await self._tidying.tidy()

    async def aclose(self) -> None:
        """Stop what runs, close sessions, finish writing."""
        if self._keeping is not None:
            await self._keeping.aclose()
        if "outbox" in self.__dict__:
            await self.outbox.aclose()
        await self._sessions.aclose()
        await self._http.aclose()
        await asyncio.to_thread(self._database.close)
        close_log(self._log)

    def close(self) -> None:
        """End a runtime that never ran anything."""
        self._database.close()
        close_log(self._log)
