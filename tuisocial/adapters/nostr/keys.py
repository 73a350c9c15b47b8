"""Keys as people type them: `nsec1…`, `npub1…` or hex. No message here ever repeats one.

Those under a passphrase are `ncryptsec`'s affair.
"""

from __future__ import annotations

import re
from secrets import token_hex

from tuisocial.adapters.nostr import entities
from tuisocial.adapters.nostr.entities import AccountCode
from tuisocial.sdk.errors import Refused
from tuisocial.sdk.secret import Secret

_HEX = re.compile(r"[0-9a-fA-F]{64}")
_SECRET = re.compile(r"(?:nostr:)?n(?:crypt)?sec1\w*", re.IGNORECASE)
_WITHIN = re.compile(
    r"(?<![0-9a-z])n(?:crypt)?sec1[02-9ac-hj-np-z]{20}|(?:bunker|nostrconnect)://", re.IGNORECASE
)
_ENCRYPTED = re.compile(r"ncryptsec1\w*", re.IGNORECASE)


def looks_secret(text: str) -> bool:
    """Whether somebody pasted a secret where none belongs: a key or part of one, alone or within
    an address, or a signer's address, which holds one."""
    return _SECRET.fullmatch(text.strip()) is not None or _WITHIN.search(text) is not None


def looks_encrypted(text: str) -> bool:
    """Whether a text is meant to be a key under a passphrase (NIP-49)."""
    return _ENCRYPTED.fullmatch(text.strip()) is not None


def new_key() -> Secret:
    """A secret key in hex that nobody had before."""
    while True:
        key = Secret(token_hex(32))
        try:
            public_key_of(key)
        except Refused:
            continue
        return key


def nsec(key: Secret) -> Secret:
    """The `nsec1…` of a key in hex."""
    return Secret(entities.encode("nsec", bytes.fromhex(key.reveal())))


def secret_key(text: str) -> Secret:
    """A secret key in hex, from `nsec1…` or hex, and one of the curve.

    Raises: Refused naming the field `nsec`.
    """
    key = in_hex(text)
    public_key_of(key)
    return key


def in_hex(text: str) -> Secret:
    """A secret key's one spelling, from `nsec1…` or hex, be it one of the curve or not.

    Raises: Refused naming the field `nsec`.
    """
    text = text.strip().removeprefix("nostr:")
    if _HEX.fullmatch(text):
        raw = bytes.fromhex(text)
    else:
        try:
            prefix, raw = entities.raw(text)
        except ValueError:
            raise _refused("that is not a secret key: it is mistyped or cut off") from None
        if prefix == "npub":
            raise _refused("that is a public key; to read only, give it as the npub")
        if prefix != "nsec" or len(raw) != 32:
            raise _refused("that is not a secret key")
    return Secret(raw.hex())


def public_key_of(key: Secret) -> str:
    """The public key in hex of a secret one.

    Raises: Refused for a number that is no key of the curve.
    """
    from pynostr.key import PrivateKey

    try:
        return str(PrivateKey(bytes.fromhex(key.reveal())).public_key.hex())
    except ValueError:
        raise _refused("that is not a secret key: no such key exists") from None


def public_key(text: str) -> AccountCode | None:
    """A public key from `npub1…`, `nprofile1…` or hex; None for anything else.

    Raises: Refused naming the field `npub` for a secret key or a mistyped code.
    """
    if looks_secret(text):
        raise Refused(
            "that is a secret key, or holds one; a public one begins with npub",
            field="npub",
            remedy="if it was shown to others, it is theirs now too",
        )
    text = text.strip().removeprefix("nostr:")
    if _HEX.fullmatch(text):
        return AccountCode(text.lower())
    if not text.startswith(("npub1", "nprofile1")):
        return None
    try:
        code = entities.decode(text)
    except ValueError:
        raise Refused(
            "that public key is mistyped or cut off", field="npub", remedy="copy it again, whole"
        ) from None
    return code if isinstance(code, AccountCode) else None


def _refused(message: str) -> Refused:
    return Refused(
        message, field="nsec", remedy="a secret key is nsec1…, ncryptsec1… or 64 hex digits"
    )
