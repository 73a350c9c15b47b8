"""Connections of requests that stay within a circle: the address that was checked is connected to.

As `sdk.connecting` does it for httpx; where a proxy is set, it is the proxy that looks names up.
Imports requests, so that only `client` imports it.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from tuisocial.sdk.reach import Circle, Reach

_MOST_ADDRESSES = 4
"""Addresses of one name that are tried."""


class Within(HTTPAdapter):
    """Opens connections within `circle`; Refused is raised for a name that leads out of it."""

    def __init__(self, reach: Reach, circle: Circle) -> None:
        self._reach = reach
        self._circle = circle
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Have the pools make connections that look first."""
        super().init_poolmanager(*args, **options)
        adapter = self

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return adapter.connected(self, super()._new_conn)

        class Tls(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return adapter.connected(self, super()._new_conn)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class TlsPool(HTTPSConnectionPool):
            ConnectionCls = Tls

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": TlsPool}

    def connected(
        self, connection: HTTPConnection, dial: Callable[[], socket.socket]
    ) -> socket.socket:
        """A socket to the first of a name's admitted addresses that accepts one.

        Raises: Refused if there is none within the circle, OSError and urllib3's errors.
        """
        name = connection._dns_host
        failure: Exception | None = None
        try:
            for place in self._places(name, connection.port):
                connection._dns_host = place
                try:
                    return dial()
                except (OSError, HTTPError) as error:
                    failure = error
        finally:
            # The certificate is that of the name.
            connection._dns_host = name
        raise failure or OSError(f"{name} has no address")

    def _places(self, host: str, port: int) -> list[str]:
        """The addresses of a name that lie within the circle."""
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
        admitted = [
            text
            for text in dict.fromkeys(str(where[0]) for *_, where in found)
            if self._reach.admits(host, ipaddress.ip_address(text.partition("%")[0]), self._circle)
        ]
        if not admitted:
            raise self._reach.refusal(host)
        return admitted[:_MOST_ADDRESSES]
