"""A runtime on networks in memory, with a clock that stands still until it is told to go on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from tuisocial.config.paths import find_paths
from tuisocial.config.schema import FetchSettings, Settings
from tuisocial.events import Event
from tuisocial.model.ids import LoginId
from tuisocial.model.login import Login
from tuisocial.model.timeline import HOME, Timeline
from tuisocial.registry import Registry
from tuisocial.sdk.login_steps import Answers
from tuisocial.sdk.secret import Secret
from tuisocial.sdk.testing.making import at, make_account
from tuisocial.sdk.testing.memory import Call, MemoryAdapter, MemoryServer
from tuisocial.services.keeping import Pauses
from tuisocial.services.runtime import Runtime
from tuisocial.services.timelines import View
from tuisocial.store.rows import Gap, Item, Row, Source, SourceState


class Clock:
    """Calling it tells the time."""

    def __init__(self, minute: float = 100_000) -> None:
        self.now = at(minute)

    def __call__(self) -> datetime:
        return self.now

    def set(self, minute: float) -> None:
        self.now = at(minute)

    def pass_seconds(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class SecretsInMemory:
    """Keeps secrets in a dict."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Secret] = {}

    def get(self, login: LoginId, name: str) -> Secret | None:
        return self.kept.get((login.name, name))

    def set(self, login: LoginId, name: str, secret: Secret) -> None:
        self.kept[login.name, name] = secret

    def forget(self, login: LoginId, name: str) -> None:
        self.kept.pop((login.name, name), None)


class Held:
    """Holds back a server's next call of a method: `asked` says that it came."""

    def __init__(self, server: MemoryServer, method: str = "timeline") -> None:
        self.asked = asyncio.Event()
        self._gate = server.hold(method, times=1)
        answer = server.asked

        async def note(call: Call) -> None:
            if call.method == method:
                self.asked.set()
            await answer(call)

        server.asked = note  # type: ignore[method-assign]

    def answer(self) -> None:
        """Let the server answer."""
        self._gate.set()


class World:
    """One person's home, with the servers of `adapters` around it."""

    def __init__(
        self,
        home: Path,
        *adapters: MemoryAdapter,
        page: int = 40,
        offline: bool = False,
        pauses: Pauses | None = None,
        secrets: SecretsInMemory | None = None,
        clock: Clock | None = None,
        registry: Registry | None = None,
    ) -> None:
        self.home = home
        self.adapters = adapters or (MemoryAdapter(),)
        self.clock = clock or Clock()
        self.secrets = secrets or SecretsInMemory()
        self.page = page
        self.runtime = Runtime.open(
            find_paths(home),
            Settings(fetch=FetchSettings(page_size=page)),
            offline=offline,
            registry=registry or Registry.of(*self.adapters),
            secrets=self.secrets,
            now=self.clock,
            pauses=pauses,
        )
        self.timelines = self.runtime.timelines
        self.heard: list[Event] = []
        self.runtime.bus.subscribe(self.heard.append)

    @property
    def server(self) -> MemoryServer:
        """The first adapter's own server."""
        return self.adapters[0].server

    async def login(
        self, name: str, server: str = "", *, adapter: MemoryAdapter | None = None
    ) -> Login:
        """Sign in as ada at a server; an empty one is made where none has that name."""
        adapter = adapter or self.adapters[0]
        host = adapter.at(server) if server else adapter.server
        token = f"token-of-{name}-that-nobody-may-see"
        host.welcome(token, make_account("ada", network=adapter.network))
        flow = adapter.login_flows()[0]
        answers = Answers(texts={"server": server}, secrets={"token": Secret(token)})
        return await self.runtime.logins.add(adapter.name, flow, answers, name)

    @property
    def merged(self) -> View:
        return self.timelines.views()[0]

    def view(self, login: str, timeline: Timeline = HOME) -> View:
        return self.timelines.open_view(Source(LoginId(login), timeline))

    def state(self, login: str) -> SourceState:
        return self.timelines.states(self.view(login))[0]

    def items(self, view: View | None = None) -> tuple[Item, ...]:
        return self.timelines.window(view or self.merged, after=10_000).items

    def rows(self, view: View | None = None) -> list[Row]:
        return [item for item in self.items(view) if isinstance(item, Row)]

    def gaps(self, view: View | None = None) -> list[Gap]:
        return [item for item in self.items(view) if isinstance(item, Gap)]

    def names(self, view: View | None = None) -> list[str]:
        """The rows' posts by the last part of their ids, `~` for a gap."""
        return [
            item.post.id.uri.removeprefix("post-") if isinstance(item, Row) else "~"
            for item in self.items(view)
        ]

    async def refresh(self, view: View | None = None) -> None:
        await self.timelines.refresh(view or self.merged)

    async def older(self, view: View | None = None) -> bool:
        return await self.timelines.older(view or self.merged)

    async def everything(self, view: View | None = None) -> int:
        """Fetch older rows until there are none; how often it was asked."""
        asked = 0
        while await self.older(view):
            asked += 1
            assert asked < 1000, "older() never ends"
        return asked

    async def close(self) -> None:
        await self.runtime.aclose()

    async def restarted(self, *, offline: bool = False) -> World:
        """Close, and open the same home again."""
        await self.close()
        return World(
            self.home,
            *self.adapters,
            page=self.page,
            offline=offline,
            secrets=self.secrets,
            clock=self.clock,
        )


def numbers(first: int, last: int) -> list[str]:
    """Names of posts from `first` downwards to `last`."""
    return [str(number) for number in range(first, last - 1, -1)]


def ordered(items: Sequence[Item]) -> bool:
    """Whether items stand newest first."""
    places = [item.position.order for item in items]
    return places == sorted(places) and len(set(places)) == len(places)


async def two_logins(world: World) -> tuple[World, MemoryServer, MemoryServer]:
    """The logins `one` and `two`, and the servers at which they are."""
    await world.login("one")
    await world.login("two", "other.example")
    return world, world.server, world.adapters[0].at("other.example")
