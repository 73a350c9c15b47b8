"""HTTP for adapters: bounded answers, errors by remedy, no client library before the first request.

Importing httpx takes 0.1 s and more, so it waits for the first request.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

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
        import httpx

        if self._client is None:
            self._client = httpx.AsyncClient(
                timeout=self._timeout,
                follow_redirects=True,
                max_redirects=3,
                headers={"User-Agent": _USER_AGENT},
            )
        try:
            async with self._client.stream(
                "GET", url, headers=dict(headers or {}), follow_redirects=follow_redirects
            ) as answer:
                body = bytearray()
                async for chunk in answer.aiter_bytes():
                    body += chunk
                    if len(body) > max_bytes:
                        raise BadAnswer(f"{host(url)} answered more than {max_bytes} bytes")
                return Response(
                    answer.status_code, bytes(body), dict(answer.headers), str(answer.url)
                )
        except httpx.TimeoutException:
            raise Unreachable(f"{host(url)} did not answer in time") from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            raise Refused(f"not an address that can be asked: {url[:100]}") from None
        except httpx.TransportError as error:
            raise Unreachable(f"{host(url)} could not be reached: {error}") from None
        except httpx.HTTPError as error:
            raise BadAnswer(f"{host(url)} answered badly: {error}") from None

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


def host(url: str) -> str:
    """The host of an address, for a sentence about it."""
    try:
        return urlsplit(url).hostname or url[:60]
    except ValueError:
        return url[:60]


def error_for_status(
    status: int,
    where: str,
    headers: Mapping[str, str] | None = None,
    reason: str = "",
    now: datetime | None = None,
) -> AdapterError:
    """The error that an HTTP status stands for; `reason` is the server's own sentence, if any."""
    said = f" ({reason.strip()[:200]})" if reason.strip() else ""
    if status == 401:
        return SignInNeeded(f"{where} does not accept this sign-in{said}")
    if status in (403, 451):
        return NotAllowed(f"{where} does not allow that{said}")
    if status in (404, 410):
        return NotFound(f"{where} has no such thing{said}")
    if status == 429:
        until = retry_after(headers or {}, now or datetime.now(UTC))
        when = f", wait until {until:%H:%M:%S} UTC" if until else ""
        return RateLimited(f"{where} asks for fewer requests{when}", until=until)
    if status in (408, 425) or status >= 500:
        return Unreachable(
            f"{where} has trouble of its own (status {status}){said}", sent=Sent.MAYBE
        )
    if 400 <= status < 500:
        return Refused(f"{where} refused the request (status {status}){said}")
    return BadAnswer(f"{where} answered with the odd status {status}")


def retry_after(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When the server answers again: `Retry-After` (RFC 9110 §10.2.3), `X-RateLimit-Reset`.

    A number is seconds from now, or since 1970 where it is too large for that (GoToSocial). More
    than a day is taken as a day.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    value = (lower.get("retry-after") or lower.get("x-ratelimit-reset") or "").strip()
    latest = now + timedelta(days=1)
    if value.isascii() and value.isdigit():
        seconds = int(value[:15])
        if seconds > 1_000_000_000:
            seconds -= int(now.timestamp())
        return now + timedelta(seconds=min(seconds, 86_400))
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        try:
            when = parsedate_to_datetime(value)
        except (TypeError, ValueError):
            return None
    return min(when if when.tzinfo else when.replace(tzinfo=UTC), latest)
