"""NIP-05: which key a domain names for `ada@example.com`, asked over HTTPS.

The domain is often a stranger's choice, so private hosts are not asked for one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tuisocial.adapters.nostr import addresses
from tuisocial.adapters.nostr.entities import is_hex32
from tuisocial.sdk.errors import BadAnswer, NotFound, Refused
from tuisocial.sdk.http import Http

_PATTERN = re.compile(r"([a-z0-9_.-]{1,64})@([a-z0-9.-]{1,253}|\[[0-9a-f:]+\])(:\d{1,5})?")
_MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Identifier:
    """A name at a domain; `_` is the domain itself."""

    name: str
    domain: str

    def __str__(self) -> str:
        return self.domain if self.name == "_" else f"{self.name}@{self.domain}"


@dataclass(frozen=True, slots=True)
class Named:
    """The key that a domain gave, and where it says that the key's posts are, as written."""

    pubkey: str
    relays: tuple[str, ...] = ()


def parse(text: str) -> Identifier | None:
    """`name@domain`, or a bare domain for `_@domain`; None for anything else."""
    text = text.strip().lower()
    match = _PATTERN.fullmatch(text if "@" in text else f"_@{text}")
    if match is None or not ("." in match[2] or match[2][0] == "[" or match[2] == "localhost"):
        return None
    return Identifier(match[1], match[2] + (match[3] or ""))


async def look_up(http: Http, identifier: Identifier, *, by: str | None) -> Named:
    """Ask the domain; `by` is whose word it is, as in `Http`, None for my own.

    Redirects are refused, as NIP-05 says.
    Raises: Refused for a domain that is not asked, NotFound when it does not know the name,
    BadAnswer, and what `Http.get` raises.
    """
    relay_like = f"wss://{identifier.domain}"
    local = addresses.loopback(relay_like)
    near = by is None or addresses.loopback(by)
    if addresses.foreign(relay_like, loopback_allowed=near) is None:
        raise Refused(f"{identifier.domain} is not a public address")
    # On this machine there are no certificates; everywhere else HTTPS is what vouches.
    scheme = "http" if local else "https"
    answer = await http.get(
        f"{scheme}://{identifier.domain}/.well-known/nostr.json?name={identifier.name}",
        max_bytes=_MAX_BYTES,
        follow_redirects=False,
        by=by,
    )
    if answer.status != 200:
        raise NotFound(f"{identifier.domain} names no key for {identifier}")
    document = answer.json()
    names = document.get("names") if isinstance(document, dict) else None
    if not isinstance(names, dict):
        raise BadAnswer(f"{identifier.domain} answered something that is not a list of names")
    pubkey = names.get(identifier.name)
    if not isinstance(pubkey, str) or not is_hex32(pubkey):
        raise NotFound(f"{identifier.domain} names no key for {identifier}")
    relays = document.get("relays")
    found = relays.get(pubkey) if isinstance(relays, dict) else None
    urls = [url for url in found if isinstance(url, str)] if isinstance(found, list) else []
    return Named(pubkey, tuple(urls[:10]))
