"""Where a post is written: what is typed becomes the draft, a plan for each target, and a post.

How it looks is `compose_form`'s, what is asked for beside the text `tui.asking`'s, keeping it on
disk `tui.keeper`'s.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on
from textual.timer import Timer
from textual.widgets import Input, TextArea

from tuisocial.commands import BY_NAME, Command
from tuisocial.errors import UserError
from tuisocial.model.draft import Draft
from tuisocial.model.ids import LoginId
from tuisocial.services.language import guess
from tuisocial.tui import own_texts
from tuisocial.tui.asking import Asking
from tuisocial.tui.bridge import Stale
from tuisocial.tui.screens.compose_form import ComposeForm
from tuisocial.tui.suggesting import Suggesting, Suggestion
from tuisocial.tui.widgets.editor import Editor
from tuisocial.tui.widgets.spots import Spots
from tuisocial.tui.widgets.suggestions import Suggestions

if TYPE_CHECKING:
    from tuisocial.model.post import Post

_SOON = 0.05
"""Seconds after a key in which more keys are waited for before the plan is made anew."""


class ComposeScreen(ComposeForm):
    """Dismissed with the draft's key when it was sent, or None."""

    def __init__(self, draft: Draft, key: str = "", about: Post | None = None) -> None:
        super().__init__(draft, key, about)
        self.ask = Asking(self)
        self._suggesting: Suggesting | None = None
        self._prepared: dict[LoginId, tuple[int, int]] = {}
        """Each target by its number in the store, and how often it was signed in."""
        self._planning: Timer | None = None
        self._cost = 0.0
        self._busy = False
        self._eager = False

    def on_mount(self) -> None:
        self._suggesting = Suggesting(self.program.runtime.completing, self._suggestions.show)
        self._editor.move_cursor(self._editor.document.end)
        self.set_focus(self._editor)
        self._show_warning()
        self.set_interval(1.0, self._show_kept)
        self._prepare()
        self._plan()

    def on_unmount(self) -> None:
        if self._suggesting is not None:
            self._suggesting.stop()
        self.keeper.stop()
        self.program.background(self.keeper.leave(), lasting=True)

    # --- the draft ------------------------------------------------------------------------

    def change(self, draft: Draft) -> None:
        """Take over another draft: what is asked for beside the text was answered."""
        before, shown = self.draft, own_texts.text_of(self.draft, self.active)
        self.keeper.change(draft)
        if self.active is not None and self.active not in draft.targets:
            self.active = None
        text = own_texts.text_of(draft, self.active)
        if text != shown:
            self._editor.show(text)
        if draft.content_warning != before.content_warning:
            self._warning.value = draft.content_warning or ""
        self._show_warning()
        self._prepare()
        self._plan()

    def show_text(self, login: LoginId | None) -> None:
        """Show the text for all, or a target's own."""
        self.active = login
        self._editor.show(own_texts.text_of(self.draft, login))
        self._plan()
        self.set_focus(self._editor)

    def replace_text(self, text: str) -> None:
        """Have another text in the place of the one that is shown."""
        self.change(own_texts.with_text(self.draft, self.active, text))

    @on(TextArea.Changed)
    def _typed(self) -> None:
        # What was put there by the program is no news.
        if self._editor.text != own_texts.text_of(self.draft, self.active):
            draft = own_texts.with_text(self.draft, self.active, self._editor.text)
            self.keeper.change(draft)
            self._eager = False
            self._plan_soon()

    @on(TextArea.SelectionChanged)
    def _moved(self) -> None:
        if self._suggesting is None:
            return
        begun = self._editor.begun()
        if begun is None:
            self._suggesting.look(None, {})
            return
        targets = {each.login.id: each.login.network for each in self._writers()}
        chosen = {login: targets[login] for login in self.draft.targets if login in targets}
        self._suggesting.look(begun, chosen)

    @on(Input.Changed)
    def _warned(self) -> None:
        words = self._warning.value
        if words != (self.draft.content_warning or ""):
            self.keeper.change(replace(self.draft, content_warning=words or None))
            self._plan_soon()

    @on(Input.Submitted)
    def _warning_done(self) -> None:
        self._to_text()

    @on(Editor.Dropped)
    def _dropped(self, message: Editor.Dropped) -> None:
        self.ask.attach(message.paths)

    # --- what it comes to -----------------------------------------------------------------

    def _prepare(self) -> None:
        stored = {each.login.id: (each.number, each.renewed) for each in self._writers()}
        wanted = {login: stored[login] for login in self.draft.targets if login in stored}
        new = [login for login, version in wanted.items() if self._prepared.get(login) != version]
        self._prepared.update(wanted)
        self.asked.update(new)

        async def prepare(login: LoginId) -> None:
            try:
                await self.program.runtime.composing.prepare([login])
            finally:
                self.asked.discard(login)
            if self.is_mounted:
                self._plan()
            if self._eager and not self.asked and self.is_current:
                await self._send()

        for login in new:
            self.program.background(prepare(login))

    def _plan_soon(self) -> None:
        if self._planning is None:
            # A long text takes its time: most of it is to be left for typing.
            self._planning = self.set_timer(max(_SOON, 2 * self._cost), self._plan)

    def _plan(self) -> None:
        if self._planning is not None:
            self._planning.stop()
            self._planning = None
        begin = time.perf_counter()
        self.guessed = guess(self.draft.text) or ""
        try:
            self.plans = self.program.runtime.composing.plan(self._whole())
            self._trouble = None
        except UserError as error:
            self.plans, self._trouble = (), error
        self._cost = time.perf_counter() - begin
        self._show()

    def _whole(self) -> Draft:
        """The draft with what was not said and can be guessed."""
        return replace(self.draft, language=self.draft.language or self.guessed or None)

    def refresh_stale(self, stale: Stale) -> None:
        if self.is_mounted and (stale.logins or stale.everything):
            self._prepare()
            self._plan_soon()

    # --- suggestions ----------------------------------------------------------------------

    @on(Suggestions.Taken)
    def _taken(self, message: Suggestions.Taken) -> None:
        self._take(message.suggestion)

    def _choosing(self, key: str) -> bool:
        offered = self._suggestions
        if not offered.all:
            return False
        if key in ("up", "down"):
            offered.move(1 if key == "down" else -1)
        elif key == "tab" or (key == "enter" and offered.chosen):
            if offered.marked is not None:
                self._take(offered.marked)
        elif key == "escape":
            if self._suggesting is not None:
                self._suggesting.close()
        else:
            return False
        return True

    def _take(self, one: Suggestion) -> None:
        begun = self._editor.begun()
        if begun is None:
            return
        if one.address is not None and one.address not in self.draft.addresses:
            addresses = (*self.draft.addresses, one.address)
            self.keeper.change(replace(self.draft, addresses=addresses))
        self._editor.finish("".join(begun), one.text)
        self._suggestions.show(())

    # --- commands -------------------------------------------------------------------------

    def run_command(self, command: Command, count: int) -> None:
        if self._busy:
            return
        match command.name:
            case "send":
                self.call_later(self._send)
            case "leave":
                if self._warning.has_focus:
                    self._to_text()
                else:
                    self.call_later(self._leave)
            case "warn" | "other-field":
                if self._warning.has_focus:
                    self._to_text()
                elif command.name == "warn" or self.draft.content_warning is not None:
                    self.query_one("#warning").display = True
                    self.set_focus(self._warning)
            case name:
                self.ask.run(name)

    @on(Spots.Asked)
    def _clicked(self, message: Spots.Asked) -> None:
        kind, _, name = message.name.partition(":")
        if kind == "text":
            self.show_text(LoginId(name) if name else None)
        elif kind == "files":
            self.ask.files()
        else:
            self.run_command(BY_NAME[kind], 1)

    def _to_text(self) -> None:
        self.set_focus(self._editor)
        self._show_warning()
        self._plan_soon()

    async def _leave(self) -> None:
        if await self.keeper.leave():
            self.dismiss(None)

    async def discard(self) -> None:
        """Forget the draft and leave."""
        if await self.keeper.discard():
            self.dismiss(None)

    async def _send(self) -> None:
        if self._planning is not None:
            self._plan()
        if not self.draft.targets:
            self.note("nobody posts it yet; Ctrl-t chooses")
            return
        if self.asked:
            self._eager = True
            self.note("it is sent as soon as its servers have answered")
            return
        refused = [one for one in self.plans if one.refused]
        if refused or not self.plans:
            self.note("not sent: first settle what is refused, or take that target out")
            return
        self._eager = False
        self._busy = self._editor.read_only = True
        try:
            await self._hand_over(self._whole())
        except UserError as error:
            self._trouble = error
            self._show_kept()
        finally:
            self._busy = self._editor.read_only = False

    async def _hand_over(self, draft: Draft) -> None:
        composing = self.program.runtime.composing
        if not await self.keeper.keep(always=True):
            return
        delay = self.program.runtime.settings.compose.undo_seconds
        await composing.send(self.keeper.key, draft, delay=delay)
        self.keeper.sent()
        self.dismiss(self.keeper.key)
