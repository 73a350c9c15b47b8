"""What becomes of a draft on each target, in words: refusals first, with what to do about them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tuisocial.model.ids import LoginId
from tuisocial.model.submission import Fate, Outcome
from tuisocial.services.plan import TargetPlan
from tuisocial.tui.render.lines import Line, Piece, wrapped
from tuisocial.tui.render.look import Look, Role, Tone
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.render.width import Safe

_MOST_LINES = 20


def fate_lines(
    plans: Sequence[TargetPlan], asked: Collection[LoginId], look: Look, width: int
) -> list[Line]:
    """Lines of at most `width` cells; `asked` are targets whose servers have not answered yet."""
    column = min(max([len(name_of(one.login, look)) for one in plans], default=0), 20) + 2
    lines: list[Line] = []
    known = [one for one in plans if one.login not in asked]
    for one in known:
        for fate in one.refused:
            said = [(refusal(fate), Role.ERROR)]
            if fate.remedy:
                said.append((Safe(f"; {safe_line(fate.remedy)}"), Role.TEXT))
            lines += _beside(one.login, said, look, column, width)
    for one in known:
        if not one.refused or _changed(one):
            lines += _beside(one.login, _told(one, look), look, column, width)
    for one in plans:
        if one.login in asked:
            waiting = [(Safe("asking its server"), Role.DIM)]
            lines += _beside(one.login, waiting, look, column, width)
    return lines


def refusal(fate: Fate) -> Safe:
    """Why something is refused, as a clause."""
    return _said(fate, "refused")


def _said(fate: Fate, otherwise: str) -> Safe:
    """The feature and what becomes of it; a clause that names it itself needs no more."""
    if fate.text.casefold().startswith(fate.feature.value):
        return safe_line(fate.text)
    return safe_line(f"{fate.feature}: {fate.text}" if fate.text else f"{fate.feature} {otherwise}")


def name_of(login: LoginId, look: Look) -> Safe:
    """A login as it is called everywhere."""
    mark = look.marks.get(login)
    return mark.name if mark is not None else safe_line(str(login))


def tone_of(login: LoginId, look: Look) -> Tone:
    """A login's colour."""
    mark = look.marks.get(login)
    return mark.colour if mark is not None else Role.TEXT


def _changed(one: TargetPlan) -> list[Fate]:
    kinds = (Outcome.LOST, Outcome.REPLACED)
    return [fate for fate in one.fates if fate.outcome in kinds]


def _told(one: TargetPlan, look: Look) -> list[Piece]:
    said: list[Piece] = []
    for fate in _changed(one):
        if said:
            said.append((Safe(f" {look.glyphs.dot} "), Role.DIM))
        lost = fate.outcome is Outcome.LOST
        role = Role.WARNING if lost else Role.TEXT
        said.append((_said(fate, "lost" if lost else "is another"), role))
    return said or [(Safe("everything kept"), Role.DIM)]


def _beside(
    login: LoginId, said: Sequence[Piece], look: Look, column: int, width: int
) -> list[Line]:
    """Words beside a login's name."""
    name = Safe(name_of(login, look)[: column - 2].ljust(column))
    lines = wrapped(said, max(width - column, 10), _MOST_LINES)[:_MOST_LINES] or [[]]
    lead: list[Piece] = [(name, tone_of(login, look)), (Safe(" " * column), Role.TEXT)]
    return [[lead[0 if at == 0 else 1], *line] for at, line in enumerate(lines)]
