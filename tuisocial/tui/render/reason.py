"""The line above a post that says why it is here: who reposted it, a followed tag, a pin."""

from __future__ import annotations

from datetime import datetime

from tuisocial.model.account import Account
from tuisocial.model.entry import FollowedTag, Pinned, Reposted
from tuisocial.store.rows import Row
from tuisocial.tui.render.lines import Line, fitted
from tuisocial.tui.render.look import Look, Role
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.render.times import ago
from tuisocial.tui.render.width import Safe, cell_len, cut

_LEAST_NAME = 8


def reason_lines(row: Row, look: Look, width: int, now: datetime) -> list[Line]:
    """That line in `width` cells, or none for a post that needs no reason."""
    match row.reason:
        case Reposted(by=by):
            said = _repost(row, by, look, width, now)
        case FollowedTag(tag=tag):
            said = _with_reposters(f"because you follow #{safe_line(tag)}", row, look, width)
        case Pinned():
            said = _with_reposters("pinned", row, look, width)
        case None:
            said = _with_reposters("", row, look, width)
    return [fitted([(Safe(said), Role.DIM)], width, look.glyphs.more)] if said else []


def _repost(row: Row, by: Account, look: Look, width: int, now: datetime) -> str:
    """Who put the row here, and when."""
    when = ago(datetime.fromtimestamp(row.position.sort_at / 1000, now.tzinfo), now)
    before = f"{look.glyphs.repost} "
    after = f" {_word(row, look)} {look.glyphs.dot} {when}"
    return before + _people(row, by, look, width - cell_len(before + after)) + after


def _with_reposters(words: str, row: Row, look: Look, width: int) -> str:
    """What is said of a post that stands here by itself, and who reposted it if anybody did."""
    if not row.reposters:
        return words
    before = f"{words} {look.glyphs.dot} " if words else ""
    before += f"{look.glyphs.repost} {_word(row, look)} by "
    return before + _people(row, row.reposters[0], look, width - cell_len(before))


def _people(row: Row, first: Account, look: Look, width: int) -> str:
    """The first who reposted it, and how many others did; of a long name the end goes."""
    others = len(row.reposters) - 1
    rest = f" and {others} {'other' if others == 1 else 'others'}" if others > 0 else ""
    name = safe_line(first.display_name)
    return cut(name, max(width - len(rest), _LEAST_NAME), look.glyphs.more) + rest


def _word(row: Row, look: Look) -> Safe:
    """The network's own word."""
    marks = (look.marks.get(sighting.login) for sighting in row.sightings)
    mark = next((mark for mark in marks if mark is not None), None)
    return safe_line(mark.vocabulary.reposted if mark is not None else "reposted")
