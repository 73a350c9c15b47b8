"""What can be read off an address or handle without asking anybody.

Pages of posts and people look alike on most servers of the family; a guess is checked against
what the server answers to it, so a wrong one costs a question and no more.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

_HANDLE = re.compile(
    r"(?:acct:)?(@?)([\w.+-]{1,64})@([\w-]+(?:\.[\w-]+)*\.?(?::\d{1,5})?)", re.IGNORECASE
)
_POST_PAGES = re.compile(
    r"/(?:@[^/]+(?:/statuses)?|users/[^/]+/statuses|notice|p/[^/]+|api/v1/statuses)/([\w-]{1,64})/?"
)
_AUTHORS = re.compile(
    r"/(?:@|users/)([\w.+-]+(?:@[\w.-]+(?::\d+)?)?)/(?:statuses/)?[\w-]{1,64}/?\Z"
)
_PROFILES = re.compile(r"/(?:@|users/@?)([\w.+-]+(?:@[\w.-]+)?)/?")


def handle_in(text: str) -> str | None:
    """`user@host` of a handle in any of its spellings; None for anything else."""
    found = _HANDLE.fullmatch(text.strip()) if len(text) < 400 else None
    return f"{found[2]}@{found[3].lower()}" if found else None


def is_full_handle(text: str) -> bool:
    """Whether it is `@user@host`, which no other network writes."""
    found = _HANDLE.fullmatch(text.strip()) if len(text) < 400 else None
    return bool(found and found[1])


def netloc_of(address: str) -> str | None:
    """Host and port of an http(s) address, in lower case; None for anything else."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return None
    return parts.netloc.rpartition("@")[2].lower()


def post_key_in(address: str) -> str | None:
    """The server's own id in the address of a post's page, as most servers of the family write it.

    Mastodon, GoToSocial (`/@user/ID`, `/users/user/statuses/ID`), Pleroma (`/notice/ID`),
    Pixelfed (`/p/user/ID`), and the API's own.
    """
    found = _POST_PAGES.fullmatch(_path(address))
    return found[1] if found else None


def author_in(address: str) -> str | None:
    """The author in the address of a post's page, `user` or `user@host`, where it names one."""
    found = _AUTHORS.match(_path(address))
    return found[1] if found else None


def account_in(address: str) -> str | None:
    """The account in the address of a profile: `user`, or `user@host` for one of elsewhere."""
    found = _PROFILES.fullmatch(_path(address))
    return found[1] if found else None


def _path(address: str) -> str:
    try:
        return unquote(urlsplit(address).path)
    except ValueError:
        return ""
