"""NIP-19: the `npub1…` and `nevent1…` codes by which people pass on keys, events and addresses.

Written and read by pynostr's bech32, but for the `nevent1…` that every post gets, which `nevent`
writes. Secret keys are `keys`' affair and never pass here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

CODE = re.compile(r"(?:npub|nprofile|note|nevent|naddr)1[02-9ac-hj-np-z]{6,1000}")
_SPECIAL, _RELAY, _AUTHOR, _KIND = range(4)


@dataclass(frozen=True, slots=True)
class AccountCode:
    """An `npub` or `nprofile`; `relays` are hints as written, not to be trusted."""

    pubkey: str
    relays: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventCode:
    """A `note` or `nevent`."""

    id: str
    relays: tuple[str, ...] = ()
    author: str | None = None
    kind: int | None = None


@dataclass(frozen=True, slots=True)
class AddressCode:
    """An `naddr`: the latest of an author's events of one kind and name."""

    kind: int
    pubkey: str
    identifier: str
    relays: tuple[str, ...] = ()


Code = AccountCode | EventCode | AddressCode


def is_hex32(text: object) -> bool:
    """Whether `text` is 32 bytes in lower-case hex, the only spelling that NIP-01 allows."""
    if not isinstance(text, str) or len(text) != 64:
        return False
    try:
        # Capitals and white space, which `fromhex` lets through, do not come back the same.
        return bytes.fromhex(text).hex() == text
    except ValueError:
        return False


@lru_cache(maxsize=4096)
def decode(code: str) -> Code:
    """Read one code; unknown parts are passed over as NIP-19 says.

    Raises: ValueError for a wrong checksum, prefix or content.
    """
    prefix, payload = raw(code)
    if prefix in ("npub", "note"):
        if len(payload) != 32:
            raise ValueError(f"{prefix} holds 32 bytes")
        key = payload.hex()
        return AccountCode(key) if prefix == "npub" else EventCode(key)
    if prefix not in ("nprofile", "nevent", "naddr"):
        raise ValueError("not a code for an account, a post or an article")
    parts = _parts(payload)
    special = parts[_SPECIAL][0] if parts[_SPECIAL] else None
    relays = tuple(part.decode("ascii", "ignore") for part in parts[_RELAY])
    author = next((part.hex() for part in parts[_AUTHOR] if len(part) == 32), None)
    kind = next((int.from_bytes(part, "big") for part in parts[_KIND] if len(part) == 4), None)
    if prefix == "naddr":
        if special is None or author is None or kind is None:
            raise ValueError("naddr names an identifier, an author and a kind")
        return AddressCode(kind, author, special.decode("utf-8", "replace"), relays)
    if special is None or len(special) != 32:
        raise ValueError(f"{prefix} holds 32 bytes")
    if prefix == "nprofile":
        return AccountCode(special.hex(), relays)
    return EventCode(special.hex(), relays, author, kind)


def raw(code: str) -> tuple[str, bytes]:
    """The prefix and the bytes of any NIP-19 code (bech32, not bech32m).

    Raises: ValueError.
    """
    from pynostr import bech32

    prefix, data, spec = bech32.bech32_decode(code)
    payload = None if data is None else bech32.convertbits(data, 5, 8, False)
    if payload is None or spec is not bech32.Encoding.BECH32:
        raise ValueError("the code is mistyped or cut off")
    return prefix, bytes(payload)


def _parts(payload: bytes) -> tuple[list[bytes], ...]:
    """The type-length-value list, by type; what is cut off at the end is dropped."""
    parts: tuple[list[bytes], ...] = ([], [], [], [])
    at = 0
    while at + 2 <= len(payload):
        kind, length = payload[at], payload[at + 1]
        value = payload[at + 2 : at + 2 + length]
        if kind < len(parts) and len(value) == length:
            parts[kind].append(value)
        at += 2 + length
    return parts


@lru_cache(maxsize=4096)
def npub(pubkey: str) -> str:
    """The `npub1…` of a key in hex."""
    return encode("npub", bytes.fromhex(pubkey))


def naddr(kind: int, pubkey: str, identifier: str) -> str | None:
    """The `naddr1…` of an article; None for a name that is too long for one."""
    name = identifier.encode("utf-8", "replace")
    if len(name) > 255:
        return None
    payload = b"\x00" + bytes([len(name)]) + name + b"\x02\x20" + bytes.fromhex(pubkey)
    return encode("naddr", payload + b"\x03\x04" + kind.to_bytes(4, "big"))


def shortened(code: str) -> str:
    """A code's beginning and end, enough for a person to tell two apart."""
    return f"{code[:12]}…{code[-5:]}"


def encode(prefix: str, payload: bytes) -> str:
    """Any bytes as bech32 (BIP-173), not bech32m."""
    from pynostr import bech32

    symbols = bech32.convertbits(payload, 8, 5)
    return str(bech32.bech32_encode(prefix, symbols, bech32.Encoding.BECH32))
