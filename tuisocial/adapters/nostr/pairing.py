"""Signing in by a remote signer (NIP-46): it gives an address, or reads one of ours."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from secrets import token_urlsafe

from tuisocial.adapters.nostr import bunker, remote
from tuisocial.adapters.nostr import login as logins
from tuisocial.adapters.nostr.answers import Confirm
from tuisocial.adapters.nostr.bunker import Bunker
from tuisocial.adapters.nostr.finding import Finder
from tuisocial.adapters.nostr.line import Line
from tuisocial.adapters.nostr.outside import Outside
from tuisocial.sdk.errors import NotAllowed
from tuisocial.sdk.login_steps import Elsewhere, SignInContext, Step
from tuisocial.sdk.secret import Secret

_CONNECT, _WHO = "let this program in", "say whose key it holds"

Then = Callable[[str], Awaitable[Step]]
"""What follows the signer's answer."""


class Pairing:
    """One client, whose secret key is `key`, and one signer, getting to know each other.

    `typed` are the relays that the person wants to read from, if they named any.
    """

    def __init__(
        self, outside: Outside, context: SignInContext, typed: tuple[str, ...], key: Secret
    ) -> None:
        self._outside = outside
        self._context = context
        self._typed = typed
        self._key = key

    async def with_bunker(self, found: Bunker) -> Step:
        """Ask the signer that an address names.

        Raises: Unreachable, NotAllowed.
        """
        line = self._line(found.relays, found.signer)
        secret = found.secret.reveal() if found.secret else ""

        async def connected(_: str) -> Step:
            return await self._whose(line)

        asked = line.request(_CONNECT, "connect", found.signer, secret, bunker.PERMISSIONS)
        return await self._going_on(line, asked, _CONNECT, connected)

    async def by_invitation(self) -> Step:
        """Wait for a signer that reads our address.

        Raises: Unreachable when no relay to meet at answers.
        """
        line = self._line(self._typed or self._outside.meeting, None)
        try:
            await line.open()
        except BaseException:
            await line.aclose()
            raise
        secret = Secret(token_urlsafe(24))

        async def arrived() -> Step:
            if line.signer is None:
                await line.introduced(secret)
            return await self._whose(line)

        return Elsewhere(
            "Let your signer read this address; it asks you whether tuisocial may sign.",
            bunker.invitation(line.client, line.relays, secret),
            arrived,
            page=False,
            aclose=line.aclose,
        )

    async def _whose(self, line: Line) -> Step:
        """Ask whose key the signer holds, and find that person's relays."""

        async def told(pubkey: str) -> Step:
            return await self._found(line, remote.account(pubkey))

        return await self._going_on(line, line.request(_WHO, "get_public_key"), _WHO, told)

    async def _found(self, line: Line, pubkey: str) -> Step:
        options = {
            logins.SIGNER: line.signer or "",
            logins.SIGNER_RELAYS: "\n".join(line.relays),
        }
        secrets = {logins.CLIENT_KEY: self._key}

        async def done(relays: tuple[str, ...], warning: str) -> Step:
            return logins.complete(
                pubkey, relays, warning=warning, options=options, secrets=secrets
            )

        return await Finder(self._outside, self._context).of_person(pubkey, self._typed, done)

    async def _going_on(self, line: Line, asked: Awaitable[str], what: str, then: Then) -> Step:
        """Go on with an answer, by way of a page where the signer wants the person to confirm.

        The line is hung up unless a page is still to be waited for.
        """
        try:
            step = await then(await asked)
        except Confirm as confirm:
            return self._page(line, confirm, what, then)
        except BaseException:
            await line.aclose()
            raise
        if not isinstance(step, Elsewhere):
            await line.aclose()
        return step

    def _page(self, line: Line, confirm: Confirm, what: str, then: Then) -> Elsewhere:
        async def arrived() -> Step:
            try:
                return await then(await line.answer(confirm.request, what, patient=True))
            except Confirm:
                raise NotAllowed(
                    f"the signer wants another confirmation that it may {what}",
                    remedy="confirm it in the signer, then sign in again",
                ) from None

        return Elsewhere(
            "Your signer wants you to confirm this on a page of its own.",
            confirm.address,
            arrived,
            aclose=line.aclose,
        )

    def _line(self, relays: tuple[str, ...], signer: str | None) -> Line:
        outside, context = self._outside, self._context
        return Line(
            self._key,
            relays,
            outside.dial,
            context.now,
            outside.patience,
            context.http.reach,
            signer,
        )
