"""Writes a post's text as Mastodon writes it: paragraphs, shortened links, mentions and hashtags.

The shapes are those of a Mastodon 4 server's `content`: invisible and ellipsis spans around a
link's ends, an `h-card` around a mention, a `mention hashtag` link.
"""

import html
import re
from collections.abc import Iterable

_TOKEN = re.compile(
    r"(?P<link>https?://[^\s<>]+)|(?<![\w@/])@(?P<name>\w+)|(?<![\w&/])#(?P<tag>\w+)"
)
_SHOWN = 30  # characters of a link that Mastodon shows


def render(text: str, *, url: str, accts: dict[str, str]) -> str:
    """`text` as HTML; `accts` maps the names that `@name` may mean to accounts on `url`."""

    def token(match: re.Match[str]) -> str:
        name, tag = match["name"], match["tag"]
        if match["link"]:
            return _link(match["link"])
        if tag:
            return (
                f'<a href="{url}/tags/{tag}" class="mention hashtag" rel="tag">'
                f"#<span>{tag}</span></a>"
            )
        if name not in accts:
            return match[0]
        return (
            f'<span class="h-card" translate="no"><a href="{url}/@{accts[name]}" '
            f'class="u-url mention">@<span>{name}</span></a></span>'
        )

    escaped = html.escape(text, quote=False)
    paragraphs = _TOKEN.sub(token, escaped).split("\n\n")
    return "".join(f"<p>{one.replace(chr(10), '<br />')}</p>" for one in paragraphs)


def mentioned(text: str, names: Iterable[str]) -> list[str]:
    """Those of `names` that `text` mentions, in order."""
    known = set(names)
    found = (match["name"] for match in _TOKEN.finditer(text))
    return list(dict.fromkeys(name for name in found if name in known))


def hashtags(text: str) -> list[str]:
    """The hashtags of `text` without their sign, in lower case, in order."""
    found = (match["tag"] for match in _TOKEN.finditer(text))
    return list(dict.fromkeys(tag.lower() for tag in found if tag))


def _link(link: str) -> str:
    scheme, rest = re.split(r"(?<=://)", link, maxsplit=1)
    shown, hidden = rest[:_SHOWN], rest[_SHOWN:]
    kind = "ellipsis" if hidden else ""
    return (
        f'<a href="{link}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{scheme}</span><span class="{kind}">{shown}</span>'
        f'<span class="invisible">{hidden}</span></a>'
    )
