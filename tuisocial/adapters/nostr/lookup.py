"""Finding one thing: a post, a profile, or whatever a pasted text means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tuisocial.adapters.nostr import addresses, convert, entities, identifiers, keys
from tuisocial.adapters.nostr.adapter import code_in
from tuisocial.adapters.nostr.convert import REPOSTS
from tuisocial.adapters.nostr.entities import AccountCode, AddressCode, EventCode, is_hex32
from tuisocial.adapters.nostr.events import Event
from tuisocial.adapters.nostr.filters import Filter
from tuisocial.adapters.nostr.follows import FOLLOWS, Follows
from tuisocial.adapters.nostr.ids import (
    ARTICLE,
    account_id,
    address_id,
    event_id,
    split_address,
)
from tuisocial.adapters.nostr.outbox import RELAY_LIST
from tuisocial.adapters.nostr.people import PROFILE, People
from tuisocial.adapters.nostr.relays import Relays, newest, require_one
from tuisocial.model.ids import AccountId, PostId
from tuisocial.sdk.errors import NotFound, Refused
from tuisocial.sdk.http import Http

MOST_HINTS = 3
_MOST_HINTED = 1000


@dataclass(frozen=True, slots=True)
class Found:
    """What relays know by an account: anything at all, how many it follows, its relay list."""

    anything: bool
    count: int | None
    relays: Event | None


class Lookup:
    """Looks things up for one session; hints of where they are, it remembers."""

    def __init__(self, relays: Relays, follows: Follows, people: People, http: Http) -> None:
        self._relays = relays
        self._follows = follows
        self._people = people
        self._http = http
        self._hints: dict[str, tuple[str, ...]] = {}

    async def where(self, pubkey: str) -> tuple[str, ...]:
        """Relays other than mine where somebody may be found, a few."""
        writes = await self._follows.writes(pubkey)
        return tuple(dict.fromkeys((*self._hints.get(pubkey, ()), *writes)))[:MOST_HINTS]

    async def post(
        self, post: PostId, hint: str = "", *, repost: bool = False
    ) -> tuple[Event, str]:
        """A post's event and a relay that has it; a repost stands for what it reposts.

        `hint` is a relay that had it once.

        Raises: NotFound, Unreachable.
        """
        address = split_address(post.uri)
        if address is not None:
            kind, pubkey, name = address
            wanted = Filter(kinds={kind}, authors={pubkey}, tags={"d": {name}}, limit=1)
            urls = (*self._relays.own, *await self.where(pubkey))
        elif is_hex32(post.uri):
            wanted = Filter(ids={post.uri}, limit=1)
            near = self._relays.loopback_allowed
            had = addresses.foreign_all((hint,), loopback_allowed=near, most=1)
            urls = (*self._relays.own, *self._hints.get(post.uri, ()), *had)
        else:
            raise NotFound("that is not the id of a post")
        answers = await self._relays.find(tuple(dict.fromkeys(urls)), wanted)
        event = newest(answers)
        if event is None:
            require_one(answers)
            raise NotFound("no relay of this login has that post")
        if event.kind in REPOSTS and not repost:
            original = next((tag[1] for tag in event.tags if tag[:1] == ["e"] and tag[1:]), "")
            return await self.post(event_id(original), repost=True)
        relay = next(a.question.url for a in answers if event in a.events)
        return event, relay

    async def profile(self, pubkey: str) -> Found:
        """Ask for a profile afresh; `people` learns it."""
        author = frozenset({pubkey})
        urls = tuple(dict.fromkeys((*self._relays.own, *await self.where(pubkey))))
        answers = await self._relays.find(
            urls,
            Filter(kinds=(PROFILE,), authors=author, limit=1),
            Filter(kinds=(FOLLOWS,), authors=author, limit=1),
            Filter(kinds=(RELAY_LIST,), authors=author, limit=1),
            Filter(authors=author, limit=1),
        )
        require_one(answers)
        self._people.learn(event for answer in answers for event in answer.events)
        follows = newest([a for a in answers if a.question.filter.kinds == (FOLLOWS,)])
        count = sum(tag[:1] == ["p"] for tag in follows.tags) if follows else None
        relays = newest([a for a in answers if a.question.filter.kinds == (RELAY_LIST,)])
        return Found(any(answer.events for answer in answers), count, relays)

    async def meant(self, text: str) -> PostId | AccountId | None:
        """Codes are read, names at domains looked up; bare hex is whatever a relay knows by it.

        Raises: Refused, NotFound, Unreachable.
        """
        text = text.strip()
        if keys.looks_secret(text):
            raise Refused(
                "that is a secret key, which is not looked up anywhere",
                remedy="keep it to yourself",
            )
        code = code_in(text)
        if code is not None:
            return await self._decoded(code)
        if is_hex32(text):
            return await self._whatever(text)
        identifier = identifiers.parse(text) if "@" in text and "://" not in text else None
        if identifier is None:
            return None
        by = addresses.word(near=self._relays.loopback_allowed)
        named = await identifiers.look_up(self._http, identifier, by=by)
        self._remember(named.pubkey, named.relays)
        return account_id(named.pubkey)

    async def _decoded(self, code: str) -> PostId | AccountId:
        try:
            found = entities.decode(code)
        except ValueError as error:
            raise Refused(str(error), remedy="copy it again, whole") from None
        match found:
            case AccountCode():
                self._remember(found.pubkey, found.relays)
                return account_id(found.pubkey)
            case AddressCode():
                self._remember(found.pubkey, found.relays)
                return address_id(found.kind, found.pubkey, found.identifier)
            case EventCode():
                self._remember(found.id, found.relays)
                if found.kind == ARTICLE:
                    event, _ = await self.post(event_id(found.id))
                    return convert.post_id(event)
                return event_id(found.id)

    async def _whatever(self, text: str) -> PostId | AccountId | None:
        """Bare hex: a post if a relay has one of that id, else an account."""
        answers = await self._relays.find(
            self._relays.own,
            Filter(ids=frozenset({text}), limit=1),
            Filter(authors=frozenset({text}), limit=1),
        )
        event = newest([answer for answer in answers if answer.question.filter.ids])
        if event is not None:
            return convert.post_id(event)
        require_one(answers)
        return account_id(text) if any(answer.events for answer in answers) else None

    def _remember(self, name: str, relays: Sequence[str]) -> None:
        urls = addresses.foreign_all(
            relays, loopback_allowed=self._relays.loopback_allowed, most=MOST_HINTS
        )
        if len(self._hints) < _MOST_HINTED:
            self._hints[name] = urls
