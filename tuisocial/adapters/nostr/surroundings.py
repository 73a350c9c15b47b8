"""What posts need besides themselves: reposted posts, authors' profiles, deletions and counts.

All of it is asked of a few relays at once, with less patience than the posts; what does not come
in time stays unknown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tuisocial.adapters.nostr import addresses, convert, events, rights
from tuisocial.adapters.nostr.convert import REPOSTS
from tuisocial.adapters.nostr.counts import COUNTED, Tally
from tuisocial.adapters.nostr.entities import is_hex32
from tuisocial.adapters.nostr.events import Event
from tuisocial.adapters.nostr.filters import Filter
from tuisocial.adapters.nostr.people import PROFILE, People
from tuisocial.adapters.nostr.relays import Patience, Relays
from tuisocial.model.account import Account
from tuisocial.model.entry import Entry
from tuisocial.model.ids import LoginId
from tuisocial.model.post import STRANGER, UNCOUNTED, UNKNOWN_MARK, Mark, PostView
from tuisocial.sdk.page import Skipped

DELETION = 5
_PATIENCE = Patience(grace=0.5, longest=2.5)
_RELAYS = 6
_COUNTED = 500
"""Reactions, replies and reposts read for one page at one relay."""


@dataclass(slots=True)
class Surroundings:
    """What was learnt around some posts."""

    originals: dict[str, Event] = field(default_factory=dict)
    """Reposted posts by the repost's id."""

    deleted: set[str] = field(default_factory=set)
    """Ids of events that their own authors deleted (NIP-09)."""

    tally: Tally | None = None
    accounts: tuple[Account, ...] = ()


class Gatherer:
    """Gathers surroundings for one login's pages and threads; `acts` says that it can sign."""

    def __init__(
        self, login: LoginId, me: str | None, relays: Relays, people: People, *, acts: bool
    ) -> None:
        self._login = login
        self._me = me
        self._acts = acts
        self.bookmarked: Callable[[str], Mark] = lambda uri: UNKNOWN_MARK
        """Whether I keep the post of that uri."""

        self._relays = relays
        self._people = people

    async def gather(self, shown: Sequence[Event], came_from: Iterable[str]) -> Surroundings:
        """Ask for all that is missing around `shown`; never raises for a relay's sake."""
        around = Surroundings()
        if not shown:
            return around
        urls = tuple(dict.fromkeys((*self._relays.own, *came_from)))[:_RELAYS]
        around.originals = await self._originals(shown, urls)
        posts = [event for event in shown if event.kind not in REPOSTS]
        posts += around.originals.values()
        everything = [*shown, *around.originals.values()]
        uris = {convert.post_id(event).uri for event in posts}
        counted = self._counted(uris)
        filters = [*self._profiles(everything), *self._deletions(everything), *counted]
        answers = await self._relays.find(urls, *filters, patience=_PATIENCE)
        found = {event.id: event for answer in answers for event in answer.events}
        around.accounts = tuple(self._people.learn(found.values()))
        around.deleted = deleted_by_authors(everything, found.values())
        if any(answer.complete and answer.question.filter.kinds == COUNTED for answer in answers):
            around.tally = Tally(uris, self._me, self._people.pictures)
            around.tally.add(event for event in found.values() if event.kind in COUNTED)
        self._people.check_later(dict.fromkeys(event.pubkey for event in everything))
        return around

    def entries(
        self, shown: Sequence[Event], around: Surroundings, relay_of: Mapping[str, str]
    ) -> tuple[list[Entry], list[Skipped]]:
        """Rows for what is shown; deleted posts are left out, unreadable ones named."""
        entries, skipped = [], []
        articles: set[str] = set()
        for event in shown:
            repost = event if event.kind in REPOSTS else None
            post = around.originals.get(event.id) if repost else event
            if post is None:
                skipped.append(
                    Skipped("a repost of a post that no relay here has", event.raw[:200])
                )
                continue
            if event.id in around.deleted or post.id in around.deleted:
                continue
            address = event.address
            if address is not None:
                # Newest first: a relay that keeps old versions of an article shows one row.
                if address in articles:
                    continue
                articles.add(address)
            try:
                view = self.view(post, around, relay_of.get(event.id, ""))
                entries.append(convert.row(view, post, repost, self._people.account))
            except ValueError as error:
                skipped.append(Skipped(f"a post that cannot be shown: {error}", event.raw[:200]))
        return entries, skipped

    def view(self, event: Event, around: Surroundings, relay: str) -> PostView:
        """One post as this login sees it."""
        tally, uri = around.tally, convert.post_id(event).uri
        counts = UNCOUNTED if tally is None else tally.counts(uri)
        post = convert.post(event, self._people.account, counts, self._people.pictures)
        viewer = STRANGER if tally is None else tally.viewer(uri)
        if self._acts and self._me is not None:
            allowed = rights.actions(event, self._me)
            viewer = replace(viewer, allowed=allowed, bookmarked=self.bookmarked(uri))
        return PostView(self._login, post, relay, viewer)

    def _profiles(self, everything: Iterable[Event]) -> list[Filter]:
        """Authors first, then whom they mention, as far as one request reaches."""
        keys = dict.fromkeys(event.pubkey for event in everything)
        for event in everything:
            if event.kind not in REPOSTS:
                keys |= dict.fromkeys(
                    tag[1] for tag in event.tags[:20] if tag[:1] == ["p"] and is_hex32(tag[1])
                )
        unknown = self._people.unknown(keys)[:300]
        if not unknown:
            return []
        return [Filter(kinds=(PROFILE,), authors=frozenset(unknown), limit=len(unknown))]

    @staticmethod
    def _deletions(everything: Sequence[Event]) -> list[Filter]:
        authors = frozenset(event.pubkey for event in everything)
        ids = frozenset(event.id for event in everything)
        addressed = frozenset(event.address for event in everything if event.address is not None)
        filters = [Filter(kinds=(DELETION,), authors=authors, tags={"e": ids}, limit=len(ids) + 50)]
        if addressed:
            tags = {"a": addressed}
            filters.append(Filter(kinds=(DELETION,), authors=authors, tags=tags, limit=100))
        return filters

    @staticmethod
    def _counted(uris: Iterable[str]) -> list[Filter]:
        ids = frozenset(uri for uri in uris if is_hex32(uri))
        named = frozenset(uris) - ids
        return [
            Filter(kinds=COUNTED, tags={letter: values}, limit=_COUNTED)
            for letter, values in (("e", ids), ("a", named))
            if values
        ]

    async def _originals(self, shown: Sequence[Event], urls: Sequence[str]) -> dict[str, Event]:
        """The posts that reposts are of: embedded ones as verified as any, others fetched."""
        reposts = [event for event in shown if event.kind in REPOSTS]
        if not reposts:
            return {}
        embedded = [event.content for event in reposts if event.content[:1] == "{"]
        checked, _ = await asyncio.to_thread(events.check, embedded)
        known = {event.id: event for event in checked}
        wanted: dict[str, str] = {}
        hints: list[str] = []
        for repost in reposts:
            tag = _target(repost)
            if tag is None:
                continue
            wanted[repost.id] = tag[1]
            seen = known.get(tag[1]) or self._relays.event(tag[1])
            if seen is not None:
                known[tag[1]] = seen
            else:
                hints += tag[2:3]
        absent = frozenset(wanted.values()) - known.keys()
        if absent:
            strangers = addresses.foreign_all(
                hints, loopback_allowed=self._relays.loopback_allowed, most=3
            )
            asked = Filter(ids=absent, limit=len(absent))
            answers = await self._relays.find(tuple(dict.fromkeys((*urls, *strangers))), asked)
            known |= {event.id: event for answer in answers for event in answer.events}
        return {
            repost: known[event_id]
            for repost, event_id in wanted.items()
            if event_id in known and known[event_id].kind not in REPOSTS
        }


def _target(repost: Event) -> list[str] | None:
    """The tag that says what is reposted; a repost of an article names its version too."""
    for tag in repost.tags:
        if len(tag) > 1 and tag[0] == "e" and is_hex32(tag[1]):
            return tag
    return None


def deleted_by_authors(shown: Iterable[Event], requests: Iterable[Event]) -> set[str]:
    """The ids of those shown that a request of their own author deletes (NIP-09).

    A request by address deletes the versions up to its own time. Requests are not deleted.
    """
    by_id: set[tuple[str, str]] = set()
    by_address: dict[tuple[str, str], int] = {}
    for request in requests:
        if request.kind != DELETION:
            continue
        for tag in request.tags:
            if len(tag) > 1 and tag[0] == "e":
                by_id.add((request.pubkey, tag[1]))
            elif len(tag) > 1 and tag[0] == "a":
                key = (request.pubkey, tag[1])
                by_address[key] = max(by_address.get(key, 0), request.created_at)
    return {
        event.id
        for event in shown
        if event.kind != DELETION
        and (
            (event.pubkey, event.id) in by_id
            or event.created_at <= by_address.get((event.pubkey, event.address or ""), -1)
        )
    }
