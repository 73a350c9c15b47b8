"""What waits to be sent, what was refused, what went out lately, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual import on
from textual.app import ComposeResult

from tuisocial.commands import Command, Context
from tuisocial.store.outbox import Act, Delivery, State
from tuisocial.tui.bridge import Stale
from tuisocial.tui.render.delivery import Progress, role_of, state_words
from tuisocial.tui.render.fates import name_of, tone_of
from tuisocial.tui.render.lines import Line, fitted, wrapped
from tuisocial.tui.render.look import Look, Role
from tuisocial.tui.render.safe import safe, safe_line
from tuisocial.tui.render.width import Safe
from tuisocial.tui.screens.base import CommandScreen
from tuisocial.tui.screens.choice import Choice, ChoiceScreen
from tuisocial.tui.widgets.block_list import BlockList
from tuisocial.tui.widgets.key_line import KeyLine
from tuisocial.tui.widgets.page import Page
from tuisocial.tui.writing import undo

_MOST_LINES = 4
_WHOLE = 400
_WIDEST = 88

Shown = tuple[Delivery, str]
"""A delivery, and how it stands in words."""


def lines_of(one: Delivery, words: str, look: Look, width: int, *, whole: bool) -> list[Line]:
    """A delivery in `width` cells; `whole` with all of its text and each server's answer."""
    act = "" if one.act is Act.POST else f"{one.act}  "
    part = f"part {one.part + 1} of {one.parts}  " if one.parts > 1 else ""
    head: Line = [
        (name_of(one.login, look), tone_of(one.login, look)),
        (Safe(f"  {act}{part}"), Role.DIM),
        (safe_line(words), role_of(one.state)),
    ]
    lines = [fitted(head, width, look.glyphs.more)]
    for said, role in ((one.problem, Role.TEXT), (one.remedy, Role.DIM)):
        if said:
            sentence = safe_line(f"{said[:1].upper()}{said[1:]}.")
            lines += wrapped([(sentence, role)], width, _MOST_LINES)[:_MOST_LINES]
    text = one.submission.text.text
    if not text.strip() and one.submission.media:
        text = f"{len(one.submission.media)} files"
    if whole:
        lines += wrapped([(safe(text), Role.TEXT)], min(width, _WIDEST), _WHOLE)[:_WHOLE]
        lines += _answers(one, look, width)
    elif text.strip():
        lines.append(fitted([(safe_line(text[:400]), Role.DIM)], width, look.glyphs.more))
    return lines


def _answers(one: Delivery, look: Look, width: int) -> list[Line]:
    receipt = one.receipt
    if receipt is None:
        return []
    lines: list[Line] = []
    for place in receipt.places:
        said = {True: "has it", False: "refused", None: "no answer"}[place.accepted]
        role = {True: Role.OK, False: Role.ERROR, None: Role.WARNING}[place.accepted]
        words: Line = [(safe_line(place.url), Role.LINK), (Safe(f"  {said}"), role)]
        if place.said:
            words.append((Safe(f": {safe_line(place.said)}"), Role.TEXT))
        lines += wrapped(words, width, _MOST_LINES)[:_MOST_LINES]
    if receipt.note:
        lines += wrapped([(safe_line(receipt.note), Role.WARNING)], width, _MOST_LINES)
    if receipt.view is not None and receipt.view.post.url:
        lines.append(
            fitted([(safe_line(receipt.view.post.url), Role.LINK)], width, look.glyphs.more)
        )
    return lines


class DeliveryList(BlockList[Shown]):
    """The deliveries, each in a few lines; those that are opened are told whole."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.opened: set[int] = set()

    def key_of(self, block: Shown) -> str:
        return str(block[0].number)

    def variant_of(self, block: Shown) -> object:
        return block[0].number in self.opened

    def lines_of(self, block: Shown, width: int) -> list[Line]:
        one, words = block
        return lines_of(one, words, self.look, width, whole=one.number in self.opened)

    def empty(self) -> list[Line]:
        return [[(Safe("Nothing waits, and nothing was sent lately."), Role.DIM)]]


class OutboxScreen(CommandScreen[None]):
    """See the module."""

    context = Context.OUTBOX

    def compose(self) -> ComposeResult:
        look = self.program.look
        yield Page(look, [[], [(Safe(" Outbox"), Role.STRONG)], []], classes="heading")
        self._list = DeliveryList(look)
        yield self._list
        self._keys = KeyLine(look, self.context)
        yield self._keys

    def on_mount(self) -> None:
        self._read()
        self.set_focus(self._list)
        # "retry in 20 s" is 19 a second later.
        self.set_interval(1.0, self._read)

    def look_changed(self) -> None:
        for part in (self._list, self._keys, *self.query(Page)):
            part.look = self.program.look
            part.forget()

    def refresh_stale(self, stale: Stale) -> None:
        if self.is_mounted and (stale.writing or stale.everything or stale.logins):
            self._read()

    def _read(self) -> None:
        outbox = self.program.runtime.outbox
        now = int(self.program.runtime.now().timestamp() * 1000)
        shown: list[Shown] = []
        for one in (*outbox.unsettled(), *outbox.lately_sent()):
            progress: Progress = outbox.progress(one.number)
            shown.append((one, state_words(one, now, progress)))
        if shown != self._list.blocks:
            chosen = self._list.selected
            keep = self._list.key_of(chosen) if chosen else None
            self._list.show(shown, keep=keep, index=self._list.viewport.selected)

    def run_command(self, command: Command, count: int) -> None:
        match command.name:
            case "back" | "close":
                self.dismiss(None)
            case "help":
                self.program.help(self.context)
            case "retry-all":
                waiting = self.program.runtime.outbox.unsettled()
                self._do(self._retried([one.number for one in waiting]))
            case "show-delivery" | "retry" | "edit-delivery" | "drop" as name:
                chosen = self._list.selected
                if chosen is None:
                    self.note("there is nothing in the outbox")
                else:
                    self._act(name, chosen[0])
            case name:
                self._list.move(name, count)

    @on(BlockList.Chosen)
    def _clicked(self) -> None:
        chosen = self._list.selected
        if chosen is not None:
            self._act("show-delivery", chosen[0])

    def _act(self, name: str, one: Delivery) -> None:
        if name == "show-delivery":
            self._list.opened ^= {one.number}
            self._list.repaint_selected()
        elif one.state is State.SENT:
            self.note("it went out already; e and d in a list change and delete a post")
        elif name == "retry":
            self._do(self._retried([one.number]))
        elif name == "drop":
            self._drop(one)
        elif one.act is Act.DELETE:
            self.note("a deletion has no text; d drops it")
        else:
            undo(self.program, one.draft)

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        self.program.background(work)

    async def _retried(self, numbers: list[int]) -> None:
        count = await self.program.runtime.outbox.retry(numbers)
        self.note(f"{count} tried now" if count else "there is nothing to try again")
        self._read()

    def _drop(self, one: Delivery) -> None:
        choices = [Choice("Send it never", "What follows it in its thread goes with it.")]
        self._asked(f"Drop this for {one.login}?", choices, lambda: self._do(self._dropped(one)))

    def _asked(self, title: str, choices: list[Choice], act: Callable[[], None]) -> None:
        def chosen(index: int | None) -> None:
            if index is not None:
                act()

        self.program.push_screen(ChoiceScreen(title, choices), chosen)

    async def _dropped(self, one: Delivery) -> None:
        gone = await self.program.runtime.outbox.drop([one.number])
        self.note(f"{len(gone)} dropped" if gone else "it is being sent, or was")
        self._read()
