"""A person who writes on two networks in memory."""

from __future__ import annotations

from dataclasses import replace

from textual.widgets import TextArea

from tests.services.world import World
from tests.tui.conftest import OpenWorld
from tests.tui.driver import Reader
from tuisocial.config.schema import ComposeSettings
from tuisocial.model.draft import Draft
from tuisocial.model.post import Visibility
from tuisocial.sdk.testing.memory import MemoryAdapter, MemoryServer
from tuisocial.sdk.testing.memory_writing import WritingAdapter, WritingSession
from tuisocial.tui.screens.compose import ComposeScreen

LONG = "The engine weaves algebraic patterns. " * 20


class PublicSession(WritingSession):
    """One whose posts everybody can read."""

    visibilities = (Visibility.PUBLIC,)


class PublicAdapter(WritingAdapter):
    """A network without any other posts."""

    def __init__(self, *, network: str) -> None:
        super().__init__(network=network)
        self.session_class = PublicSession


async def writer(open_world: OpenWorld, *, undo: int = 0, posts: bool = True) -> World:
    """A world with the logins `masto` and `nos` on two networks; new posts go out by both.

    `nos` knows public posts only. What is sent goes out after `undo` seconds.
    """
    world = open_world(WritingAdapter(), PublicAdapter(network="other"))
    world.clock.set(120)
    world.runtime.settings = replace(
        world.runtime.settings, compose=ComposeSettings(undo_seconds=undo)
    )
    await world.login("masto")
    await world.login("nos", adapter=world.adapters[1])
    if posts:
        for each in world.runtime.logins.all():
            await world.runtime.arrangement.change(each.id, posts=True)
    return world


def other(world: World) -> MemoryServer:
    """The server of `nos`."""
    adapter: MemoryAdapter = world.adapters[1]
    return adapter.server


def texts(server: MemoryServer) -> list[str]:
    """What is posted there."""
    return sorted(post.text.text for post in server.posts.values())


def written(reader: Reader) -> str:
    """The text in the box."""
    return reader.app.screen.query_one(TextArea).text


def draft_of(reader: Reader) -> Draft:
    """The draft in hand."""
    screen = reader.app.screen
    assert isinstance(screen, ComposeScreen)
    return screen.draft


async def ready(reader: Reader) -> None:
    """Wait until the servers of all targets have told what they take."""
    screen = reader.app.screen
    assert isinstance(screen, ComposeScreen)
    await reader.until(lambda: not screen.asked, "the servers' answers")
    await reader.settle()
