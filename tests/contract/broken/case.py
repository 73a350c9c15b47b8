"""How a broken adapter is written down: the rule, the words that must tell so, the adapter."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.contract.memory_specimen import MemorySpecimen, healthy
from tuisocial.model.entry import Entry
from tuisocial.model.post import Post
from tuisocial.model.timeline import Timeline
from tuisocial.sdk.page import Cursor, Page
from tuisocial.sdk.testing.memory import MemoryAdapter, MemorySession


@dataclass(frozen=True)
class Case:
    """A specimen, healthy but for one fault, that `rule` must find and explain by `because`."""

    rule: str
    name: str
    because: str
    specimen: Callable[[], MemorySpecimen]


CASES: list[Case] = []


def breaks(rule: str, because: str, **settings: Any) -> Callable[[type], type]:
    """Take in a subclass of the adapter or the session in memory as a proof of `rule`."""

    def take(broken: type) -> type:
        def specimen() -> MemorySpecimen:
            if issubclass(broken, MemoryAdapter):
                return MemorySpecimen(broken(), **settings)
            return healthy(broken, **settings)

        CASES.append(Case(rule, broken.__name__, because, specimen))
        return broken

    return take


def breaks_rows(rule: str, because: str) -> Callable[[Callable[[Entry], Entry]], type]:
    """Take in a function that spoils every row as a proof of `rule`."""

    def take(spoil: Callable[[Entry], Entry]) -> type:
        class Spoiling(MemorySession):
            async def timeline(
                self, timeline: Timeline, *, cursor: Cursor | None, limit: int
            ) -> Page[Entry]:
                page = await super().timeline(timeline, cursor=cursor, limit=limit)
                return replace(page, items=tuple(spoil(row) for row in page.items))

        Spoiling.__name__ = spoil.__name__
        return breaks(rule, because)(Spoiling)

    return take


def with_post(row: Entry, **fields: Any) -> Entry:
    """The row with these fields of its post changed."""
    post: Post = replace(row.view.post, **fields)
    return replace(row, view=replace(row.view, post=post))
