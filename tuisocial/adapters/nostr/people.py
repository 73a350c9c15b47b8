"""Who is who: the profiles read in this session, and what their domains say of their names.

Names are checked in the background (NIP-05); a page is never delayed for one.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from tuisocial.adapters.nostr import addresses, identifiers, profiles
from tuisocial.adapters.nostr.events import Event
from tuisocial.adapters.nostr.identifiers import Identifier
from tuisocial.adapters.nostr.pictures import Pictures
from tuisocial.model.account import Account
from tuisocial.sdk.errors import AdapterError, BadAnswer, NotFound, Refused
from tuisocial.sdk.http import Http

PROFILE = 0
_KEPT = 5000
_AT_ONCE = 4
_QUEUED = 40
_SECONDS = 5.0


@dataclass(slots=True)
class _Person:
    event: Event | None
    account: Account


class People:
    """The accounts that one session knows; `loopback` says that my own relays are on this machine,
    so that names may be asked for and pictures be here, too."""

    def __init__(self, http: Http, log: logging.Logger, *, loopback: bool) -> None:
        self._http = http
        self._log = log
        self._by = addresses.word(near=loopback)
        self.pictures = Pictures(http.reach, loopback)
        self._people: OrderedDict[str, _Person] = OrderedDict()
        self._verdicts: dict[tuple[str, Identifier], bool | None] = {}
        self._checks: dict[str, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._news: dict[str, None] = {}

    def account(self, pubkey: str) -> Account:
        """The profile of a key, or a stand-in."""
        person = self._people.get(pubkey)
        return person.account if person else self._stand_in(pubkey)

    def unknown(self, pubkeys: Iterable[str]) -> list[str]:
        """Those whose profile was not read yet."""
        people = self._people
        return [key for key in pubkeys if key not in people or people[key].event is None]

    def known(self) -> list[Account]:
        """Everybody whose profile was read, those read last first."""
        return [one.account for one in reversed(self._people.values()) if one.event is not None]

    def learn(self, events: Iterable[Event]) -> list[Account]:
        """Take in profiles (kind 0), older ones than are known excepted."""
        learnt = []
        for event in events:
            known = self._people.get(event.pubkey)
            if event.kind != PROFILE or (known and known.event and _older(event, known.event)):
                continue
            self._people[event.pubkey] = _Person(event, self._converted(event))
            self._people.move_to_end(event.pubkey)
            learnt.append(self._people[event.pubkey].account)
        while len(self._people) > _KEPT:
            self._people.popitem(last=False)
        return learnt

    def check_later(self, pubkeys: Iterable[str]) -> None:
        """Ask these people's domains in the background, as many as is decent."""
        for pubkey in pubkeys:
            if len(self._checks) >= _QUEUED:
                return
            if pubkey not in self._checks and self._unchecked(pubkey) is not None:
                task = asyncio.create_task(self._check(pubkey))
                self._checks[pubkey] = task
                task.add_done_callback(partial(self._checked, pubkey))

    async def checked(self, pubkey: str) -> Account:
        """The account once its domain was asked, if it answers soon."""
        if self._unchecked(pubkey) is not None:
            await self._check(pubkey)
        return self.account(pubkey)

    def news(self) -> tuple[Account, ...]:
        """Those whose name was checked since this was last asked."""
        news, self._news = self._news, {}
        return tuple(self.account(pubkey) for pubkey in news)

    def _stand_in(self, pubkey: str) -> Account:
        account = profiles.stranger(pubkey)
        self._people[pubkey] = _Person(None, account)
        return account

    def _converted(self, event: Event) -> Account:
        account = profiles.profile(
            event, lambda key: profiles.called(self.account(key)), self.pictures
        )
        claimed = profiles.name_claimed(event)
        if claimed is None:
            return account
        return profiles.vouched(account, self._verdicts.get((event.pubkey, claimed)))

    def _unchecked(self, pubkey: str) -> Identifier | None:
        person = self._people.get(pubkey)
        claimed = profiles.name_claimed(person.event) if person and person.event else None
        return None if claimed is None or (pubkey, claimed) in self._verdicts else claimed

    async def _check(self, pubkey: str) -> None:
        claimed = self._unchecked(pubkey)
        if claimed is None:
            return
        async with self._slots:
            self._verdicts[pubkey, claimed] = await self._verdict(pubkey, claimed)
        person = self._people.get(pubkey)
        if person is not None and person.event is not None:
            person.account = self._converted(person.event)
            self._news[pubkey] = None

    def _checked(self, pubkey: str, _: asyncio.Task[None]) -> None:
        del self._checks[pubkey]

    async def _verdict(self, pubkey: str, claimed: Identifier) -> bool | None:
        """True or False as the domain says; None when it says nothing."""
        try:
            async with asyncio.timeout(_SECONDS):
                named = await identifiers.look_up(self._http, claimed, by=self._by)
        except (NotFound, BadAnswer, Refused):
            return False
        except (AdapterError, TimeoutError) as error:
            self._log.debug("the name %s was not checked: %s", claimed, error)
            return None
        return named.pubkey == pubkey

    async def aclose(self) -> None:
        """Stop asking."""
        checks = list(self._checks.values())
        for task in checks:
            task.cancel()
        await asyncio.gather(*checks, return_exceptions=True)


def _older(event: Event, than: Event) -> bool:
    """Of replaceable events in one second the lowest id counts (NIP-01)."""
    return (event.created_at, than.id) < (than.created_at, event.id)
