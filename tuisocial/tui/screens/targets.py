"""Which logins post a draft: ticked one by one, and perhaps remembered for the next posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult

from tuisocial.commands import Command, Context
from tuisocial.model.ids import LoginId
from tuisocial.tui.render.fates import name_of, tone_of
from tuisocial.tui.render.lines import Line
from tuisocial.tui.render.look import Look, Role
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.render.width import Safe
from tuisocial.tui.screens.base import CommandScreen
from tuisocial.tui.widgets.block_list import BlockList
from tuisocial.tui.widgets.key_line import KeyLine
from tuisocial.tui.widgets.page import Page

if TYPE_CHECKING:
    from tuisocial.store.logins import StoredLogin

Ticked = tuple[int, "StoredLogin", bool]
"""A login with its number from 1, and whether it posts."""


class TickList(BlockList[Ticked]):
    """A line for each login that may post."""

    def spaced(self) -> bool:
        return False

    def key_of(self, block: Ticked) -> str:
        return block[1].login.id.name

    def lines_of(self, block: Ticked, width: int) -> list[Line]:
        number, stored, ticked = block
        login = stored.login
        return [
            [
                (Safe(f" {number}  " if number < 10 else "    "), Role.ACCENT),
                (Safe("[x] " if ticked else "[ ] "), Role.ACCENT if ticked else Role.DIM),
                (name_of(login.id, self.look), tone_of(login.id, self.look)),
                (Safe(f"  {safe_line(login.handle)}"), Role.DIM),
                (Safe("  for new posts" if stored.posts else ""), Role.DIM),
            ]
        ]

    def empty(self) -> list[Line]:
        return [[(Safe("No login may post. a in a list signs in."), Role.DIM)]]


class TargetsScreen(CommandScreen[tuple[LoginId, ...]]):
    """Dismissed with the logins that are ticked."""

    context = Context.TARGETS

    def __init__(self, ticked: tuple[LoginId, ...]) -> None:
        super().__init__()
        self._ticked = list(ticked)

    def compose(self) -> ComposeResult:
        look: Look = self.program.look
        heading: list[Line] = [[], [(Safe(" Who posts it?"), Role.STRONG)], []]
        yield Page(look, heading, classes="heading")
        self._list = TickList(look)
        yield self._list
        self._keys = KeyLine(look, self.context)
        yield self._keys

    def on_mount(self) -> None:
        self._read()
        self.set_focus(self._list)

    def look_changed(self) -> None:
        for part in (self._list, self._keys, *self.query(Page)):
            part.look = self.program.look
            part.forget()

    def _read(self) -> None:
        writers = self.program.runtime.composing.writers()
        blocks = [
            (number, each, each.login.id in self._ticked) for number, each in enumerate(writers, 1)
        ]
        chosen = self._list.selected
        self._list.show(blocks, keep=self._list.key_of(chosen) if chosen else None)

    def run_command(self, command: Command, count: int) -> None:
        match command.name:
            case "tick":
                self._tick()
            case "remember":
                self.call_later(self._remember)
            case "back" | "close":
                self.dismiss(tuple(self._ticked))
            case "help":
                self.program.help(self.context)
            case name:
                self._list.move(name, count)

    def on_key(self, event: events.Key) -> None:
        number = int(event.key) - 1 if event.key in tuple("123456789") else -1
        if 0 <= number < len(self._list.blocks):
            event.stop()
            event.prevent_default()
            self._list.put(number)
            self._tick()

    @on(BlockList.Chosen)
    def _tick(self) -> None:
        chosen = self._list.selected
        if chosen is None:
            return
        login = chosen[1].login.id
        if login in self._ticked:
            self._ticked.remove(login)
        else:
            self._ticked.append(login)
        self._read()

    async def _remember(self) -> None:
        arrangement = self.program.runtime.arrangement
        for _, stored, ticked in self._list.blocks:
            if stored.posts is not ticked:
                await arrangement.change(stored.login.id, posts=ticked)
        self._read()
        self.note("new posts go out like this from now on")
