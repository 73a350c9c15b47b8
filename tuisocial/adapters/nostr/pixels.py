"""What kind of picture a file is, and its size in pixels, by its first bytes."""

from __future__ import annotations

import re
import struct

HEAD = 262_144
"""Bytes of a file in which a JPEG says its size, however much comes before it."""

_NO_SIZE = frozenset({0xC4, 0xC8, 0xCC})
"""Segments of a JPEG (ITU T.81, B.1.1.3) among those of frames that are none."""


def picture(head: bytes) -> tuple[str, tuple[int, int] | None]:
    """The media type and the width and height; an empty type for anything else."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png", _size(">II", head, 16)
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "image/gif", _size("<HH", head, 6)
    if head[:3] == b"\xff\xd8\xff":
        return "image/jpeg", _jpeg(head)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp", _webp(head)
    return "", None


def _size(form: str, head: bytes, at: int) -> tuple[int, int] | None:
    if len(head) < at + struct.calcsize(form):
        return None
    width, height = struct.unpack_from(form, head, at)
    return int(width), int(height)


def _jpeg(head: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(head) and head[at] == 0xFF:
        marker = head[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in _NO_SIZE:
            size = _size(">HH", head, at + 5)
            return (size[1], size[0]) if size else None
        at += 2 + int.from_bytes(head[at + 2 : at + 4], "big")
    return None


def _webp(head: bytes) -> tuple[int, int] | None:
    """The three forms of the container (RFC 9649)."""
    if head[12:16] == b"VP8X" and len(head) >= 30:
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if head[12:16] == b"VP8 " and re.match(rb"\x9d\x01\x2a", head[23:26]):
        size = _size("<HH", head, 26)
        return (size[0] & 0x3FFF, size[1] & 0x3FFF) if size else None
    if head[12:16] == b"VP8L" and len(head) >= 25:
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return None
