"""Sessions by what signs for them: nothing, a key of their own, or a remote signer."""

from __future__ import annotations

import asyncio

from tuisocial.adapters.nostr import addresses, ncryptsec
from tuisocial.adapters.nostr import login as logins
from tuisocial.adapters.nostr.acting import Acting
from tuisocial.adapters.nostr.entities import is_hex32
from tuisocial.adapters.nostr.line import Line
from tuisocial.adapters.nostr.outside import Outside
from tuisocial.adapters.nostr.relays import Relays
from tuisocial.adapters.nostr.remote import RemoteSigner
from tuisocial.adapters.nostr.session import NostrSession
from tuisocial.adapters.nostr.signers import LocalSigner, Signer
from tuisocial.model.login import Login
from tuisocial.sdk.adapter import SessionContext
from tuisocial.sdk.errors import Refused, SignInNeeded
from tuisocial.sdk.secret import Secret


class KeySession(NostrSession):
    """A session of an account that reads only, as its key is not there."""

    def __init__(
        self, login: Login, context: SessionContext, relays: Relays, signer: LocalSigner
    ) -> None:
        super().__init__(login, context, relays, signer.pubkey, signer)
        self._local = signer

    async def export_key(self, passphrase: Secret) -> str:
        """The key as `ncryptsec1…` (NIP-49).

        Raises: NotAllowed where there is no key, Refused for an empty passphrase.
        """
        key = await self._local.key()
        return await asyncio.to_thread(ncryptsec.encrypted, key, passphrase)


class SigningSession(KeySession, Acting):
    """A session of an account whose key is there to sign with."""

    def __init__(
        self,
        login: Login,
        context: SessionContext,
        relays: Relays,
        signer: LocalSigner,
        outside: Outside,
    ) -> None:
        Acting.__init__(self, login, context, relays, signer, outside)
        self._local = signer


class RemoteSession(Acting):
    """A session of an account whose key a remote signer holds (NIP-46)."""

    def __init__(
        self,
        login: Login,
        context: SessionContext,
        relays: Relays,
        signer: RemoteSigner,
        outside: Outside,
    ) -> None:
        super().__init__(login, context, relays, signer, outside)
        self._remote = signer

    async def revoke(self) -> None:
        """Tell the signer to forget this client.

        Raises: as `RemoteSigner.leave`.
        """
        await self._remote.leave()


async def session(login: Login, context: SessionContext, outside: Outside) -> NostrSession:
    """A session for what a login's options and secrets say; no relay or signer is asked yet.

    Raises: Refused naming the option.
    """
    urls = _relays(login, logins.RELAYS)
    if not urls:
        raise Refused("this login names no relay to read from", field=logins.RELAYS)

    def relays(signer: Signer | None = None) -> Relays:
        return Relays(urls, context.now, context.http, dial=outside.dial, signer=signer)

    me = login.options.get(logins.PUBKEY) or (login.account.uri if login.account else None)
    if me is None:
        return NostrSession(login, context, relays(), None)
    if not is_hex32(me):
        raise Refused("this login's public key is not in hex", field=logins.PUBKEY)
    opened: Acting
    if logins.SIGNER in login.options:
        remote = _remote(login, me, context, outside)
        opened = RemoteSession(login, context, relays(remote), remote, outside)
    else:
        local = LocalSigner(me, lambda: context.secret(logins.KEY), context.hide)
        if not await _keyed(context):
            return KeySession(login, context, relays(local), local)
        opened = SigningSession(login, context, relays(local), local, outside)
    await opened.remember()
    return opened


async def _keyed(context: SessionContext) -> bool:
    """Whether the login has a key; one that cannot be read now says so when it is signed with."""
    try:
        return await context.secret(logins.KEY) is not None
    except SignInNeeded:
        return True


def _remote(login: Login, me: str, context: SessionContext, outside: Outside) -> RemoteSigner:
    signer, meeting = login.options[logins.SIGNER], _relays(login, logins.SIGNER_RELAYS)
    if not is_hex32(signer):
        raise Refused("this login's signer is not named in hex", field=logins.SIGNER)
    if not meeting:
        raise Refused("this login names no relay of its signer", field=logins.SIGNER_RELAYS)

    async def line() -> Line:
        key = await context.secret(logins.CLIENT_KEY)
        if key is None:
            raise SignInNeeded("this login has lost its part of the line to the signer")
        reach = context.http.reach
        return Line(key, meeting, outside.dial, context.now, outside.patience, reach, signer)

    return RemoteSigner(me, line)


def _relays(login: Login, option: str) -> tuple[str, ...]:
    """The addresses of an option, each in one spelling. Raises: Refused."""
    urls: dict[str, None] = {}
    for line in login.options.get(option, "").split():
        try:
            urls[addresses.normal(line)] = None
        except ValueError as error:
            raise Refused(f"{addresses.quoted(line)} is no relay: {error}", field=option) from None
    return tuple(urls)
