"""The line of state: in words, how each login is doing, and what waits for the reader.

Trouble is shortened until it fits beside the rest; its page tells it whole.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from tuisocial.store.rows import Source, SourceState, SourceStatus
from tuisocial.tui.render.lines import Line, fitted, spread, width_of, wrapped
from tuisocial.tui.render.look import Look, Role
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.render.width import Safe, cut
from tuisocial.tui.widgets.bar import Bar

_MOST_LINES = 2
_LENGTHS = (_WHOLE, _REASON, _STATUS, _SHORT) = ("whole", "reason", "status", "short")
"""How fully states are told: trouble with what to do, only what it is, only how the login stands;
at the shortest, nothing of single servers either."""

_LEAST_ADDRESS = 16

PATIENCE = 1.0
"""Seconds of fetching that nobody needs to hear of."""


class StatusLine(Bar):
    """What was just sent, then trouble, what is being done, what is well, the selected address."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._states: Sequence[SourceState] = ()
        self._settled: dict[Source, SourceState] = {}
        self._since: dict[Source, float] = {}
        self._newer = 0
        self._address = Safe("")
        self._activity = Safe("")
        self._active_since = 0.0
        self._sending: Sequence[tuple[Safe, Role]] = ()

    def show_states(self, states: Sequence[SourceState]) -> None:
        """How the sources of the list on the screen stand."""
        now = time.monotonic()
        for state in states:
            if state.status is SourceStatus.FETCHING:
                if state.source not in self._since:
                    self._since[state.source] = now
                    self.set_timer(PATIENCE, self.update)
            else:
                self._since.pop(state.source, None)
                self._settled[state.source] = state
        self._states = states
        self.update()

    def show_newer(self, newer: int) -> None:
        """How many posts wait above the list."""
        self._newer = newer
        self.update()

    def show_address(self, address: Safe) -> None:
        """The whole address of the selected post's link."""
        self._address = address
        self.update()

    def show_activity(self, activity: str) -> None:
        """What is being done at the reader's wish; what is soon done needs no words."""
        self._activity = safe_line(activity)
        self._active_since = time.monotonic()
        if activity:
            self.set_timer(PATIENCE, self.update)
        self.update()

    def show_sending(self, words: Sequence[tuple[Safe, Role]]) -> None:
        """What becomes of what was sent."""
        self._sending = words
        self.update()

    def lines(self, width: int) -> list[Line]:
        """All there is to say, shortened to one line; two where even that is too long."""
        waiting = self._waiting()
        dot = Safe(f" {self.look.glyphs.dot} ")
        room = max(width - 2, 10)
        free = room - width_of(waiting)
        lengths = (self._joined(self._words(how)) for how in _LENGTHS)
        said: Line = []
        for said in lengths:
            if width_of(said) <= free:
                break
        lines = wrapped(said, room, _MOST_LINES)
        if len(lines) > _MOST_LINES:
            more = Safe(f" {self.look.glyphs.more}")
            kept = fitted(lines[_MOST_LINES - 1], room - len(more), "")
            lines = [*lines[: _MOST_LINES - 1], [*kept, (more, Role.DIM)]]
        space = (Safe(" "), Role.TEXT)
        lines = [[space, *line] for line in lines] or [[space]]
        if waiting and width_of(lines[-1]) + width_of(waiting) > width and len(lines) < _MOST_LINES:
            lines.append([space])
        # The address changes with every move, so it takes only what room is left.
        left = width - width_of(lines[-1]) - width_of(waiting) - 4
        if self._address and left >= _LEAST_ADDRESS:
            address = cut(self._address, left, self.look.glyphs.more)
            lines[-1] = [*lines[-1], (dot, Role.DIM), (address, Role.LINK)]
        if waiting:
            lines[-1] = spread(lines[-1], waiting, width, self.look.glyphs.more)
        return lines

    def _joined(self, parts: Sequence[tuple[Safe, Role]]) -> Line:
        dot = Safe(f" {self.look.glyphs.dot} ")
        said: Line = []
        for words, role in parts:
            if said:
                said.append((dot, Role.DIM))
            said.append((words, role))
        return said

    def _waiting(self) -> Line:
        if not self._newer:
            return []
        count = "1000 or more" if self._newer >= 1000 else str(self._newer)
        return [(Safe(f" {count} new {self.look.glyphs.up} press . "), Role.UNREAD)]

    def _words(self, how: str) -> list[tuple[Safe, Role]]:
        """The states in words, trouble `how` fully; logins that stand equally share theirs."""
        out: list[tuple[Safe, Role]] = [*self._sending]
        if self._activity and time.monotonic() - self._active_since >= PATIENCE:
            out.append((self._activity, Role.TEXT))
        grouped: dict[tuple[Role, str], list[str]] = {}
        for state in map(self._heard, self._states):
            login = str(state.source.login)
            troubled = bool(state.error) or state.status is SourceStatus.SIGNED_OUT
            if not troubled or how in (_STATUS, _SHORT):
                detail = "" if how == _SHORT else state.detail
                words = f"{state.status}, {detail}" if detail else str(state.status)
                role = Role.WARNING if troubled else Role.DIM
                grouped.setdefault((role, words), []).append(login)
                continue
            words = (
                f"{login}:" if state.status is SourceStatus.BEHIND else f"{login} {state.status}"
            )
            if state.error:
                words = f"{words.rstrip(':')}: {state.error}"
            if how == _WHOLE and state.remedy:
                words += f"; {state.remedy}"
            out.append((safe_line(words), Role.WARNING))
        for role in (Role.WARNING, Role.DIM):
            for (tone, words), who in grouped.items():
                if tone is role:
                    out.append((safe_line(f"{', '.join(who)} {words}"), role))
        if how != _WHOLE and any(role is Role.WARNING for _, role in out):
            out.append((Safe("! says more"), Role.ACCENT))
        return out

    def _heard(self, state: SourceState) -> SourceState:
        """The state to speak of: a fetch that has only begun changes nothing."""
        begun = self._since.get(state.source)
        before = self._settled.get(state.source)
        if begun is None or before is None or before.status is SourceStatus.NEVER:
            return state
        return state if time.monotonic() - begun >= PATIENCE else before
