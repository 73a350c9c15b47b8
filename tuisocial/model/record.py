"""Records: dataclasses that nobody changes once they are made.

mypy holds everybody to that. At run time nothing does, because a frozen dataclass sets each field
by a call of its own, which is a twentieth of all that a post costs on its way in.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

__all__ = ["record"]

if TYPE_CHECKING:
    from dataclasses import dataclass as record
else:

    def record(*, frozen: bool, slots: bool, order: bool = False):
        """What `dataclass` makes, hashed by its content, but for the freezing."""
        return partial(dataclass, slots=slots, order=order, unsafe_hash=frozen)
