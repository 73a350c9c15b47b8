"""Conversations: the root, everything that answers it, and the parents that replies name.

Relays know no threads. What is found by `e` and `a` tags is kept if it stands in this one by
NIP-10 or NIP-22; citations are not replies.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tuisocial.adapters.nostr import addresses, convert, replies
from tuisocial.adapters.nostr.convert import COMMENT, NOTE
from tuisocial.adapters.nostr.entities import is_hex32
from tuisocial.adapters.nostr.events import Event
from tuisocial.adapters.nostr.filters import Filter
from tuisocial.adapters.nostr.ids import event_id, reference_id, split_address
from tuisocial.adapters.nostr.relays import Answer, Relays
from tuisocial.adapters.nostr.replies import Reference
from tuisocial.adapters.nostr.surroundings import DELETION, Gatherer
from tuisocial.model.ids import PostId
from tuisocial.model.thread import Missing, MissingReason, Thread

_REPLIES = frozenset({NOTE, COMMENT})
_MOST = 500
_ROUNDS = 4
_RELAYS = 8


class ThreadReader:
    """Reads one thread, round by round; make one for each."""

    def __init__(self, relays: Relays, gatherer: Gatherer, focus: Event, urls: Iterable[str]):
        self._relays = relays
        self._gatherer = gatherer
        self._focus = focus
        self._urls = list(dict.fromkeys(urls))
        self._posts: dict[str, Event] = {convert.post_id(focus).uri: focus}
        self._relay_of: dict[str, str] = {}
        self._asked: set[str] = set()
        self._deletions: dict[str, Event] = {}

    async def read(self) -> Thread:
        """The thread as far as the relays hold it."""
        roots = {convert.post_id(self._focus).uri}
        for _ in range(_ROUNDS):
            wanted = self._named_parents() - self._posts.keys() - self._asked
            answered = roots - self._asked
            if not wanted and not answered:
                break
            self._asked |= wanted | answered
            answers = await self._relays.find(self._urls, *_filters(wanted, answered | wanted))
            self._take(answers)
            roots = set(self._posts) if len(self._posts) < _MOST else set()
        return await self._thread()

    def _take(self, answers: Sequence[Answer]) -> None:
        found: dict[str, Event] = {}
        for answer in answers:
            for event in answer.events:
                found.setdefault(convert.post_id(event).uri, event)
                self._relay_of.setdefault(event.id, answer.question.url)
        self._deletions |= {e.id: e for e in found.values() if e.kind == DELETION}
        # A reply to a reply stands in the thread once what it answers does.
        waiting = {uri: e for uri, e in found.items() if e.kind != DELETION}
        while True:
            thread = self._posts.keys() | self._named_parents()
            belonging = {
                uri: event
                for uri, event in waiting.items()
                if uri in thread or _answers(event, thread)
            }
            if not belonging or len(self._posts) >= _MOST:
                return
            self._posts |= belonging
            for uri in belonging:
                del waiting[uri]

    def _named_parents(self) -> set[str]:
        """What the posts so far say they answer; their hints are followed as far as is safe."""
        named: set[str] = set()
        for event in self._posts.values():
            stands = replies.place(event)
            for reference in (stands.root, stands.parent):
                if reference is not None and reference_id(reference.id) is not None:
                    named.add(reference.id)
                    self._follow_hint(reference)
        return named

    def _follow_hint(self, reference: Reference) -> None:
        allowed = self._relays.loopback_allowed
        url = addresses.foreign(reference.relay, loopback_allowed=allowed)
        if url is not None and url not in self._urls and len(self._urls) < _RELAYS:
            self._urls.append(url)

    async def _thread(self) -> Thread:
        posts = sorted(self._posts.values(), key=lambda event: (event.created_at, event.id))
        around = await self._gatherer.gather(posts, self._urls)
        shown = [event for event in posts if event.id not in around.deleted]
        views = [
            self._gatherer.view(event, around, self._relay_of.get(event.id, "")) for event in shown
        ]
        here = {view.post.id for view in views} | {event_id(event.id) for event in shown}
        deleted = {convert.post_id(e) for e in posts if e.id in around.deleted}
        missing: dict[PostId, MissingReason] = dict.fromkeys(deleted, MissingReason.DELETED)
        for event in shown:
            parent = replies.place(event).parent
            named = reference_id(parent.id) if parent else None
            if parent is not None and named is not None and named not in here | deleted:
                missing[named] = self._why(parent)
        return Thread(
            convert.post_id(self._focus),
            tuple(views),
            tuple(Missing(post, reason) for post, reason in sorted(missing.items())),
        )

    def _why(self, parent: Reference) -> MissingReason:
        """Who wrote a post that nobody has cannot be checked; what its answer says must do."""
        for request in self._deletions.values():
            if parent.author in (None, request.pubkey) and any(
                len(tag) > 1 and tag[1] == parent.id for tag in request.tags
            ):
                return MissingReason.DELETED
        return MissingReason.NOT_FETCHED


def _answers(event: Event, thread: Iterable[str]) -> bool:
    stands = replies.place(event)
    named = {reference.id for reference in (stands.root, stands.parent) if reference}
    return event.kind in _REPLIES and not named.isdisjoint(thread)


def _filters(wanted: Iterable[str], answered: Iterable[str]) -> list[Filter]:
    """Posts by name, what answers others (roots by NIP-22's capitals too), and deletions."""
    filters = []
    ids = frozenset(uri for uri in wanted if is_hex32(uri))
    if ids:
        filters.append(Filter(ids=ids, limit=len(ids)))
        filters.append(Filter(kinds={DELETION}, tags={"e": ids}, limit=len(ids) + 50))
    for uri in wanted:
        address = split_address(uri)
        if address is not None:
            kind, pubkey, name = address
            filters.append(Filter(kinds={kind}, authors={pubkey}, tags={"d": {name}}, limit=1))
    events = frozenset(uri for uri in answered if is_hex32(uri))
    articles = frozenset(answered) - events
    for values, letters in ((events, "eE"), (articles, "aA")):
        if values:
            filters += [
                Filter(kinds=_REPLIES, tags={letter: values}, limit=_MOST) for letter in letters
            ]
    return filters
