"""A token or key in memory: printable nowhere by accident."""

from __future__ import annotations

from typing import final


@final
class Secret:
    """Text that shows itself as `***`; `reveal()` is the one way to the value."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself, for the one call that needs it."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a secret is not to be pickled or copied to disk")


def hide_nothing(secret: Secret) -> None:
    """The `hide` of a context around which nothing is logged."""
