"""The line of state: in words, how each login is doing, and what waits for the reader."""

from __future__ import annotations

import time
from collections.abc import Sequence

from tuisocial.store.rows import Source, SourceState, SourceStatus
from tuisocial.tui.render.lines import Line, fitted, spread
from tuisocial.tui.render.look import Look, Role
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.render.width import Safe
from tuisocial.tui.widgets.bar import Bar

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

    def line(self, width: int) -> Line:
        glyphs = self.look.glyphs
        right: Line = []
        if self._newer:
            count = "1000 or more" if self._newer >= 1000 else str(self._newer)
            right = [(Safe(f" {count} new {glyphs.up} press . "), Role.UNREAD)]
        parts: list[tuple[Safe, Role]] = []
        if self._activity:
            parts.append((self._activity, Role.TEXT))
        parts += self._words()
        if self._address:
            parts.append((self._address, Role.LINK))
        left: Line = [(Safe(" "), Role.DIM)]
        for words, role in parts:
            if len(left) > 1:
                left.append((Safe(f" {glyphs.dot} "), Role.DIM))
            left.append((words, role))
        if right:
            return spread(left, right, width, glyphs.more)
        return fitted(left, width - 1, glyphs.more)

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
                troubled.append((safe_line(f"{login} {state.status}; {state.remedy}"), Role.WARNING))
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
