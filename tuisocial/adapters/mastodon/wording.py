"""A submission as the plain text that a server gets, and texts made alike to be compared.

Servers find links, hashtags and mentions in the text by themselves; a mention that was chosen is
written with its host, so that it means nobody else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from urllib.parse import urlsplit

from tuisocial.adapters.mastodon.about import About
from tuisocial.adapters.mastodon.addresses import account_in, handle_in, netloc_of
from tuisocial.adapters.mastodon.known import Known
from tuisocial.model.ids import AccountId
from tuisocial.model.richtext import Link, Mention, RichText
from tuisocial.model.submission import Submission

NO_REASON = "CW"
"""Stands for a content warning without a reason, which servers take for none."""

_WRITTEN = re.compile(r"@([\w.+-]+)", re.ASCII)
_HOSTS = re.compile(r"(@[a-z0-9_]+(?:[.-]+[a-z0-9_]+)*)@[\w.:-]*\w", re.IGNORECASE)
_SPACE = re.compile(r"\s+")


class Words:
    """Writes submissions for one server; `domain` is the one in its people's handles."""

    def __init__(self, known: Known, server: str, domain: str) -> None:
        self._known = known
        self._domain = domain
        self._own = {domain.lower(), netloc_of(server)}

    def text(self, submission: Submission, about: About) -> str:
        """What is sent as the text."""
        plain = self.plain(submission.text)
        link = quote_link(submission, about)
        if not link or link in plain:
            return plain
        return f"{plain.rstrip()}\n\n{link}" if plain.strip() else link

    def plain(self, text: RichText) -> str:
        """A text with its mentions in full."""
        return _replaced(text, self._mention)

    def unnamed(self, submission: Submission) -> list[AccountId]:
        """Accounts that are mentioned and whose handles are only guessed."""
        return [
            facet.account
            for facet in submission.text.facets
            if isinstance(facet, Mention)
            and handle_in(submission.text.text[facet.start : facet.end]) is None
            and self._known.handle(facet.account.uri) is None
        ]

    def _mention(self, facet: object, written: str) -> str:
        if not isinstance(facet, Mention):
            return written
        if handle := handle_in(written):
            return f"@{handle}"
        name = facet.account.uri
        if handle := handle_in(name):
            return f"@{handle}"
        if acct := self._known.handle(name):
            return f"@{acct}" if "@" in acct else f"@{acct}@{self._domain}"
        user = _WRITTEN.fullmatch(written)
        called = user[1] if user else (account_in(name) or "").partition("@")[0]
        host = netloc_of(name)
        if not called or host is None:
            return written
        return f"@{called}@{self._domain if host in self._own else host}"


def quote_link(submission: Submission, about: About) -> str:
    """The address that stands for a quoted post where a post cannot quote, empty where it can."""
    if submission.quote is None or (about.quotes and submission.edits is None):
        return ""
    return submission.quote.post.uri


def warning(submission: Submission) -> str:
    """What is sent as the content warning, empty without one."""
    if submission.content_warning is None:
        return ""
    return submission.content_warning.strip() or NO_REASON


def shown(text: RichText) -> str:
    """What a server shows, with links in full: their texts are often shortened."""

    def instead(facet: object, written: str) -> str:
        # A name's page is a link too where the server does not say whose it is.
        return facet.url if isinstance(facet, Link) and written[:1] not in "@#" else written

    return _replaced(text, instead)


def alike(text: str) -> str:
    """A text without what a server changes in it: white space, hosts of handles, Unicode forms."""
    bare = _HOSTS.sub(r"\1", unicodedata.normalize("NFC", text))
    words = (_address(word) for word in _SPACE.sub(" ", bare).strip().split(" "))
    return " ".join(words)


def _address(word: str) -> str:
    """A web address in one spelling; any other word as it is."""
    if not word.startswith(("http://", "https://")):
        return word
    try:
        parts = urlsplit(word)
    except ValueError:
        return word
    return parts._replace(netloc=parts.netloc.lower(), path=parts.path.rstrip("/")).geturl()


def _replaced(text: RichText, instead: Callable[[object, str], str]) -> str:
    pieces: list[str] = []
    at = 0
    for facet in text.facets:
        pieces += (
            text.text[at : facet.start],
            instead(facet, text.text[facet.start : facet.end]),
        )
        at = facet.end
    return "".join((*pieces, text.text[at:]))
