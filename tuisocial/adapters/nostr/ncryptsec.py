"""Secret keys under a passphrase (NIP-49): `ncryptsec1…` in and out.

Each call takes some tenths of a second and some 64 MiB, which is the point of it, so it belongs
into a thread.
"""

from __future__ import annotations

import re
import unicodedata

from tuisocial.adapters.nostr import entities
from tuisocial.sdk.errors import Refused
from tuisocial.sdk.secret import Secret

PASSPHRASE = "passphrase"
_CODE = re.compile(r"ncryptsec1[02-9ac-hj-np-z]{100,200}")
_VERSION = 2
_LENGTH = 91
_ROUNDS, _MOST_ROUNDS = 16, 20
"""Powers of two; scrypt takes 64 MiB for the one that we write and 1 GiB for the most we read."""


def checked(text: str) -> str:
    """A code that can be tried with a passphrase.

    Raises: Refused naming the field `nsec`.
    """
    code = text.strip().lower()
    try:
        prefix, payload = entities.raw(code) if _CODE.fullmatch(code) else ("", b"")
    except ValueError:
        prefix, payload = "", b""
    if prefix != "ncryptsec" or len(payload) != _LENGTH or payload[0] != _VERSION:
        raise Refused(
            "that encrypted key is mistyped or cut off",
            field="nsec",
            remedy="copy it again, whole: it begins with ncryptsec1",
        )
    if payload[1] > _MOST_ROUNDS:
        raise Refused(
            "that encrypted key asks for more memory than a sign-in may take",
            field="nsec",
            remedy="decrypt it where it was made, and encrypt it again with fewer rounds",
        )
    return code


def decrypted(code: str, passphrase: Secret) -> Secret:
    """The key in hex that a checked code holds.

    Raises: Refused naming the field `passphrase`.
    """
    from nostr_sdk import EncryptedSecretKey, NostrSdkError

    try:
        key = EncryptedSecretKey.from_bech32(code).decrypt(_normal(passphrase))
    except NostrSdkError:
        raise Refused(
            "that passphrase does not open this key",
            field=PASSPHRASE,
            remedy="type the passphrase that it was encrypted with",
        ) from None
    return Secret(key.to_hex())


def encrypted(key: Secret, passphrase: Secret) -> str:
    """The `ncryptsec1…` of a key in hex.

    Raises: Refused for an empty passphrase, naming the field `passphrase`.
    """
    from nostr_sdk import EncryptedSecretKey, KeySecurity, SecretKey

    if not passphrase.reveal():
        raise Refused("a passphrase is needed", field=PASSPHRASE)
    secret = SecretKey.parse(key.reveal())
    sealed = EncryptedSecretKey(secret, _normal(passphrase), _ROUNDS, KeySecurity.UNKNOWN)
    return str(sealed.to_bech32())


def _normal(passphrase: Secret) -> str:
    """As NIP-49 wants it, so that it is the same from every keyboard."""
    return unicodedata.normalize("NFKC", passphrase.reveal())
