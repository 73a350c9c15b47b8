"""The only subscriber of the bus: it marks what is stale and posts one message for all of it.

However many events come, there is one message on its way at a time, and not more than one in
`INTERVAL`; whoever handles it takes the whole set of stale scopes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from textual.message import Message

from tuisocial.events import (
    AccountsChanged,
    Bus,
    DraftsChanged,
    Event,
    LoginsChanged,
    OutboxChanged,
    PostChanged,
    SourceChanged,
    StoreChanged,
    ThreadChanged,
    TimelineChanged,
)
from tuisocial.model.ids import PostId
from tuisocial.store.rows import Source

INTERVAL = 0.1
"""Seconds in which events are gathered: soon enough to seem at once, seldom enough to be cheap."""


@dataclass(slots=True)
class Stale:
    """What is to be read again."""

    everything: bool = False
    logins: bool = False
    writing: bool = False
    """Drafts, or what the outbox holds."""
    rows: set[Source] = field(default_factory=set)
    states: set[Source] = field(default_factory=set)
    threads: set[PostId] = field(default_factory=set)

    def __bool__(self) -> bool:
        whole = self.everything or self.logins or self.writing
        return bool(whole or self.rows or self.states or self.threads)


class Dirty(Message, bubble=False):
    """Something is stale; `Bridge.take` says what."""


class Bridge:
    """Gathers events; `later` calls back after some seconds, `post` sends the one message."""

    def __init__(
        self,
        bus: Bus,
        later: Callable[[float, Callable[[], None]], object],
        post: Callable[[Message], object],
    ) -> None:
        self._later = later
        self._post = post
        self._stale = Stale()
        self._waiting = False
        self._leave = bus.subscribe(self._note)

    def take(self) -> Stale:
        """What became stale since the last time, which is hereby forgotten."""
        stale, self._stale = self._stale, Stale()
        self._waiting = False
        return stale

    def close(self) -> None:
        """Listen no longer."""
        self._leave()

    def _note(self, event: Event) -> None:
        stale = self._stale
        match event:
            case TimelineChanged(source=source):
                stale.rows.add(source)
            case SourceChanged(source=source):
                stale.states.add(source)
            case ThreadChanged(post=post):
                stale.threads.add(post)
            case LoginsChanged():
                stale.logins = True
            case OutboxChanged() | DraftsChanged():
                stale.writing = True
            case StoreChanged() | AccountsChanged() | PostChanged():
                stale.everything = True
        if not self._waiting:
            self._waiting = True
            self._later(INTERVAL, self._tell)

    def _tell(self) -> None:
        self._post(Dirty())
