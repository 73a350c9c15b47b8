"""Waiting grows, is bounded, and differs from relay to relay."""

from tuisocial.adapters.nostr.backoff import BackOff


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def waits(chance: float, failures: int) -> list[float]:
    back_off = BackOff(Clock(), lambda: chance)
    found = []
    for _ in range(failures):
        back_off.failed()
        found.append(back_off.wait)
    return found


def test_waits_double_up_to_five_minutes() -> None:
    assert waits(1.0, 11) == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_chance_takes_off_up_to_half() -> None:
    assert waits(0.0, 3) == [0.5, 1, 2]


def test_time_passes_and_success_begins_again() -> None:
    clock = Clock()
    back_off = BackOff(clock, lambda: 1.0)
    assert back_off.wait == 0
    back_off.failed()
    back_off.failed()
    clock.now += 1.5
    assert back_off.wait == 0.5
    back_off.succeeded()
    assert back_off.wait == 0
    back_off.failed()
    assert back_off.wait == 1
