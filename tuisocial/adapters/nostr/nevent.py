"""The `nevent1…` of an event's id (NIP-19), made in a tenth of the time of its signature's check.

Every post that is read gets one as its address, and pynostr's bech32 takes twice the time of that
check. The checksum of bech32 (BIP-173) is linear: it is the sum of what each byte of the id adds.
"""

from __future__ import annotations

from functools import cache, reduce
from operator import getitem, xor

_PREFIX = "nevent"
_CHARSET = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_HEAD = 0x0020
"""The type and length of the one part: 32 bytes of id."""

_SYMBOLS = 55
"""Of five bits each, for 16 bits of head and 256 of id; the last is padded by three bits."""

_CHECK_SYMBOLS = 6
_LENGTH = _SYMBOLS + _CHECK_SYMBOLS


def nevent(event_id: str) -> str:
    """The code of an id in hex, without hints."""
    added, constant, spreads, letters = _tables()
    raw = bytes.fromhex(event_id)
    check = reduce(xor, map(getitem, added, raw), constant)
    value = (_HEAD << 256 | int.from_bytes(raw, "big")) << 33 | check
    for low, high, shift in spreads:
        value = value & low | (value & high) << shift
    return f"{_PREFIX}1{value.to_bytes(_LENGTH, 'big').translate(letters).decode()}"


@cache
def _tables() -> tuple[list[list[int]], int, list[tuple[int, int, int]], bytes]:
    """What each byte at each place adds to the checksum, what the rest does, how five bits are
    spread to eight, and the letters of the bytes that come of it."""
    added = []
    bits = _bits()
    for place in range(32):
        row = [0] * 256
        for byte in range(1, 256):
            lowest = (byte & -byte).bit_length() - 1
            row[byte] = row[byte & (byte - 1)] ^ bits[8 * place + 7 - lowest]
        added.append(row)
    letters = bytes(_CHARSET[n] if n < 32 else 0 for n in range(256))
    return added, _constant(), _spreads(), letters


def _step(check: int, symbol: int = 0) -> int:
    top = check >> 25
    check = (check & 0x1FFFFFF) << 5 ^ symbol
    for bit, generator in enumerate(_GENERATOR):
        if top >> bit & 1:
            check ^= generator
    return check


def _bits() -> list[int]:
    """What each bit of the id, the first one first, adds to the checksum."""
    by_symbol = []
    adding = [1 << bit for bit in range(5)]
    for _ in range(_CHECK_SYMBOLS):
        adding = [_step(one) for one in adding]
    for _ in range(_SYMBOLS):
        by_symbol.append(adding)
        adding = [_step(one) for one in adding]
    by_symbol.reverse()
    return [by_symbol[at // 5][4 - at % 5] for at in range(16, 16 + 256)]


def _constant() -> int:
    """The checksum of an id of zeros."""
    check = 1
    letters = _PREFIX.encode()
    for symbol in (*(c >> 5 for c in letters), 0, *(c & 31 for c in letters)):
        check = _step(check, symbol)
    head = _HEAD << 256 + 3
    for at in range(_SYMBOLS - 1, -1, -1):
        check = _step(check, head >> 5 * at & 31)
    for _ in range(_CHECK_SYMBOLS):
        check = _step(check)
    return check ^ 1


def _spreads() -> list[tuple[int, int, int]]:
    """Masks and shifts that halve runs of 64, 32, … symbols until each has a byte of its own."""
    spreads = []
    run = 32
    while run:
        symbols = (1 << 5 * run) - 1
        low = sum(symbols << 16 * run * at for at in range(64 // (2 * run)))
        spreads.append((low, low << 5 * run, 3 * run))
        run //= 2
    return spreads
