"""The `nevent1…` of an event's id (NIP-19), made in a tenth of the time of its signature's check.

Every post that is read gets one as its address, and pynostr's bech32 takes twice the time of that
check. Bech32 (BIP-173) is linear, its checksum too: the code's symbols are the sum, by exclusive
or, of what each byte of the id adds to them.
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
    added, letters = _tables()
    symbols = reduce(xor, map(getitem, added, bytes.fromhex(event_id)))
    return f"{_PREFIX}1{symbols.to_bytes(_LENGTH, 'big').translate(letters).decode()}"


@cache
def _tables() -> tuple[list[list[int]], bytes]:
    """What each byte at each place of an id adds, one symbol in eight bits, and their letters.

    What is the same for every id (prefix, head, the constant of the checksum) is in the first.
    """
    zeros = _symbols(0)
    added = []
    for place in range(32):
        bits = [_symbols(1 << 8 * (31 - place) + bit) ^ zeros for bit in range(8)]
        row = [0] * 256
        for byte in range(1, 256):
            lowest = (byte & -byte).bit_length() - 1
            row[byte] = row[byte & (byte - 1)] ^ bits[lowest]
        added.append(row)
    added[0] = [zeros ^ symbols for symbols in added[0]]
    return added, bytes(_CHARSET[n] if n < 32 else 0 for n in range(256))


def _symbols(number: int) -> int:
    """All symbols of an id, checksum included, by the book."""
    bits = (_HEAD << 256 | number) << 3
    symbols = [bits >> 5 * at & 31 for at in range(_SYMBOLS - 1, -1, -1)]
    letters = _PREFIX.encode()
    check = 1
    for symbol in (*(c >> 5 for c in letters), 0, *(c & 31 for c in letters), *symbols):
        check = _step(check, symbol)
    for _ in range(_CHECK_SYMBOLS):
        check = _step(check)
    check ^= 1
    symbols += [check >> 5 * at & 31 for at in range(_CHECK_SYMBOLS - 1, -1, -1)]
    return int.from_bytes(bytes(symbols), "big")


def _step(check: int, symbol: int = 0) -> int:
    top = check >> 25
    check = (check & 0x1FFFFFF) << 5 ^ symbol
    for bit, generator in enumerate(_GENERATOR):
        if top >> bit & 1:
            check ^= generator
    return check
