"""The words around a text that is being written: its heading, its tabs, its fates, its trouble."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from tuisocial.model.draft import Draft
from tuisocial.model.ids import LoginId
from tuisocial.model.post import Post
from tuisocial.model.submission import Feature
from tuisocial.services.plan import TargetPlan
from tuisocial.tui.render.fates import fate_lines, name_of, tone_of
from tuisocial.tui.render.lines import Line, spread, width_of, wrapped
from tuisocial.tui.render.look import Look, Role
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.render.width import Safe, cut

if TYPE_CHECKING:
    from tuisocial.errors import UserError
    from tuisocial.tui.keeper import Keeper
    from tuisocial.tui.widgets.spots import Spot

_QUOTED = 48
_MOST_LINES = 6


def heading(
    draft: Draft, about: Post | None, keeper: Keeper, now: datetime, width: int, look: Look
) -> Line:
    """What is being written, and at the right edge whether it is safe."""
    left: Line = [(Safe(" "), Role.TEXT), (Safe(_kind(draft)), Role.STRONG)]
    if about is not None:
        who = safe_line(about.author.display_name)
        quoted = cut(safe_line(about.text.text), _QUOTED, look.glyphs.more)
        left.append((Safe(f" {who} "), Role.TEXT))
        words = f"{look.glyphs.open_quote}{quoted}{look.glyphs.close_quote}"
        left.append((Safe(words), Role.DIM))
    if keeper.trouble is not None:
        right: Line = [(Safe("draft not saved "), Role.ERROR)]
    elif keeper.saved_at is not None:
        right = [(Safe(f"draft saved {_age(keeper.saved_at, now)} "), Role.DIM)]
    else:
        right = []
    return spread(left, right, max(width, 1), look.glyphs.more)


def _kind(draft: Draft) -> str:
    if draft.edits is not None:
        return "Edit a post"
    if draft.reply_to is not None:
        return "Reply to"
    return "Quote" if draft.quote is not None else "New post"


def _age(then: datetime, now: datetime) -> str:
    seconds = max(int((now - then).total_seconds()), 0)
    return f"{seconds} s" if seconds < 60 else f"{seconds // 60} min"


def text_spots(draft: Draft, active: LoginId | None, look: Look, width: int) -> list[Spot]:
    """A rule, with the texts to choose from where a target has its own."""
    own = [login for login in draft.targets if login in draft.own or login == active]
    rule = look.glyphs.rule
    if not own:
        return [([(Safe(rule * max(width, 1)), Role.DIM)], "")]
    spots: list[Spot] = []
    for login in (None, *own):
        marked = login == active
        name = Safe("for all") if login is None else name_of(login, look)
        tone = Role.DIM if login is None else tone_of(login, look)
        lead = Safe(f"{look.glyphs.bar} " if marked else "  ")
        words: Line = [(lead, Role.ACCENT), (name, Role.STRONG if marked else tone)]
        spots.append((words, f"text:{login or ''}"))
    left = width - sum(width_of(words) + 3 for words, _ in spots)
    if left > 0:
        spots.append(([(Safe(rule * left), Role.DIM)], ""))
    return spots


def fates_that_fit(
    plans: Sequence[TargetPlan],
    asked: Collection[LoginId],
    look: Look,
    width: int,
    room: int,
    *,
    empty: bool,
) -> list[Line]:
    """A rule and what becomes of it on each target, in `room` lines; refusals are among them.

    Of a draft in which there is nothing yet it need not be said that it has no text.
    """
    if empty:
        plans = [_without_emptiness(one) for one in plans]
    rule: Line = [(Safe(look.glyphs.rule * max(width, 1)), Role.DIM)]
    lines = fate_lines(plans, asked, look, width)
    many = next((len(one.parts) for one in plans if len(one.parts) > 1), 0)
    if many:
        lines.append([(Safe(f"split into {many} {look.glyphs.dot} Ctrl-s shows"), Role.ACCENT)])
    if len(lines) > room:
        more = len(lines) - room + 1
        hidden = Safe(f"{look.glyphs.more} {more} more lines {look.glyphs.dot} Ctrl-s shows")
        lines = [*lines[: room - 1], [(hidden, Role.ACCENT)]]
    return [rule, *lines]


def _without_emptiness(one: TargetPlan) -> TargetPlan:
    if not one.parts:
        return one
    return replace(one, fates=tuple(fate for fate in one.fates if fate.feature is not Feature.TEXT))


def said(trouble: UserError | None, width: int) -> list[Line]:
    """What went wrong, to its end."""
    if trouble is None:
        return []
    words = f"{trouble.message[:1].upper()}{trouble.message[1:]}."
    if trouble.remedy:
        words += f" {trouble.remedy[:1].upper()}{trouble.remedy[1:]}."
    return wrapped([(safe_line(words), Role.ERROR)], max(width, 10), _MOST_LINES)[:_MOST_LINES]
