"""An address as a QR code in half blocks, for a phone that is held up to the terminal."""

from __future__ import annotations

_BORDER = 2
_LONGEST = 1_200
"""Characters; what is longer makes a code that fills a screen and that no phone reads from it."""


def qr_lines(text: str) -> list[str]:
    """Lines of blocks, light where a block stands: to be drawn light on dark.

    Empty for a text that is too long.
    """
    if len(text) > _LONGEST:
        return []
    import segno  # 0.03 s, and only to sign in

    rows = [
        [bool(dark) for dark in row]
        for row in segno.make(text, error="l", micro=False).matrix_iter(border=_BORDER)
    ]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    return [
        "".join(_BLOCKS[upper, lower] for upper, lower in zip(above, below, strict=True))
        for above, below in zip(rows[::2], rows[1::2], strict=True)
    ]


_BLOCKS = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}
"""By whether the upper and the lower half are dark."""
