"""What was begun and not sent: searched, written on, discarded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from textual import on
from textual.app import ComposeResult

from tuisocial.commands import Command, Context
from tuisocial.sdk.options import Field
from tuisocial.store.drafts import StoredDraft
from tuisocial.tui.bridge import Stale
from tuisocial.tui.render.lines import Line, fitted, spread, wrapped
from tuisocial.tui.render.look import Look, Role
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.render.times import ago
from tuisocial.tui.render.width import Safe
from tuisocial.tui.screens.base import CommandScreen
from tuisocial.tui.screens.choice import Choice, ChoiceScreen
from tuisocial.tui.screens.prompt import PromptScreen
from tuisocial.tui.widgets.block_list import BlockList
from tuisocial.tui.widgets.key_line import KeyLine
from tuisocial.tui.widgets.page import Page
from tuisocial.tui.writing import about_of, compose

_MOST_LINES = 3
_WORDS = Field("words", "Words", required=False, help="All of them must be in it. Empty: show all.")


class DraftList(BlockList[StoredDraft]):
    """The drafts, the latest first."""

    def __init__(self, look: Look, now: Callable[[], datetime]) -> None:
        super().__init__(look)
        self._now = now
        self.words = ""

    def key_of(self, block: StoredDraft) -> str:
        return block.id

    def lines_of(self, block: StoredDraft, width: int) -> list[Line]:
        draft = block.draft
        kind = "reply" if draft.reply_to else "quote" if draft.quote else "post"
        kind = "edit" if draft.edits else kind
        to = ", ".join(map(str, draft.targets)) or "nobody yet"
        saved = datetime.fromtimestamp(block.saved / 1000, UTC)
        left: Line = [
            (Safe(f"{kind} "), Role.STRONG),
            (safe_line(f"to {to}"), Role.DIM),
        ]
        if draft.media:
            left.append((Safe(f"  {len(draft.media)} files"), Role.DIM))
        right: Line = [(Safe(ago(saved, self._now())), Role.DIM)]
        lines = [spread(left, right, width, self.look.glyphs.more)]
        if draft.content_warning:
            words = safe_line(draft.content_warning)
            lead = Safe(f"{self.look.glyphs.warning} ")
            warning: Line = [(lead, Role.WARNING), (words, Role.TEXT)]
            lines.append(fitted(warning, width, self.look.glyphs.more))
        text = safe_line(draft.text[:600]) or Safe("no text yet")
        return [*lines, *wrapped([(text, Role.TEXT)], width, _MOST_LINES)[:_MOST_LINES]]

    def empty(self) -> list[Line]:
        if self.words:
            return [[(safe_line(f"No draft has all of: {self.words}"), Role.DIM)]]
        return [[(Safe("No draft waits. c in a list begins one."), Role.DIM)]]


class DraftsScreen(CommandScreen[None]):
    """See the module."""

    context = Context.DRAFTS

    def compose(self) -> ComposeResult:
        program = self.program
        self._heading = Page(program.look, [], classes="heading")
        yield self._heading
        self._list = DraftList(program.look, program.runtime.now)
        yield self._list
        self._keys = KeyLine(program.look, self.context)
        yield self._keys

    def on_mount(self) -> None:
        self._read()
        self.set_focus(self._list)

    def look_changed(self) -> None:
        for part in (self._list, self._keys, *self.query(Page)):
            part.look = self.program.look
            part.forget()

    def refresh_stale(self, stale: Stale) -> None:
        if self.is_mounted and (stale.writing or stale.everything):
            self._read()

    def _read(self) -> None:
        words = self._list.words
        title: Line = [(Safe(" Drafts"), Role.STRONG)]
        if words:
            title.append((Safe(f" with {safe_line(words)}"), Role.DIM))
        self._heading.show([[], title, []])
        chosen = self._list.selected
        keep = self._list.key_of(chosen) if chosen else None
        found = self.program.runtime.composing.drafts(words)
        self._list.show(found, keep=keep, index=self._list.viewport.selected)

    def run_command(self, command: Command, count: int) -> None:
        match command.name:
            case "back" | "close":
                self._back()
            case "help":
                self.program.help(self.context)
            case "search-drafts":
                self._search()
            case "resume" | "discard" as name:
                chosen = self._list.selected
                if chosen is None:
                    self.note("there is no draft here")
                elif name == "resume":
                    self._resume(chosen)
                else:
                    self._discard(chosen)
            case name:
                self._list.move(name, count)

    @on(BlockList.Chosen)
    def _clicked(self) -> None:
        chosen = self._list.selected
        if chosen is not None:
            self._resume(chosen)

    def _back(self) -> None:
        if self._list.words:
            self._show_with("")
        else:
            self.dismiss(None)

    def _show_with(self, words: str) -> None:
        self._list.words = words
        self._read()

    def _search(self) -> None:
        def typed(words: str | None) -> None:
            if words is not None:
                self._show_with(words)

        prompt = PromptScreen("Search the drafts", _WORDS, self._list.words)
        self.program.push_screen(prompt, typed)

    def _resume(self, chosen: StoredDraft) -> None:
        def sent() -> None:
            # Only the list of posts says what goes out, and takes it back by a key.
            self.dismiss(None)

        about = about_of(self.program, chosen.draft)
        compose(self.program, chosen.draft, chosen.id, about, sent)

    def _discard(self, chosen: StoredDraft) -> None:
        def answered(index: int | None) -> None:
            if index == 1:
                self.program.background(self.program.runtime.composing.discard(chosen.id))

        choices = [Choice("Keep it"), Choice("Discard it", "The text cannot be had back.")]
        self.program.push_screen(ChoiceScreen("Discard this draft?", choices), answered)
