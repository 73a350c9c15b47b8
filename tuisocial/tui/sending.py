"""What the line of state says of sending: the last draft target by target, else what waits."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tuisocial.errors import UserError
from tuisocial.store.outbox import Delivery, State
from tuisocial.tui.render.delivery import targets_in_words
from tuisocial.tui.render.look import Role
from tuisocial.tui.render.width import Safe

if TYPE_CHECKING:
    from tuisocial.services.runtime import Runtime

_SAID = 10.0
"""Seconds for which it is said that all of a draft went out."""


class SendingWatch:
    """Watches the draft that was sent last; `key` is its name, empty for none."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._done_since: float | None = None
        self.key = ""

    def watch(self, key: str) -> None:
        """Another draft was sent."""
        self.key, self._done_since = key, None

    @property
    def undoable(self) -> bool:
        """Whether something of it may still be taken back."""
        return _undoable(self._deliveries())

    @property
    def moving(self) -> bool:
        """Whether the words are others a second later."""
        return bool(self.key)

    def words(self) -> list[tuple[Safe, Role]]:
        """Clauses for the line of state, none where nothing is to be said."""
        deliveries = self._deliveries()
        if deliveries:
            outbox, now = self._runtime.outbox, int(self._runtime.now().timestamp() * 1000)
            progress = {one.number: outbox.progress(one.number) for one in deliveries}
            said = targets_in_words(deliveries, now, progress)
            if self._all_sent(deliveries):
                return said if self.key else []
            keys = "u undoes, g o shows" if _undoable(deliveries) else "g o shows"
            return [*said, (Safe(keys), Role.DIM)]
        self.key = ""
        return _waiting(self._runtime.outbox.unsettled())

    def _deliveries(self) -> list[Delivery]:
        return self._runtime.outbox.of(self.key) if self.key else []

    def _all_sent(self, deliveries: Sequence[Delivery]) -> bool:
        """Whether all went out; after a while that is no news any more."""
        if any(one.state is not State.SENT for one in deliveries):
            self._done_since = None
            return False
        now = time.monotonic()
        self._done_since = self._done_since or now
        if now - self._done_since >= _SAID:
            self.key = ""
        return True


def _undoable(deliveries: Sequence[Delivery]) -> bool:
    return any(one.state is not State.SENT and not one.doubt for one in deliveries)


def _waiting(unsettled: Sequence[Delivery]) -> list[tuple[Safe, Role]]:
    refused = sum(one.state is State.REFUSED for one in unsettled)
    waiting = len(unsettled) - refused
    said = [f"{waiting} waiting"] if waiting else []
    if refused:
        said.append(f"{refused} refused")
    if not said:
        return []
    words = Safe(f"outbox: {', '.join(said)} (g o)")
    return [(words, Role.WARNING if refused else Role.DIM)]


def unsent(runtime: Runtime) -> str:
    """A sentence on what waits in the outbox when the program ends, empty for nothing."""
    try:
        waiting = [one for one in runtime.outbox.unsettled() if one.state is not State.REFUSED]
    except UserError:
        return ""
    if not waiting:
        return ""
    many = "1 post waits" if len(waiting) == 1 else f"{len(waiting)} posts wait"
    return f"{many} in the outbox and will be sent when tuisocial runs again"
