"""Filters (NIP-01): what is asked of a relay, and whether an event is an answer to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from tuisocial.adapters.nostr.events import Event


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter; a condition left None or empty is not made. `tags` is by letter: `{"e": …}`."""

    ids: Collection[str] = ()
    authors: Collection[str] = ()
    kinds: Collection[int] = ()
    tags: Mapping[str, Collection[str]] = field(default_factory=dict)
    since: int | None = None
    until: int | None = None
    limit: int = 0

    def to_json(self) -> dict[str, Any]:
        """As a REQ carries it."""
        out: dict[str, Any] = {}
        for name in ("ids", "authors", "kinds"):
            values = getattr(self, name)
            if values:
                out[name] = sorted(values)
        for letter, texts in self.tags.items():
            out[f"#{letter}"] = sorted(texts)
        if self.since is not None:
            out["since"] = self.since
        if self.until is not None:
            out["until"] = self.until
        if self.limit:
            out["limit"] = self.limit
        return out

    def matches(self, event: Event) -> bool:
        """Whether `event` was asked for."""
        return (
            (not self.ids or event.id in self.ids)
            and (not self.kinds or event.kind in self.kinds)
            and (not self.authors or event.pubkey in self.authors)
            and (self.since is None or event.created_at >= self.since)
            and (self.until is None or event.created_at <= self.until)
            and all(
                any(len(tag) > 1 and tag[0] == letter and tag[1] in values for tag in event.tags)
                for letter, values in self.tags.items()
            )
        )
