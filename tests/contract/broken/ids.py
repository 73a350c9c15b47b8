"""Adapters that each break one rule of ids."""

from dataclasses import replace
from itertools import count

from tests.contract.broken.case import breaks, breaks_rows, with_post
from tuisocial.model.account import Account
from tuisocial.model.entry import Entry
from tuisocial.model.ids import AccountId, LoginId, PostId
from tuisocial.model.post import PostView
from tuisocial.model.timeline import Timeline
from tuisocial.sdk.page import Cursor, Page
from tuisocial.sdk.testing.memory import MemorySession

_serial = count()


@breaks_rows("ids.ids_name_their_network", "is not of the network")
def named_after_the_server(row: Entry) -> Entry:
    return with_post(row, id=PostId("memory-example", row.view.post.id.uri))


@breaks_rows("ids.ids_name_their_network", "the key '1'")
def bare_keys(row: Entry) -> Entry:
    return replace(row, key="1")


@breaks_rows("ids.ids_survive_text", "cannot be written down")
def spaced_out(row: Entry) -> Entry:
    return with_post(row, id=PostId("memory", f"post of {row.view.post.id.uri}"))


@breaks("ids.ids_stay_the_same", "the page differs")
class Counting(MemorySession):
    async def timeline(
        self, timeline: Timeline, *, cursor: Cursor | None, limit: int
    ) -> Page[Entry]:
        page = await super().timeline(timeline, cursor=cursor, limit=limit)
        rows = (with_post(row, id=PostId("memory", f"{next(_serial)}")) for row in page.items)
        return replace(page, items=tuple(rows))


@breaks_rows("ids.account_ids_are_not_handles", "is made of '@")
def handles_as_ids(row: Entry) -> Entry:
    author = row.view.post.author
    return with_post(row, author=replace(author, id=AccountId("memory", author.handle)))


@breaks_rows("ids.keys_name_what_made_the_row", "has the post's own key")
def reposts_as_posts(row: Entry) -> Entry:
    return replace(row, key=str(row.view.post.id))


@breaks_rows("ids.views_name_their_login", "is seen by someone-else")
def seen_by_another(row: Entry) -> Entry:
    return replace(row, view=replace(row.view, login=LoginId("someone-else")))


@breaks("ids.posts_are_found_by_id", "gave memory:another")
class Mistaken(MemorySession):
    async def post(self, post: PostId) -> PostView:
        view = await super().post(post)
        return replace(view, post=replace(view.post, id=PostId("memory", "another")))


@breaks("ids.accounts_are_found_by_id", "gave a stand-in")
class Lazy(MemorySession):
    async def account(self, account: AccountId) -> Account:
        return replace(await super().account(account), fetched=False)


@breaks("ids.me_is_the_login_s_account", "me is memory:account-bob")
class Impostor(MemorySession):
    async def me(self) -> Account:
        return await self.account(AccountId("memory", "account-bob"))


@breaks("ids.pasted_text_leads_to_ids", "gave None")
class Illiterate(MemorySession):
    async def resolve(self, text: str) -> PostId | AccountId | None:
        return None


@breaks("ids.pasted_text_leads_to_ids", "resolve('') gave")
class Obliging(MemorySession):
    async def resolve(self, text: str) -> PostId | AccountId | None:
        return await super().resolve(text) or PostId("memory", "something")
