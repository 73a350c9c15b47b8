"""Keys one after the other: each is handled to its end before the next is looked at.

Textual hands a key to what has the focus when it arrives, and moves the focus and opens screens by
later messages. Of several keys that come at once, as a password manager, a slow link or a quick
hand sends them, the later ones would reach the place that the earlier ones left. Here they wait
until the key before them has been everywhere it bubbles to and the screen it led to stands.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from textual import events
from textual.message_pump import MessagePump

if TYPE_CHECKING:
    from tuisocial.tui.app import TuisocialApp

Typing = events.Key | events.Paste

_PATIENCE = 1.0
"""Seconds after which a part of the screen that does not answer is not waited for any longer."""


class Typed:
    """What was typed and not yet handled; `hand_on` gives a key to Textual."""

    def __init__(self, program: TuisocialApp, hand_on: Callable[[Typing], Awaitable[None]]) -> None:
        self._program = program
        self._hand_on = hand_on
        self._waiting: deque[Typing] = deque()
        self._work: asyncio.Task[None] | None = None

    @property
    def idle(self) -> bool:
        """Whether everything that was typed has been handled."""
        return self._work is None

    def add(self, event: Typing) -> None:
        """Take in a key, or pasted text, behind what came before it."""
        self._waiting.append(event)
        if self._work is None:
            self._work = asyncio.create_task(self._handle_all())

    def close(self) -> None:
        """Handle nothing more."""
        self._waiting.clear()
        if self._work is not None:
            self._work.cancel()

    async def _handle_all(self) -> None:
        try:
            await self._screens_stand()
            while self._waiting:
                try:
                    await self._handle(self._waiting.popleft())
                except Exception as error:  # noqa: BLE001 - reported, which logs it
                    self._program._handle_exception(error)
                await self._screens_stand()
        finally:
            self._work = None

    async def _handle(self, event: Typing) -> None:
        """Hand a key on and follow it from what has the focus up to the application."""
        target = self._program.focused or self._program.screen
        way = target.ancestors_with_self
        await self._hand_on(event)
        for part in way:
            await _caught_up(part)

    async def _screens_stand(self) -> None:
        """Wait until no screen opens or closes, and the last one has its focus.

        A screen takes no message before it is mounted, and asks the application for its focus then.
        """
        stack: list[MessagePump] = []
        while stack != self._program.screen_stack:
            stack = [*self._program.screen_stack]
            for part in (*stack, self._program):
                await _caught_up(part)


async def _caught_up(part: MessagePump) -> None:
    """Wait until a part has handled every message that it has now."""
    reached = asyncio.Event()
    if part.call_later(reached.set):
        waiting = asyncio.ensure_future(reached.wait())
        await asyncio.wait({waiting}, timeout=_PATIENCE)
        waiting.cancel()
