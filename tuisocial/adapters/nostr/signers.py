"""Who signs for a login: its own key, read from the keyring for each signature, or somebody else.

A signer on another machine is `remote`'s affair; what is signed and why is the caller's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import NamedTuple, Protocol

import orjson

from tuisocial.adapters.nostr import events, keys
from tuisocial.adapters.nostr.events import Event
from tuisocial.sdk.errors import NotAllowed, Refused, SignInNeeded
from tuisocial.sdk.secret import Secret, hide_nothing


class Unsigned(NamedTuple):
    """An event that is to be signed; `created_at` is in whole seconds."""

    created_at: int
    kind: int
    tags: tuple[tuple[str, ...], ...] = ()
    content: str = ""


class Signer(Protocol):
    """Signs as one account."""

    @property
    def pubkey(self) -> str:
        """The account's key in hex."""
        ...

    async def sign(self, unsigned: Unsigned) -> Event:
        """The event, signed and verified.

        Raises: AdapterError; NotAllowed where there is nothing to sign with.
        """
        ...

    async def prove(self) -> None:
        """Find out whether it could sign, without signing anything.

        Raises: as `sign`.
        """
        ...


class LocalSigner:
    """Signs with the login's key; `read` gets it from the keyring, None if it is not there.

    A program that prints secrets spells it as it likes, `nsec1…` or hex.
    """

    def __init__(
        self,
        pubkey: str,
        read: Callable[[], Awaitable[Secret | None]],
        hide: Callable[[Secret], None] = hide_nothing,
    ) -> None:
        self.pubkey = pubkey
        self._read = read
        self._hide = hide

    async def sign(self, unsigned: Unsigned) -> Event:
        """Sign on this machine, off the event loop."""
        return await asyncio.to_thread(signed, await self.key(), unsigned)

    async def prove(self) -> None:
        """The key is there and is this account's."""
        await self.key()

    async def key(self) -> Secret:
        """The key in hex.

        Raises: NotAllowed when there is none, SignInNeeded when it is another account's or no key.
        """
        kept = await self._read()
        if kept is None:
            raise NotAllowed(
                "this login has no key to sign with",
                remedy="sign in with a secret key or a remote signer",
            )
        try:
            key = keys.in_hex(kept.reveal())
            self._hide(key)
            pubkey = await asyncio.to_thread(keys.public_key_of, key)
        except Refused:
            raise SignInNeeded("what is kept as the key of this login is no secret key") from None
        if pubkey != self.pubkey:
            raise SignInNeeded("the key that is kept for this login is another account's")
        return key


def signed(key: Secret, unsigned: Unsigned) -> Event:
    """The event signed with a key in hex; it imports the wire library and is for a thread."""
    from pynostr.key import PrivateKey

    private = PrivateKey(bytes.fromhex(key.reveal()))
    pubkey = str(private.public_key.hex())
    created_at, kind, tags, content = unsigned
    digest = sha256(orjson.dumps([0, pubkey, created_at, kind, tags, content])).digest()
    record = {
        "id": digest.hex(),
        "pubkey": pubkey,
        "created_at": created_at,
        "kind": kind,
        "tags": tags,
        "content": content,
        "sig": private.sign(digest).hex(),
    }
    return events.read(orjson.dumps(record).decode())
