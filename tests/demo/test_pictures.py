"""The demo's pictures are real PNG files."""

import zlib
from pathlib import Path

import pytest

from tuisocial.demo import pictures


def chunks(png: bytes) -> dict[bytes, bytes]:
    """A PNG's chunks by kind, their checksums verified."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    found: dict[bytes, bytes] = {}
    rest = png[8:]
    while rest:
        length = int.from_bytes(rest[:4])
        kind, data = rest[4:8], rest[8 : 8 + length]
        assert zlib.crc32(kind + data) == int.from_bytes(rest[8 + length : 12 + length])
        found[kind], rest = data, rest[12 + length :]
    return found


@pytest.mark.parametrize("motif", ["sunrise", "loom", "orbit", "waves"])
def test_a_motif_fills_its_frame(motif: str) -> None:
    found = chunks(pictures.paint(motif))
    assert found[b"IHDR"][:8] == pictures.WIDTH.to_bytes(4) + pictures.HEIGHT.to_bytes(4)
    assert len(zlib.decompress(found[b"IDAT"])) == pictures.HEIGHT * (1 + 3 * pictures.WIDTH)


def test_badges_differ_by_name_and_not_by_run() -> None:
    assert pictures.badge("ada", (1, 2, 3), 4) == pictures.badge("ada", (1, 2, 3), 4)
    assert pictures.badge("ada", (1, 2, 3), 4) != pictures.badge("alan", (1, 2, 3), 4)


def test_everything_is_written_where_it_is_said_to_be(tmp_path: Path) -> None:
    media = tmp_path / "media"
    pictures.draw_all(media)
    for path in (
        pictures.picture_path("orbit"),
        pictures.avatar_path("reader"),
        pictures.emoji_path("zap"),
    ):
        chunks((tmp_path / path).read_bytes())
