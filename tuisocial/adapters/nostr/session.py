"""A login at work: what the core asks for, put together from relays' answers.

The parts are elsewhere: `pages` (cursors), `surroundings` (what posts need), `deletions`,
`threads`, `lookup` (single things), `follows` and `outbox` (whom to read where), `people`
(profiles), `rights`. What a login can do beyond reading is `signed`'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from tuisocial.adapters.nostr import addresses, keys, limits, outbox, rights
from tuisocial.adapters.nostr.convert import REPOSTS, SHOWN
from tuisocial.adapters.nostr.deletions import Deletions
from tuisocial.adapters.nostr.entities import AccountCode, is_hex32
from tuisocial.adapters.nostr.filters import Filter
from tuisocial.adapters.nostr.follows import Following, Follows, by_authors
from tuisocial.adapters.nostr.lookup import MOST_HINTS, Found, Lookup
from tuisocial.adapters.nostr.pages import Pager
from tuisocial.adapters.nostr.people import People
from tuisocial.adapters.nostr.relays import Relays
from tuisocial.adapters.nostr.signers import Signer
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
from tuisocial.sdk.capabilities import Endpoint, Rights
from tuisocial.sdk.errors import NotAllowed, NotFound, NotSupported, Refused
from tuisocial.sdk.page import Cursor, Page, Withdrawn

_FIELD = "timeline"


class NostrSession:
    """One login's reading; `me` is its key in hex, None for a guest; `signer` signs for it."""

    acts = False
    """Whether it does more than read."""

    def __init__(
        self,
        login: Login,
        context: SessionContext,
        relays: Relays,
        me: str | None,
        signer: Signer | None = None,
    ) -> None:
        self._login = login
        self._relays = relays
        self._me = me
        self._signer = signer
        self._http = context.http
        self._now = context.now
        self._people = People(context.http, context.log, loopback=relays.loopback_allowed)
        self._follows = Follows(me, relays, context.memory, context.now)
        self._lookup = Lookup(relays, self._follows, self._people, context.http)
        self._gatherer = Gatherer(login.id, me, relays, self._people, acts=self.acts)
        self._deletions = Deletions(relays, context.memory, context.now)
        self._pagers: dict[str, Pager] = {}
        self._chosen: tuple[Following, frozenset[str], dict[str, frozenset[str]]] | None = None
        self._marks: dict[str, tuple[str, ...]] = {}

    @property
    def login(self) -> Login:
        """The login it was opened for."""
        return self._login

    def limits(self) -> Limits:
        """What my relays told so far (NIP-11)."""
        return limits.together(self._relays.limits())

    def endpoints(self) -> Sequence[Endpoint]:
        """Every relay in use, with what my own relay list (NIP-65) and my relays say of rights."""
        told = dict(zip(self._relays.own, self._relays.limits(), strict=True))
        return [
            replace(one, rights=rights.at(told[one.url], self._marks.get(one.url, ())))
            if one.url in told
            else one
            for one in self._relays.endpoints()
        ]

    async def rights(self) -> Rights:
        """Reading is anybody's; signing needs a key here or a signer that answers."""
        ahead = await rights.skew(self._http, self._relays.own, self._now)
        if self._signer is None:
            return Rights((rights.READ,), skew=ahead)
        try:
            await self._signer.prove()
        except NotAllowed:
            return Rights((rights.READ,), skew=ahead)
        return Rights((rights.READ, rights.SIGN), skew=ahead)

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
        found = await self._read_profile(self._me)
        account = await self._people.checked(self._me)
        return replace(account, following=found.count)

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
        gathering = self._gatherer.gather(batch.events, batch.relay_of.values())
        withdrawn: tuple[Withdrawn, ...] = ()
        if cursor is None:
            around, withdrawn = await asyncio.gather(
                gathering, self._deletions.since_last_look(timeline, plan)
            )
        else:
            around = await gathering
        entries, skipped = self._gatherer.entries(batch.events, around, batch.relay_of)
        return Page(
            tuple(entries),
            batch.older,
            (*batch.skipped, *skipped),
            (*around.accounts, *self._people.news()),
            withdrawn=withdrawn,
        )

    async def post(self, post: PostId, *, key: str = "") -> PostView:
        """One post with its counts."""
        event, relay = await self._lookup.post(post, key)
        around = await self._gatherer.gather([event], [relay])
        if event.id in around.deleted:
            raise NotFound("that post was deleted by its author")
        return self._gatherer.view(event, around, relay)

    async def thread(self, post: PostId, *, key: str = "") -> Thread:
        """The conversation around a post; nobody can know whether it is complete."""
        event, relay = await self._lookup.post(post, key)
        writes = await self._follows.writes(event.pubkey)
        urls = (*self._relays.own, relay, *writes[:MOST_HINTS])
        return await ThreadReader(self._relays, self._gatherer, event, urls).read()

    async def account(self, account: AccountId) -> Account:
        """A profile; an account is there once a relay knows anything by it."""
        if not is_hex32(account.uri):
            raise NotFound("that is not a public key")
        found = await self._read_profile(account.uri)
        person = await self._people.checked(account.uri)
        if not found.anything:
            raise NotFound(f"no relay of this login knows anything by {person.handle}")
        return replace(person, following=found.count)

    async def resolve(self, text: str) -> PostId | AccountId | None:
        """What a code, a name at a domain or bare hex means."""
        return await self._lookup.meant(text)

    async def aclose(self) -> None:
        """Hang up everywhere and stop what runs in the background."""
        await self._follows.aclose()
        await self._people.aclose()
        await self._relays.aclose()

    async def _read_profile(self, pubkey: str) -> Found:
        found = await self._lookup.profile(pubkey)
        if pubkey == self._me:
            self._marks = rights.marks(found.relays)
        return found

    async def _plan(self, timeline: Timeline) -> dict[str, list[Filter]]:
        own = self._relays.own
        match timeline.kind:
            case TimelineKind.HOME if self._me is not None:
                return await self._home_plan(self._me)
            case TimelineKind.PUBLIC:
                return {url: [Filter(kinds=SHOWN)] for url in own}
            case TimelineKind.RELAY:
                url = _relay(timeline.argument)
                self._relays.trust(url)
                return {url: [Filter(kinds=SHOWN)]}
            case TimelineKind.TAG:
                tags = {timeline.argument, timeline.argument.lower()}
                return {url: [Filter(kinds=SHOWN - REPOSTS, tags={"t": tags})] for url in own}
            case TimelineKind.ACCOUNT:
                pubkey = _account(timeline.argument).pubkey
                urls = dict.fromkeys((*own, *await self._lookup.where(pubkey)))
                wanted = Filter(kinds=SHOWN, authors=frozenset({pubkey}))
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


def _relay(argument: str) -> str:
    """The relay that a timeline names. Raises: Refused."""
    try:
        return addresses.normal(argument)
    except ValueError as error:
        raise Refused(
            f"{addresses.quoted(argument)} is no relay: {error}",
            field=_FIELD,
            remedy="for example relay:wss://relay.example.com",
        ) from None


def _account(argument: str) -> AccountCode:
    """The account that a timeline names. Raises: Refused."""
    code = keys.public_key(argument.removeprefix("nostr:"))
    if code is None:
        raise Refused(
            f"{argument[:80]!r} is no public key",
            field=_FIELD,
            remedy="for example account:npub1…, or 64 hex digits",
        )
    return code
