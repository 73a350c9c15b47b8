"""What each target gets of a draft, part by part, as it will be sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult

from tuisocial.commands import Command, Context
from tuisocial.model.ids import LoginId
from tuisocial.model.submission import Measure, Submission
from tuisocial.services.plan import TargetPlan
from tuisocial.tui.render.draft import attachment_line, ballot_line
from tuisocial.tui.render.fates import fate_lines, name_of, tone_of
from tuisocial.tui.render.lines import Line, wrapped
from tuisocial.tui.render.look import Look, Role
from tuisocial.tui.render.safe import safe, safe_line
from tuisocial.tui.render.width import Safe
from tuisocial.tui.screens.base import CommandScreen
from tuisocial.tui.widgets.block_list import BlockList
from tuisocial.tui.widgets.key_line import KeyLine
from tuisocial.tui.widgets.page import Page

_WIDEST = 88
_MOST_LINES = 400


@dataclass(frozen=True, slots=True)
class Part:
    """One post of one target; without a submission there is none to show."""

    plan: TargetPlan
    place: int
    submission: Submission | None = None
    measure: Measure | None = None


class PartList(BlockList[Part]):
    """A block for each part."""

    def key_of(self, block: Part) -> str:
        return f"{block.plan.login} {block.place}"

    def lines_of(self, block: Part, width: int) -> list[Line]:
        width = min(width, _WIDEST)
        one, look = block.plan, self.look
        heading: Line = [(name_of(one.login, look), tone_of(one.login, look))]
        if len(one.parts) > 1:
            heading.append((Safe(f"  part {block.place + 1} of {len(one.parts)}"), Role.TEXT))
        if block.measure is not None:
            heading.append((Safe(f"  {_counted(block.measure)}"), _role(block.measure)))
        lines = [heading]
        if block.place == 0:
            lines += fate_lines([one], (), look, width)
        if block.submission is not None:
            lines += _shown(block.submission, look, width)
        return lines


def _counted(measure: Measure) -> Safe:
    limit = "" if measure.limit is None else f"/{measure.limit}"
    return safe_line(f"{measure.count}{limit} {measure.unit}")


def _role(measure: Measure) -> Role:
    return Role.DIM if measure.fits else Role.ERROR


def _shown(submission: Submission, look: Look, width: int) -> list[Line]:
    lines: list[Line] = []
    if submission.content_warning is not None:
        words = safe_line(submission.content_warning)
        lines.append([(Safe(f"{look.glyphs.warning} "), Role.WARNING), (words, Role.STRONG)])
    text = [(safe(submission.text.text), Role.TEXT)]
    lines += wrapped(text, width, _MOST_LINES)[:_MOST_LINES]
    lines += [attachment_line(upload.attachment, look, width) for upload in submission.media]
    if submission.ballot is not None:
        lines.append(ballot_line(submission.ballot, look, width))
    said = [submission.visibility.value]
    if submission.language:
        said.append(submission.language)
    lines.append([(safe_line(f"{' '.join(said)}"), Role.DIM)])
    return lines


class PreviewScreen(CommandScreen[LoginId | None]):
    """Dismissed with the target whose text is to be changed, or None."""

    context = Context.CHOICE

    def __init__(self, plans: Sequence[TargetPlan]) -> None:
        super().__init__()
        self._parts = [part for one in plans for part in _parts(one)]

    def compose(self) -> ComposeResult:
        look = self.program.look
        heading: list[Line] = [[], [(Safe(" What each target gets"), Role.STRONG)], []]
        yield Page(look, heading, classes="heading")
        self._list = PartList(look)
        yield self._list
        self._keys = KeyLine(look, self.context)
        self._keys.words = {"choose": "change it"}
        yield self._keys

    def on_mount(self) -> None:
        self._list.show(self._parts)
        self.set_focus(self._list)

    def look_changed(self) -> None:
        for part in (self._list, self._keys, *self.query(Page)):
            part.look = self.program.look
            part.forget()

    def run_command(self, command: Command, count: int) -> None:
        match command.name:
            case "choose":
                self._choose()
            case "back" | "close":
                self.dismiss(None)
            case "help":
                self.program.help(self.context)
            case name:
                self._list.move(name, count)

    @on(BlockList.Chosen)
    def _choose(self) -> None:
        chosen = self._list.selected
        if chosen is not None:
            self.dismiss(chosen.plan.login)


def _parts(one: TargetPlan) -> list[Part]:
    if not one.parts:
        return [Part(one, 0)]
    return [
        Part(one, place, submission, measure)
        for place, (submission, measure) in enumerate(zip(one.parts, one.measures, strict=True))
    ]
