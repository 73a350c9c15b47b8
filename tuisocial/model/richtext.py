"""Text as every network's posts are held: plain characters plus facets that mark spans of them.

Offsets count Unicode code points. HTML, Markdown and byte offsets never come this far; turning
them into this is `sdk.text`'s and the adapters' work, showing it safely is `model.printable`'s.
"""

from __future__ import annotations

from tuisocial.model.ids import AccountId, PostId
from tuisocial.model.record import record


@record(frozen=True, slots=True)
class _Span:
    start: int
    end: int


@record(frozen=True, slots=True)
class Mention(_Span):
    """The span names an account."""

    account: AccountId
    url: str | None = None


@record(frozen=True, slots=True)
class Link(_Span):
    """The span stands for an address; `url` is the whole of it, the text may be shorter."""

    url: str


@record(frozen=True, slots=True)
class Hashtag(_Span):
    """The span is a hashtag; `tag` has no leading '#'."""

    tag: str


@record(frozen=True, slots=True)
class CustomEmoji(_Span):
    """The span is `:shortcode:` and has a picture at `url`."""

    shortcode: str
    url: str


@record(frozen=True, slots=True)
class PostReference(_Span):
    """The span refers to another post of the same network."""

    post: PostId


Facet = Mention | Link | Hashtag | CustomEmoji | PostReference


@record(frozen=True, slots=True)
class RichText:
    """Plain text and its facets, in order of their start and without overlap.

    Raises: ValueError for a facet outside the text, empty, out of order or overlapping, and for
    a lone surrogate, which no terminal, database or network can carry.
    """

    text: str
    facets: tuple[Facet, ...] = ()

    def __post_init__(self) -> None:
        if not self.text.isascii():
            try:
                self.text.encode()
            except UnicodeEncodeError:
                raise ValueError("text holds a lone surrogate") from None
        end = 0
        for facet in self.facets:
            if not end <= facet.start < facet.end:
                raise ValueError(f"facet out of order, empty or overlapping: {facet!r}")
            end = facet.end
        if end > len(self.text):
            raise ValueError(f"facet ends at {end}, text at {len(self.text)}")

    def __str__(self) -> str:
        return self.text


EMPTY = RichText("")
