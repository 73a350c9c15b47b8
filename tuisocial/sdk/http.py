"""HTTP for adapters: bounded answers, errors by remedy, no client library before the first request.

Importing httpx takes 0.1 s and more, so it waits for the first request.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tuisocial.model.printable import printable_line
from tuisocial.sdk.errors import (
    AdapterError,
    BadAnswer,
    NotAllowed,
    NotFound,
    RateLimited,
    Refused,
    Sent,
    SignInNeeded,
    Unreachable,
)

if TYPE_CHECKING:
    import httpx

MAX_BYTES = 8_000_000
_USER_AGENT = "tuisocial"
_WHOLE = 3
"""How many times the time-out of one phase a whole answer may take, however slowly it drips."""
_ERRNO = re.compile(r"\[Errno -?\d+\] ?")
_LONGEST_WAIT = timedelta(days=1)
_EPOCH_SECONDS = 1_000_000_000
"""From here on a number is a moment, not a duration."""


@dataclass(frozen=True, slots=True)
class Response:
    """An answer with its body already read, at most `max_bytes` of it."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    url: str = ""

    def json(self) -> Any:
        """The body as JSON.

        Raises: BadAnswer if it is something else, most often a web page.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise BadAnswer(
                f"{host(self.url)} answered something that is not JSON",
                excerpt=self.body[:200].decode("utf-8", "replace"),
            ) from None


class Http:
    """A shared client: time-outs on every phase, bodies bounded, redirects followed a few times."""

    def __init__(self, *, timeout: float = 20.0) -> None:
        self._timeout = timeout
        self._client: httpx.AsyncClient | None = None

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        max_bytes: int = MAX_BYTES,
        follow_redirects: bool = True,
    ) -> Response:
        """Fetch `url`; any status is an answer, a redirect's too if it is not to be followed.

        Raises: Unreachable, BadAnswer for a body over `max_bytes` or a broken HTTP answer.
        """
        if self._client is None:
            # Off the event loop, which has keys to answer meanwhile.
            await asyncio.to_thread(importlib.import_module, "httpx")
        import httpx

        if self._client is None:
            self._client = httpx.AsyncClient(
                timeout=self._timeout,
                follow_redirects=True,
                max_redirects=3,
                # Unpacked at once, a small compressed answer could fill the memory.
                headers={"User-Agent": _USER_AGENT, "Accept-Encoding": "identity"},
                event_hooks={"request": [_refuse_odd_port]},
            )
        try:
            async with (
                asyncio.timeout(self._timeout * _WHOLE),
                self._client.stream(
                    "GET", url, headers=dict(headers or {}), follow_redirects=follow_redirects
                ) as answer,
            ):
                if answer.headers.get("content-encoding", "identity") != "identity":
                    raise BadAnswer(f"{host(url)} answered in a form that was not asked for")
                body = bytearray()
                async for chunk in answer.aiter_bytes():
                    body += chunk
                    if len(body) > max_bytes:
                        raise BadAnswer(f"{host(url)} answered more than {max_bytes} bytes")
                return Response(
                    answer.status_code, bytes(body), dict(answer.headers), str(answer.url)
                )
        except (httpx.TimeoutException, TimeoutError):
            raise Unreachable(f"{host(url)} did not answer in time") from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError):
            raise Refused(
                f"not an address that can be asked: {printable_line(url[:100])}"
            ) from None
        except httpx.TransportError as error:
            raise Unreachable(f"{host(url)} could not be reached: {_words(error)}") from None
        except httpx.HTTPError as error:
            raise BadAnswer(f"{host(url)} answered badly: {_words(error)}") from None

    async def get_json(
        self, url: str, *, headers: Mapping[str, str] | None = None, max_bytes: int = MAX_BYTES
    ) -> Any:
        """Fetch `url` and read JSON from a 2xx answer.

        Raises: whatever `error_for_status` names, and what `get` raises.
        """
        answer = await self.get(url, headers=headers, max_bytes=max_bytes)
        if not 200 <= answer.status < 300:
            raise error_for_status(answer.status, host(url), answer.headers)
        return answer.json()

    async def aclose(self) -> None:
        """Close what connections are open."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None


async def _refuse_odd_port(request: httpx.Request) -> None:
    # httpx takes any number, from the caller and from a redirect; the socket raises OverflowError.
    import httpx

    if (request.url.port or 0) > 65535:
        raise httpx.InvalidURL("no such port")


def _words(error: Exception) -> str:
    """What an exception says, without the number that the system gave it."""
    return printable_line(_ERRNO.sub("", str(error)).rstrip("."))


def host(url: str) -> str:
    """The host of an address, for a sentence about it."""
    try:
        name = urlsplit(url).hostname
    except ValueError:
        name = None
    return printable_line(name or url[:60])


def error_for_status(
    status: int,
    where: str,
    headers: Mapping[str, str] | None = None,
    reason: str = "",
    now: datetime | None = None,
) -> AdapterError:
    """The error that an HTTP status stands for; `reason` is the server's own sentence, if any.

    Printable whatever the server said.
    """
    reason = printable_line(reason).strip()[:200]
    said = f" ({reason})" if reason else ""
    if status == 401:
        return SignInNeeded(f"{where} does not accept this sign-in{said}")
    if status in (403, 451):
        return NotAllowed(f"{where} does not allow that{said}")
    if status in (404, 410):
        return NotFound(f"{where} has no such thing{said}")
    if status == 429:
        until = retry_after(headers or {}, now or datetime.now(UTC))
        when = f", wait until {until.astimezone(UTC):%H:%M:%S} UTC" if until else ""
        return RateLimited(f"{where} asks for fewer requests{when}", until=until)
    if status in (408, 425) or status >= 500:
        return Unreachable(
            f"{where} has trouble of its own (status {status}){said}", sent=Sent.MAYBE
        )
    if 400 <= status < 500:
        return Refused(f"{where} refused the request (status {status}){said}")
    return BadAnswer(f"{where} answered with the odd status {status}")


def retry_after(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When the server answers again, at most a day from `now`.

    `Retry-After` is seconds or an HTTP date (RFC 9110 §10.2.3); `X-RateLimit-Reset` is RFC 3339
    where Mastodon writes it and seconds since 1970 elsewhere.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    value = (lower.get("retry-after") or lower.get("x-ratelimit-reset") or "").strip()
    try:
        when = _moment(value, now)
        return min(when if when.tzinfo else when.replace(tzinfo=UTC), now + _LONGEST_WAIT)
    except (ValueError, TypeError, OverflowError):
        return None


def _moment(value: str, now: datetime) -> datetime:
    if value.isdecimal():
        seconds = int(value)
        if seconds < _EPOCH_SECONDS:
            return now + timedelta(seconds=seconds)
        return datetime.fromtimestamp(seconds, UTC)
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        from email.utils import parsedate_to_datetime  # 0.005 s, for a rare form

        return parsedate_to_datetime(value)
