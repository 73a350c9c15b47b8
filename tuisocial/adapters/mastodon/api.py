"""One server's API without holding up the event loop: answers, pages of lists, and writes.

The blocking client works in threads of its own, not in `asyncio.to_thread`'s: those are few and
shared by the whole program, so that a handful of silent servers would hold up every other login,
and the interpreter waits for them at its end. These are abandoned when nobody waits any more.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from tuisocial.adapters.mastodon import scopes
from tuisocial.adapters.mastodon.bodies import Body, JsonBody
from tuisocial.adapters.mastodon.fields import Json, excerpt, identifier
from tuisocial.sdk.errors import (
    BadAnswer,
    CursorExpired,
    NotAllowed,
    NotFound,
    Refused,
    Sent,
    SignInNeeded,
    Unreachable,
)
from tuisocial.sdk.http import host
from tuisocial.sdk.reach import Circle, Reach
from tuisocial.sdk.secret import Secret

if TYPE_CHECKING:
    from tuisocial.adapters.mastodon.client import Answer, Client, Pulse

_AT_ONCE = 4
"""Questions to one server at the same time."""

_UPLOADS_AT_ONCE = 2
"""Files on their way to it, which are not to hold up the questions."""

_PATIENCE = 60.0
"""Seconds for a whole answer, however slowly it drips."""

_QUERY = re.compile(r"[\w.~%\[\]+-]+=[\w.~%\[\]:+-]*(&[\w.~%\[\]+-]+=[\w.~%\[\]:+-]*)*", re.ASCII)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rows:
    """The raw rows of one page, and the query of the next one, None at the end.

    `refused` is an address to which the server sent us for older rows and where we do not go.
    """

    rows: list[Any]
    older: str | None
    refused: str = ""


class Api:
    """One server, asked as one login or, without a token, as a guest.

    `granted` are the scopes of the token, as far as they are known; its connections stay within
    `circle` of `reach`.
    """

    def __init__(
        self,
        server: str,
        token: Secret | None,
        granted: tuple[str, ...] | None = None,
        *,
        reach: Reach | None = None,
        circle: Circle = Circle.ANYWHERE,
    ) -> None:
        self._reach, self._circle = reach or Reach(), circle
        self.server = server
        self.where = host(server)
        self.signed_in = token is not None
        self.granted = granted
        self._token = token
        self._client: Client | None = None
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._upload_turns = asyncio.Semaphore(_UPLOADS_AT_ONCE)

    @property
    def pulse(self) -> Pulse | None:
        """How the last question went; None before the first."""
        return self._client.pulse if self._client is not None else None

    def close(self) -> None:
        """Let go of the connections that are kept; the server may be asked again all the same."""
        if self._client is not None:
            self._client.close()

    async def get(self, path: str, parameters: Mapping[str, str] | None = None) -> Answer:
        """Ask for `path`.

        Raises: AdapterError.
        """
        async with self._turns:
            try:
                async with asyncio.timeout(_PATIENCE):
                    return await _in_thread(lambda: self._ask(path, parameters or {}))
            except TimeoutError:
                pass
            except SignInNeeded:
                if self.signed_in:
                    raise
                raise SignInNeeded(
                    f"{self.where} shows that only to people who have signed in",
                    remedy="sign in there, or read another server as a guest",
                ) from None
        raise Unreachable(f"{self.where} did not answer in time")

    async def record(self, path: str, parameters: Mapping[str, str] | None = None) -> Json:
        """Ask for `path`, whose answer is one record.

        Raises: AdapterError.
        """
        answer = (await self.get(path, parameters)).json
        if not isinstance(answer, dict):
            raise BadAnswer(f"{self.where} answered no record to {path}", excerpt=excerpt(answer))
        return answer

    async def send(
        self,
        method: str,
        path: str,
        record: Json | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Have the server do something, once: what `record` says, if there is one.

        Raises: AdapterError; Unreachable says whether it may have been done all the same.
        """
        body = None if record is None else JsonBody(record)
        async with self._turns:
            return await self._act(method, path, body, headers or {}, _PATIENCE)

    async def upload(self, path: str, body: Body) -> Answer:
        """Send something large, for as long as it goes on.

        Raises: as `send`.
        """
        async with self._upload_turns:
            return await self._act("POST", path, body, {}, None)

    async def rows(
        self, path: str, parameters: Mapping[str, str], older: str | None, *, by_id: bool
    ) -> Rows:
        """Ask for a page of a list: its head, or the one that `older` of another page leads to.

        The server's Link header leads on. Without one, and where `by_id` says that a list is
        paged by its rows' ids, the last row's does.

        Raises: AdapterError, CursorExpired where the server knows the place no more.
        """
        query = dict(parameters)
        if older is not None:
            place = dict(parse_qsl(older))
            # A list that is paged by numbers keeps the page's size that the numbers are made for.
            query = query | place if {"page", "offset"} & place.keys() else place | query
        try:
            answer = await self.get(path, query)
        except (NotFound, Refused) as error:
            if older is None:
                raise
            raise CursorExpired(
                f"{self.where} has lost the place in the list ({error.message})",
                remedy="load the list from its head",
            ) from None
        rows = answer.json
        if not isinstance(rows, list):
            raise BadAnswer(f"{self.where} answered no list to {path}", excerpt=excerpt(rows))
        following = self._following(path, answer)
        if following is None and by_id and rows and not (answer.linked and answer.next is None):
            last = next((key for row in reversed(rows) if (key := _key(row))), None)
            following = urlencode({"max_id": last}) if last else None
        refused = answer.next if following is None else None
        return Rows(rows, None if following == older else following, refused or "")

    def _following(self, path: str, answer: Answer) -> str | None:
        """The query of the next page, if the server names one of the same list on itself."""
        if answer.next is None:
            return None
        try:
            link = urlsplit(urljoin(self.server + path, answer.next))
            same_server = link.hostname == urlsplit(self.server).hostname
        except ValueError:
            return None
        if not same_server or not link.path.endswith(path):
            return None
        return link.query if is_query(link.query) else None

    async def _act(
        self,
        method: str,
        path: str,
        body: Body | None,
        headers: Mapping[str, str],
        patience: float | None,
    ) -> Answer:
        self._permit(method, path)
        if body is not None:
            headers = {"Content-Type": body.content_type, **headers}
        try:
            async with asyncio.timeout(patience):
                return await _in_thread(lambda: self._connected().send(method, path, body, headers))
        except TimeoutError:
            pass
        finally:
            # The thread is left alone with its request, which must not begin later.
            if body is not None:
                body.stop()
        arrived = body is None or body.handed_over
        raise Unreachable(
            f"{self.where} did not answer in time", sent=Sent.MAYBE if arrived else Sent.NO
        )

    def _permit(self, method: str, path: str) -> None:
        """Let nothing go out that the sign-in was never granted; some servers do not look.

        Raises: NotAllowed.
        """
        scope = scopes.needed(method, path)
        if scope and self.granted and scopes.excludes(self.granted, scope):
            raise NotAllowed(
                f"this sign-in at {self.where} was not granted {scope}",
                remedy=f"sign in again to grant {scope}",
            )

    def _ask(self, path: str, parameters: Mapping[str, str]) -> Answer:
        return self._connected().get(path, parameters)

    def _connected(self) -> Client:
        if self._client is None:
            from tuisocial.adapters.mastodon.client import Client

            self._client = Client(
                self.server, self._token, self.granted, reach=self._reach, circle=self._circle
            )
        return self._client


def is_query(text: str) -> bool:
    """Whether `text` is a query that may be sent on: short, ASCII, `name=value` pairs."""
    return len(text) <= 2_000 and _QUERY.fullmatch(text) is not None


def _key(row: object) -> str:
    return identifier(row, "id") if isinstance(row, dict) else ""


async def _in_thread(call: Callable[[], T]) -> T:
    """Run a blocking call in a thread of its own, which ends unheard if nobody waits any more."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(set_it: Callable[[Any], None], outcome: object) -> None:
        if not future.done():
            set_it(outcome)

    def run() -> None:
        set_it: Callable[[Any], None] = future.set_result
        outcome: object
        try:
            outcome = call()
        except Exception as error:  # noqa: BLE001 - raised again where it is awaited
            set_it, outcome = future.set_exception, error
        # The loop is closed when the program ended meanwhile.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, set_it, outcome)

    threading.Thread(target=run, name="mastodon", daemon=True).start()
    return await future
