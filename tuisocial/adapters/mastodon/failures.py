"""What a failure to get an answer means, as requests and what lies below it raise one.

Imports requests, so that only `client` imports it; what a status means is `sdk.status`'s.
"""

from __future__ import annotations

import socket

import requests

from tuisocial.sdk.errors import AdapterError, Refused, Unreachable
from tuisocial.sdk.tls import causes, tls_trouble


def failure_of(error: Exception, where: str) -> AdapterError:
    """What a failure to get an answer means."""
    if has(error, requests.exceptions.InvalidHeader):
        return Refused(
            f"{where} cannot be sent this token: it holds odd characters",
            field="token",
            remedy="copy the token once more from the server's page, and sign in again with it",
        )
    if has(error, requests.exceptions.SSLError):
        return tls_trouble(error, where) or Unreachable(f"{where} failed at TLS")
    if has(error, requests.exceptions.ProxyError):
        return Unreachable(
            f"{where} cannot be reached through the proxy", remedy="check the proxy's settings"
        )
    if has(error, socket.gaierror):
        return Unreachable(
            f"{where} is not a name that can be found",
            remedy="check that this machine is online, and how the name is spelled",
        )
    if has(error, ConnectionRefusedError):
        return Unreachable(
            f"{where} accepts no connection",
            remedy="it is down, or not at this address: wait until it is back, or check how it is "
            "written",
        )
    if has(error, requests.exceptions.Timeout, TimeoutError):
        return Unreachable(f"{where} did not answer in time")
    if has(error, requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError):
        return Unreachable(f"{where} broke off the connection")
    if has(error, requests.exceptions.RequestException) and not has(error, ValueError):
        return Unreachable(f"{where} gave an answer that cannot be read")
    if has(error, ValueError):
        return Refused(
            f"{where} is not an address that can be asked",
            field="server",
            remedy="write the server as example.social or https://example.social",
        )
    return Unreachable(f"{where} cannot be reached")


def has(error: BaseException, *kinds: type[BaseException]) -> bool:
    """Whether one of the causes of `error` is of one of `kinds`."""
    return any(isinstance(cause, kinds) for cause in causes(error))
