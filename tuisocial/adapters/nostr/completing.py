"""Names that are being typed: people and hashtags that this session has seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from tuisocial.adapters.nostr.events import Event
from tuisocial.model.account import Account


def people(
    start: str, limit: int, known: Iterable[Account], followed: Collection[str]
) -> list[Account]:
    """Those whose handle or name has a word that begins so: whom I follow first, then by name."""
    wanted = start.removeprefix("@").casefold()
    found = [account for account in known if account.fetched and _begins(account, wanted)]
    found.sort(key=lambda one: (one.id.uri not in followed, one.display_name.casefold()))
    return found[: max(0, limit)]


def hashtags(start: str, limit: int, seen: Iterable[Event]) -> list[str]:
    """Those that begin so, the most used first."""
    wanted = start.removeprefix("#").casefold()
    counted: Counter[str] = Counter()
    for event in seen:
        tags = {tag[1].lower() for tag in event.tags if tag[:1] == ["t"] and len(tag) > 1}
        counted.update(tag for tag in tags if tag and tag.casefold().startswith(wanted))
    ordered = sorted(counted, key=lambda tag: (-counted[tag], tag))
    return ordered[: max(0, limit)]


def _begins(account: Account, wanted: str) -> bool:
    words = (account.handle.removeprefix("@"), account.name, *account.name.split())
    return any(word.casefold().startswith(wanted) for word in words if word)
