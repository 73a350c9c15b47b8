"""Mastodon.py and requests, fenced in: blocking calls that give raw JSON or one of our errors.

With `peers` the only module that imports them, so it is itself imported with the first question.
Mastodon.py casts every answer to types of its own and raises where a server's records are odd; its
request method underneath gives the answer itself, and a session of ours decides what counts as an
error.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from mastodon import Mastodon
from mastodon.errors import MastodonError
from urllib3.exceptions import NewConnectionError

from tuisocial.adapters.mastodon import refusals, scopes
from tuisocial.adapters.mastodon.bodies import Body
from tuisocial.adapters.mastodon.failures import failure_of, has
from tuisocial.adapters.mastodon.peers import Within
from tuisocial.model.printable import printable_line
from tuisocial.sdk.errors import AdapterError, BadAnswer, NotAllowed, Refused, Sent, Unreachable
from tuisocial.sdk.http import MAX_BYTES, host
from tuisocial.sdk.reach import Circle, Reach
from tuisocial.sdk.secret import Secret
from tuisocial.sdk.status import error_for_status

_TIMEOUTS = (10.0, 20.0)
"""Seconds to connect, and between two pieces of an answer."""

_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer: its JSON, where its list goes on, and whether the server works on more.

    `linked` says whether there was a Link header at all, `next` is its "next" address; `status`
    is HTTP's.
    """

    json: Any
    linked: bool = False
    next: str | None = None
    growing: bool = False
    status: int = 200


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
        self._server = server
        self._where = host(server)
        self._token = token
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

    def send(self, method: str, path: str, body: Body | None, headers: Mapping[str, str]) -> Answer:
        """Have the server do something; a body is read once, as it is sent.

        Raises: AdapterError; Unreachable says whether it may have been done all the same.
        """
        sent = {"User-Agent": "tuisocial", **headers}
        if self._token is not None:
            sent["Authorization"] = f"Bearer {self._token.reveal()}"
        response = self._transport.request(
            method,
            self._server + path,
            data=body,
            headers=sent,
            timeout=(_TIMEOUTS[0], body.patience if body and body.patience else _TIMEOUTS[1]),
            # Nobody's .netrc is to replace the token.
            auth=lambda request: request,
        )
        try:
            return _answer(response)
        except BadAnswer:
            pass
        raise Unreachable(
            f"{self._where} gave an answer that cannot be read: it may have done it or not",
            sent=Sent.MAYBE,
        )


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
        status=response.status_code,
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
        body = options.get("data")
        failure: AdapterError | None = None
        began = time.monotonic()
        # A connection kept from before may be closed by the server as it is used again.
        for again in (method == "GET", False):
            try:
                response = super().request(method, url, *args, **options)
                with response:
                    _read(response, self._where, writing=method != "GET")
            except (requests.RequestException, OSError, ValueError) as error:
                failure = failure_of(error, self._where)
                if method != "GET" and isinstance(failure, Unreachable):
                    failure.sent = _sent(error, body)
                if again and has(error, http.client.RemoteDisconnected, ConnectionResetError):
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
        if response.request.method != "GET":
            error = refusals.of_write(error, response.status_code, self._where, said)
        elif isinstance(error, Unreachable):
            # What is asked on the way to a write is not that write.
            error.sent = Sent.NO
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


def _sent(error: Exception, body: object) -> Sent:
    """Whether a request of which no answer came may have arrived whole."""
    if isinstance(body, Body):
        return Sent.MAYBE if body.handed_over else Sent.NO
    connected = not has(error, requests.exceptions.ConnectTimeout, NewConnectionError)
    return Sent.MAYBE if connected else Sent.NO


def _read(response: requests.Response, where: str, *, writing: bool) -> None:
    """Read the body into the response, as far as it is bearable."""
    body = bytearray()
    for chunk in response.iter_content(_CHUNK):
        body += chunk
        if len(body) > MAX_BYTES:
            said = f"{where} answered more than {MAX_BYTES // 1_000_000} MB"
            raise Unreachable(said, sent=Sent.MAYBE) if writing else BadAnswer(said)
    response._content = bytes(body)
    response._content_consumed = True  # `content` looks at it
