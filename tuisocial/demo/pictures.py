"""Draws the demo's pictures: PNG files made in code, so that none has to be shipped.

Small on purpose: they are for the eyes of a terminal.
"""

import math
import struct
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tuisocial.demo.cast import ON_MASTODON, ON_NOSTR, READER

Colour = tuple[int, int, int]

WIDTH, HEIGHT = 240, 150
EMOJI: dict[str, Colour] = {
    "engine": (126, 87, 194),
    "moth": (121, 85, 72),
    "ostrich": (123, 31, 162),
    "zap": (230, 160, 0),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that a post carries; `description` is its alternative text, None without one."""

    motif: str
    description: str | None


def draw_all(media: Path) -> None:
    """Writes every picture below `media`, where `picture_path` and its fellows say."""
    files = {picture_path(motif): paint(motif) for motif in _MOTIFS}
    for person in (READER, *ON_MASTODON, *ON_NOSTR):
        files[avatar_path(person.name)] = badge(person.name, person.colour, cell=16)
    for name, colour in EMOJI.items():
        files[emoji_path(name)] = badge(name, colour, cell=6)
    for path, content in files.items():
        target = media.parent / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def picture_path(motif: str) -> str:
    """Where a motif is served, below the server's address."""
    return f"media/pictures/{motif}.png"


def avatar_path(name: str) -> str:
    """Where a person's picture is served, below the server's address."""
    return f"media/avatars/{name}.png"


def emoji_path(name: str) -> str:
    """Where a custom emoji is served, below the server's address."""
    return f"media/emoji/{name}.png"


def paint(motif: str) -> bytes:
    """The PNG of one of the motifs: sunrise, loom, orbit, waves."""
    pixel = _MOTIFS[motif]
    rows = [bytes(part for x in range(WIDTH) for part in pixel(x, y)) for y in range(HEIGHT)]
    return _png(WIDTH, HEIGHT, rows)


def badge(name: str, colour: Colour, cell: int) -> bytes:
    """A square of five by five cells, symmetric and different for each name."""
    digest = sha256(name.encode()).digest()
    light = bytes(min(255, part + 90) for part in colour)
    rows: list[bytes] = []
    for y in range(5):
        half = [light if digest[3 * y + x] & 1 else bytes(colour) for x in range(3)]
        rows += [b"".join(one * cell for one in (*half, half[1], half[0]))] * cell
    return _png(5 * cell, 5 * cell, rows)


def _sunrise(x: int, y: int) -> Colour:
    if (x - 120) ** 2 + (y - 96) ** 2 < 1600 and y < 110:
        return 255, 214, 90
    if y >= 110:
        return 20, 60 + (y - 110), 90 + (x * 7 + y * 13) % 24
    return 90 + y, 60 + y // 2, 130 - y // 3


def _loom(x: int, y: int) -> Colour:
    over = (x // 12 + y // 12) % 2
    flower = (x % 60 - 30) ** 2 + (y % 50 - 25) ** 2 < 140
    if flower:
        return 230, 120, 150
    return (126, 87, 194) if over else (60, 40, 110)


def _orbit(x: int, y: int) -> Colour:
    ring = math.hypot((x - 120) / 100, (y - 75) / 52)
    if math.hypot(x - 120, y - 75) < 26:
        return 70, 130, 220
    if abs(ring - 1) < 0.03:
        return 240, 240, 240
    return (255, 255, 220) if (x * 31 + y * 57) % 397 == 0 else (8, 10, 28)


def _waves(x: int, y: int) -> Colour:
    height = 75 + 40 * math.sin(x / 17) * math.cos(x / 41)
    return (0, 150, 136) if y > height else (232, 245, 233)


_MOTIFS: dict[str, Callable[[int, int], Colour]] = {
    "sunrise": _sunrise,
    "loom": _loom,
    "orbit": _orbit,
    "waves": _waves,
}


def _png(width: int, height: int, rows: Iterable[bytes]) -> bytes:
    """A PNG of eight-bit RGB rows, after the W3C's PNG specification, section 5."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 6)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )
