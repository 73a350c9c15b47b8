"""OAuth scopes: which are asked for, what a grant covers, and which one a question needs.

<https://docs.joinmastodon.org/api/oauth-scopes/>. GoToSocial has the same names, Pleroma, Akkoma
and Takahē know `read`, `write` and `follow` and mostly what is below them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

READS = ("read",)
WRITES = (
    "write:blocks",
    "write:bookmarks",
    "write:conversations",
    "write:favourites",
    "write:filters",
    "write:follows",
    "write:lists",
    "write:media",
    "write:mutes",
    "write:notifications",
    "write:reports",
    "write:statuses",
)
"""What a client does; not `write:accounts`, which changes the profile."""

_KINDS = ("follow", "openid", "profile", "push", "read", "write")
"""Beginnings of scopes of which all are known; `admin` is not among them: some cover everything."""

_FOLLOW = ("blocks", "follows", "mutes")
"""What the older scope `follow` covers, to read and to write."""

_AREAS = {
    "accounts": "accounts",
    "blocks": "blocks",
    "bookmarks": "bookmarks",
    "conversations": "conversations",
    "domain_blocks": "blocks",
    "favourites": "favourites",
    "featured_tags": "accounts",
    "filters": "filters",
    "follow_requests": "follows",
    "followed_tags": "follows",
    "lists": "lists",
    "markers": "statuses",
    "media": "media",
    "mutes": "mutes",
    "notifications": "notifications",
    "polls": "statuses",
    "preferences": "accounts",
    "reports": "reports",
    "scheduled_statuses": "statuses",
    "search": "search",
    "statuses": "statuses",
    "tags": "follows",
    "timelines": "statuses",
}
_INNER = (
    (re.compile(r"pleroma/statuses/[^/]+/reactions/.+"), "statuses"),
    (re.compile(r"statuses/[^/]+/(un)?favourite"), "favourites"),
    (re.compile(r"statuses/[^/]+/(un)?bookmark"), "bookmarks"),
    (re.compile(r"statuses/[^/]+/(un)?mute"), "mutes"),
    (re.compile(r"statuses/[^/]+/(un)?pin"), "accounts"),
    (re.compile(r"accounts/[^/]+/statuses"), "statuses"),
    (re.compile(r"accounts/[^/]+/(un)?block"), "blocks"),
    (re.compile(r"accounts/[^/]+/(un)?mute"), "mutes"),
    (re.compile(r"accounts/[^/]+/((un)?follow|remove_from_followers)"), "follows"),
    (re.compile(r"accounts/relationships"), "follows"),
    (re.compile(r"accounts/[^/]+/lists|timelines/list/.+"), "lists"),
)
_PATH = re.compile(r"/api/v\d+/([^?]*)")
_WORDS = re.compile(r"scope|insufficient permission", re.IGNORECASE)


def asked(supported: Iterable[str] = (), *, read_only: bool = False) -> tuple[str, ...]:
    """The least that works, of what a server says that it knows; all is taken as known if none."""
    known = set(supported)
    if read_only:
        return READS
    fine = tuple(scope for scope in WRITES if not known or scope in known)
    return (*READS, *(fine or ("write",)))


def coarse(*, read_only: bool = False) -> tuple[str, ...]:
    """What is asked of a server that refuses the fine names."""
    return READS if read_only else (*READS, "write")


def covers(granted: Iterable[str], scope: str) -> bool:
    """Whether a grant includes `scope`: by name, by its whole kind, or by the older `follow`."""
    names = set(granted)
    kind, _, area = scope.partition(":")
    return scope in names or kind in names or (area in _FOLLOW and "follow" in names)


def excludes(granted: Iterable[str], scope: str) -> bool:
    """Whether a grant certainly does not include `scope`; one in unknown words may."""
    names = tuple(granted)
    known = all(name.partition(":")[0] in _KINDS for name in names)
    return known and not covers(names, scope)


def lacking(granted: Iterable[str]) -> tuple[str, ...]:
    """What a grant lacks for the whole of the program; all writes missing are one word."""
    names = tuple(granted)
    missing = [scope for scope in (*READS, *WRITES) if not covers(names, scope)]
    if set(WRITES) <= set(missing):
        missing = [scope for scope in missing if scope in READS] + ["write"]
    return tuple(missing)


def needed(method: str, path: str) -> str:
    """The scope that a question needs, as far as its path tells; empty where it does not."""
    found = _PATH.match(path)
    inner = found[1] if found else ""
    if inner.endswith("verify_credentials"):
        return ""
    area = next((area for pattern, area in _INNER if pattern.fullmatch(inner)), None)
    area = area or _AREAS.get(inner.partition("/")[0])
    kind = "read" if method == "GET" else "write"
    if area is None:
        return ""
    # Nothing is read of media and reports by a scope of its own.
    return kind if kind == "read" and area in ("media", "reports") else f"{kind}:{area}"


def remedy(method: str, path: str, granted: tuple[str, ...] | None, said: str) -> str:
    """What to do about a refusal, if a scope may be what is missing; else empty.

    `said` is the server's own sentence.
    """
    scope = needed(method, path)
    if not scope or (granted and covers(granted, scope) and not _WORDS.search(said)):
        return ""
    if granted or _WORDS.search(said):
        return f"sign in again to grant {scope}"
    return f"the sign-in may lack a right: sign in again to grant {scope}"
