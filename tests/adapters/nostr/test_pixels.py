"""Pictures are known by their first bytes, whatever follows and wherever they are cut off."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuisocial.adapters.nostr.pixels import picture

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 640, 480)
GIF = b"GIF89a" + struct.pack("<HH", 640, 480)
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc4\x00\x03x\xff\xc2\x00\x11\x08"
    + struct.pack(">HH", 480, 640)
    + b"\x03"
)
VP8X = b"RIFF\x00\x00\x00\x00WEBPVP8X" + bytes(8) + b"\x7f\x02\x00\xdf\x01\x00"
VP8 = b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(7) + b"\x9d\x01\x2a" + struct.pack("<HH", 640, 480)
VP8L = b"RIFF\x00\x00\x00\x00WEBPVP8L" + bytes(4) + b"\x2f" + struct.pack("<I", 639 | 479 << 14)
PICTURES = {"image/png": [PNG], "image/gif": [GIF], "image/jpeg": [JPEG],
            "image/webp": [VP8X, VP8, VP8L]}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "head"), [(kind, head) for kind, heads in PICTURES.items() for head in heads]
)
def test_the_size_is_read(kind: str, head: bytes) -> None:
    assert picture(head + b"more") == (kind, (640, 480))


@pytest.mark.parametrize("head", [head for heads in PICTURES.values() for head in heads])
@given(st.data())
def test_a_picture_that_is_cut_off_has_its_own_size_or_none_and_noise_does_no_harm(
    head: bytes, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(head) - 1))
    noise = data.draw(st.binary(max_size=20))
    assert picture(head[:cut])[1] in (None, (640, 480))
    picture(head[:cut] + noise)


@given(st.binary(max_size=60))
def test_anything_else_is_no_picture(head: bytes) -> None:
    kind, size = picture(b"text" + head)
    assert (kind, size) == ("", None)
