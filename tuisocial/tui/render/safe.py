"""The one door through which remote text reaches the screen.

Whatever a post, a name, an address or an error says becomes printable characters here: no control
character, no escape sequence, no bidirectional override. What leaves is `Safe` text, which the
painters take, or `Content`, which Textual's own widgets take without reading markup in it.
"""

from __future__ import annotations

from textual.content import Content

from tuisocial.model.printable import printable
from tuisocial.model.richtext import Facet, RichText
from tuisocial.tui.render.width import Safe, undisputed


def safe(text: str) -> Safe:
    """`text` as it may be shown, over several lines."""
    return Safe(undisputed(printable(text)))


def safe_line(text: str) -> Safe:
    """`text` as it may be shown, on one line, with runs of blanks made one."""
    return Safe(" ".join(undisputed(printable(text)).split()))


def safe_content(text: str) -> Content:
    """`text` for a widget of Textual's: characters only, never markup."""
    return Content(safe_line(text))


def spans(text: RichText) -> list[tuple[Safe, Facet | None]]:
    """The pieces of a text in order, each with the facet that marks it.

    Facets count characters of the text as it came, so it is cut first and cleaned then. Pieces
    that are clean one by one and not together lose their facets.
    """
    pieces: list[tuple[Safe, Facet | None]] = []
    end = 0
    for facet in text.facets:
        if facet.start > end:
            pieces.append((safe(text.text[end : facet.start]), None))
        pieces.append((safe_line(text.text[facet.start : facet.end]), facet))
        end = facet.end
    if end < len(text.text):
        pieces.append((safe(text.text[end:]), None))
    whole = "".join(piece for piece, _ in pieces)
    if safe(whole) != whole:
        return [(safe(text.text), None)]
    return pieces
