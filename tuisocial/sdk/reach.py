"""Where the program may connect to: what a person typed, and what servers hand over.

A person may name any server, but without TLS only where nobody else listens: on this machine, in
a Tor hidden service, or on a private host that they named. An address that a server hands over (a
redirect, an endpoint, a picture) is a stranger's choice: https only, and nowhere within the
network that this machine is in. `connecting` holds every connection to this.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

from tuisocial.model.printable import printable_line
from tuisocial.sdk.errors import Refused

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_PRIVATE_SUFFIXES = (
    ".local", ".localhost", ".localdomain", ".internal", ".intranet", ".lan", ".home",
    ".home.arpa", ".corp", ".private",
)  # fmt: skip
"""Ends of names that mean something in one network only (RFC 6762, 6761, 8375, and custom)."""

_HOST = re.compile(r"[a-z0-9._~:%-]{1,255}")
_NUMBERS = re.compile(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+)){0,3}")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")


class Circle(Enum):
    """How far a connection may go."""

    ANYWHERE = "anywhere"
    """A person named the host."""

    MACHINE = "machine"
    """A server on this machine named the host: public addresses, and this machine."""

    PUBLIC = "public"
    """A server elsewhere named the host: public addresses only."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The policy; `private_hosts` are names in this network that a person lets servers name."""

    private_hosts: frozenset[str] = frozenset()

    def typed(self, url: str, *, field: str = "server") -> Circle:
        """The circle of an address that a person chose.

        Raises: Refused without TLS to a host that is neither here, nor hidden, nor named.
        """
        scheme, host = _parts(url)
        if scheme not in ("http", "https") or not host:
            raise Refused(f"not an address that can be asked: {_shown(url)}", field=field)
        if scheme == "http" and not self._may_lack_tls(host):
            raise Refused(
                f"{host} would be asked without TLS, so that anybody on the way could read along",
                field=field,
                remedy=f"write it with https://, or name it as yours with --private-host {host}",
            )
        return Circle.ANYWHERE

    def handed(self, url: str, by: str, circle: Circle = Circle.ANYWHERE) -> Circle:
        """The circle of an address that a server handed over.

        `by` is that server's own address, empty for a stranger's word, and `circle` is the one
        that held for it.

        Raises: Refused for another scheme, and for a private host that nobody named.
        """
        scheme, host = _parts(url)
        asked = _parts(by)[1] if by else ""
        who = asked or "somebody"
        if scheme not in ("http", "https") or not host:
            raise Refused(
                f"{who} leads to something that is no web address: {_shown(url)}",
                remedy="tell the people of that server; nothing was sent there",
            )
        if scheme == "http" and not self._may_lack_tls(host):
            raise Refused(
                f"{who} leads to {host} without TLS, which is not followed",
                remedy=f"tell the people of {who}, or, if {host} is yours, "
                f"name it with --private-host {host}",
            )
        if self._named(host):
            return Circle.ANYWHERE
        if host == asked:
            return circle
        near = Circle.MACHINE if is_loopback(asked) else Circle.PUBLIC
        if _private_name(host) and not (near is Circle.MACHINE and is_loopback(host)):
            raise self.refusal(host, who)
        return near

    def admits(self, host: str, address: IpAddress, circle: Circle) -> bool:
        """Whether `host`, found at `address`, may be connected to."""
        if circle is Circle.ANYWHERE or self._named(host) or plain(host).endswith(".onion"):
            return True
        inner = embedded(address)
        return is_public(address) or (circle is Circle.MACHINE and inner.is_loopback)

    def refusal(self, host: str, who: str = "a server") -> Refused:
        """What is said where a private host is not connected to."""
        return Refused(
            f"{who} leads to {host}, which is a private address, and is not followed there",
            remedy=f"if {host} is yours and meant, name it with --private-host {host}",
        )

    def _may_lack_tls(self, host: str) -> bool:
        return is_loopback(host) or host.endswith(".onion") or self._named(host)

    def _named(self, host: str) -> bool:
        return bool(self.private_hosts) and plain(host) in map(plain, self.private_hosts)


def plain(host: str) -> str:
    """A host's one spelling: ASCII, lower case, no dot at the end; empty for what is none."""
    host = host.strip("[]").rstrip(".").lower()
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii").rstrip(".").lower()
        except UnicodeError:
            return ""
    return host if _HOST.fullmatch(host) else ""


def literal(host: str) -> IpAddress | None:
    """The address that a host is, in any spelling that resolvers take; None for a name.

    `127.1`, `0177.0.0.1`, `0x7f000001` and `2130706433` are 127.0.0.1 for `inet_aton`.
    """
    host = plain(host)
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        pass
    if _NUMBERS.fullmatch(host):
        try:
            return ipaddress.IPv4Address(socket.inet_aton(host))
        except OSError:
            pass
    return None


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its name alone."""
    host = plain(host)
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = literal(host)
    return address is not None and embedded(address).is_loopback


def embedded(address: IpAddress) -> IpAddress:
    """The IPv4 address that an IPv6 one stands for: mapped, compatible, NAT64, 6to4, Teredo."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour or address
    if address.teredo:
        return address.teredo[1]
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def is_public(address: IpAddress) -> bool:
    """Whether an address is one of the public internet, and one host's."""
    inner = embedded(address)
    if isinstance(inner, ipaddress.IPv6Address) and inner.is_site_local:
        return False
    return inner.is_global and not inner.is_multicast and not inner.is_reserved


def _private_name(host: str) -> bool:
    """Whether a host is private by its spelling; a name without a dot is one of this network."""
    address = literal(host)
    if address is not None:
        return not is_public(address)
    return "." not in host or f".{host}".endswith(_PRIVATE_SUFFIXES)


def _parts(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
        return parts.scheme, plain(parts.hostname or "")
    except ValueError:
        return "", ""


def _shown(url: str) -> str:
    return printable_line(url[:100])
