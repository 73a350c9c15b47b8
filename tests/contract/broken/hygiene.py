"""Adapters that each break one rule of hygiene."""

import asyncio
import logging
import socket
import time
from collections.abc import Sequence

from tests.contract.broken.case import breaks
from tuisocial.model.entry import Entry
from tuisocial.model.login import Login
from tuisocial.model.timeline import Timeline
from tuisocial.sdk.adapter import SessionContext
from tuisocial.sdk.errors import Unreachable
from tuisocial.sdk.login_steps import LoginFlow
from tuisocial.sdk.page import Cursor, Page
from tuisocial.sdk.testing.memory import MemoryAdapter, MemorySession


def _knock() -> None:
    """Try to connect to a port of this machine on which nothing listens."""
    with socket.socket() as knocking:
        knocking.setblocking(False)
        knocking.connect_ex(("127.0.0.1", 9))


@breaks("hygiene.importing_it_is_cheap", "pytest", module="tests.contract.test_memory")
class Heavy(MemoryAdapter):
    pass


@breaks("hygiene.importing_it_is_cheap", "cannot be imported", module="tests.no_such_module")
class Nowhere(MemoryAdapter):
    pass


@breaks("hygiene.nothing_is_asked_before_open", "socket.connect")
class Curious(MemoryAdapter):
    def login_flows(self) -> Sequence[LoginFlow]:
        _knock()
        return super().login_flows()


@breaks("hygiene.open_asks_nothing", "socket.connect")
class Eager(MemoryAdapter):
    async def open(self, login: Login, context: SessionContext) -> MemorySession:
        _knock()
        return await super().open(login, context)


@breaks("hygiene.open_asks_nothing", "socket.connect")
class EagerBehind(MemoryAdapter):
    async def open(self, login: Login, context: SessionContext) -> MemorySession:
        asyncio.get_running_loop().call_soon(_knock)
        return await super().open(login, context)


@breaks("hygiene.closing_leaves_nothing_running", "tasks go on after aclose")
class Restless(MemorySession):
    async def timeline(
        self, timeline: Timeline, *, cursor: Cursor | None, limit: int
    ) -> Page[Entry]:
        self.watching = asyncio.create_task(asyncio.Event().wait())
        return await super().timeline(timeline, cursor=cursor, limit=limit)


@breaks("hygiene.closing_twice_is_closing_once", "RuntimeError escaped the adapter")
class Punctilious(MemorySession):
    async def aclose(self) -> None:
        if self.closed:
            raise RuntimeError("already closed")
        await super().aclose()


@breaks("hygiene.secrets_stay_out_of_reprs", "shows in a repr")
class Frank(MemorySession):
    def __repr__(self) -> str:
        return f"<session with {self._token and self._token.reveal()}>"


@breaks("hygiene.secrets_stay_out_of_reprs", "shows in a repr")
class Undressed(MemoryAdapter):
    async def open(self, login: Login, context: SessionContext) -> MemorySession:
        session = await super().open(login, context)
        secret = await context.secret("token")
        session.headers = {"Authorization": f"Bearer {secret and secret.reveal()}"}  # type: ignore[attr-defined]
        return session


@breaks("hygiene.secrets_stay_out_of_errors", "shows in an error")
class Explaining(MemorySession):
    async def timeline(
        self, timeline: Timeline, *, cursor: Cursor | None, limit: int
    ) -> Page[Entry]:
        try:
            return await super().timeline(timeline, cursor=cursor, limit=limit)
        except Unreachable as error:
            cause = OSError(f"GET /?token={self._token and self._token.reveal()} failed")
            raise Unreachable(error.message) from cause


@breaks("hygiene.secrets_stay_out_of_logs", "shows in a log")
class Talkative(MemorySession):
    async def timeline(
        self, timeline: Timeline, *, cursor: Cursor | None, limit: int
    ) -> Page[Entry]:
        token = self._token and self._token.reveal()
        logging.getLogger("some.library").debug("GET /home?token=%s", token)
        return await super().timeline(timeline, cursor=cursor, limit=limit)


@breaks("hygiene.the_loop_is_never_blocked", "stood still", longest_pause=0.02)
class Sleepy(MemorySession):
    async def timeline(
        self, timeline: Timeline, *, cursor: Cursor | None, limit: int
    ) -> Page[Entry]:
        time.sleep(0.06)  # noqa: ASYNC251 - this is what is broken
        return await super().timeline(timeline, cursor=cursor, limit=limit)


@breaks("hygiene.the_loop_is_never_blocked", "on a blocking socket")
class Synchronous(MemorySession):
    async def timeline(
        self, timeline: Timeline, *, cursor: Cursor | None, limit: int
    ) -> Page[Entry]:
        with socket.socket() as asking:
            asking.connect_ex(("127.0.0.1", 9))
        return await super().timeline(timeline, cursor=cursor, limit=limit)


@breaks("hygiene.the_loop_is_never_blocked", "stood still", longest_pause=0.02)
class Brooding(MemorySession):
    async def timeline(
        self, timeline: Timeline, *, cursor: Cursor | None, limit: int
    ) -> Page[Entry]:
        until = time.monotonic() + 0.06
        while time.monotonic() < until:
            pass
        return await super().timeline(timeline, cursor=cursor, limit=limit)
