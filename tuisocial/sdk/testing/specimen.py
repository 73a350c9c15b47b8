"""What an author puts before the conformance kit: an adapter, a server, and what is known of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from tuisocial.model.ids import AccountId, PostId
from tuisocial.model.login import Login
from tuisocial.model.timeline import Timeline
from tuisocial.sdk.adapter import Adapter, Session, SessionContext
from tuisocial.sdk.testing.context import make_context


class NotApplicable(Exception):
    """A rule cannot be held against this specimen; the message says why."""


class FaultKind(StrEnum):
    """What the kit may ask a specimen's server to do wrong, to every question until mended."""

    UNREACHABLE = "unreachable"
    """No connection is accepted."""
    SILENT = "silent"
    """Connections are accepted and never answered."""
    CLOSING = "closing"
    """Connections are closed where an answer is due."""
    GARBAGE = "answering garbage"
    """Answers are not of the protocol: a web page, most often."""
    TROUBLE = "in trouble"
    """Answers say that the server itself has failed: status 500."""
    SIGNED_OUT = "refusing the sign-in"
    """Answers say that the credentials are no longer good: status 401."""
    RATE_LIMITED = "asking for fewer requests"
    """Answers say that there were too many requests: status 429."""
    BAD_RECORD = "sending a bad record"
    """The sample timeline's first page holds one more record, which cannot be converted."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Things that are on the server, and things that are not.

    `timeline` has from 12 to some 300 rows, does not change meanwhile and shows no HTML tag or
    entity to its readers. `post` is one of its posts, `account` somebody known, `post_text` and
    `account_text` what a person pastes to mean them. `owned` are texts that the adapter should
    know as its network's, `foreign` texts that are nothing of it. `texts` are what posts
    read as, best of those whose native text holds markup, emoji and escapes.
    """

    timeline: Timeline
    post: PostId
    account: AccountId
    missing_post: PostId
    missing_account: AccountId
    post_text: str = ""
    account_text: str = ""
    owned: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ("", "hello", "mailto:nobody")
    texts: Mapping[PostId, str] = field(default_factory=dict)


@dataclass
class Specimen:
    """An adapter with a server that it can be tried on.

    `secrets` are the login's; `server` is the name that messages must give the server, its host
    most often. `module` is the one whose import is measured, by default the adapter's own.
    `small_page` is how many rows to ask for where a timeline is to be read in many pages.
    `longest_pause` is for how many seconds the event loop may be kept from turning, `patience`
    for how many a rule may take.

    A subclass overrides `fault` and `mend` for a server that can be made to fail, and
    `open_session` where opening takes more than the adapter's `open`.
    """

    adapter: Adapter
    login: Login
    samples: Samples
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    server: str = ""
    module: str = ""
    small_page: int = 5
    longest_pause: float = 0.25
    patience: float = 60.0

    async def open_session(self, context: SessionContext) -> Session:
        """Open a session of `login`."""
        return await self.adapter.open(self.login, context)

    async def fault(self, kind: FaultKind) -> None:
        """Make the server fail; called before a session is opened, `mend` follows.

        Raises: NotApplicable if this server cannot be made to fail so.
        """
        raise NotApplicable(f"this specimen has no server that is {kind}")

    async def mend(self) -> None:
        """Make the server healthy again."""

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        """A session in a context of its own, closed at the end."""
        context = make_context(self.secrets)
        try:
            session = await self.open_session(context)
            try:
                yield session
            finally:
                await session.aclose()
        finally:
            await context.http.aclose()

    @asynccontextmanager
    async def failing(self, kind: FaultKind) -> AsyncIterator[Session]:
        """A session whose server fails."""
        await self.fault(kind)
        try:
            async with self.session() as session:
                yield session
        finally:
            await self.mend()
