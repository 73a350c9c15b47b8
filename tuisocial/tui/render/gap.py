"""A hole in a list, and the end of one, in words."""

from __future__ import annotations

from datetime import datetime

from tuisocial.store.rows import Gap
from tuisocial.tui.render.lines import Line, fitted
from tuisocial.tui.render.look import Look, Role
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.render.times import span
from tuisocial.tui.render.width import Safe, cell_len


def gap_lines(gap: Gap, look: Look, width: int, now: datetime, *, filling: bool) -> list[Line]:
    """The one line of a gap: when it was, whose it is, and what Enter does."""
    rule, dot = look.glyphs.rule * 3, look.glyphs.dot
    login = safe_line(str(gap.source.login))
    does = "being fetched" if filling else "Enter fills"
    words = f"posts of {login} {span(gap.oldest, gap.newest, now)} were not fetched"
    room = width - cell_len(f"{rule}   {dot} {does} {rule}")
    kept = fitted([(Safe(words), Role.WARNING)], max(room, 10), look.glyphs.more)
    return [[(Safe(f"{rule} "), Role.DIM), *kept, (Safe(f" {dot} {does} {rule}"), Role.DIM)]]
