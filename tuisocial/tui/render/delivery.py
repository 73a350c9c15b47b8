"""How deliveries stand, in words: one whole, or all of a draft in a clause for each target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tuisocial.model.ids import LoginId
from tuisocial.store.outbox import Act, Delivery, State
from tuisocial.tui.render.look import Role
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.render.width import Safe

if TYPE_CHECKING:
    from tuisocial.model.submission import Receipt

Progress = tuple[int, int] | None
"""Bytes done and in all, while a file is on its way."""

_GRAVE = (State.REFUSED, State.UNKNOWN, State.FAILED, State.SENDING, State.QUEUED, State.SENT)
"""States, the one that most wants to be told first."""

_DONE = {Act.POST: "sent", Act.EDIT: "changed", Act.DELETE: "deleted"}


def state_words(one: Delivery, now: int, progress: Progress = None) -> str:
    """How one delivery stands at `now`, in milliseconds since 1970."""
    match one.state:
        case State.SENT:
            return sent_words(one.receipt, _DONE[one.act])
        case State.SENDING:
            if progress is not None and progress[1]:
                return f"uploading {100 * progress[0] // progress[1]} %"
            return "sending"
        case State.REFUSED:
            return "refused"
        case State.UNKNOWN:
            return f"sent or not, unknown; looked for {_in(one.due, now)}"
        case State.FAILED:
            return f"waiting, retry {_in(one.due, now)}"
        case State.QUEUED:
            return f"goes out {_in(one.due, now)}" if one.due > now else "waiting"


def sent_words(receipt: Receipt | None, done: str) -> str:
    """What a receipt says in a few words."""
    if receipt is None:
        return done
    if receipt.waits:
        return "waits at its server for its time"
    places = receipt.places
    if len(places) < 2:
        return done
    taken = sum(place.accepted is True for place in places)
    return f"{done}, {taken} of {len(places)} servers"


def role_of(state: State) -> Role:
    """The tone in which a state is told."""
    match state:
        case State.REFUSED:
            return Role.ERROR
        case State.FAILED | State.UNKNOWN:
            return Role.WARNING
        case State.SENT:
            return Role.OK
        case _:
            return Role.TEXT


def targets_in_words(
    deliveries: Sequence[Delivery], now: int, progress: dict[int, Progress]
) -> list[tuple[Safe, Role]]:
    """`masto sent`, `nos waiting, retry in 20 s`: a clause for each target of a draft."""
    by_login: dict[LoginId, list[Delivery]] = {}
    for one in deliveries:
        by_login.setdefault(one.login, []).append(one)
    said = []
    for login, all_of in by_login.items():
        worst = min(all_of, key=lambda one: _GRAVE.index(one.state))
        words = state_words(worst, now, progress.get(worst.number))
        if worst.state is State.REFUSED and worst.problem:
            words = f"{words}: {worst.problem}"
        if len(all_of) > 1 and worst.state is not State.SENT:
            done = sum(one.state is State.SENT for one in all_of)
            words += f", {done} of {len(all_of)} parts sent"
        said.append((safe_line(f"{login} {words}"), role_of(worst.state)))
    return said


def _in(due: int, now: int) -> str:
    seconds = (due - now + 999) // 1000
    if seconds <= 0:
        return "now"
    if seconds < 60:
        return f"in {seconds} s"
    if seconds < 3600:
        return f"in {seconds // 60} min"
    return f"in {seconds // 3600} h"
