"""HTML, as several networks send it, to `RichText`; the page is never rendered, only read.

What a browser would show as words is kept, in lines: paragraphs, lists, quotes and code keep
their shape in plain characters. What an address stands for is decided by the caller's `mark`.
The parser (selectolax) is imported with the first text.
"""

from __future__ import annotations

import html as entities
import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

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
from tuisocial.sdk.text import clip, scalar

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode


@dataclass(frozen=True, slots=True)
class Anchor:
    """An `<a>`: where it leads, what is seen of it, its classes.

    `href` is empty where it leads to no web page; it may still name a hashtag or an account.
    """

    href: str
    text: str
    classes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Tag:
    """What a `Marker` answers for an anchor that is a hashtag; `name` has no leading '#'."""

    name: str


Marker = Callable[[Anchor], AccountId | PostId | Tag | None]
"""Says what an anchor means; None for an ordinary link."""

# A parser takes time that grows with the square of nesting or of one tag's attributes. These
# bounds keep the worst below a tenth of a second; beyond them only the words are kept.
_MAX_LENGTH = 250_000
_MAX_TAGS = 5_000
_MAX_TAG_LENGTH = 8_000

_MAX_LEVELS = 6
"""Quotes and lists nested deeper are indented no further, or prefixes would outgrow the text."""

_MAX_NEWLINES = 3


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DROPPED = _names(
    "audio canvas embed head iframe link meta object rp script style template title video"
)
_PARAGRAPHS = _names("blockquote dl figure h1 h2 h3 h4 h5 h6 ol p pre table ul")
_LINES = _names(
    "address article aside caption center dd details dialog div dt fieldset figcaption footer "
    "form header hr legend li main nav section summary tbody tfoot thead tr"
)
_SPACE = re.compile(r"[ \t\n\r\f]+")
_SHORTCODE = re.compile(r":([^\s:]{1,100}):")
_TAG = re.compile(r"<(/?)([a-zA-Z]?)([^<>\s/]*)[^<>]*>?")


def rich_text(
    html: str,
    *,
    emoji: Mapping[str, str] | None = None,
    mark: Marker | None = None,
    without: frozenset[str] = frozenset(),
) -> RichText:
    """The words of `html`, with its links, and `:shortcode:`s of `emoji` (name → picture).

    Never raises, whatever the text. Links to anything but http and https become plain words;
    elements that have a class in `without` are left out.
    """
    html = scalar(html).replace("\0", "")
    if "<" not in html and "&" not in html and ":" not in html:
        return RichText(_SPACE.sub(" ", html).strip())
    reader = _Reader(emoji or {}, mark, without)
    if _is_bomb(html):
        reader.text(_words(html))
        return reader.result()
    from selectolax.lexbor import LexborHTMLParser

    body = LexborHTMLParser(html).body
    if body is None:
        reader.text(_words(html))
    else:
        reader.read(body)
    return reader.result()


def _is_bomb(html: str) -> bool:
    if len(html) > _MAX_LENGTH or html.count("<") > _MAX_TAGS:
        return True
    for piece in html.split("<"):
        if len(piece) > _MAX_TAG_LENGTH:
            tag = piece.partition(">")[0]
            # A quoted '>' does not end a tag, so with quotes the whole piece may be one.
            if len(tag) > _MAX_TAG_LENGTH or '"' in tag or "'" in tag:
                return True
    return False


def _words(html: str) -> str:
    """The text between tags, found in one pass: no nesting, no links."""
    words: list[str] = []
    skipping = ""
    end = 0
    for tag in _TAG.finditer(html):
        if not skipping:
            words.append(html[end : tag.start()])
        end = tag.end()
        name = (tag[2] + tag[3]).lower()
        if skipping:
            if tag[1] and name == skipping:
                skipping = ""
        elif not tag[1] and name in ("script", "style"):
            skipping = name
        elif not tag[2] and not tag[3].startswith("!"):
            words.append(tag[0])
        else:
            words.append(" ")
    if not skipping:
        words.append(html[end:])
    return scalar(entities.unescape("".join(words))).replace("\0", "")


def _web_address(href: str | None) -> str | None:
    """`href` if a browser would open it as a web page, without the white space around it."""
    if not href:
        return None
    href = scalar(href.strip())
    if not href[:8].lower().startswith(("http://", "https://")) or len(href) > 8_000:
        return None
    try:
        return href if urlsplit(href).hostname and not re.search(r"[\s\x00-\x1f]", href) else None
    except ValueError:
        return None


_Close = Callable[[], None]


def _nothing() -> None:
    """What is to be done at the end of most elements."""


class _Reader:
    """Walks a tree without recursion and writes lines; one use each."""

    def __init__(
        self, emoji: Mapping[str, str], mark: Marker | None, without: frozenset[str]
    ) -> None:
        self._emoji = emoji
        self._mark = mark
        self._without = without
        self._parts: list[str] = []
        self._length = 0
        self._facets: list[Facet] = []
        self._newlines = 0
        self._space = False
        self._levels: list[str] = []
        self._levels_written: list[str] = []
        self._bullet = ""
        self._counters: list[int | None] = []
        self._in_pre = 0
        self._link_start: int | None = None
        self._link_part = 0
        self._in_link = False

    def read(self, root: LexborNode) -> None:
        """Write everything below `root`."""
        closing: list[_Close] = []
        node = root.first_child
        while node is not None:
            close = self._open(node)
            child = None if close is None else node.first_child
            if child is not None and close is not None:
                closing.append(close)
                node = child
                continue
            if close is not None:
                close()
            while node is not None and node.next is None:
                if not closing:
                    return
                closing.pop()()
                node = node.parent
            node = node.next if node is not None else None

    def result(self) -> RichText:
        """What was written, without white space at its ends."""
        text = "".join(self._parts)
        stripped = text.strip()
        start = len(text) - len(text.lstrip())
        return RichText(stripped, clip(tuple(self._facets), start, start + len(stripped)))

    # --- elements ---------------------------------------------------------------------------

    def _open(self, node: LexborNode) -> _Close | None:
        """Begin an element and say how to end it; None for one to leave out."""
        tag = node.tag
        if tag == "-text":
            self.text(node.text_content or "")
            return None
        if tag is None or tag.startswith("-") or tag in _DROPPED:
            return None
        attributes = node.attributes
        classes = frozenset((attributes.get("class") or "").split())
        if "invisible" in classes or not self._without.isdisjoint(classes):
            return None
        if tag in _PARAGRAPHS or tag in _LINES:
            return self._open_block(tag, attributes)
        match tag:
            case "br":
                self._newlines = min(self._newlines + 1, _MAX_NEWLINES)
            case "img":
                self._image(attributes)
            case "a":
                if not self._in_link:
                    return self._open_link(_web_address(attributes.get("href")), classes)
            case "span" if "ellipsis" in classes:
                return lambda: self._put("…")
            case "code" if not self._in_pre:
                return self._enclosed("`", "`")
            case "rt":
                return self._enclosed("(", ")")
            case "q":
                return self._enclosed("“", "”")
            case "td" | "th":
                self._space = True
        return _nothing

    def _open_block(self, tag: str, attributes: Mapping[str, str | None]) -> _Close:
        # A list inside a list's item begins on the next line, not after an empty one.
        nested = tag in ("ul", "ol") and bool(self._counters)
        gap = 2 if tag in _PARAGRAPHS and not nested else 1
        self._break(1 if self._bullet else gap)
        undo: list[_Close] = []
        match tag:
            case "blockquote":
                undo.append(self._indent("> "))
            case "ul" | "ol":
                self._counters.append(_start(attributes) if tag == "ol" else None)
                undo.append(lambda: self._pop_counter())
            case "li":
                bullet = self._next_bullet()
                undo.append(self._indent(" " * len(bullet)))
                self._bullet = bullet
            case "pre":
                self._in_pre += 1
                undo.append(self._leave_pre)
            case "hr":
                self._put("———")

        def close() -> None:
            for action in undo:
                action()
            self._break(gap)

        return close

    def _pop_counter(self) -> None:
        self._counters.pop()

    def _leave_pre(self) -> None:
        self._in_pre -= 1

    def _next_bullet(self) -> str:
        if not self._counters or self._counters[-1] is None:
            return "• "
        number = self._counters[-1]
        self._counters[-1] = number + 1
        return f"{number}. "

    def _indent(self, prefix: str) -> _Close:
        self._levels.append(prefix if len(self._levels) < _MAX_LEVELS else "")

        def close() -> None:
            self._levels.pop()
            self._bullet = ""

        return close

    def _enclosed(self, before: str, after: str) -> _Close:
        self._put(before)
        return lambda: self._put(after)

    def _image(self, attributes: Mapping[str, str | None]) -> None:
        alt = (attributes.get("alt") or "").strip()
        source = _web_address(attributes.get("src"))
        shortcode = _SHORTCODE.fullmatch(alt)
        if shortcode and source:
            self._put_emoji(shortcode[1], source)
        elif alt:
            self.text(alt)

    def _open_link(self, href: str | None, classes: frozenset[str]) -> _Close:
        self._in_link = True
        self._link_start = None

        def close() -> None:
            self._in_link = False
            start, end = self._link_start, self._length
            if start is None or start == end:
                return
            text = "".join(self._parts[self._link_part :])
            meant = self._mark(Anchor(href or "", text, classes)) if self._mark else None
            match meant:
                case AccountId():
                    self._facets.append(Mention(start, end, meant, href))
                case PostId():
                    self._facets.append(PostReference(start, end, meant))
                case Tag():
                    self._facets.append(Hashtag(start, end, scalar(meant.name)))
                case None if href is not None:
                    self._facets.append(Link(start, end, href))

        return close

    # --- characters -------------------------------------------------------------------------

    def text(self, text: str) -> None:
        """Write a run of text: white space collapses as in a browser, but for `<pre>`."""
        if self._in_pre:
            for number, line in enumerate(scalar(text).splitlines()):
                if number:
                    self._newlines = min(self._newlines + 1, _MAX_NEWLINES)
                if line:
                    self._put(line)
            if text.endswith("\n"):
                self._break(1)
            return
        text = _SPACE.sub(" ", scalar(text))
        if text.startswith(" "):
            self._space = True
            text = text[1:]
        if not text:
            return
        trailing = text.endswith(" ")
        self._put_with_emoji(text[:-1] if trailing else text)
        self._space = trailing

    def _put_with_emoji(self, text: str) -> None:
        written = start = 0
        while self._emoji and (found := _SHORTCODE.search(text, start)):
            picture = self._emoji.get(found[1])
            if picture is None:
                start = found.end() - 1
                continue
            self._put(text[written : found.start()])
            self._put_emoji(found[1], picture)
            written = start = found.end()
        self._put(text[written:])

    def _put_emoji(self, shortcode: str, picture: str) -> None:
        self._put(f":{shortcode}:")
        if not self._in_link:
            end = self._length
            start = end - len(shortcode) - 2
            self._facets.append(CustomEmoji(start, end, shortcode, picture))

    def _break(self, newlines: int) -> None:
        self._newlines = max(self._newlines, newlines)

    def _put(self, text: str) -> None:
        """Append `text`, which has no line breaks, after what white space is due before it."""
        if not text:
            return
        if self._length == 0:
            self._append(self._prefix())
        elif self._newlines:
            between = "\n" + self._shared_prefix()
            self._append(between * (self._newlines - 1) + "\n" + self._prefix())
        elif self._space:
            self._append(" ")
        self._newlines = 0
        self._space = False
        self._levels_written = list(self._levels)
        if self._in_link and self._link_start is None:
            self._link_start = self._length
            self._link_part = len(self._parts)
        self._append(text)

    def _prefix(self) -> str:
        bullet, self._bullet = self._bullet, ""
        if bullet and self._levels and self._levels[-1]:
            return "".join(self._levels[:-1]) + bullet
        return "".join(self._levels) + bullet

    def _shared_prefix(self) -> str:
        """What an empty line begins with: the quotes that hold both its neighbours."""
        shared = itertools.takewhile(
            lambda pair: pair[0] == pair[1], zip(self._levels_written, self._levels, strict=False)
        )
        return "".join(level for level, _ in shared).rstrip()

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


def _start(attributes: Mapping[str, str | None]) -> int:
    """The first number of an ordered list."""
    start = attributes.get("start") or ""
    return int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 1
