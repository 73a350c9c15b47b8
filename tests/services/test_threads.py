"""Conversations are whole: holes named, hostile links harmless, everything readable offline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.services.world import Held, World
from tuisocial.errors import UserError
from tuisocial.events import ThreadChanged
from tuisocial.model.ids import AccountId, LoginId, PostId
from tuisocial.model.post import Post, ReplyTo
from tuisocial.model.timeline import HOME
from tuisocial.sdk.errors import NotFound, Unreachable
from tuisocial.sdk.page import Page
from tuisocial.sdk.testing.making import make_account, make_entry, make_post, make_posts
from tuisocial.sdk.testing.memory import MemoryAdapter
from tuisocial.services.threads import ThreadView
from tuisocial.store import posts

Open = Callable[..., World]
ME = LoginId("me")


def pid(n: int) -> PostId:
    return PostId("memory", f"post-{n}")


def shape(view: ThreadView) -> list[tuple[int, str]]:
    """Depth and number of each post; the reason where one is missing."""
    found = []
    for item in view.items:
        assert (item.row is None) != (item.missing is None)
        if item.row is not None:
            found.append((item.depth, item.row.post.id.uri.removeprefix("post-")))
        elif item.missing is not None:
            found.append((item.depth, item.missing.reason.value))
    return found


def answers(n: int, to: int, **fields: object) -> Post:
    return make_post(n, reply_to=pid(to), **fields)


TREE = (
    make_post(1), answers(2, 1), answers(3, 2), answers(4, 1), answers(5, 2), answers(6, 3),
)  # fmt: skip


async def test_every_post_stands_after_the_one_it_answers_oldest_first(world: World) -> None:
    world.server.add(*TREE, to=())
    await world.runtime.threads.fetch(pid(3))
    view = world.runtime.threads.stored(pid(3))
    assert view.focus == pid(3)
    assert view.complete
    # The server tells the focus, what is above it, and what is below it.
    assert shape(view) == [(0, "1"), (1, "2"), (2, "3"), (3, "6")]
    await world.runtime.threads.fetch(pid(1))
    assert shape(world.runtime.threads.stored(pid(3))) == [
        (0, "1"), (1, "2"), (2, "3"), (3, "6"), (2, "5"), (1, "4"),
    ]  # fmt: skip


async def test_what_was_fetched_is_read_without_a_network(world: World) -> None:
    world.server.add(*TREE, to=())
    await world.runtime.threads.fetch(pid(1))
    later = await world.restarted(offline=True)
    assert len(later.runtime.threads.stored(pid(6)).items) == 6
    assert later.runtime.threads.stored(pid(6)).complete is None
    assert await later.runtime.threads.fetch(pid(6)) is None
    assert await later.runtime.threads.find("post-6") == pid(6)
    with pytest.raises(UserError, match="no post nowhere"):
        await later.runtime.threads.find("nowhere")
    await later.close()


async def test_a_post_nobody_stored_is_a_hole(world: World) -> None:
    assert shape(world.runtime.threads.stored(pid(9))) == [(0, "not fetched")]


async def test_a_parent_that_is_not_there_is_named_with_its_reason(world: World) -> None:
    world.server.add(answers(2, 1), to=())
    await world.runtime.threads.fetch(pid(2))
    assert shape(world.runtime.threads.stored(pid(2))) == [(0, "not found"), (1, "2")]


async def test_a_deleted_post_keeps_its_place_and_what_answers_it(world: World) -> None:
    world.server.add(*TREE)
    await world.refresh()
    await world.runtime.threads.fetch(pid(1))
    world.server.script(HOME, Page((), None, deleted=(pid(2), pid(6))))
    await world.refresh()
    expected = [
        (0, "1"), (1, "deleted"), (2, "3"), (3, "deleted"), (2, "5"), (1, "4"),
    ]  # fmt: skip
    assert shape(world.runtime.threads.stored(pid(3))) == expected
    # A server that has not heard of it does not bring it back.
    await world.runtime.threads.fetch(pid(1))
    assert shape(world.runtime.threads.stored(pid(3))) == expected
    database = world.runtime._database
    assert database.read(lambda c: posts.search(c, "number 2", 5)) == []


async def test_hostile_circles_of_replies_end(world: World) -> None:
    circle = (answers(1, 3), answers(2, 1), answers(3, 2), answers(4, 4))
    rows = tuple(make_entry(post, "me") for post in circle)
    world.server.script(HOME, Page(rows, None))
    await world.refresh()
    for n in (1, 2, 3):
        found = shape(world.runtime.threads.stored(pid(n)))
        assert sorted(name for _, name in found) == ["1", "2", "3"]
    assert shape(world.runtime.threads.stored(pid(4))) == [(0, "4")]


async def test_a_very_deep_thread_can_be_read(world: World) -> None:
    chain = [make_post(1), *(answers(n, n - 1) for n in range(2, 1500))]
    rows = tuple(make_entry(post, "me") for post in chain)
    world.server.script(HOME, Page(rows, None))
    await world.refresh()
    view = world.runtime.threads.stored(pid(1499))
    assert (view.items[-1].row or pytest.fail("a hole")).post.id == pid(1499)
    assert len(view.items) > 400


async def test_failures_are_part_of_the_view_and_nothing_is_raised(world: World) -> None:
    world.server.add(*TREE, to=())
    await world.runtime.threads.fetch(pid(1))
    world.server.fail(Unreachable("the server is down"))
    error = await world.runtime.threads.fetch(pid(1))
    view = world.runtime.threads.stored(pid(1))
    assert isinstance(error, Unreachable)
    assert (view.error, view.remedy) == (error.message, error.remedy)
    assert len(view.items) == 6
    world.server.mend()
    assert await world.runtime.threads.fetch(pid(1)) is None
    assert world.runtime.threads.stored(pid(1)).error == ""


async def test_trouble_of_the_store_is_part_of_the_view_too(world: World) -> None:
    world.server.add(*TREE, to=())
    world.runtime._database._submit(lambda c: c.execute("PRAGMA query_only = 1")).result()
    await world.runtime.threads.fetch(pid(1))
    assert "cannot be used" in world.runtime.threads.stored(pid(1)).error


async def test_no_login_for_a_network_is_said(world: World) -> None:
    error = await world.runtime.threads.fetch(PostId("elsewhere", "x"))
    assert isinstance(error, NotFound)
    assert "add a login" in world.runtime.threads.stored(PostId("elsewhere", "x")).remedy
    assert await world.runtime.threads.fetch(pid(1), LoginId("nobody")) is not None


async def test_a_login_that_saw_the_post_is_asked_first_and_the_next_one_if_it_fails(
    open_world: Open,
) -> None:
    world = open_world()
    await world.login("one")
    await world.login("two", "other.example")
    other = world.adapters[0].at("other.example")
    other.add(*TREE)
    await world.refresh()
    world.server.calls.clear()
    await world.runtime.threads.fetch(pid(1))
    assert [call.login.name for call in other.calls if call.method == "thread"] == ["two"]
    assert world.server.calls == []
    other.fail(Unreachable("down"))
    world.server.add(*TREE, to=())
    assert await world.runtime.threads.fetch(pid(1)) is None


async def test_while_a_thread_is_fetched_the_view_says_so(world: World) -> None:
    world.server.add(*TREE, to=())
    held = Held(world.server, "thread")
    fetching = asyncio.create_task(world.runtime.threads.fetch(pid(1)))
    await held.asked.wait()
    assert world.runtime.threads.stored(pid(1)).fetching
    held.answer()
    await fetching
    assert not world.runtime.threads.stored(pid(1)).fetching
    assert world.heard.count(ThreadChanged(pid(1))) == 2


async def test_a_cancelled_fetch_is_no_longer_under_way(world: World) -> None:
    held = Held(world.server, "thread")
    fetching = asyncio.create_task(world.runtime.threads.fetch(pid(1)))
    await held.asked.wait()
    fetching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fetching
    assert not world.runtime.threads.stored(pid(1)).fetching


async def test_a_reply_known_only_by_its_key_is_a_root(world: World) -> None:
    post = replace(make_post(2), reply_to=ReplyTo(None, key="17"))
    world.server.add(post)
    await world.refresh()
    assert shape(world.runtime.threads.stored(pid(2))) == [(0, "2")]


# --- finding ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["memory:post-1", "post-1", "https://memory.example/posts/1"], ids=str
)
async def test_a_post_is_found_by_id_and_by_address(world: World, text: str) -> None:
    world.server.add(*make_posts(1))
    await world.refresh()
    assert await world.runtime.threads.find(text) == pid(1)


@pytest.mark.parametrize(
    "text", ["", " ", "nothing", "a:b", "\ud800", "x\0y", "http://[", "x" * 9999]
)
async def test_what_nobody_knows_is_said(world: World, text: str) -> None:
    with pytest.raises(UserError, match="nothing is known by the name") as caught:
        await world.runtime.threads.find(text)
    assert len(caught.value.message) < 300
    with pytest.raises(UserError):
        await world.runtime.accounts.find(text)


async def test_an_account_is_no_post_and_a_post_no_account(world: World) -> None:
    world.server.add(*make_posts(1))
    with pytest.raises(UserError, match="is an account, not a post"):
        await world.runtime.threads.find("@bob@memory.example")
    with pytest.raises(UserError, match="is a post, not an account"):
        await world.runtime.accounts.find("https://memory.example/posts/1")


async def test_a_server_that_cannot_be_asked_is_the_reason(world: World) -> None:
    world.server.fail(Unreachable("the server is down"), "resolve")
    with pytest.raises(Unreachable):
        await world.runtime.threads.find("https://memory.example/posts/1")


async def test_who_owns_a_text_is_asked_first(open_world: Open) -> None:
    world = open_world(MemoryAdapter(), MemoryAdapter(network="other"))
    await world.login("one")
    await world.login("two", adapter=world.adapters[1])
    world.adapters[1].server.add(make_post(1, network="other"))
    world.server.calls.clear()
    found = await world.runtime.threads.find("https://other.example/posts/1")
    assert found == PostId("other", "post-1")
    assert world.server.calls == []


# --- accounts -----------------------------------------------------------------------------


async def test_an_account_is_found_afresh_and_kept(world: World) -> None:
    ada = make_account("ada")
    assert world.runtime.accounts.stored(ada.id) is None
    for text in (ada.handle, str(ada.id), ada.id.uri, ada.url or ""):
        assert await world.runtime.accounts.find(text) == ada
    renamed = replace(ada, name="Ada the Second")
    world.server.accounts[ada.id] = renamed
    assert await world.runtime.accounts.find(ada.handle) == renamed
    assert world.runtime.accounts.stored(ada.id) == renamed
    assert await world.runtime.accounts.find(ada.handle, offline=True) == renamed
    with pytest.raises(UserError, match="the store has no account"):
        await world.runtime.accounts.find("nobody", offline=True)


async def test_the_next_login_is_asked_when_one_does_not_know(open_world: Open) -> None:
    world = open_world()
    await world.login("one")
    await world.login("two", "other.example")
    world.server.fail(Unreachable("down"), "account")
    world.adapters[0].at("other.example").add(make_post(1, author="bob"))
    assert await world.runtime.accounts.fetch(make_account("bob").id) == make_account("bob")
    with pytest.raises(UserError, match="no login reads the network"):
        await world.runtime.accounts.fetch(AccountId("elsewhere", "x"))


async def test_a_thread_is_asked_for_by_the_key_that_came_with_the_post(world: World) -> None:
    world.server.add(*TREE)
    await world.refresh()
    later = await world.restarted()
    await later.runtime.threads.fetch(pid(3))
    await later.runtime.threads.fetch(pid(99))

    keys = {call.about: call.key for call in later.server.calls if call.method == "thread"}
    assert keys == {str(pid(3)): "key-post-3", str(pid(99)): ""}
    await later.close()
