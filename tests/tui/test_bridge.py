"""Events of the bus reach the screen as one message, however many they are."""

from __future__ import annotations

from collections.abc import Callable

from textual.message import Message

from tuisocial.events import Bus, LoginsChanged, SourceChanged, StoreChanged, TimelineChanged
from tuisocial.model.ids import LoginId
from tuisocial.model.timeline import HOME
from tuisocial.store.rows import Source
from tuisocial.tui.bridge import Bridge, Dirty

ONE, TWO = Source(LoginId("one"), HOME), Source(LoginId("two"), HOME)


class Screen:
    """Timers that fire when the test says so, and the messages that came."""

    def __init__(self) -> None:
        self.timers: list[Callable[[], None]] = []
        self.messages: list[Message] = []

    def later(self, seconds: float, callback: Callable[[], None]) -> None:
        self.timers.append(callback)

    def fire(self) -> None:
        timers, self.timers = self.timers, []
        for timer in timers:
            timer()


def test_a_thousand_events_of_two_scopes_are_one_message() -> None:
    bus, screen = Bus(), Screen()
    bridge = Bridge(bus, screen.later, screen.messages.append)
    for _ in range(500):
        bus.publish(TimelineChanged(ONE))
        bus.publish(TimelineChanged(TWO))
    screen.fire()
    assert [type(message) for message in screen.messages] == [Dirty]
    assert bridge.take().rows == {ONE, TWO}


def test_what_comes_after_it_was_taken_is_told_again() -> None:
    bus, screen = Bus(), Screen()
    bridge = Bridge(bus, screen.later, screen.messages.append)
    bus.publish(SourceChanged(ONE))
    screen.fire()
    assert bridge.take().states == {ONE}
    assert not bridge.take()
    bus.publish(StoreChanged())
    bus.publish(LoginsChanged())
    screen.fire()
    assert len(screen.messages) == 2
    stale = bridge.take()
    assert stale.everything
    assert stale.logins


def test_a_bridge_that_is_closed_hears_nothing() -> None:
    bus, screen = Bus(), Screen()
    bridge = Bridge(bus, screen.later, screen.messages.append)
    bridge.close()
    bus.publish(LoginsChanged())
    assert screen.timers == []
