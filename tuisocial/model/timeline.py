"""Timelines as one login offers them; the merged one is made of these by `services.merge`."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self


class TimelineKind(StrEnum):
    """Which list of posts; those with an argument are named by `Timeline.argument`."""

    HOME = "home"
    LOCAL = "local"
    PUBLIC = "public"
    BOOKMARKS = "bookmarks"
    LIKED = "liked"
    TAG = "tag"
    LIST = "list"
    ACCOUNT = "account"
    RELAY = "relay"


_BARE = frozenset(
    {
        TimelineKind.HOME,
        TimelineKind.LOCAL,
        TimelineKind.PUBLIC,
        TimelineKind.BOOKMARKS,
        TimelineKind.LIKED,
    }
)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A timeline's name: its kind, and the tag, list, account or address where it needs one."""

    kind: TimelineKind
    argument: str = ""
    title: str = field(default="", compare=False)
    """What people call it, where its name says little (a list's title); not part of the name."""

    def __post_init__(self) -> None:
        if (self.kind in _BARE) == bool(self.argument):
            raise ValueError(
                f"a {self.kind} timeline takes {'no' if self.argument else 'an'} argument"
            )

    def __str__(self) -> str:
        if self.kind is TimelineKind.TAG:
            return f"#{self.argument}"
        return f"{self.kind}:{self.argument}" if self.argument else str(self.kind)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `home`, `#tag`, `list:12`, …: what `str()` writes.

        Raises: ValueError naming what is accepted.
        """
        kind, _, argument = text.partition(":")
        if text.startswith("#"):
            kind, argument = TimelineKind.TAG, text[1:]
        try:
            if kind == TimelineKind.TAG:
                argument = argument.casefold()
            return cls(TimelineKind(kind), argument)
        except ValueError:
            raise ValueError(
                f"not a timeline: {text[:60]!r}; say home, local, public, bookmarks, liked, #tag, "
                "list:ID, account:ID or relay:URL"
            ) from None


HOME = Timeline(TimelineKind.HOME)
