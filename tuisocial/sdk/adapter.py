"""The seam: what every network's adapter offers to the core.

Required here, optional in `capabilities`. The protocol is the flag: there is no second one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tuisocial.sdk.secret import hide_nothing

if TYPE_CHECKING:
    import logging
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from tuisocial.model.account import Account
    from tuisocial.model.entry import Entry
    from tuisocial.model.ids import AccountId, PostId
    from tuisocial.model.limits import Limits
    from tuisocial.model.login import Login
    from tuisocial.model.post import PostView
    from tuisocial.model.thread import Thread
    from tuisocial.model.timeline import Timeline
    from tuisocial.model.vocabulary import Vocabulary
    from tuisocial.sdk.http import Http
    from tuisocial.sdk.login_steps import LoginFlow
    from tuisocial.sdk.options import Option
    from tuisocial.sdk.page import Cursor, Page
    from tuisocial.sdk.secret import Secret


class KeyValues(Protocol):
    """A small private memory of one login: kilobytes, not posts."""

    async def get(self, key: str) -> str | None:
        """The value kept under `key`."""
        ...

    async def set(self, key: str, value: str | None) -> None:
        """Keep `value` under `key`; None forgets it."""
        ...


@dataclass(frozen=True, slots=True)
class SessionContext:
    """All that an open session may use of the program around it.

    `now` gives aware UTC times; `secret` reads one of the login's secrets from the keyring.
    `hide` keeps a secret out of whatever is logged or shown: one that the adapter makes or
    fetches, or another spelling (`nsec` and hex) of what `secret` gave, which is hidden already.
    """

    http: Http
    now: Callable[[], datetime]
    log: logging.Logger
    secret: Callable[[str], Awaitable[Secret | None]]
    memory: KeyValues
    hide: Callable[[Secret], None] = hide_nothing


class Adapter(Protocol):
    """A network's adapter: without state, cheap to import, making no traffic before `open`."""

    @property
    def api_version(self) -> int:
        """The `sdk.API_VERSION` it was written for."""
        ...

    @property
    def name(self) -> str:
        """Its own name, as people type it in commands."""
        ...

    @property
    def network(self) -> str:
        """The network part of all its ids."""
        ...

    @property
    def vocabulary(self) -> Vocabulary:
        """The network's own words."""
        ...

    @property
    def options(self) -> Sequence[Option]:
        """The plain settings a login of it may have."""
        ...

    def owns(self, text: str) -> bool | None:
        """Whether a pasted address, handle or key is ours; None for "perhaps". No I/O."""
        ...

    def login_flows(self) -> Sequence[LoginFlow]:
        """The ways to sign in, the most usual first."""
        ...

    async def open(self, login: Login, context: SessionContext) -> Session:
        """Make a session, without waiting for any server.

        Raises: SignInNeeded if the login's secret is gone, Refused for options that make no sense.
        """
        ...


class Session(Protocol):
    """One login at work. Every method raises nothing but `AdapterError`."""

    @property
    def login(self) -> Login:
        """The login it was opened for."""
        ...

    def limits(self) -> Limits:
        """What is known of the server's limits now, without I/O."""
        ...

    def timelines(self) -> Sequence[Timeline]:
        """The timelines this login has, without I/O; the first is its main one, which is merged."""
        ...

    async def me(self) -> Account:
        """The login's own account, asked afresh.

        Raises: NotSupported for a guest.
        """
        ...

    async def timeline(
        self, timeline: Timeline, *, cursor: Cursor | None, limit: int
    ) -> Page[Entry]:
        """A page: the head for no cursor, the next older rows for the `older` of another page.

        Raises: NotSupported for a timeline this server has not, CursorExpired.
        """
        ...

    async def post(self, post: PostId, *, key: str = "") -> PostView:
        """One post, asked afresh.

        `key` is the `PostView.remote_key` that an earlier session of this login gave for it: a
        hint that may be out of date.
        """
        ...

    async def thread(self, post: PostId, *, key: str = "") -> Thread:
        """The conversation around a post, as far as the server tells it; `key` is as in `post`."""
        ...

    async def account(self, account: AccountId) -> Account:
        """A profile, asked afresh."""
        ...

    async def resolve(self, text: str) -> PostId | AccountId | None:
        """What a pasted address, handle or key means; None when it is nothing of ours."""
        ...

    async def aclose(self) -> None:
        """Let go of connections and threads; the session is not used after this."""
        ...
