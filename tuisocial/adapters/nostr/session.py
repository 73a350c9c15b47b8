"""A login at work: what the core asks for, put together from relays' answers.

The parts are elsewhere: `pages` (cursors), `surroundings` (what posts need), `threads`,
`follows` and `outbox` (whom to read where), `people` (profiles).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tuisocial.adapters.nostr import addresses, convert, entities, identifiers, keys, limits, outbox
from tuisocial.adapters.nostr import login as logins
from tuisocial.adapters.nostr.adapter import code_in
from tuisocial.adapters.nostr.convert import REPOSTS, SHOWN
from tuisocial.adapters.nostr.entities import AccountCode, AddressCode, EventCode, is_hex32
from tuisocial.adapters.nostr.events import Event
from tuisocial.adapters.nostr.filters import Filter
from tuisocial.adapters.nostr.follows import FOLLOWS, Following, Follows, by_authors
from tuisocial.adapters.nostr.ids import (
    ARTICLE,
    account_id,
    address_id,
    event_id,
    split_address,
)
from tuisocial.adapters.nostr.pages import Pager
from tuisocial.adapters.nostr.people import PROFILE, People
from tuisocial.adapters.nostr.relays import Relays, newest, require_one
from tuisocial.adapters.nostr.surroundings import Gatherer
from tuisocial.adapters.nostr.threads import ThreadReader
from tuisocial.model.account import Account
from tuisocial.model.entry import Entry
from tuisocial.model.ids import AccountId, PostId
from tuisocial.model.limits import Limits
from tuisocial.model.login import Login
from tuisocial.model.post import PostView
from tuisocial.model.thread import Thread
from tuisocial.model.timeline import HOME, Timeline, TimelineKind
from tuisocial.sdk.adapter import SessionContext
from tuisocial.sdk.capabilities import Endpoint
from tuisocial.sdk.errors import NotFound, NotSupported, Refused
from tuisocial.sdk.page import Cursor, Page

_HINTS = 3
_MOST_HINTED = 1000


class NostrSession:
    """One login's reading; `me` is its key in hex, None for a guest."""

    def __init__(
        self, login: Login, context: SessionContext, relays: Relays, me: str | None
    ) -> None:
        self._login = login
        self._relays = relays
        self._me = me
        self._http = context.http
        self._now = context.now
        self._people = People(context.http, context.log, loopback=relays.loopback_allowed)
        self._follows = Follows(me, relays, context.memory, context.now)
        self._gatherer = Gatherer(login.id, me, relays, self._people)
        self._pagers: dict[str, Pager] = {}
        self._chosen: tuple[Following, frozenset[str], dict[str, frozenset[str]]] | None = None
        self._hints: dict[str, tuple[str, ...]] = {}

    @classmethod
    def of(cls, login: Login, context: SessionContext) -> NostrSession:
        """A session for what a login's options say.

        Raises: Refused naming the option.
        """
        urls: dict[str, None] = {}
        for line in login.options.get(logins.RELAYS, "").split():
            try:
                urls[addresses.normal(line)] = None
            except ValueError as error:
                raise Refused(f"{error}: {line[:100]!r}", field=logins.RELAYS) from None
        if not urls:
            raise Refused("this login names no relay to read from", field=logins.RELAYS)
        me = login.options.get(logins.PUBKEY) or (login.account.uri if login.account else None)
        if me is not None and not is_hex32(me):
            raise Refused("this login's public key is not in hex", field=logins.PUBKEY)
        return cls(login, context, Relays(tuple(urls), context.now, context.http), me)

    @property
    def login(self) -> Login:
        """The login it was opened for."""
        return self._login

    def limits(self) -> Limits:
        """What my relays told so far (NIP-11)."""
        return limits.together(self._relays.limits())

    def endpoints(self) -> Sequence[Endpoint]:
        """Every relay in use."""
        return self._relays.endpoints()

    def timelines(self) -> Sequence[Timeline]:
        """Home for an account; all notes of my relays, together and each by itself."""
        public = Timeline(TimelineKind.PUBLIC)
        single = [
            Timeline(TimelineKind.RELAY, url, addresses.host(url)) for url in self._relays.own
        ]
        return (*([HOME] if self._me else []), public, *single)

    async def me(self) -> Account:
        """My own profile."""
        if self._me is None:
            raise NotSupported("a guest has no account", remedy="sign in with a key or an npub")
        follows = await self._read_profile(self._me)
        account = await self._people.checked(self._me)
        return replace(account, following=follows.count)

    async def timeline(
        self, timeline: Timeline, *, cursor: Cursor | None, limit: int
    ) -> Page[Entry]:
        """A page of a timeline; rows that relays held back come with later pages."""
        plan = await self._plan(timeline)
        pager = self._pagers.get(str(timeline))
        if pager is None:
            pager = Pager(self._relays.ask, self._relays.sure_of, self._now)
            self._pagers[str(timeline)] = pager
        batch = await pager.page(plan, cursor, limit)
        around = await self._gatherer.gather(batch.events, batch.relay_of.values())
        entries, skipped = self._gatherer.entries(batch.events, around, batch.relay_of)
        return Page(
            tuple(entries),
            batch.older,
            (*batch.skipped, *skipped),
            (*around.accounts, *self._people.news()),
        )

    async def post(self, post: PostId, *, key: str = "") -> PostView:
        """One post with its counts."""
        event, relay = await self._find(post, key)
        around = await self._gatherer.gather([event], [relay])
        if event.id in around.deleted:
            raise NotFound("that post was deleted by its author")
        return self._gatherer.view(event, around, relay)

    async def thread(self, post: PostId, *, key: str = "") -> Thread:
        """The conversation around a post; nobody can know whether it is complete."""
        event, relay = await self._find(post, key)
        writes = await self._follows.writes(event.pubkey)
        urls = (*self._relays.own, relay, *writes[:_HINTS])
        return await ThreadReader(self._relays, self._gatherer, event, urls).read()

    async def account(self, account: AccountId) -> Account:
        """A profile; an account is there once a relay knows anything by it."""
        if not is_hex32(account.uri):
            raise NotFound("that is not a public key")
        found = await self._read_profile(account.uri)
        if not found.anything:
            code = entities.shortened(entities.npub(account.uri))
            raise NotFound(f"no relay of this login knows anything by {code}")
        person = await self._people.checked(account.uri)
        return replace(person, following=found.count)

    async def resolve(self, text: str) -> PostId | AccountId | None:
        """Codes are read, names at domains looked up; bare hex is whatever a relay knows by it."""
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
        trusted = self._relays.loopback_allowed
        named = await identifiers.look_up(self._http, identifier, trusted=trusted)
        self._remember(named.pubkey, named.relays)
        return account_id(named.pubkey)

    async def aclose(self) -> None:
        """Hang up everywhere and stop what runs in the background."""
        await self._follows.aclose()
        await self._people.aclose()
        await self._relays.aclose()

    async def _plan(self, timeline: Timeline) -> dict[str, list[Filter]]:
        own = self._relays.own
        match timeline.kind:
            case TimelineKind.HOME if self._me is not None:
                return await self._home_plan(self._me)
            case TimelineKind.PUBLIC:
                return {url: [Filter(kinds=SHOWN)] for url in own}
            case TimelineKind.RELAY:
                try:
                    url = addresses.normal(timeline.argument)
                except ValueError as error:
                    raise Refused(f"{error}: {timeline.argument[:100]!r}") from None
                self._relays.trust(url)
                return {url: [Filter(kinds=SHOWN)]}
            case TimelineKind.TAG:
                tags = {timeline.argument, timeline.argument.lower()}
                return {url: [Filter(kinds=SHOWN - REPOSTS, tags={"t": tags})] for url in own}
            case TimelineKind.ACCOUNT:
                code = keys.public_key(timeline.argument.removeprefix("nostr:"))
                if code is None:
                    raise NotFound(f"not a public key: {timeline.argument[:80]!r}")
                urls = dict.fromkeys((*own, *await self._where(code.pubkey)))
                wanted = Filter(kinds=SHOWN, authors=frozenset({code.pubkey}))
                return {url: [wanted] for url in urls}
            case _:
                raise NotSupported(f"there is no {timeline.kind} timeline on these relays")

    async def _home_plan(self, me: str) -> dict[str, list[Filter]]:
        following = await self._follows.current()
        candidates = {url for urls in following.writes.values() for url in urls}
        resting = frozenset(url for url in candidates if self._relays.resting(url))
        if self._chosen is None or self._chosen[:2] != (following, resting):
            authors = {*following.authors, me}
            chosen = outbox.plan(authors, following.writes, self._relays.own, resting=resting)
            self._chosen = (following, resting, chosen)
        return {
            url: by_authors(SHOWN, authors, self._relays.authors_at_once(url))
            for url, authors in self._chosen[2].items()
        }

    async def _where(self, pubkey: str) -> tuple[str, ...]:
        """Relays other than mine where somebody may be found, a few."""
        writes = await self._follows.writes(pubkey)
        return tuple(dict.fromkeys((*self._hints.get(pubkey, ()), *writes)))[:_HINTS]

    async def _find(
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
            urls = (*self._relays.own, *await self._where(pubkey))
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
            return await self._find(event_id(original), repost=True)
        relay = next(a.question.url for a in answers if event in a.events)
        return event, relay

    async def _read_profile(self, pubkey: str) -> _Found:
        """Ask for a profile afresh."""
        author = frozenset({pubkey})
        urls = tuple(dict.fromkeys((*self._relays.own, *await self._where(pubkey))))
        answers = await self._relays.find(
            urls,
            Filter(kinds=(PROFILE,), authors=author, limit=1),
            Filter(kinds=(FOLLOWS,), authors=author, limit=1),
            Filter(authors=author, limit=1),
        )
        require_one(answers)
        self._people.learn(event for answer in answers for event in answer.events)
        follows = newest([a for a in answers if a.question.filter.kinds == (FOLLOWS,)])
        count = sum(tag[:1] == ["p"] for tag in follows.tags) if follows else None
        return _Found(any(answer.events for answer in answers), count)

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
                    event, _ = await self._find(event_id(found.id))
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
            relays, loopback_allowed=self._relays.loopback_allowed, most=_HINTS
        )
        if len(self._hints) < _MOST_HINTED:
            self._hints[name] = urls


@dataclass(frozen=True, slots=True)
class _Found:
    """What relays know by an account: anything at all, and how many it follows."""

    anything: bool
    count: int | None
