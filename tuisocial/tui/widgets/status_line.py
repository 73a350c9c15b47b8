"""The line of state: in words, how each login is doing, and what waits for the reader.

It takes more lines when there is trouble to tell.
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

_MOST_LINES = 3
_LEAST_ADDRESS = 16

PATIENCE = 1.0
"""Seconds of fetching that nobody needs to hear of."""


class StatusLine(Bar):
    """Trouble first, then what is being done, then what is well, then the selected address."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._states: Sequence[SourceState] = ()
        self._settled: dict[Source, SourceState] = {}
        self._since: dict[Source, float] = {}
        self._newer = 0
        self._address = Safe("")
        self._activity = Safe("")

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
        """What is being done at the reader's wish."""
        self._activity = safe_line(activity)
        self.update()

    def lines(self, width: int) -> list[Line]:
        """All there is to say in as few lines as it takes, at most `_MOST_LINES`."""
        dot = Safe(f" {self.look.glyphs.dot} ")
        said: Line = []
        for words, role in self._parts():
            if said:
                said.append((dot, Role.DIM))
            said.append((words, role))
        space = (Safe(" "), Role.TEXT)
        room = max(width - 2, 10)
        lines = wrapped(said, room, _MOST_LINES)
        if len(lines) > _MOST_LINES:
            lines = lines[:_MOST_LINES]
            lines[-1] = [*fitted(lines[-1], room - 1, ""), (Safe(self.look.glyphs.more), Role.DIM)]
        lines = [[space, *line] for line in lines] or [[space]]
        waiting = self._waiting()
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

    def _waiting(self) -> Line:
        if not self._newer:
            return []
        count = "1000 or more" if self._newer >= 1000 else str(self._newer)
        return [(Safe(f" {count} new {self.look.glyphs.up} press . "), Role.UNREAD)]

    def _parts(self) -> list[tuple[Safe, Role]]:
        return [(self._activity, Role.TEXT)] * bool(self._activity) + self._words()

    def _words(self) -> list[tuple[Safe, Role]]:
        """The states in words; logins that are equally well share theirs."""
        troubled: list[tuple[Safe, Role]] = []
        calm: dict[str, list[str]] = {}
        for state in map(self._heard, self._states):
            login = str(state.source.login)
            if state.error:
                words = f"{login}: {state.error}" if state.status is SourceStatus.BEHIND else ""
                words = words or f"{login} {state.status}: {state.error}"
                words += f"; {state.remedy}" if state.remedy else ""
                troubled.append((safe_line(words), Role.WARNING))
            elif state.status is SourceStatus.SIGNED_OUT:
                troubled.append(
                    (safe_line(f"{login} {state.status}; {state.remedy}"), Role.WARNING)
                )
            else:
                words = f"{state.status}, {state.detail}" if state.detail else str(state.status)
                calm.setdefault(words, []).append(login)
        return [
            *troubled,
            *((safe_line(f"{', '.join(who)} {words}"), Role.DIM) for words, who in calm.items()),
        ]

    def _heard(self, state: SourceState) -> SourceState:
        """The state to speak of: a fetch that has only begun changes nothing."""
        begun = self._since.get(state.source)
        before = self._settled.get(state.source)
        if begun is None or before is None or before.status is SourceStatus.NEVER:
            return state
        return state if time.monotonic() - begun >= PATIENCE else before
