"""One login at work on a Mastodon-API server: timelines, posts, threads, profiles.

What only somebody who has signed in can do is `member`'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NoReturn
from urllib.parse import quote

from tuisocial.adapters.mastodon import NETWORK, standing
from tuisocial.adapters.mastodon.accounts import account_of
from tuisocial.adapters.mastodon.acquaintance import Acquaintance
from tuisocial.adapters.mastodon.addresses import handle_in
from tuisocial.adapters.mastodon.api import Api, is_query
from tuisocial.adapters.mastodon.convert import Converter
from tuisocial.adapters.mastodon.fields import (
    Json,
    Malformed,
    excerpt,
    identifier,
    spelling,
    text,
)
from tuisocial.adapters.mastodon.known import Known
from tuisocial.adapters.mastodon.limits import PAGE_SIZE
from tuisocial.adapters.mastodon.lookup import Lookup
from tuisocial.adapters.mastodon.threads import thread_of
from tuisocial.model.account import Account
from tuisocial.model.entry import Entry
from tuisocial.model.ids import AccountId, PostId
from tuisocial.model.limits import Limits
from tuisocial.model.login import Login
from tuisocial.model.post import PostView
from tuisocial.model.printable import printable_line
from tuisocial.model.thread import Thread
from tuisocial.model.timeline import Timeline, TimelineKind
from tuisocial.sdk.adapter import SessionContext
from tuisocial.sdk.capabilities import Endpoint, Rights
from tuisocial.sdk.errors import (
    AdapterError,
    BadAnswer,
    CursorExpired,
    NotAllowed,
    NotFound,
    NotSupported,
    RateLimited,
    Refused,
    SignInNeeded,
    Unreachable,
)
from tuisocial.sdk.page import Cursor, Page, Skipped

_PATHS = {
    TimelineKind.HOME: "/api/v1/timelines/home",
    TimelineKind.LOCAL: "/api/v1/timelines/public",
    TimelineKind.PUBLIC: "/api/v1/timelines/public",
    TimelineKind.BOOKMARKS: "/api/v1/bookmarks",
    TimelineKind.LIKED: "/api/v1/favourites",
    TimelineKind.TAG: "/api/v1/timelines/tag/{}",
    TimelineKind.LIST: "/api/v1/timelines/list/{}",
    TimelineKind.ACCOUNT: "/api/v1/accounts/{}/statuses",
}
"""<https://docs.joinmastodon.org/methods/timelines/>, `bookmarks/`, `favourites/`, `accounts/`."""

_OWN = (TimelineKind.HOME, TimelineKind.BOOKMARKS, TimelineKind.LIKED, TimelineKind.LIST)
"""Timelines that only somebody has."""

_NAMES = {
    TimelineKind.LOCAL: "its local timeline",
    TimelineKind.PUBLIC: "its federated timeline",
    TimelineKind.TAG: "posts by hashtag",
    TimelineKind.ACCOUNT: "this account's posts",
}


class MastodonSession:
    """A session; see `sdk.adapter.Session` for what each method promises."""

    def __init__(self, login: Login, context: SessionContext, api: Api, domain: str) -> None:
        self._login = login
        self._context = context
        self._log = context.log
        self._api = api
        self._domain = domain
        self._known = Known()
        self._convert = Converter(
            api.server, domain, login.id, login.account, self._known, context.http.reach
        )
        self._lookup = Lookup(api, domain, self._known)
        self._server = Acquaintance(api, context.memory)
        self._lists: tuple[Timeline, ...] = ()
        self._learning: asyncio.Task[None] | None = None

    @property
    def login(self) -> Login:
        """The login it was opened for."""
        return self._login

    def limits(self) -> Limits:
        """What is known of the server's limits; little before the first page."""
        return self._server.about.limits

    def timelines(self) -> Sequence[Timeline]:
        """Home first, or for guests local; lists once the server has told them."""
        if not self._api.signed_in:
            return (Timeline(TimelineKind.LOCAL), Timeline(TimelineKind.PUBLIC))
        bare = (
            TimelineKind.HOME,
            TimelineKind.LOCAL,
            TimelineKind.PUBLIC,
            TimelineKind.BOOKMARKS,
            TimelineKind.LIKED,
        )
        return (*map(Timeline, bare), *self._lists)

    async def me(self) -> Account:
        """The login's own account, asked afresh."""
        if not self._api.signed_in:
            raise NotSupported(
                f"a guest of {self._api.where} is nobody there", remedy="sign in to be somebody"
            )
        found = await self._api.record("/api/v1/accounts/verify_credentials")
        self._known.learn_account(found)
        return self._account(found)

    async def timeline(
        self, timeline: Timeline, *, cursor: Cursor | None, limit: int
    ) -> Page[Entry]:
        """A page of a timeline, by the server's own way from one page to the next."""
        older = self._place(timeline, cursor)
        path = await self._path(timeline)
        asked = {"limit": str(max(1, min(limit, PAGE_SIZE)))}
        if timeline.kind is TimelineKind.LOCAL:
            asked["local"] = "true"
        # Favourites and bookmarks are paged by ids of their own, which no row shows.
        by_id = timeline.kind not in (TimelineKind.BOOKMARKS, TimelineKind.LIKED)
        try:
            page = await self._api.rows(path, asked, older, by_id=by_id)
        except AdapterError as error:
            self._explain(timeline, error)
        self._learn_server()
        for row in page.rows:
            if isinstance(row, dict):
                self._known.learn(row)
        items: list[Entry] = []
        skipped: list[Skipped] = []
        for row in page.rows:
            try:
                if not isinstance(row, dict):
                    raise Malformed("a row that is no record")
                items.append(self._convert.entry(row))
            except ValueError as error:
                skipped.append(Skipped(str(error), excerpt(row)))
            # One long page of long posts must not keep the screen from its keys.
            await asyncio.sleep(0)
        if page.refused:
            reason = "the way to older rows leads off this server and is not followed"
            skipped.append(Skipped(reason, page.refused[:200]))
        following = None if page.older is None else Cursor(f"{timeline}?{page.older}")
        return Page(tuple(items), following, tuple(skipped))

    async def post(self, post: PostId, *, key: str = "") -> PostView:
        """One post, asked afresh."""
        return self._view(await self._lookup.status(post, key))

    async def thread(self, post: PostId, *, key: str = "") -> Thread:
        """The posts that a post answers, and the answers that the server has."""
        status = await self._lookup.status(post, key)
        answer = await self._api.get(f"/api/v1/statuses/{identifier(status, 'id')}/context")
        if not isinstance(answer.json, dict):
            raise BadAnswer(f"{self._api.where} answered no thread", excerpt=excerpt(answer.json))
        return thread_of(self._convert, self._view(status), status, answer.json, answer.growing)

    async def account(self, account: AccountId) -> Account:
        """A profile, asked afresh."""
        return self._account(await self._lookup.account(account))

    async def resolve(self, text: str) -> PostId | AccountId | None:
        """What a pasted address of a page, or a handle, means."""
        return await self._lookup.meant(text)

    def endpoints(self) -> Sequence[Endpoint]:
        """The one server, and how its last answer was."""
        return (standing.endpoint(self._api),)

    async def rights(self) -> Rights:
        """What the server or the sign-in says was granted, and how far the clocks are apart."""
        return await standing.rights(self._api, self._context.now)

    async def revoke(self) -> None:
        """Have the server forget the sign-in.

        Raises: NotSupported where there is no registration to do that with.
        """
        await standing.revoke(self._login, self._context, self._api.where)

    async def aclose(self) -> None:
        """Stop what runs behind; threads that wait for the server end by themselves."""
        task, self._learning = self._learning, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        self._api.close()

    # --- timelines --------------------------------------------------------------------------

    def _place(self, timeline: Timeline, cursor: Cursor | None) -> str | None:
        """The query that `cursor` holds for `timeline`."""
        if cursor is None:
            return None
        name, _, query = cursor.rpartition("?")
        if name != str(timeline) or not is_query(query):
            raise CursorExpired(
                f"this is no place in a list of {self._api.where}",
                remedy="load the list from its head",
            )
        return query

    async def _path(self, timeline: Timeline) -> str:
        path = _PATHS.get(timeline.kind)
        if path is None:
            raise NotSupported(
                f"{self._api.where} has no timeline like {timeline}",
                remedy="read another of its timelines",
            )
        if timeline.kind in _OWN and not self._api.signed_in:
            raise NotSupported(
                f"guests of {self._api.where} have no {timeline.kind} timeline",
                remedy="sign in, or read its local or federated timeline",
            )
        argument = timeline.argument
        if timeline.kind is TimelineKind.ACCOUNT:
            argument = await self._account_key(argument)
        return path.format(quote(argument, safe=""))

    async def _account_key(self, argument: str) -> str:
        """The server's id of an account given by its id's text or its URI."""
        try:
            account = AccountId.parse(argument)
        except ValueError:
            account = AccountId(NETWORK, argument)
        if account.network != NETWORK:
            account = AccountId(NETWORK, argument)
        if not spelling(account.uri) and handle_in(account.uri) is None:
            shown = printable_line(argument)[:60]
            raise Refused(
                f"an account is named by its handle or its address, and {shown!r} is neither",
                field="timeline",
                remedy="write it as account:@ada@example.social, or with the address of a profile",
            )
        return await self._lookup.account_key(account)

    def _explain(self, timeline: Timeline, error: AdapterError) -> NoReturn:
        """Raise what an error means for this timeline."""
        where = self._api.where
        if isinstance(error, NotFound):
            if timeline.kind in (TimelineKind.LIST, TimelineKind.ACCOUNT):
                raise NotFound(f"{where} has no {timeline}", remedy="it may be deleted") from None
            raise NotSupported(
                f"{where} has no {timeline} timeline", remedy="read another of its timelines"
            ) from None
        if not self._api.signed_in and isinstance(error, SignInNeeded | NotAllowed | Refused):
            what = _NAMES.get(timeline.kind, f"its {timeline} timeline")
            raise SignInNeeded(
                f"{where} shows {what} only to people who have signed in",
                remedy="sign in there, try its other timeline, or read another server as a guest",
            ) from None
        raise error

    # --- behind -----------------------------------------------------------------------------

    def _learn_server(self) -> None:
        """Begin to ask for limits and lists, once the server has shown that it answers."""
        if self._learning is None:
            self._learning = asyncio.create_task(self._learn(), name="mastodon limits and lists")

    async def _learn(self) -> None:
        try:
            await self._server.learn()
            if self._api.signed_in:
                lists = (await self._api.get("/api/v1/lists")).json
                self._lists = tuple(
                    Timeline(TimelineKind.LIST, identifier(one, "id"), text(one, "title").strip())
                    for one in (lists if isinstance(lists, list) else ())
                    if isinstance(one, dict) and identifier(one, "id")
                )
        except AdapterError as error:
            self._log.info("limits and lists stay unknown: %s", error.message)
            if isinstance(error, RateLimited | Unreachable):
                self._learning = None  # the next page tries again

    def _view(self, status: Json) -> PostView:
        try:
            return self._convert.view(status)
        except ValueError as error:
            raise self._odd(error, status) from None

    def _account(self, account: Json) -> Account:
        try:
            return account_of(account, self._domain, self._convert.places)
        except ValueError as error:
            raise self._odd(error, account) from None

    def _odd(self, error: ValueError, record: Json) -> BadAnswer:
        return BadAnswer(f"{self._api.where} answered {error}", excerpt=excerpt(record))
