"""Relay addresses: one spelling for each, and which of them a stranger may make us dial.

Relay lists, hints in tags and NIP-19 codes are written by anybody. My own relays are written by
me and may be anywhere.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

from tuisocial.adapters.nostr import keys

_LONGEST = 300
_FORBIDDEN = re.compile(r"[\s\x00-\x20\x7f\\\"<>^`{|}]")
_HEX = re.compile(r"\s*(?:\w+:/*)?[0-9a-f]{60,68}\.?(?:[:/?].*)?\s*", re.IGNORECASE)
_DEFAULT_PORTS = {"ws": 80, "wss": 443}
_PRIVATE_SUFFIXES = (".local", ".internal", ".lan", ".home", ".home.arpa", ".localdomain", ".onion")


def normal(text: str) -> str:
    """The one spelling of a relay's address; a bare host is taken as `wss://`.

    Raises: ValueError saying what is wrong with it.
    """
    text = text.strip()
    if holds_secret(text):
        raise ValueError("it is, or holds, a secret, which no relay is to be told")
    bare = "://" not in text
    parts = _split(f"wss://{text}" if bare else text)
    if bare and not re.search(r"[.:]|^localhost$", parts.hostname or ""):
        raise ValueError("a relay's address is like wss://relay.example.com")
    host = _ascii_host(parts)
    if ":" in host:
        host = f"[{host}]"
    if parts.port not in (None, _DEFAULT_PORTS[parts.scheme]):
        host = f"{host}:{parts.port}"
    path = parts.path if parts.path.strip("/") else ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{host}{path}{query}"


def holds_secret(text: str) -> bool:
    """Whether a text in a relay's place may be a key, which in hex looks the same as a public one,
    or a signer's address."""
    return keys.looks_secret(text) or _HEX.fullmatch(text) is not None


def quoted(text: str) -> str:
    """What was typed as a relay, for a sentence about it; what may be secret is not repeated."""
    return "that" if holds_secret(text) or re.search("[@?#]", text) else repr(text[:100])


def _split(text: str) -> SplitResult:
    if len(text) > _LONGEST:
        raise ValueError("a relay's address has at most 300 characters")
    if _FORBIDDEN.search(text):
        raise ValueError("a relay's address has no spaces or control characters")
    try:
        parts = urlsplit(text)
    except ValueError:
        # What the library says repeats a part of the address.
        raise ValueError("a relay's address names a host") from None
    if parts.scheme not in _DEFAULT_PORTS:
        raise ValueError("a relay's address begins with wss:// or ws://")
    if "@" in parts.netloc:
        raise ValueError("a relay's address holds no user name or password")
    if not parts.hostname:
        raise ValueError("a relay's address names a host")
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise ValueError("a relay's port is a number from 1 to 65535")
    return parts


def _ascii_host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".").lower()
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        raise ValueError("a relay's address names a host") from None


def loopback(url: str) -> bool:
    """Whether `url` is on this machine by its name alone."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def word(*, near: bool) -> str:
    """Whose word an author's is to `Reach`: a stranger's, or, where my own relays are on this
    machine, that of a server on it."""
    return "ws://127.0.0.1" if near else ""


def foreign(text: object, *, loopback_allowed: bool) -> str | None:
    """The spelling of an address from somebody else's list, or None if it is not to be dialled.

    Allowed are `wss://` to a public name or address on a web port or one above 1023. Addresses
    on this machine are allowed only where my own relays are here too.
    """
    if not isinstance(text, str) or "://" not in text:
        return None
    try:
        url = normal(text)
    except ValueError:
        return None
    if loopback(url):
        return url if loopback_allowed else None
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    if parts.scheme != "wss" or not (port is None or port == 443 or port > 1023):
        return None
    try:
        return url if public(ipaddress.ip_address(host)) else None
    except ValueError:
        pass
    # A name of digits and dots only is an address in some spelling that resolvers understand.
    if "." not in host or host.endswith(_PRIVATE_SUFFIXES) or not re.search("[a-z]", host):
        return None
    return url


def foreign_all(texts: Iterable[object], *, loopback_allowed: bool, most: int) -> tuple[str, ...]:
    """The first `most` different addresses of `texts` that may be dialled."""
    urls: dict[str, None] = {}
    for text in texts:
        url = foreign(text, loopback_allowed=loopback_allowed)
        if url is not None:
            urls[url] = None
            if len(urls) == most:
                break
    return tuple(urls)


def public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether a resolved address is one of the public internet."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None:
            return inner.is_global
    return address.is_global and not address.is_multicast


def host(url: str) -> str:
    """The host, with its port where it is unusual: how a relay is named in a sentence."""
    return urlsplit(url).netloc or url


def http_url(url: str) -> str:
    """Where the relay's NIP-11 document is: the same address over HTTP."""
    return "http" + url.removeprefix("ws")
