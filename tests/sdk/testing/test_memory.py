"""The fake at the seam does what tests order, and nothing by chance."""

import asyncio

import pytest

from tuisocial.model.entry import Entry
from tuisocial.model.ids import LoginId, PostId
from tuisocial.model.timeline import HOME, Timeline
from tuisocial.sdk.errors import NotFound, NotSupported, RateLimited, Refused, SignInNeeded
from tuisocial.sdk.http import Http
from tuisocial.sdk.login_steps import Answers, Done
from tuisocial.sdk.page import Cursor, Page
from tuisocial.sdk.secret import Secret
from tuisocial.sdk.testing.context import make_context
from tuisocial.sdk.testing.making import (
    at,
    make_account,
    make_entry,
    make_login,
    make_post,
    make_posts,
    make_repost,
)
from tuisocial.sdk.testing.memory import LOCAL, Broken, MemoryAdapter, MemorySession, signed_in

TOKEN = "token-of-ada"


async def opened(adapter: MemoryAdapter, name: str = "me", host: str = "") -> MemorySession:
    login = make_login(name, options={"server": host} if host else None)
    return await adapter.open(login, make_context({"token": TOKEN}))


async def keys(session: MemorySession, cursor: Cursor | None = None, limit: int = 3) -> list[str]:
    return [row.key for row in (await session.timeline(HOME, cursor=cursor, limit=limit)).items]


async def test_a_cursor_keeps_its_place_while_the_head_moves() -> None:
    adapter = signed_in(make_posts(6))
    session = await opened(adapter)
    first = await session.timeline(HOME, cursor=None, limit=3)
    adapter.server.add(*make_posts(3, first=7))
    assert await keys(session, first.older) == ["memory:post-3", "memory:post-2", "memory:post-1"]


async def test_rows_of_one_moment_are_in_order_of_their_keys() -> None:
    session = await opened(signed_in(make_post(n, created_at=at(1)) for n in (3, 1, 2)))
    assert await keys(session) == ["memory:post-1", "memory:post-2", "memory:post-3"]


async def test_a_repost_is_a_row_of_its_own_at_its_own_time() -> None:
    post, other = make_post(1), make_post(2)
    adapter = signed_in([post, other])
    adapter.server.put(HOME, make_repost(post, "bob", 5))
    session = await opened(adapter)
    rows: tuple[Entry, ...] = (await session.timeline(HOME, cursor=None, limit=9)).items
    assert [row.view.post.id.uri for row in rows] == ["post-1", "post-2", "post-1"]
    assert len({row.key for row in rows}) == 3


async def test_a_fault_strikes_the_calls_it_names_as_often_as_it_says() -> None:
    adapter = signed_in(make_posts(2))
    session, other = await opened(adapter), await opened(adapter, "other")
    error = RateLimited("memory.example asks for fewer requests")
    adapter.server.fail(error, "timeline", login=LoginId("me"), times=2)
    for _ in range(2):
        with pytest.raises(RateLimited):
            await keys(session)
        assert await keys(other)
    await session.post(PostId("memory", "post-1"))
    assert await keys(session)


async def test_calls_that_are_held_go_on_when_let_go_or_mended() -> None:
    adapter = signed_in(make_posts(2))
    session = await opened(adapter)
    gate = adapter.server.hold("timeline", times=1)
    adapter.server.hold("post")
    held = [
        asyncio.create_task(keys(session)),
        asyncio.create_task(session.post(PostId("memory", "post-1"))),
    ]
    await asyncio.sleep(0)
    assert [call.method for call in adapter.server.calls] == ["timeline", "post"]
    gate.set()
    await held[0]
    assert not held[1].done()
    adapter.server.mend()
    await held[1]


async def test_a_script_is_answered_as_it_is_then_the_truth() -> None:
    adapter = signed_in(make_posts(1))
    session = await opened(adapter)
    adapter.server.script(HOME, Page((), Cursor("more")), NotFound("gone"))
    assert await session.timeline(HOME, cursor=None, limit=9) == Page((), Cursor("more"))
    with pytest.raises(NotFound):
        await keys(session)
    assert await keys(session) == ["memory:post-1"]


async def test_a_broken_record_is_skipped_where_it_stands() -> None:
    adapter = signed_in(make_posts(2))
    adapter.server.put(HOME, Broken("?", at(1.5), "memory:broken"))
    page = await (await opened(adapter)).timeline(HOME, cursor=None, limit=2)
    assert ([row.key for row in page.items], len(page.skipped)) == (["memory:post-2"], 1)


async def test_servers_of_one_network_have_rows_of_their_own() -> None:
    adapter = signed_in(make_posts(1))
    adapter.at("b.example").welcome(TOKEN, make_account("ada"))
    adapter.at("b.example").add(make_post(9))
    assert await keys(await opened(adapter)) == ["memory:post-1"]
    assert await keys(await opened(adapter, host="b.example")) == ["memory:post-9"]
    with pytest.raises(Refused):
        await opened(adapter, host="c.example")


async def test_two_networks_do_not_share_ids() -> None:
    assert make_post(1).id != make_post(1, network="other").id
    other = MemoryAdapter(make_posts(1, network="other"), network="other")
    assert (other.name, other.network, other.server.host) == ("other", "other", "other.example")


async def test_a_thread_is_what_answers_what_with_its_holes() -> None:
    root = make_post(1, reply_to=PostId("memory", "lost"))
    answer = make_post(2, reply_to=root)
    below = make_post(3, reply_to=answer)
    session = await opened(signed_in([root, answer, below, make_post(4)]))
    thread = await session.thread(answer.id)
    assert [view.post for view in thread.posts] == [root, answer, below]
    assert [missing.post.uri for missing in thread.missing] == ["lost"]


async def test_what_is_deleted_is_gone() -> None:
    adapter = signed_in(make_posts(2))
    adapter.server.remove(PostId("memory", "post-2"))
    session = await opened(adapter)
    assert await keys(session) == ["memory:post-1"]
    with pytest.raises(NotFound):
        await session.post(PostId("memory", "post-2"))


async def test_tags_and_accounts_have_timelines_that_follow_from_the_posts() -> None:
    tagged = make_post(1, author="bob", tags=("cats",))
    session = await opened(signed_in([tagged, make_post(2)]))
    for name in ("#cats", "account:memory:account-bob"):
        page = await session.timeline(Timeline.parse(name), cursor=None, limit=9)
        assert [row.view.post for row in page.items] == [tagged]


async def test_a_guest_reads_what_is_public_and_no_more() -> None:
    adapter = MemoryAdapter(make_posts(1))
    session = await adapter.open(make_login("guest", account=None), make_context())
    assert HOME not in session.timelines()
    assert (await session.timeline(LOCAL, cursor=None, limit=9)).items
    with pytest.raises(NotSupported):
        await session.timeline(HOME, cursor=None, limit=9)
    with pytest.raises(NotSupported):
        await session.me()


async def test_a_token_signs_in_and_a_wrong_one_is_refused() -> None:
    token, guest = signed_in().login_flows()
    done = await token.start(Answers(secrets={"token": Secret(TOKEN)}), Http())
    assert isinstance(done, Done)
    assert (done.account, done.secrets) == (make_account("ada").id, {"token": Secret(TOKEN)})
    with pytest.raises(Refused) as refusal:
        await token.start(Answers(secrets={"token": Secret("wrong")}), Http())
    assert refusal.value.field == "token"
    assert isinstance(await guest.start(Answers(), Http()), Done)


async def test_a_sign_in_can_be_lost_and_revoked() -> None:
    adapter = signed_in(make_posts(1))
    with pytest.raises(SignInNeeded):
        await adapter.open(make_login(), make_context())
    session = await opened(adapter)
    adapter.server.tokens.clear()
    with pytest.raises(SignInNeeded):
        await keys(session)


def test_what_is_made_alike_is_equal() -> None:
    assert make_post(1, "hi", author="bob") == make_post(1, "hi", author="bob")
    assert make_posts(3)[0].created_at > make_posts(3)[1].created_at
    assert make_entry(make_post(1)).key == "memory:post-1"
