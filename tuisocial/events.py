"""A plain bus: the one way in which something travels upwards, and only as "this changed"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tuisocial.model.ids import AccountId, LoginId, PostId
    from tuisocial.store.rows import Source


@dataclass(frozen=True, slots=True)
class TimelineChanged:
    """Rows of a source came, went or changed in the store."""

    source: Source


@dataclass(frozen=True, slots=True)
class SourceChanged:
    """A source's status changed; its rows did not."""

    source: Source


@dataclass(frozen=True, slots=True)
class ThreadChanged:
    """Posts of the conversation around `post` were stored."""

    post: PostId


@dataclass(frozen=True, slots=True)
class AccountsChanged:
    """Profiles were learnt or corrected."""

    accounts: frozenset[AccountId]


@dataclass(frozen=True, slots=True)
class LoginsChanged:
    """A login was added, changed or removed."""


@dataclass(frozen=True, slots=True)
class OutboxChanged:
    """Deliveries came, went or changed; of `draft`, if it is only one's."""

    draft: str = ""


@dataclass(frozen=True, slots=True)
class Arrived:
    """Something that `login` sent stands on its network now."""

    login: LoginId


@dataclass(frozen=True, slots=True)
class DraftsChanged:
    """Drafts were kept or discarded."""


@dataclass(frozen=True, slots=True)
class StoreChanged:
    """Another process wrote to the store; nothing is known of what."""


Event = (
    TimelineChanged
    | SourceChanged
    | ThreadChanged
    | AccountsChanged
    | LoginsChanged
    | OutboxChanged
    | Arrived
    | DraftsChanged
    | StoreChanged
)


class Bus:
    """Calls every subscriber in order, on the publisher's thread, which is the event loop's."""

    def __init__(self) -> None:
        self._subscribers: list[Callable[[Event], None]] = []

    def subscribe(self, subscriber: Callable[[Event], None]) -> Callable[[], None]:
        """Add a subscriber; the answer takes it away again, and may be called twice."""
        self._subscribers.append(subscriber)
        subscribed = True

        def unsubscribe() -> None:
            nonlocal subscribed
            if subscribed:
                subscribed = False
                self._subscribers.remove(subscriber)

        return unsubscribe

    def publish(self, event: Event) -> None:
        """Tell everybody."""
        for subscriber in tuple(self._subscribers):
            subscriber(event)
