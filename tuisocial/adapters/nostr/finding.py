"""A new login's relays: those given, else the person's own list (NIP-65), else a choice.

Whatever they are, they are dialled before the login is kept, so that a mistyped one is noticed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from tuisocial.adapters.nostr import addresses, outbox, rights
from tuisocial.adapters.nostr import login as logins
from tuisocial.adapters.nostr.dial import DialFailed
from tuisocial.adapters.nostr.filters import Filter
from tuisocial.adapters.nostr.outside import Outside
from tuisocial.adapters.nostr.relays import Relays, newest
from tuisocial.sdk.errors import Refused, Unreachable
from tuisocial.sdk.login_steps import Answers, Ask, SignInContext, Step

_MOST = 8
"""Relays taken from somebody's list; NIP-65 advises two to four of each sort."""

Then = Callable[[tuple[str, ...], str], Awaitable[Step]]
"""What follows once relays are settled, with a warning where some of them do not answer."""


class Finder:
    """Finds one login's relays."""

    def __init__(self, outside: Outside, context: SignInContext) -> None:
        self._outside = outside
        self._context = context

    async def of_person(
        self, pubkey: str, typed: tuple[str, ...], then: Then, *, hints: Sequence[str] = ()
    ) -> Step:
        """The relays of somebody who may have a list; `hints` are where else they may be found.

        Raises: Unreachable when relays were typed and none answers.
        """
        if typed:
            return await self.checked(typed, then)
        hinted = addresses.foreign_all(hints, loopback_allowed=False, most=_MOST)
        listed = hinted or await self._listed(pubkey)
        if not listed:
            return self._choice(
                self._outside.suggested, then, "No relay list of this account was found."
            )
        try:
            return await self.checked(listed, then)
        except Unreachable as error:
            return self._choice(listed, then, f"{error.message[:1].upper()}{error.message[1:]}.")

    async def of_newcomer(self, typed: tuple[str, ...], then: Then) -> Step:
        """The relays of somebody who has no list yet.

        Raises: as `of_person`.
        """
        if typed:
            return await self.checked(typed, then)
        return self._choice(self._outside.suggested, then, "These are relays to begin with.")

    async def checked(self, urls: tuple[str, ...], then: Then) -> Step:
        """Go on with these, if any of them answers.

        Raises: Unreachable.
        """
        reasons = await asyncio.gather(*(self._trouble(url) for url in urls))
        away = [
            f"{addresses.host(url)} {reason}"
            for url, reason in zip(urls, reasons, strict=True)
            if reason
        ]
        if len(away) == len(urls):
            raise Unreachable(
                away[0] if len(away) == 1 else f"none of the relays answers: {', '.join(away)}",
                remedy="check the addresses, or give another relay",
            )
        warning = f"not every relay answers now: {', '.join(away)}" if away else ""
        return await then(urls, warning)

    async def _trouble(self, url: str) -> str:
        """Why a relay cannot be talked to; nothing when it can."""
        try:
            socket = await self._outside.dial(url, False)
        except DialFailed as failed:
            return str(failed)
        await socket.close()
        return ""

    async def _listed(self, pubkey: str) -> tuple[str, ...]:
        """What the person's own list names, as far as the indexers know it."""
        indexers = self._outside.indexers
        relays = Relays((), self._context.now, self._context.http, dial=self._outside.dial)
        for url in indexers:
            relays.trust(url)
        try:
            wanted = Filter(kinds=(outbox.RELAY_LIST,), authors=(pubkey,), limit=1)
            found = newest(await relays.find(indexers, wanted))
        finally:
            await relays.aclose()
        # Such a list is dialled as anybody's: it may be somebody else's that is read here.
        local = any(addresses.loopback(url) for url in indexers)
        return addresses.foreign_all(rights.marks(found), loopback_allowed=local, most=_MOST)

    def _choice(self, found: tuple[str, ...], then: Then, message: str) -> Ask:
        async def chosen(answers: Answers) -> Step:
            typed = logins.typed_relays(answers)
            if not typed:
                raise Refused("a relay is needed to read from", field=logins.RELAY.name)
            return await self.checked(typed, then)

        return Ask((replace(logins.RELAY, value=" ".join(found)),), chosen, message)
