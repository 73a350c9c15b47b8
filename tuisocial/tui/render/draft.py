"""A draft's surroundings in words: targets with their counts, who will see it, files, poll."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from tuisocial.model.draft import Attachment, Ballot, Draft
from tuisocial.model.ids import LoginId
from tuisocial.model.post import Visibility
from tuisocial.services.header_values import duration
from tuisocial.services.plan import TargetPlan
from tuisocial.store.logins import StoredLogin
from tuisocial.tui.render.fates import name_of, tone_of
from tuisocial.tui.render.lines import Line, fitted
from tuisocial.tui.render.look import Look, Role, Tone
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.render.times import clock
from tuisocial.tui.render.width import Safe, cut
from tuisocial.tui.widgets.spots import Spot

_ALT_WIDTH = 60
_KILO = 1000


def target_spots(
    writers: Sequence[StoredLogin],
    draft: Draft,
    plans: Mapping[LoginId, TargetPlan],
    asked: Collection[LoginId],
    look: Look,
) -> list[Spot]:
    """`[x] masto 412/500` for each login that may post, the chosen ones with their counts."""
    spots: list[Spot] = [([(Safe("To"), Role.DIM)], "targets")]
    known = [each.login.id for each in writers]
    for login in [*known, *(gone for gone in draft.targets if gone not in known)]:
        chosen = login in draft.targets
        words: Line = [
            (Safe("[x] " if chosen else "[ ] "), Role.ACCENT if chosen else Role.DIM),
            (name_of(login, look), tone_of(login, look) if chosen else Role.DIM),
        ]
        one = plans.get(login)
        if chosen and one is not None and one.measures and login not in asked:
            words.append(_count(one))
        spots.append((words, "targets"))
    return spots


def _count(one: TargetPlan) -> tuple[Safe, Tone]:
    if len(one.parts) > 1:
        role = Role.WARNING if not all(each.fits for each in one.measures) else Role.ACCENT
        return (Safe(f" in {len(one.parts)} parts"), role)
    measure = one.measures[0]
    words = f" {measure.count}" if measure.limit is None else f" {measure.count}/{measure.limit}"
    if measure.unit:
        words += f" {safe_line(measure.unit)}"
    return (Safe(words), Role.TEXT if measure.fits else Role.ERROR)


def fact_spots(
    draft: Draft,
    plans: Sequence[TargetPlan],
    asked: Collection[LoginId],
    guessed: str,
    now: datetime,
    look: Look,
) -> list[Spot]:
    """The content warning, who will see it, the language, and when."""
    warning = draft.content_warning
    spots: list[Spot] = []
    if warning is None:
        spots.append(([(Safe("CW "), Role.DIM), (Safe("none"), Role.DIM)], "warn"))
    if draft.sensitive:
        spots.append(([(Safe("sensitive"), Role.WARNING)], "compose-menu"))
    spots.append(
        ([(Safe("Visibility "), Role.DIM), *_visibility(draft, plans, asked, look)], "visibility")
    )
    language = safe_line(draft.language or (f"{guessed}?" if guessed else "not said"))
    spots.append(([(Safe("Lang "), Role.DIM), (language, Role.TEXT)], "language"))
    if draft.at is not None:
        spots.append(
            ([(Safe("At "), Role.DIM), (Safe(_when(draft.at, now)), Role.TEXT)], "compose-menu")
        )
    return spots


def _when(then: datetime, now: datetime) -> str:
    local = then.astimezone()
    if local.date() <= now.astimezone().date():
        return clock(then, now)
    return f"{local:%Y-%m-%d %H:%M}"


def _visibility(
    draft: Draft, plans: Sequence[TargetPlan], asked: Collection[LoginId], look: Look
) -> Line:
    """What was chosen, or what each target makes of it where that is another."""
    shown: dict[Visibility, list[str]] = {}
    for one in plans:
        if one.parts and one.login not in asked:
            shown.setdefault(one.parts[0].visibility, []).append(name_of(one.login, look))
    shown.pop(Visibility.UNKNOWN, None)
    if set(shown) <= {draft.visibility}:
        return [(Safe(draft.visibility.value), Role.TEXT)]
    said = (f"{each.value} ({', '.join(who)})" for each, who in shown.items())
    return [(Safe(f" {look.glyphs.dot} ".join(said)), Role.TEXT)]


def attachment_line(one: Attachment, look: Look, width: int) -> Line:
    """`▣ mill.png 1.2 MB  alt “Drawing of the mill”`."""
    glyphs = look.glyphs
    line: Line = [
        (Safe(f"{glyphs.media} "), Role.DIM),
        (safe_line(Path(one.path).name), Role.TEXT),
        (Safe(f" {size_of(one.path)}  "), Role.DIM),
    ]
    if one.alt:
        alt = cut(safe_line(one.alt), _ALT_WIDTH, glyphs.more)
        words = Safe(f"alt {glyphs.open_quote}{alt}{glyphs.close_quote}")
        line.append((words, Role.TEXT))
    elif one.alt is None:
        line.append((Safe("no description yet"), Role.WARNING))
    else:
        line.append((Safe("needs no description"), Role.DIM))
    if one.focus is not None:
        line.append((Safe("  focus {:g}, {:g}".format(*one.focus)), Role.DIM))
    return fitted(line, width, glyphs.more)


def ballot_line(ballot: Ballot, look: Look, width: int) -> Line:
    """`poll Tea | Coffee, open 1d`."""
    options = safe_line(" | ".join(ballot.options))
    several = ", several may be chosen" if ballot.multiple else ""
    hidden = ", counts hidden" if ballot.hide_totals else ""
    words = Safe(f"{options}, open {duration(ballot.lasts)}{several}{hidden}")
    return fitted([(Safe("poll "), Role.DIM), (words, Role.TEXT)], width, look.glyphs.more)


def size_of(path: str) -> str:
    """How big a file is, in words."""
    try:
        size = float(Path(path).stat().st_size)
    except OSError:
        return "not there"
    return bytes_in_words(size)


def bytes_in_words(size: float) -> str:
    """`812 B`, `1.2 MB`."""
    if size < _KILO:
        return f"{size:.0f} B"
    for unit in ("kB", "MB"):
        size /= _KILO
        if size < _KILO:
            return f"{size:.1f} {unit}"
    return f"{size / _KILO:.1f} GB"
