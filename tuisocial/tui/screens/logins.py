"""All logins in their order, and what can be changed about each: order, name, colour, share.

Signing in is `tui.signing`'s; the changes themselves are `services.arrangement`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from textual import on
from textual.app import ComposeResult

from tuisocial.commands import Command, Context
from tuisocial.model.ids import LoginId
from tuisocial.model.login import Share
from tuisocial.sdk.options import Field
from tuisocial.store.logins import COLOURS, StoredLogin
from tuisocial.store.rows import SourceState, SourceStatus
from tuisocial.tui.bridge import Stale
from tuisocial.tui.render.lines import Line, fitted, wrapped
from tuisocial.tui.render.look import Look, Role, Tone
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.render.width import Safe
from tuisocial.tui.screens.base import CommandScreen
from tuisocial.tui.screens.choice import Choice, ChoiceScreen
from tuisocial.tui.screens.prompt import PromptScreen
from tuisocial.tui.signing import sign_in_again
from tuisocial.tui.widgets.block_list import BlockList
from tuisocial.tui.widgets.key_line import KeyLine
from tuisocial.tui.widgets.page import Page

Shown = tuple[StoredLogin, SourceState]
"""A login, and how its main timeline stands."""

_NAME = Field("name", "New name", help="Letters, digits, '-', '_' and '.'.")


class LoginList(BlockList[Shown]):
    """The logins, two lines each."""

    def __init__(self, look: Look, now: Callable[[], datetime]) -> None:
        super().__init__(look)
        self._now = now

    def key_of(self, block: Shown) -> str:
        return block[0].login.id.name

    def variant_of(self, block: Shown) -> object:
        stored, state = block
        return (stored.colour, stored.login.handle, *self._remarks(stored, state))

    def lines_of(self, block: Shown, width: int) -> list[Line]:
        stored, state = block
        tone: Tone = stored.colour if stored.enabled else Role.DIM
        words = stored.vocabulary
        glyph = (words.glyph if not self.look.glyphs.plain else words.letter) if words else ""
        who = "guest" if stored.login.guest else stored.login.handle
        first: Line = [
            (safe_line(f"{glyph} {stored.login.id}".lstrip()), tone),
            (Safe("  "), Role.TEXT),
            (safe_line(who), Role.TEXT),
        ]
        remarks = ", ".join(self._remarks(stored, state))
        trouble = state.status is SourceStatus.SIGNED_OUT
        role = Role.WARNING if trouble else Role.DIM
        first = fitted(first, width, self.look.glyphs.more)
        return [first, *wrapped([(safe_line(remarks), role)], width, 2)[:2]]

    def empty(self) -> list[Line]:
        return [[(Safe("There is no login yet. n adds one."), Role.DIM)]]

    def _remarks(self, stored: StoredLogin, state: SourceState) -> list[str]:
        if not stored.enabled:
            return ["disabled: nothing is fetched"]
        remarks = [state.status.value]
        if state.status is SourceStatus.SIGNED_OUT:
            remarks = [f"signed out: {state.error}; a signs in again"]
        if stored.posts:
            remarks.append("new posts go out by it")
        if stored.muted_until is not None and stored.muted(self._now().timestamp()):
            until = datetime.fromtimestamp(stored.muted_until).astimezone()
            remarks.append(f"muted until {until:%a %H:%M}")
        elif stored.share is Share.MENTIONS:
            remarks.append("only what speaks to me")
        return remarks


class LoginsScreen(CommandScreen[LoginId | None]):
    """Dismissed with the login whose timeline is to be shown, or None."""

    context = Context.LOGINS

    def compose(self) -> ComposeResult:
        look = self.program.look
        heading: list[Line] = [[], [(Safe(" Logins"), Role.STRONG)], []]
        yield Page(look, heading, classes="heading")
        self._list = LoginList(look, self.program.runtime.now)
        yield self._list
        self._keys = KeyLine(look, self.context)
        yield self._keys

    def on_mount(self) -> None:
        self._read()
        self.set_focus(self._list)

    def on_screen_resume(self) -> None:
        self._read()

    def look_changed(self) -> None:
        for part in (self._list, self._keys, *self.query(Page)):
            part.look = self.program.look
            part.forget()
        self._read()

    def refresh_stale(self, stale: Stale) -> None:
        if stale.states and self.is_mounted:
            self._read()

    def _read(self) -> None:
        runtime = self.program.runtime
        states = {
            view.sources[0].login: runtime.timelines.states(view)[0]
            for view in runtime.timelines.own_views()
        }
        shown = [(stored, states[stored.login.id]) for stored in runtime.logins.stored()]
        chosen = self._list.selected
        self._list.show(shown, keep=self._list.key_of(chosen) if chosen else None)

    def run_command(self, command: Command, count: int) -> None:
        match command.name:
            case "back" | "close":
                self.dismiss(None)
            case "help":
                self.program.help(self.context)
            case "new-login":
                self.program.welcome()
            case name if name.startswith("login-") or name == "show-login":
                chosen = self._list.selected
                if chosen is not None:
                    self._act(name, *chosen)
            case name:
                self._list.move(name, count)

    @on(BlockList.Chosen)
    def _clicked(self) -> None:
        chosen = self._list.selected
        if chosen is not None:
            self._act("show-login", *chosen)

    def _act(self, name: str, stored: StoredLogin, state: SourceState) -> None:
        login, arrangement = stored.login.id, self.program.runtime.arrangement
        match name:
            case "show-login":
                self._show(stored)
            case "login-again":
                sign_in_again(self.program, stored.login)
            case "login-down":
                self._change(arrangement.move(login, 1))
            case "login-up":
                self._change(arrangement.move(login, -1))
            case "login-colour":
                self._change(arrangement.change(login, colour=(stored.colour + 1) % COLOURS))
            case "login-enable":
                self._change(arrangement.change(login, enabled=not stored.enabled))
            case "login-posts":
                self._change(arrangement.change(login, posts=not stored.posts))
            case "login-share":
                narrow = stored.share is Share.ALL
                share = Share.MENTIONS if narrow else Share.ALL
                self._change(arrangement.change(login, share=share))
            case "login-mute":
                muted = stored.muted(self.program.runtime.now().timestamp())
                self._change(arrangement.mute(login, None) if muted else arrangement.mute(login))
            case "login-rename":
                self._rename(login)
            case "login-remove":
                self._remove(login)

    def _show(self, stored: StoredLogin) -> None:
        if stored.enabled:
            self.dismiss(stored.login.id)
        else:
            self.program.say(f"{stored.login.id} is disabled; e enables it")

    def _change(self, work: Coroutine[Any, Any, object]) -> None:
        async def change() -> None:
            await work
            self._read()

        self.program.background(change())

    def _rename(self, login: LoginId) -> None:
        def typed(name: str | None) -> None:
            if name is not None:
                self._change(self.program.runtime.arrangement.rename(login, name))

        self.program.push_screen(PromptScreen(f"Rename {login}", _NAME, str(login)), typed)

    def _remove(self, login: LoginId) -> None:
        choices = [
            Choice("Keep its posts", "They stay in the store, where threads find them."),
            Choice("Forget its posts, too", "Those that another login has seen stay."),
        ]

        def chosen(index: int | None) -> None:
            if index is not None:
                self._change(self._removed(login, forget_posts=index == 1))

        title = f"Sign {login} out, and forget it and its secret?"
        self.program.push_screen(ChoiceScreen(title, choices), chosen)

    async def _removed(self, login: LoginId, *, forget_posts: bool) -> None:
        trouble = await self.program.runtime.logins.remove(login, forget_posts=forget_posts)
        if trouble is None:
            self.program.say(f"{login} and its secret are forgotten here")
        else:
            self.program.say(
                f"{login} is forgotten here, but its server could not be told: {trouble.message}",
                trouble=True,
            )
