"""Addresses: how they are shown, and which of them may be opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from tuisocial.model.post import Post
from tuisocial.model.printable import printable
from tuisocial.model.richtext import Link
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.render.width import Safe, cut

_LONGEST = 60
_TRACKING = frozenset({"fbclid", "gclid", "igshid", "mc_cid", "mc_eid", "ref", "ref_src", "si"})


@dataclass(frozen=True, slots=True)
class PostLink:
    """An address in a post, and what it is."""

    url: str
    label: str


def shown(url: str, more: str = "…") -> Safe:
    """Host and path, without scheme or tracking; anything that is no web address as it is."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return cut(safe_line(url), _LONGEST, more)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return cut(safe_line(url), _LONGEST, more)
    host = parts.netloc.rpartition("@")[2].removeprefix("www.")
    query = [(key, value) for key, value in parse_qsl(parts.query) if not _tracks(key)]
    rest = "?" + "&".join(f"{key}={value}" for key, value in query) if query else ""
    return cut(safe_line(host + parts.path.rstrip("/") + rest), _LONGEST, more)


def label_of(text: Safe, url: str, more: str = "…") -> Safe:
    """What stands for a link in a body: its address, after its own words if it has any.

    Words that look like another address never stand alone for it.
    """
    address = shown(url, more)
    own = text.removeprefix("https://").removeprefix("http://").removeprefix("www.")
    own = own.rstrip("…/").split("?")[0]
    if not own or _plain(url).startswith(own):
        return address
    host = address.split("/")[0]
    return Safe(f"{text} ({host})")


def links_of(post: Post) -> list[PostLink]:
    """Every address in a post that could be opened, each once, in reading order."""
    found = [PostLink(facet.url, "link") for facet in post.text.facets if isinstance(facet, Link)]
    if post.card is not None:
        found.append(PostLink(post.card.url, post.card.title or "link"))
    if post.quote is not None and post.quote.url:
        found.append(PostLink(post.quote.url, "the quoted post"))
    for number, media in enumerate(post.media, 1):
        found.append(PostLink(media.url, f"{media.kind.value} {number} {media.alt or ''}".strip()))
    return list({link.url: link for link in reversed(found)}.values())[::-1]


def may_open(url: str, owned: Callable[[str], bool]) -> bool:
    """Whether an address is fit to be handed to a browser: of the web, or an adapter's own.

    What has a blank or a character that is not printable is an attempt to be something else.
    """
    if not url or printable(url) != url or any(char.isspace() for char in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme in ("http", "https"):
        return bool(parts.netloc)
    return parts.scheme.isalnum() and parts.scheme not in _NEVER and owned(url)


_NEVER = frozenset({"file", "javascript", "data", "vbscript", "about", "chrome"})


def _tracks(key: str) -> bool:
    return key.startswith("utm_") or key in _TRACKING


def _plain(url: str) -> str:
    return url.partition("://")[2].removeprefix("www.")
