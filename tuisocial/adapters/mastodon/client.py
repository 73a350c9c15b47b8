"""Mastodon.py and requests, fenced in: blocking calls that give raw JSON or one of our errors.

With `peers` the only module that imports them, so it is itself imported with the first question.
Mastodon.py casts every answer to types of its own and raises where a server's records are odd; its
request method underneath gives the answer itself, and a session of ours decides what counts as an
error.
"""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from mastodon import Mastodon
from mastodon.errors import MastodonError

from tuisocial.adapters.mastodon import scopes
from tuisocial.adapters.mastodon.peers import Within
from tuisocial.model.printable import printable_line
from tuisocial.sdk.errors import AdapterError, BadAnswer, NotAllowed, Refused, Unreachable
from tuisocial.sdk.http import MAX_BYTES, host
from tuisocial.sdk.reach import Circle, Reach
from tuisocial.sdk.secret import Secret
from tuisocial.sdk.status import error_for_status
from tuisocial.sdk.tls import causes, tls_trouble

_TIMEOUTS = (10.0, 20.0)
"""Seconds to connect, and between two pieces of an answer."""

_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer: its JSON, where its list goes on, and whether the server works on more.

    `linked` says whether there was a Link header at all, `next` is its "next" address.
    """

    json: Any
    linked: bool = False
    next: str | None = None
    growing: bool = False


@dataclass(frozen=True, slots=True)
class Pulse:
    """How the last question went: seconds to the answer, the `Date` in it, or what went wrong."""

    latency: float | None = None
    date: str = ""
    trouble: str = ""


class Client:
    """One server, asked as one login or as a guest; may be called from several threads.

    `granted` are the scopes of the token, as far as they are known; connections stay within
    `circle` of `reach`.
    """

    def __init__(
        self,
        server: str,
        token: Secret | None,
        granted: tuple[str, ...] | None = None,
        *,
        reach: Reach,
        circle: Circle,
    ) -> None:
        self._where = host(server)
        self._transport = _Transport(server, token, granted)
        if circle is not Circle.ANYWHERE:
            for scheme in ("http://", "https://"):
                self._transport.mount(scheme, Within(reach, circle))
        self._mastodon = Mastodon(
            api_base_url=server,
            session=self._transport,
            request_timeout=_TIMEOUTS,  # type: ignore[arg-type] # handed on to requests as it is
            ratelimit_method="throw",
            version_check_mode="none",
            user_agent="tuisocial",
        )
        # Given to the constructor it would be tried as the name of a file first.
        self._mastodon.access_token = token.reveal() if token else None

    @property
    def pulse(self) -> Pulse:
        """How the last question went."""
        return self._transport.pulse

    def close(self) -> None:
        """Close the connections that nobody uses."""
        self._mastodon.session.close()

    def get(self, path: str, parameters: Mapping[str, str]) -> Answer:
        """Ask for `path`, which begins with a slash.

        Raises: AdapterError.
        """
        try:
            response = self._mastodon._Mastodon__api_request(  # type: ignore[attr-defined]
                "GET",
                path,
                dict(parameters),
                do_ratelimiting=False,
                return_response_object=True,
                skip_error_check=True,
            )
        except MastodonError as error:
            # It wraps whatever its session raises, and its words may quote what was sent.
            cause = error.__context__
            failure = (
                cause
                if isinstance(cause, AdapterError)
                else Refused(
                    f"{self._where} cannot be asked for that",
                    remedy="write what you ask for in another way",
                )
            )
        else:
            return _answer(response)
        raise failure


def _answer(response: requests.Response) -> Answer:
    try:
        content = json.loads(response.content, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        content = None
        failed = True
    else:
        failed = False
    if failed:
        where = host(response.url)
        raise BadAnswer(
            f"{where} answered with something else than the Mastodon API does",
            excerpt=response.content[:200].decode("utf-8", "replace"),
            remedy=f"check that {where} is the server's own address, and that no page of the "
            "network in between asks for a sign-in",
        )
    return Answer(
        content,
        linked="Link" in response.headers,
        next=response.links.get("next", {}).get("url"),
        growing="Mastodon-Async-Refresh" in response.headers,
    )


class _Transport(requests.Session):
    """Sends requests: bounded answers, no cookies, no redirects, errors by remedy."""

    def __init__(self, server: str, token: Secret | None, granted: tuple[str, ...] | None) -> None:
        super().__init__()
        self._where = host(server)
        self._token = token
        self._granted = granted
        self.pulse = Pulse()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def request(self, method: Any, url: Any, *args: Any, **options: Any) -> requests.Response:
        """Send a request and read its answer.

        Raises: AdapterError for anything but a 2xx answer.
        """
        options |= {"stream": True, "allow_redirects": False}
        failure: AdapterError | None = None
        began = time.monotonic()
        # A connection kept from before may be closed by the server as it is used again.
        for again in (method == "GET", False):
            try:
                response = super().request(method, url, *args, **options)
                with response:
                    _read(response, self._where)
            except (requests.RequestException, OSError, ValueError) as error:
                failure = _failure(error, self._where)
                if again and _has(error, http.client.RemoteDisconnected, ConnectionResetError):
                    continue
            else:
                failure = None
            break
        # Raised here, so that no library's exception, which may quote headers, hangs on to it.
        if failure is not None:
            self.pulse = Pulse(trouble=failure.message)
            raise failure
        self.pulse = Pulse(time.monotonic() - began, response.headers.get("Date", ""))
        if not response.ok or response.is_redirect or response.status_code >= 300:
            raise self._refusal(response)
        # Mastodon.py answers this header with a warning on standard error.
        response.headers.pop("Deprecation", None)
        return response

    def _refusal(self, response: requests.Response) -> AdapterError:
        if response.status_code < 400:
            target = printable_line(response.headers.get("Location", ""))[:100]
            return BadAnswer(
                f"{self._where} answers by a redirect to {target or 'nowhere'}",
                remedy="use the address it leads to as the server's, if you trust it",
            )
        said = self._reason(response)
        error = error_for_status(response.status_code, self._where, response.headers, said)
        if isinstance(error, Unreachable):
            self.pulse = replace(self.pulse, trouble=error.message)
        if isinstance(error, NotAllowed) and self._token is not None:
            method, path = response.request.method or "", response.request.path_url
            error.remedy = scopes.remedy(method, path, self._granted, said) or error.remedy
        return error

    def _reason(self, response: requests.Response) -> str:
        """The server's own sentence, without the token that it may have quoted."""
        try:
            content = json.loads(response.content)
        except (ValueError, RecursionError):
            return ""
        said = ""
        if isinstance(content, dict):
            said = next(
                (
                    value
                    for name in ("error_description", "error", "detail", "message")
                    if isinstance(value := content.get(name), str)
                ),
                "",
            )
        if self._token is not None:
            said = said.replace(self._token.reveal(), "***")
        return printable_line(said)


def _read(response: requests.Response, where: str) -> None:
    """Read the body into the response, as far as it is bearable."""
    body = bytearray()
    for chunk in response.iter_content(_CHUNK):
        body += chunk
        if len(body) > MAX_BYTES:
            raise BadAnswer(f"{where} answered more than {MAX_BYTES // 1_000_000} MB")
    response._content = bytes(body)
    response._content_consumed = True  # `content` looks at it


def _failure(error: Exception, where: str) -> AdapterError:
    """What a failure to get an answer means."""
    if _has(error, requests.exceptions.InvalidHeader):
        return Refused(
            f"{where} cannot be sent this token: it holds odd characters",
            field="token",
            remedy="copy the token once more from the server's page, and sign in again with it",
        )
    if _has(error, requests.exceptions.SSLError):
        return tls_trouble(error, where) or Unreachable(f"{where} failed at TLS")
    if _has(error, requests.exceptions.ProxyError):
        return Unreachable(
            f"{where} cannot be reached through the proxy", remedy="check the proxy's settings"
        )
    if _has(error, socket.gaierror):
        return Unreachable(
            f"{where} is not a name that can be found",
            remedy="check that this machine is online, and how the name is spelled",
        )
    if _has(error, ConnectionRefusedError):
        return Unreachable(
            f"{where} accepts no connection",
            remedy="it is down, or not at this address: wait until it is back, or check how it is "
            "written",
        )
    if _has(error, requests.exceptions.Timeout, TimeoutError):
        return Unreachable(f"{where} did not answer in time")
    if _has(error, requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError):
        return Unreachable(f"{where} broke off the connection")
    if _has(error, requests.exceptions.RequestException) and not _has(error, ValueError):
        return Unreachable(f"{where} gave an answer that cannot be read")
    if _has(error, ValueError):
        return Refused(
            f"{where} is not an address that can be asked",
            field="server",
            remedy="write the server as example.social or https://example.social",
        )
    return Unreachable(f"{where} cannot be reached")


def _has(error: BaseException, *kinds: type[BaseException]) -> bool:
    """Whether one of the causes of `error` is of one of `kinds`."""
    return any(isinstance(cause, kinds) for cause in causes(error))
