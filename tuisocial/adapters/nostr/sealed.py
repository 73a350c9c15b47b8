"""Text that only two keys can read (NIP-44, version 2), by the one library that has it."""

from __future__ import annotations

from tuisocial.sdk.secret import Secret


def seal(key: Secret, other: str, text: str) -> str:
    """`text` for the owner of the public key `other`, from that of the secret one; both in hex.

    Raises: ValueError for text that is empty or too long.
    """
    from nostr_sdk import Nip44Version, NostrSdkError, PublicKey, SecretKey, nip44_encrypt

    try:
        mine, theirs = SecretKey.parse(key.reveal()), PublicKey.parse(other)
        return str(nip44_encrypt(mine, theirs, text, Nip44Version.V2))
    except NostrSdkError:
        raise ValueError("not a text that can be sealed for that key") from None


def unseal(key: Secret, other: str, payload: str) -> str:
    """What `seal` of the other side wrote.

    Raises: ValueError.
    """
    from nostr_sdk import NostrSdkError, PublicKey, SecretKey, nip44_decrypt

    try:
        mine, theirs = SecretKey.parse(key.reveal()), PublicKey.parse(other)
        return str(nip44_decrypt(mine, theirs, payload))
    except NostrSdkError:
        raise ValueError("not a sealed text for this key") from None
