"""Adapters that each break one rule of errors."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from tests.contract.broken.case import breaks
from tuisocial.model.account import Account
from tuisocial.model.entry import Entry
from tuisocial.model.ids import AccountId, PostId
from tuisocial.model.post import PostView
from tuisocial.model.timeline import HOME, Timeline
from tuisocial.sdk.errors import (
    AdapterError,
    BadAnswer,
    NotFound,
    NotSupported,
    RateLimited,
    Refused,
    SignInNeeded,
    Unreachable,
)
from tuisocial.sdk.http import Http
from tuisocial.sdk.login_steps import Answers, LoginFlow, Step
from tuisocial.sdk.page import Cursor, Page
from tuisocial.sdk.testing.making import make_account
from tuisocial.sdk.testing.memory import MemoryAdapter, MemorySession


@breaks("errors.missing_posts_are_not_found", "post of a missing post raised KeyError")
class RawPosts(MemorySession):
    async def post(self, post: PostId) -> PostView:
        try:
            return await super().post(post)
        except NotFound:
            raise KeyError(post) from None


@breaks("errors.missing_posts_are_not_found", "gave None")
class NoPosts(MemorySession):
    async def post(self, post: PostId) -> PostView:
        try:
            return await super().post(post)
        except NotFound:
            return None  # type: ignore[return-value]


@breaks("errors.missing_accounts_are_not_found", "account of nobody gave Account(")
class Inventive(MemorySession):
    async def account(self, account: AccountId) -> Account:
        try:
            return await super().account(account)
        except NotFound:
            return replace(make_account("nobody"), id=account)


@breaks("errors.foreign_ids_raise_adapter_errors", "raised AssertionError")
class Assuming(MemorySession):
    async def thread(self, post: PostId) -> object:  # type: ignore[override]
        assert post.network == "memory"
        return await super().thread(post)


@breaks("errors.foreign_ids_raise_adapter_errors", "a bare AdapterError")
class Unspecific(MemorySession):
    async def account(self, account: AccountId) -> Account:
        try:
            return await super().account(account)
        except NotFound as error:
            raise AdapterError(error.message) from None


@breaks("errors.missing_timelines_raise_adapter_errors", "gave Page(")
class Substituting(MemorySession):
    async def timeline(
        self, timeline: Timeline, *, cursor: Cursor | None, limit: int
    ) -> Page[Entry]:
        return await super().timeline(HOME, cursor=cursor, limit=limit)


@breaks("errors.any_text_can_be_resolved", "raised UnicodeEncodeError")
class Encoding(MemorySession):
    async def resolve(self, text: str) -> PostId | AccountId | None:
        text.encode()
        return await super().resolve(text)


@breaks("errors.any_answers_may_be_given", "raised KeyError")
class Believing(MemoryAdapter):
    def login_flows(self) -> Sequence[LoginFlow]:
        async def start(answers: Answers, http: Http) -> Step:
            raise KeyError(answers.texts["server"])

        return tuple(replace(flow, start=start) for flow in super().login_flows())


class _Renaming(MemorySession):
    """Raises errors of one kind as another."""

    kind: type[AdapterError]
    other: type[Exception] = NotSupported

    async def timeline(
        self, timeline: Timeline, *, cursor: Cursor | None, limit: int
    ) -> Page[Entry]:
        try:
            return await super().timeline(timeline, cursor=cursor, limit=limit)
        except self.kind as error:
            raise self.other(error.message) from None


@breaks("errors.unreachable_servers_are_unreachable", "raised ConnectionError")
class Leaking(_Renaming):
    kind = Unreachable
    other = ConnectionError


@breaks("errors.closed_connections_are_unreachable", "timeline from a server closing gave Refused")
class BlamingMe(_Renaming):
    kind = Unreachable
    other = Refused


@breaks("errors.servers_in_trouble_are_unreachable", "gave BadAnswer")
class BlamingTheServer(_Renaming):
    kind = Unreachable
    other = BadAnswer


@breaks("errors.garbage_is_a_bad_answer", "raised ValueError")
class Parsing(_Renaming):
    kind = BadAnswer
    other = ValueError


@breaks("errors.refused_sign_ins_are_named", "gave Unreachable")
class Hopeful(_Renaming):
    kind = SignInNeeded
    other = Unreachable


@breaks("errors.rate_limits_are_named", "gave NotSupported")
class Unheeding(_Renaming):
    kind = RateLimited


@breaks("errors.cancelling_cancels", "timeline, cancelled, ended in Unreachable")
class Clinging(MemorySession):
    async def timeline(
        self, timeline: Timeline, *, cursor: Cursor | None, limit: int
    ) -> Page[Entry]:
        try:
            return await super().timeline(timeline, cursor=cursor, limit=limit)
        except asyncio.CancelledError:
            raise Unreachable("memory.example did not answer in time") from None


@breaks("errors.cancelling_cancels", "went on after it was cancelled", patience=0.4)
class Deaf(MemorySession):
    async def timeline(
        self, timeline: Timeline, *, cursor: Cursor | None, limit: int
    ) -> Page[Entry]:
        asked = asyncio.ensure_future(super().timeline(timeline, cursor=cursor, limit=limit))
        while True:
            try:
                return await asyncio.shield(asked)
            except asyncio.CancelledError:
                if asked.done():
                    raise


@breaks("errors.messages_are_sentences", "without 'memory.example'")
class Vague(MemorySession):
    async def post(self, post: PostId) -> PostView:
        try:
            return await super().post(post)
        except Unreachable:
            raise Unreachable("something went wrong") from None


@breaks("errors.messages_are_sentences", "is not for people")
class Technical(MemorySession):
    async def post(self, post: PostId) -> PostView:
        try:
            return await super().post(post)
        except Unreachable as error:
            raise Unreachable(f"memory.example: {error!r} [Errno 111]") from None


@breaks("errors.messages_are_sentences", "is not printable")
class Quoting(MemorySession):
    async def post(self, post: PostId) -> PostView:
        try:
            return await super().post(post)
        except Unreachable:
            raise Unreachable("memory.example said \x1b[2Jnothing") from None
