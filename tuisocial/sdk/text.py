"""Building `RichText`: facets made beside the text they mark, so that offsets cannot be wrong."""

from __future__ import annotations

import re

from tuisocial.model.ids import AccountId, PostId
from tuisocial.model.richtext import (
    CustomEmoji,
    Facet,
    Hashtag,
    Link,
    Mention,
    PostReference,
    RichText,
)

_SURROGATE = re.compile("[\ud800-\udfff]")


def scalar(text: str) -> str:
    """`text` with every lone surrogate replaced by U+FFFD, as every string of the model must be.

    JSON can spell lone surrogates (`\\ud800`); UTF-8, databases and terminals cannot.
    """
    if text.isascii():
        return text
    return _SURROGATE.sub("\ufffd", text)


class RichTextBuilder:
    """Collects text piece by piece; each method that marks a span appends the span's text too."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._facets: list[Facet] = []
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def text(self, text: str) -> None:
        """Append plain text."""
        if not text.isascii():
            text = scalar(text)
        self._parts.append(text)
        self._length += len(text)

    def _span(self, text: str) -> tuple[int, int]:
        start = self._length
        self.text(text)
        return start, self._length

    def mention(self, text: str, account: AccountId, url: str | None = None) -> None:
        """Append text that names `account`."""
        start, end = self._span(text)
        if end > start:
            self._facets.append(Mention(start, end, account, url))

    def link(self, text: str, url: str) -> None:
        """Append text that stands for `url`."""
        start, end = self._span(text)
        if end > start:
            self._facets.append(Link(start, end, scalar(url)))

    def hashtag(self, text: str, tag: str) -> None:
        """Append a hashtag; `tag` comes without '#'."""
        start, end = self._span(text)
        if end > start:
            self._facets.append(Hashtag(start, end, scalar(tag)))

    def emoji(self, shortcode: str, url: str) -> None:
        """Append `:shortcode:` with its picture."""
        start, end = self._span(f":{shortcode}:")
        self._facets.append(CustomEmoji(start, end, scalar(shortcode), scalar(url)))

    def reference(self, text: str, post: PostId) -> None:
        """Append text that refers to another post."""
        start, end = self._span(text)
        if end > start:
            self._facets.append(PostReference(start, end, post))

    def build(self, *, strip: bool = True) -> RichText:
        """The whole, by default without white space at its ends."""
        text, facets = "".join(self._parts), tuple(self._facets)
        stripped = text.strip() if strip else text
        if len(stripped) < len(text):
            lead = len(text) - len(text.lstrip())
            facets = clip(facets, lead, lead + len(stripped))
        return RichText(stripped, facets)


def clip(facets: tuple[Facet, ...], start: int, end: int) -> tuple[Facet, ...]:
    """The facets of `[start, end)` of a text, moved so that `start` becomes 0."""
    from dataclasses import replace

    if start == 0 and (not facets or facets[-1].end <= end):
        return facets
    return tuple(
        replace(facet, start=max(facet.start, start) - start, end=min(facet.end, end) - start)
        for facet in facets
        if max(facet.start, start) < min(facet.end, end)
    )
