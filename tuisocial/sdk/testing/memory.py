"""A whole network in memory: the fake at the seam, and the conformance kit's healthy specimen.

`MemoryServer` is the far end: its posts, timelines and people, who may sign in, and what it was
told to do wrong. `MemoryAdapter` and `MemorySession` are what a network's adapter is. Nothing
waits unless told to, nothing is random, nothing is written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tuisocial.model.account import Account
from tuisocial.model.entry import Entry
from tuisocial.model.ids import AccountId, LoginId, PostId
from tuisocial.model.limits import Limits
from tuisocial.model.login import Login
from tuisocial.model.post import Post, PostView
from tuisocial.model.thread import Missing, MissingReason, Thread
from tuisocial.model.timeline import HOME, Timeline, TimelineKind
from tuisocial.model.vocabulary import Vocabulary
from tuisocial.sdk import API_VERSION
from tuisocial.sdk.adapter import SessionContext
from tuisocial.sdk.errors import (
    CursorExpired,
    NotFound,
    NotSupported,
    Refused,
    SignInNeeded,
)
from tuisocial.sdk.login_steps import Answers, Done, LoginFlow, SignInContext, Step
from tuisocial.sdk.options import Field, FieldKind, Option
from tuisocial.sdk.page import Cursor, Page, Skipped
from tuisocial.sdk.secret import Secret
from tuisocial.sdk.testing.making import NETWORK, make_account, make_entry, make_view

LOCAL = Timeline(TimelineKind.LOCAL)
PUBLIC = Timeline(TimelineKind.PUBLIC)
_FOR_GUESTS = frozenset(
    {TimelineKind.LOCAL, TimelineKind.PUBLIC, TimelineKind.TAG, TimelineKind.ACCOUNT}
)


@dataclass(frozen=True, slots=True)
class Call:
    """Something a session asked: the method, by which login, about what."""

    method: str
    login: LoginId
    about: str = ""
    cursor: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that no adapter could convert, at its place in a timeline."""

    excerpt: str
    sort_at: datetime
    key: str


@dataclass(eq=False, slots=True)
class _Fault:
    """What goes wrong with the calls it matches; `times` is None for "until mended"."""

    method: str
    login: LoginId | None
    times: int | None
    error: BaseException | None = None
    gate: asyncio.Event | None = None

    def matches(self, call: Call) -> bool:
        return (
            self.times != 0
            and self.method in ("*", call.method)
            and self.login in (None, call.login)
        )


class MemoryServer:
    """One server of the network.

    `posts` and `accounts` are what it knows by id, `tokens` who may sign in, `calls` what it was
    asked. `page_size` bounds every page. `attempts` are the posts that came of attempts by their
    keys, `uploads` the files that it was given, by theirs.
    """

    def __init__(self, posts: Iterable[Post] = (), *, host: str = f"{NETWORK}.example") -> None:
        self.host = host
        self.posts: dict[PostId, Post] = {}
        self.accounts: dict[AccountId, Account] = {}
        self.tokens: dict[str, AccountId] = {}
        self.calls: list[Call] = []
        self.page_size = 40
        self.attempts: dict[str, PostId] = {}
        self.uploads: dict[str, str] = {}
        self._timelines = {str(timeline): timeline for timeline in (HOME, LOCAL, PUBLIC)}
        self._rows: dict[str, list[Entry | Broken]] = {name: [] for name in self._timelines}
        self._script: dict[str, list[Page[Entry] | BaseException]] = {}
        self._faults: list[_Fault] = []
        self.add(*posts)

    # --- what is on it --------------------------------------------------------------------

    def add(self, *posts: Post, to: Sequence[Timeline] = (HOME, LOCAL, PUBLIC)) -> None:
        """Publish posts, and put a row for each into the timelines `to`."""
        for post in posts:
            self.posts[post.id] = post
            self.accounts[post.author.id] = post.author
            for timeline in to:
                self.put(timeline, make_entry(post))

    def put(self, timeline: Timeline, *rows: Entry | Broken) -> None:
        """Put rows into one timeline; each takes the place of one with its key."""
        keys = {row.key for row in rows}
        name = str(timeline)
        self._timelines.setdefault(name, timeline)
        kept = [row for row in self._rows.get(name, ()) if row.key not in keys]
        self._rows[name] = sorted(
            [*kept, *rows], key=lambda row: (-row.sort_at.timestamp(), row.key)
        )
        for row in rows:
            if isinstance(row, Entry):
                post = row.view.post
                self.posts.setdefault(post.id, post)
                self.accounts.setdefault(post.author.id, post.author)

    def remove(self, post: PostId) -> None:
        """Delete a post and all its rows."""
        self.posts.pop(post, None)
        for name, rows in self._rows.items():
            self._rows[name] = [
                row for row in rows if isinstance(row, Broken) or row.view.post.id != post
            ]

    def welcome(self, token: str, account: Account) -> None:
        """Let `token` sign in as `account`."""
        self.tokens[token] = account.id
        self.accounts[account.id] = account

    def timelines(self) -> tuple[Timeline, ...]:
        """Those that have a name of their own, in the order they were made."""
        return tuple(self._timelines.values())

    def rows(self, timeline: Timeline) -> Sequence[Entry | Broken]:
        """What a timeline holds, newest first; those of tags and accounts follow from the posts.

        Raises: NotFound.
        """
        if str(timeline) in self._rows:
            return self._rows[str(timeline)]
        if timeline.kind is TimelineKind.TAG:
            found = [p for p in self.posts.values() if timeline.argument in p.tags]
        elif timeline.kind is TimelineKind.ACCOUNT:
            found = [p for p in self.posts.values() if str(p.author.id) == timeline.argument]
        else:
            raise NotFound(f"{self.host} has no timeline {timeline}")
        return [
            make_entry(p) for p in sorted(found, key=lambda p: (-p.created_at.timestamp(), p.id))
        ]

    # --- what goes wrong ------------------------------------------------------------------

    def fail(
        self,
        error: BaseException,
        method: str = "*",
        *,
        login: LoginId | None = None,
        times: int | None = None,
    ) -> None:
        """Raise `error` from matching calls: of this method and login, so many times."""
        self._faults.append(_Fault(method, login, times, error=error))

    def hold(
        self, method: str = "*", *, login: LoginId | None = None, times: int | None = None
    ) -> asyncio.Event:
        """Leave matching calls without an answer until the event returned is set, if ever."""
        gate = asyncio.Event()
        self._faults.append(_Fault(method, login, times, gate=gate))
        return gate

    def script(self, timeline: Timeline, *answers: Page[Entry] | BaseException) -> None:
        """Answer the next questions for `timeline` with these pages and errors, as they are."""
        self._script.setdefault(str(timeline), []).extend(answers)

    def mend(self) -> None:
        """Take back every fault and script; calls that are held go on."""
        for fault in self._faults:
            if fault.gate is not None:
                fault.gate.set()
        self._faults.clear()
        self._script.clear()

    # --- what sessions ask ----------------------------------------------------------------

    async def asked(self, call: Call) -> None:
        """Note a call, and do to it what was ordered."""
        self.calls.append(call)
        for fault in tuple(self._faults):
            if not fault.matches(call):
                continue
            if fault.times is not None:
                fault.times -= 1
            if fault.gate is not None:
                await fault.gate.wait()
            if fault.error is not None:
                raise fault.error

    def page(self, timeline: Timeline, cursor: Cursor | None, limit: int) -> Page[Entry]:
        """The rows after `cursor`; cursors name a place, so that a moving head shifts nothing."""
        scripted = self._script.get(str(timeline))
        if scripted:
            answer = scripted.pop(0)
            if isinstance(answer, BaseException):
                raise answer
            return answer
        rows = self.rows(timeline)
        if cursor is not None:
            after = self._place(cursor)
            rows = [row for row in rows if (-row.sort_at.timestamp(), row.key) > after]
        limit = max(1, min(limit, self.page_size))
        shown = rows[:limit]
        older = None
        if len(rows) > limit:
            older = Cursor(f"{shown[-1].sort_at.isoformat()} {shown[-1].key}")
        return Page(
            tuple(row for row in shown if isinstance(row, Entry)),
            older,
            tuple(
                Skipped("not a record of this network", row.excerpt[:200])
                for row in shown
                if isinstance(row, Broken)
            ),
        )

    def _place(self, cursor: Cursor) -> tuple[float, str]:
        time, space, key = cursor.partition(" ")
        try:
            place = datetime.fromisoformat(time)
        except ValueError:
            place = None
        if place is None or place.tzinfo is None or not space:
            raise CursorExpired(f"{self.host} no longer knows this place in the list")
        return -place.timestamp(), key


class MemorySession:
    """One login at a `MemoryServer`."""

    def __init__(self, server: MemoryServer, login: Login, token: Secret | None) -> None:
        self._server = server
        self._login = login
        self._token = token
        self.closed = False

    @property
    def login(self) -> Login:
        return self._login

    def limits(self) -> Limits:
        return Limits(text_length=500, media_count=4, page_size=self._server.page_size)

    def timelines(self) -> Sequence[Timeline]:
        return tuple(t for t in self._server.timelines() if self._offers(t))

    async def me(self) -> Account:
        if self._login.account is None:
            raise NotSupported(f"a guest has no account on {self._server.host}")
        await self._ask("me")
        return self._account(self._login.account)

    async def timeline(
        self, timeline: Timeline, *, cursor: Cursor | None, limit: int
    ) -> Page[Entry]:
        await self._ask("timeline", str(timeline), cursor)
        if not self._offers(timeline):
            raise NotSupported(f"{self._server.host} shows {timeline} to members only")
        page = self._server.page(timeline, cursor, limit)
        mine = tuple(
            replace(entry, view=replace(entry.view, login=self._login.id)) for entry in page.items
        )
        return replace(page, items=mine)

    async def post(self, post: PostId, *, key: str = "") -> PostView:
        await self._ask("post", str(post), key=key)
        return self._view(post)

    async def thread(self, post: PostId, *, key: str = "") -> Thread:
        await self._ask("thread", str(post), key=key)
        posts = self._server.posts
        around, missing = [self._view(post)], []
        parent = around[0].post.reply_to
        while parent is not None and parent.post is not None:
            if parent.post not in posts:
                missing.append(Missing(parent.post, MissingReason.NOT_FOUND))
                break
            around.insert(0, self._view(parent.post))
            parent = posts[parent.post].reply_to
        below = {post}
        for other in sorted(posts.values(), key=lambda p: (p.created_at, p.id)):
            if other.reply_to is not None and other.reply_to.post in below:
                below.add(other.id)
                around.append(self._view(other.id))
        return Thread(post, tuple(around), tuple(missing), complete=True)

    async def account(self, account: AccountId) -> Account:
        await self._ask("account", str(account))
        return self._account(account)

    async def resolve(self, text: str) -> PostId | AccountId | None:
        await self._ask("resolve", text)
        for post in self._server.posts.values():
            if text in (post.url, str(post.id)):
                return post.id
        for account in self._server.accounts.values():
            if text in (account.url, account.handle, str(account.id)):
                return account.id
        return None

    async def aclose(self) -> None:
        self.closed = True

    def _offers(self, timeline: Timeline) -> bool:
        return not self._login.guest or timeline.kind in _FOR_GUESTS

    async def _ask(
        self, method: str, about: str = "", cursor: str | None = None, key: str = ""
    ) -> None:
        await self._server.asked(Call(method, self._login.id, about, cursor, key))
        if not self._login.guest:
            token = self._token.reveal() if self._token else ""
            if self._server.tokens.get(token) != self._login.account:
                raise SignInNeeded(f"{self._server.host} does not accept this sign-in")

    def _view(self, post: PostId) -> PostView:
        if post not in self._server.posts:
            raise NotFound(f"{self._server.host} has no post {post}")
        return make_view(self._server.posts[post], self._login.id)

    def _account(self, account: AccountId) -> Account:
        if account not in self._server.accounts:
            raise NotFound(f"{self._server.host} has no account {account}")
        return self._server.accounts[account]


class MemoryAdapter:
    """The adapter of the network in memory.

    `server` is where logins without a `server` option are at home; `at` names the others.
    """

    api_version = API_VERSION
    options = (Option("server", "the name of the server"),)
    session_class: type[MemorySession] = MemorySession

    def __init__(self, posts: Iterable[Post] = (), *, network: str = NETWORK) -> None:
        self.name = network
        self.network = network
        self.vocabulary = Vocabulary(network, "▪", network[0].upper())
        self.server = MemoryServer(posts, host=f"{network}.example")
        self._servers = {self.server.host: self.server}

    def at(self, host: str) -> MemoryServer:
        """The server of that name, an empty one if it is new."""
        return self._servers.setdefault(host, MemoryServer(host=host))

    def owns(self, text: str) -> bool | None:
        hosts = self._servers
        if text.startswith(f"{self.network}:"):
            return True
        return any(
            text.startswith(f"https://{host}/") or text.endswith(f"@{host}") for host in hosts
        )

    def login_flows(self) -> Sequence[LoginFlow]:
        server = Field("server", "Server", required=False, placeholder=self.server.host)
        token = Field("token", "Token", FieldKind.SECRET)
        return (
            LoginFlow("token", "With a token", "as a member", (server, token), self._sign_in),
            LoginFlow("guest", "As a guest", "reading only", (server,), self._visit, guest=True),
        )

    async def open(self, login: Login, context: SessionContext) -> MemorySession:
        server = self._server_of(login.options.get("server", ""))
        token = None if login.guest else await context.secret("token")
        if token is None and not login.guest:
            raise SignInNeeded(f"the token for {server.host} is gone")
        return self.session_class(server, login, token)

    async def _sign_in(self, answers: Answers, context: SignInContext) -> Step:
        server = self._server_of(answers.texts.get("server", ""))
        token = answers.secrets.get("token")
        account = server.tokens.get(token.reveal()) if token else None
        if token is None or account is None:
            raise Refused(f"{server.host} does not know this token", field="token")
        who = server.accounts[account]
        return Done(
            account, who.handle, self.name, {"server": server.host}, secrets={"token": token}
        )

    async def _visit(self, answers: Answers, context: SignInContext) -> Step:
        server = self._server_of(answers.texts.get("server", ""))
        return Done(None, server.host, f"{self.name}-guest", {"server": server.host})

    def _server_of(self, host: str) -> MemoryServer:
        if not host:
            return self.server
        if host not in self._servers:
            raise Refused(f"there is no server {host[:60]!r} on {self.network}", field="server")
        return self._servers[host]


def signed_in(
    posts: Iterable[Post] = (), *, token: str = "token-of-ada", network: str = NETWORK
) -> MemoryAdapter:
    """An adapter whose server holds `posts` and lets `token` sign in as ada."""
    adapter = MemoryAdapter(posts, network=network)
    adapter.server.welcome(token, make_account("ada", network=network))
    return adapter
