"""From what people type to the address of their server: hosts, pages, handles.

A handle's domain need not be where the server is: WebFinger (RFC 7033) and host-meta (RFC 6415)
say where, as <https://docs.joinmastodon.org/spec/webfinger/> describes it.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import quote, urlsplit

from tuisocial.adapters.mastodon.addresses import handle_in
from tuisocial.adapters.mastodon.fields import records, text
from tuisocial.sdk.errors import BadAnswer, Refused
from tuisocial.sdk.http import Http
from tuisocial.sdk.reach import Circle, Reach, is_loopback

_MAX_BYTES = 200_000
_LINK = re.compile(r"<(?:\w+:)?Link\b[^>]{0,2000}>", re.IGNORECASE)
_LRDD = re.compile(r"""\brel\s*=\s*["']lrdd["']""", re.IGNORECASE)
_TEMPLATE = re.compile(r"""\btemplate\s*=\s*["']([^"']{1,1000})["']""", re.IGNORECASE)

_KEYS = re.compile(r"(?<![a-z0-9])(n(sec|cryptsec)1[a-z0-9]|(bunker|nostrconnect):)", re.IGNORECASE)
"""Secret keys of Nostr (NIP-19, NIP-49) and addresses of signers (NIP-46)."""

_LONGEST_BARE = 40
"""Characters of a host without a dot, which only a network of one's own has; a token has more."""


@dataclass(frozen=True, slots=True)
class Home:
    """A server's base address; `by` is who named it, None where the person did.

    `handle` is `user@domain` where one was typed.
    """

    server: str
    by: str | None = None
    handle: str = ""

    def circle(self, reach: Reach) -> Circle:
        """How far connections to the server may go.

        Raises: Refused for one that must not be asked.
        """
        return reach.typed(self.server) if self.by is None else reach.handed(self.server, self.by)

    def options(self) -> dict[str, str]:
        """What a login keeps of who named its server."""
        return {} if self.by is None else {"named_by": self.by}


def handed_by(address: str, place: str, by: str | None) -> str | None:
    """Who named the host of `address`, which stood in what `place` answered.

    A host that names itself is no surer for it: `by`, who named `place`, named it too.
    """
    if urlsplit(address).hostname == urlsplit(place).hostname:
        return by
    return origin(place) or place


def server_address(typed: str, *, field: str = "server") -> str:
    """The base address of what people type: a host, an address, a page, a handle.

    Raises: Refused naming what is wrong.
    """
    typed = typed.strip()
    remedy = "write the server as example.social or https://example.social"
    if _looks_secret(typed):
        raise Refused(
            "this looks like a secret and not like a server's address; nobody was asked",
            field=field,
            remedy=remedy,
        )
    if "://" not in typed:
        typed = "https://" + typed.rpartition("@")[2]
    try:
        parts = urlsplit(typed)
        port = f":{parts.port}" if parts.port is not None else ""
        name = (parts.hostname or "").rstrip(".")
        name = f"[{ipaddress.IPv6Address(name)}]" if ":" in name else _ascii(name)
    except ValueError:
        name = port = ""
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not name:
        # What was typed is not said again: it may be a password, or the words of a key.
        raise Refused("this is not a server's address", field=field, remedy=remedy)
    if parts.username or parts.password:
        raise Refused(
            f"an address must not hold a name and password: {name}", field=field, remedy=remedy
        )
    return f"{parts.scheme}://{name}{port}"


def _looks_secret(typed: str) -> bool:
    """Whether a text is a key, an address of a signer or a token, by its look.

    Resolvers, too, are others: the name of a host is told to whoever is on the way to them.
    """
    if _KEYS.search(typed):
        return True
    scheme, mark, rest = typed.partition("://")
    rest = re.split(r"[/?#]", rest)[0] if mark else scheme
    rest = rest.rpartition("@")[2]
    return len(rest) > _LONGEST_BARE and not re.search(r"[.\[]", rest)


def _ascii(name: str) -> str:
    """A host name as DNS spells it.

    Raises: ValueError if it is none.
    """
    name = name.encode("idna").decode("ascii").lower()
    if not re.fullmatch(
        r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*", name
    ):
        raise ValueError("not a host name")
    return name


async def find(typed: str, http: Http) -> Home:
    """The server that a person means, who may have typed a handle.

    Raises: Refused for what is no server or must not be asked, Unreachable.
    """
    handle = None if "://" in typed else handle_in(typed)
    server = server_address(typed)
    if handle is None:
        http.reach.typed(server)
        return Home(server)
    domain = handle.rpartition("@")[2]
    if is_loopback(urlsplit(server).hostname or ""):
        # On this machine there are no certificates.
        server = f"http://{domain}"
    http.reach.typed(server)
    actor, by = await _actor(http, server, handle)
    there = origin(actor)
    if there is None or there == server:
        return Home(server, None, handle)
    http.reach.handed(there, by or server)
    return Home(there, by, handle)


async def by_host_meta(http: Http, server: str) -> Home | None:
    """Another server that a domain's host-meta names as the one of its accounts, if any.

    Raises: Refused for one that must not be asked, Unreachable.
    """
    template, by = await _template(http, server)
    there = origin(template)
    if there is None or there == server:
        return None
    http.reach.handed(there, by or server)
    return Home(there, by)


def origin(address: str) -> str | None:
    """Scheme, host and port of a web address."""
    try:
        return server_address(address) if "://" in address else None
    except Refused:
        return None


async def _actor(http: Http, server: str, handle: str) -> tuple[str, str | None]:
    """The address of an account's record, empty if nobody tells, and who named its host."""
    resource = quote(f"acct:{handle}", safe="")
    found, by = await _webfinger(http, f"{server}/.well-known/webfinger?resource={resource}", None)
    if not found:
        template, by = await _template(http, server)
        if "{uri}" in template:
            found, by = await _webfinger(http, template.replace("{uri}", resource), by)
    return found, by


async def _webfinger(http: Http, address: str, by: str | None) -> tuple[str, str | None]:
    answer = await http.get(
        address, headers={"Accept": "application/jrd+json"}, max_bytes=_MAX_BYTES, by=by
    )
    try:
        document = answer.json() if answer.status == 200 else {}
    except BadAnswer:
        document = {}
    links = records(document, "links") if isinstance(document, dict) else []
    for link in links:
        kind = text(link, "type")
        if text(link, "rel") == "self" and ("activity+json" in kind or "ld+json" in kind):
            actor = text(link, "href")
            if origin(actor) is not None:
                return actor, handed_by(actor, answer.url, handed_by(answer.url, address, by))
            return actor, None
    return "", None


async def _template(http: Http, server: str) -> tuple[str, str | None]:
    """Where WebFinger is asked by a domain's host-meta, empty if it does not say, and who
    named that host."""
    answer = await http.get(f"{server}/.well-known/host-meta", max_bytes=_MAX_BYTES)
    if answer.status == 200:
        for link in _LINK.findall(answer.body.decode("utf-8", "replace")):
            found = _TEMPLATE.search(link)
            template = unescape(found[1]) if found and _LRDD.search(link) else ""
            if origin(template) is not None:
                by = handed_by(answer.url, server, None)
                return template, handed_by(template, answer.url, by)
    return "", None
