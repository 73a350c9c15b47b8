"""The bus tells everybody in order, and only those who still listen."""

from __future__ import annotations

import pytest

from tuisocial.events import Bus, Event, LoginsChanged, StoreChanged


def test_everybody_is_told_in_the_order_in_which_they_came() -> None:
    bus, heard = Bus(), list[tuple[str, Event]]()
    for name in ("first", "second"):
        bus.subscribe(lambda event, name=name: heard.append((name, event)))
    bus.publish(LoginsChanged())
    bus.publish(StoreChanged())
    assert heard == [
        ("first", LoginsChanged()), ("second", LoginsChanged()),
        ("first", StoreChanged()), ("second", StoreChanged()),
    ]  # fmt: skip


def test_who_left_is_told_nothing_and_may_leave_twice() -> None:
    bus, heard = Bus(), list[Event]()
    leave = bus.subscribe(heard.append)
    again = bus.subscribe(heard.append)
    leave()
    leave()
    bus.publish(LoginsChanged())
    assert heard == [LoginsChanged()]
    again()
    bus.publish(LoginsChanged())
    assert heard == [LoginsChanged()]


def test_leaving_while_being_told_disturbs_nobody() -> None:
    bus, heard = Bus(), list[str]()

    def once(event: Event) -> None:
        heard.append("once")
        leave()

    leave = bus.subscribe(once)
    bus.subscribe(lambda event: heard.append("always"))
    bus.publish(LoginsChanged())
    bus.publish(LoginsChanged())
    assert heard == ["once", "always", "always"]


def test_what_is_published_while_publishing_is_told_too() -> None:
    bus, heard = Bus(), list[Event]()

    def answer(event: Event) -> None:
        if isinstance(event, LoginsChanged):
            bus.publish(StoreChanged())

    bus.subscribe(answer)
    bus.subscribe(heard.append)
    bus.publish(LoginsChanged())
    assert heard == [StoreChanged(), LoginsChanged()]


@pytest.mark.parametrize("event", [LoginsChanged(), StoreChanged()], ids=repr)
def test_without_listeners_nothing_happens(event: Event) -> None:
    Bus().publish(event)
