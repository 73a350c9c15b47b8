"""The `nevent1…` of events' ids (NIP-19), made for a batch in a fortieth of its signatures' time.

Every post that is read gets one as its address, and pynostr's bech32 takes twice the time of a
signature's check. So whoever reads a batch has its codes made together, in operations on all of
its ids at once: a call costs Python more than the hundred bytes that it then works on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache, reduce
from operator import xor

_PREFIX = "nevent"
_LETTERS = bytes.maketrans(bytes(range(32)), b"qpzry9x8gf2tvdw0s3jn54khce6mua7l")
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_HEAD = "0020"
"""The type and length of the one part, 32 bytes of id, in hex."""

_SYMBOLS = 55
"""Of five bits each, for 16 bits of head and 256 of id; the last is padded by three bits."""

_CHECK_SYMBOLS = 6
_PACKED, _SPREAD = 40, 64
"""Bytes of a code, and symbols of these: 35 for head, id and padding, 5 for the checksum; of its
eight symbols the first two are for nothing, and so is the last before them."""

_MOST_HELD = 4096
_held: dict[str, str] = {}


def prepare(event_ids: Iterable[str]) -> None:
    """Make the codes of a batch of ids in hex, so that `nevent` has only to look them up."""
    missing = [event_id for event_id in event_ids if event_id not in _held]
    if missing:
        if len(_held) + len(missing) > _MOST_HELD:
            _held.clear()
        _held.update(zip(missing, _codes(missing), strict=True))


def nevent(event_id: str) -> str:
    """The code of an id in hex, without hints; one that was not prepared takes as long as a
    signature's check."""
    return _held.get(event_id) or _codes([event_id])[0]


def _codes(event_ids: Sequence[str]) -> list[str]:
    between = "00" * (_PACKED - 34)
    packed = bytearray.fromhex(_HEAD + f"{between}{_HEAD}".join(event_ids) + between)
    _add_checksums(packed)
    symbols = _spread(packed).translate(_LETTERS).decode()
    return [
        f"{_PREFIX}1{symbols[at : at + _SYMBOLS]}{symbols[at + 58 : at + _SPREAD]}"
        for at in range(0, len(symbols), _SPREAD)
    ]


def _add_checksums(packed: bytearray) -> None:
    """Fill in the last four bytes of each code.

    Bech32's checksum (BIP-173) is linear: the sum, by exclusive or, of what each byte adds to it.
    """
    columns = [packed[2 + place :: _PACKED] for place in range(32)]
    zeros, tables = _tables()
    for at, added in enumerate(tables):
        terms = map(int.from_bytes, map(bytearray.translate, columns, added))
        total = reduce(xor, terms, int.from_bytes(zeros[at : at + 1] * len(columns[0])))
        packed[36 + at :: _PACKED] = total.to_bytes(len(columns[0]))


def _spread(packed: bytes | bytearray) -> bytes:
    """Eight symbols, a byte each, for every five bytes."""
    lanes = len(packed) // 5
    wide = bytearray(8 * lanes)
    for at in range(5):
        wide[3 + at :: 8] = packed[at::5]
    number = int.from_bytes(wide)
    for lower, shift in _halves(lanes):
        low = number & lower
        number = low | (number ^ low) << shift
    return number.to_bytes(8 * lanes)


@lru_cache(maxsize=128)
def _halves(lanes: int) -> list[tuple[int, int]]:
    """How the 40 bits in every lane of 64 are halved to 20, 10 and 5: the lower halves' bits, and
    how far the upper ones move."""
    return [
        (int.from_bytes(((1 << bits) - 1).to_bytes(size) * (8 * lanes // size)), 4 * size - bits)
        for bits, size in ((20, 8), (10, 4), (5, 2))
    ]


@cache
def _tables() -> tuple[bytes, list[list[bytes]]]:
    """The checksum for an id of zeros; and for each of its four bytes, what is added to it by each
    byte at each place of an id."""
    letters = _PREFIX.encode()
    symbols = _spread(bytes.fromhex(_HEAD) + bytes(33))[:_SYMBOLS]
    check = 1
    for symbol in (*(c >> 5 for c in letters), 0, *(c & 31 for c in letters), *symbols):
        check = _step(check, symbol)
    for _ in range(_CHECK_SYMBOLS):
        check = _step(check)
    # What each bit adds, from the last one backwards: a symbol earlier is a step more.
    added: list[int] = []
    bits = [1 << bit for bit in range(5)]
    for _ in range(_CHECK_SYMBOLS + _SYMBOLS):
        added += bits
        bits = [_step(bit) for bit in bits]
    del added[: 5 * _CHECK_SYMBOLS]
    tables: list[list[bytes]] = [[] for _ in range(4)]
    for place in range(32):
        first = 3 + 8 * (31 - place)
        row = [0]
        for bit in added[first : first + 8]:
            row += [bit ^ other for other in row]
        for table, shift in zip(tables, (24, 16, 8, 0), strict=True):
            table.append(bytes(sums >> shift & 0xFF for sums in row))
    return (check ^ 1).to_bytes(4), tables


def _step(check: int, symbol: int = 0) -> int:
    top = check >> 25
    check = (check & 0x1FFFFFF) << 5 ^ symbol
    for bit, generator in enumerate(_GENERATOR):
        if top >> bit & 1:
            check ^= generator
    return check
