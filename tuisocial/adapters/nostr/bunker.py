"""How a remote signer and a client are told of each other (NIP-46): `bunker://` and
`nostrconnect://` addresses. Both hold a secret, so no message here repeats one."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from tuisocial.adapters.nostr import addresses
from tuisocial.adapters.nostr.entities import is_hex32
from tuisocial.sdk.errors import Refused
from tuisocial.sdk.secret import Secret

FIELD = "bunker"
_SIGNED = (1, 3, 5, 6, 7, 16, 1111, 10_000, 10_003, 22_242, 24_242)
"""Notes and what answers them, follows, deletions, reposts, reactions, mutes, bookmarks; signing in
to relays (NIP-42) and to media servers (Blossom)."""

PERMISSIONS = ",".join(f"sign_event:{kind}" for kind in _SIGNED)
"""All that is asked of a signer: each kind of event that this program writes."""

_RELAYS = 4


@dataclass(frozen=True, slots=True)
class Bunker:
    """A signer's key in hex, the relays where it listens, and what it wants to hear once."""

    signer: str
    relays: tuple[str, ...]
    secret: Secret | None = None


def read(text: str) -> Bunker:
    """What a `bunker://` address says.

    Raises: Refused naming the field `bunker`.
    """
    text = text.strip()
    if text.lower().startswith("nostrconnect://"):
        raise _refused("that is an address for a signer to read, not one that a signer gives")
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        asked = parse_qs(parts.query, max_num_fields=30)
    except ValueError:
        raise _refused("that is not a signer's address") from None
    if parts.scheme != "bunker":
        raise _refused("that is not a signer's address")
    if not is_hex32(host):
        raise _refused("that signer's address names no key: it is mistyped or cut off")
    relays: dict[str, None] = {}
    for relay in asked.get("relay", ())[:_RELAYS]:
        try:
            relays[addresses.normal(relay)] = None
        except ValueError:
            raise _refused("that signer's address names a relay that cannot be one") from None
    if not relays:
        raise _refused("that signer's address names no relay to reach it by")
    secret = asked.get("secret", [""])[0]
    return Bunker(host, tuple(relays), Secret(secret) if secret else None)


def invitation(client: str, relays: tuple[str, ...], secret: Secret) -> str:
    """The `nostrconnect://` address by which a signer finds the client of that key in hex."""
    told = [*(("relay", relay) for relay in relays), ("secret", secret.reveal())]
    told += [("perms", PERMISSIONS), ("name", "tuisocial")]
    # What may stand as it is does: the code that a phone reads of it fits a smaller window.
    return f"nostrconnect://{client}?{urlencode(told, safe=':,/')}"


def _refused(message: str) -> Refused:
    return Refused(
        message,
        field=FIELD,
        remedy="a signer gives an address that begins with bunker://; copy it whole",
    )
