"""A remote signer (NIP-46): a `Signer` whose key is on another machine.

How requests and answers travel is `line`'s affair, how it is found `bunker`'s.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tuisocial.adapters.nostr import events
from tuisocial.adapters.nostr.answers import Confirm
from tuisocial.adapters.nostr.entities import is_hex32
from tuisocial.adapters.nostr.events import BadEvent, Event
from tuisocial.adapters.nostr.line import Line
from tuisocial.adapters.nostr.signers import Unsigned
from tuisocial.sdk.errors import BadAnswer, NotAllowed, SignInNeeded


@dataclass(frozen=True, slots=True)
class RemoteSigner:
    """Signs as `pubkey` by asking; `line` makes a line to the signer, a new one each time.

    Raises, in each method: SignInNeeded where the login's part is gone, Unreachable where the
    signer is silent, NotAllowed where it refuses.
    """

    pubkey: str
    line: Callable[[], Awaitable[Line]]

    async def sign(self, unsigned: Unsigned) -> Event:
        """Ask for a signature, and see that it is on what was asked."""
        asked = {**unsigned._asdict(), "pubkey": self.pubkey}
        told = await self._ask("sign", "sign_event", json.dumps(asked))
        try:
            event = events.read(told)
        except BadEvent as bad:
            raise BadAnswer(f"the signer answered with {bad}") from None
        signed = Unsigned(
            event.created_at, event.kind, tuple(tuple(tag) for tag in event.tags), event.content
        )
        if event.pubkey != self.pubkey or signed != unsigned:
            raise BadAnswer("the signer signed something else than it was asked to")
        return event

    async def prove(self) -> None:
        """Ask whose key it signs with."""
        try:
            told = await self._ask("say whose key it holds", "get_public_key")
        except NotAllowed:
            raise SignInNeeded("the signer does not let this program in any more") from None
        if told != self.pubkey:
            raise SignInNeeded("the signer holds another account's key now")

    async def leave(self) -> None:
        """Tell the signer to forget this client; not every signer knows how to."""
        try:
            await self._ask("forget this sign-in", "logout")
        except (NotAllowed, BadAnswer):
            raise NotAllowed(
                "the signer does not say that it forgot this sign-in",
                remedy="remove tuisocial in the signer itself",
            ) from None

    async def _ask(self, what: str, method: str, *params: str) -> str:
        line = await self.line()
        try:
            return await line.request(what, method, *params)
        except Confirm as confirm:
            raise NotAllowed(
                f"the signer wants you to confirm that it may {what}",
                remedy=f"open {confirm.address}, then try again",
            ) from None
        finally:
            await line.aclose()


def account(told: str) -> str:
    """The key in hex that a signer says it signs with.

    Raises: BadAnswer.
    """
    if not is_hex32(told):
        raise BadAnswer("the signer does not say whose key it holds")
    return told
