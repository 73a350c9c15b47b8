"""A reader in front of the application: presses keys, reads the screen, waits for what it says.

The application is the real one over the real runtime, with networks in memory; only the terminal
is Textual's headless one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot

from tests.services.world import World
from tuisocial.tui.app import TuisocialApp
from tuisocial.tui.screens.home import HomeScreen

_TURNS = 400
_TURN = 0.01
_NAMED = frozenset(
    {"tab", "shift+tab", "enter", "escape", "up", "down", "backspace", "ctrl+q", "ctrl+g", "ctrl+n"}
)


class Opened:
    """An opener that opens nothing and remembers what it was given."""

    def __init__(self, trouble: str = "") -> None:
        self.addresses: list[str] = []
        self._trouble = trouble

    async def __call__(self, url: str) -> str:
        self.addresses.append(url)
        return self._trouble


class Reader:
    """See the module."""

    def __init__(self, app: TuisocialApp, pilot: Pilot[str | None], opened: Opened) -> None:
        self.app = app
        self.opened = opened
        self._pilot = pilot

    # --- doing ----------------------------------------------------------------------------

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, by Textual's names."""
        await self._pilot.press(*keys)
        await self._handled()

    async def burst(self, *keys: str) -> None:
        """Press keys so quickly that all of them come at once; text stands for its characters."""
        each = [key for words in keys for key in ([words] if words in _NAMED else words)]
        for key in each:
            character = None if key in _NAMED else key
            name = key if key in _NAMED else _character_to_key(key)
            self.app.post_message(events.Key(name, character))
        await self._pilot.pause()
        await self._handled()

    async def _handled(self) -> None:
        await self.until(lambda: self.app.typed.idle, "the end of what was typed")
        await self._pilot.pause()

    async def type(self, text: str) -> None:
        """Type text, a key for each character."""
        await self.press(*("space" if char == " " else char for char in text))

    async def paste(self, text: str) -> None:
        """Paste text, as a terminal hands over what is pasted or dropped."""
        self.app.post_message(events.Paste(text))
        await self._pilot.pause()
        await self._handled()

    async def resize(self, columns: int, lines: int) -> None:
        """Change the size of the terminal."""
        await self._pilot.resize_terminal(columns, lines)
        await self._pilot.pause()

    async def click(self, line: int, column: int = 5) -> None:
        """Click with the mouse on a line of the screen, counted from 0."""
        await self._pilot.click(offset=(column, line))
        await self._pilot.pause()

    async def settle(self) -> None:
        """Let everything that is on its way arrive."""
        await self._pilot.pause()

    async def wheel(self, *, down: int) -> None:
        """Turn the mouse's wheel in the middle of the screen."""
        for _ in range(down):
            await self._pilot._post_mouse_events(
                [events.MouseScrollDown], offset=(30, 10), button=0
            )
        await self._pilot.pause()

    async def see(self, *words: str) -> None:
        """Wait until the screen shows all the words.

        Raises: AssertionError quoting the screen.
        """
        await self.until(lambda: all(word in self.text for word in words), " and ".join(words))

    async def see_no_more(self, words: str) -> None:
        """Wait until the screen no longer shows the words."""
        await self.until(lambda: words not in self.text, f"no {words}")

    async def until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until something holds."""
        for _ in range(_TURNS):
            await self._pilot.pause()
            if holds():
                return
            await asyncio.sleep(_TURN)
        raise AssertionError(f"never came: {what}\n{self.text}")

    # --- reading --------------------------------------------------------------------------

    @property
    def lines(self) -> list[str]:
        """The screen's lines as text, without blanks at their ends."""
        strips = self.app.screen._compositor.render_strips()
        return [strip.text.rstrip() for strip in strips]

    @property
    def text(self) -> str:
        """The screen as text."""
        return "\n".join(self.lines)

    @property
    def home(self) -> HomeScreen:
        """The first screen."""
        return self.app.home

    def line_with(self, words: str) -> int:
        """The first line of the screen that holds the words.

        Raises: AssertionError quoting the screen.
        """
        for number, line in enumerate(self.lines):
            if words in line:
                return number
        raise AssertionError(f"{words!r} is not on the screen:\n{self.text}")

    @property
    def marked(self) -> str:
        """The lines that bear the bar of selection."""
        return "\n".join(line for line in self.lines if line.startswith("▌"))

    @property
    def log(self) -> str:
        """What was logged."""
        file = self.app.runtime.paths.log_file
        return file.read_text() if file.exists() else ""


async def never(seconds: float) -> None:
    """A pause between two looks for new posts that does not end."""
    await asyncio.Event().wait()


@asynccontextmanager
async def reading(
    world: World,
    *,
    size: tuple[int, int] = (80, 24),
    opened: Opened | None = None,
    trouble: bool = False,
) -> AsyncIterator[Reader]:
    """Open the application on a world and read; unless `trouble` is told of, the log stays free
    of anything unexpected.
    """
    opened = opened or Opened()
    app = TuisocialApp(world.runtime, opened)
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        reader = Reader(app, pilot, opened)
        yield reader
        await pilot.pause()
    assert trouble or "unexpected" not in reader.log, reader.log
