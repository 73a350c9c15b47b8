"""The Mastodon adapter reads a real server: the demo's, by a token and as a guest."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.live.servers import LiveMastodon
from tuisocial.adapters.mastodon.adapter import adapter
from tuisocial.demo import Demo
from tuisocial.model.entry import Entry, Reposted
from tuisocial.model.ids import AccountId, LoginId, PostId
from tuisocial.model.login import Login
from tuisocial.model.post import Action, On, Visibility
from tuisocial.model.richtext import Hashtag, Link, Mention
from tuisocial.model.timeline import HOME, Timeline
from tuisocial.sdk.adapter import KeyValues, Session
from tuisocial.sdk.errors import SignInNeeded
from tuisocial.sdk.login_steps import Answers, Done
from tuisocial.sdk.page import Cursor
from tuisocial.sdk.secret import Secret
from tuisocial.sdk.testing.context import make_context, make_sign_in

pytestmark = pytest.mark.live


async def sign_in(server: str, token: str | None) -> Login:
    """A login made by the adapter's own flow; a guest's without a token."""
    name = "guest" if token is None else "token"
    flow = next(flow for flow in adapter.login_flows() if flow.name == name)
    secrets = {} if token is None else {"token": Secret(token)}
    done = await flow.start(Answers({"server": server}, {}, secrets), make_sign_in())
    assert isinstance(done, Done)
    return Login(
        LoginId(done.suggested_name),
        adapter.name,
        adapter.network,
        done.account,
        done.handle,
        done.options,
    )


async def open_session(server: str, token: str | None, memory: KeyValues | None = None) -> Session:
    """A session signed in to a server, or a guest's, with what an earlier one remembered."""
    context = make_context({} if token is None else {"token": token})
    if memory is not None:
        context = replace(context, memory=memory)
    return await adapter.open(await sign_in(server, token), context)


@pytest.fixture
async def reader(demo: Demo) -> AsyncIterator[Session]:
    """The demo's reader, signed in."""
    session = await open_session(demo.mastodon_url, demo.mastodon_token)
    yield session
    await session.aclose()


@pytest.fixture
async def guest(demo: Demo) -> AsyncIterator[Session]:
    """A guest of the demo's server."""
    session = await open_session(demo.mastodon_url, None)
    yield session
    await session.aclose()


async def everything(session: Session, timeline: Timeline = HOME) -> list[Entry]:
    """All rows of a timeline, oldest last."""
    rows: list[Entry] = []
    cursor: Cursor | None = None
    while True:
        page = await session.timeline(timeline, cursor=cursor, limit=40)
        assert page.skipped == ()
        rows += page.items
        cursor = page.older
        if cursor is None:
            return rows


async def test_home_is_read_to_its_end_in_order_and_without_doubles(reader: Session) -> None:
    rows = await everything(reader)
    keys = [row.key for row in rows]

    assert len(keys) == len(set(keys)) > 120
    assert [row.sort_at for row in rows] == sorted((row.sort_at for row in rows), reverse=True)


async def test_home_shows_what_people_do_with_posts(reader: Session) -> None:
    rows = await everything(reader)
    posts = [row.view.post for row in rows]
    facets = {type(facet) for post in posts for facet in post.text.facets}

    assert any(isinstance(row.reason, Reposted) for row in rows)
    assert any(post.content_warning for post in posts)
    assert any(post.poll and len(post.poll.options) > 1 for post in posts)
    assert any(media.alt for post in posts for media in post.media)
    assert any(post.reply_to and post.reply_to.post for post in posts)
    assert {Mention, Hashtag, Link} <= facets
    assert {post.visibility for post in posts} >= {Visibility.PUBLIC}
    assert all(post.author.handle.count("@") == 2 for post in posts)


@pytest.mark.parametrize("name", ["local", "public", "bookmarks", "liked"])
async def test_each_timeline_has_rows(reader: Session, name: str) -> None:
    page = await reader.timeline(Timeline.parse(name), cursor=None, limit=5)

    assert page.items


async def test_tags_lists_and_accounts_have_timelines(reader: Session) -> None:
    rows = await everything(reader)
    # The server puts the tag as it is into a header, which holds no others.
    tag = next(tag for row in rows for tag in row.view.post.tags if tag.isascii())
    author = rows[0].view.post.author

    tagged = await reader.timeline(Timeline.parse(f"#{tag}"), cursor=None, limit=5)
    assert all(tag.casefold() in map(str.casefold, row.view.post.tags) for row in tagged.items)
    assert tagged.items
    by_author = await reader.timeline(Timeline.parse(f"account:{author.id}"), cursor=None, limit=5)
    # A boost is its booster's row and another's post.
    assert all(
        author.id in (row.view.post.author.id, row.reason and row.reason.by.id)  # type: ignore[union-attr]
        for row in by_author.items
    )
    assert by_author.items


async def test_a_thread_holds_the_whole_conversation(reader: Session) -> None:
    rows = await everything(reader)
    answer = next(row.view.post for row in rows if row.view.post.reply_to)
    thread = await reader.thread(answer.id)
    posts = {view.post.id: view.post for view in thread.posts}

    parent = posts[answer.id].reply_to
    assert parent is not None
    assert parent.post in posts
    assert thread.complete is not True


async def test_pages_handles_and_profiles_are_found_again_by_another_session(
    demo: Demo, reader: Session
) -> None:
    first = (await reader.timeline(HOME, cursor=None, limit=1)).items[0].view.post
    assert first.url is not None
    another = await open_session(demo.mastodon_url, demo.mastodon_token)

    assert (await another.post(first.id)).post.text == first.text
    assert await another.resolve(first.url) == first.id
    assert await another.resolve(first.author.handle) == first.author.id
    assert (await another.account(first.author.id)).name == first.author.name
    await another.aclose()


async def test_me_is_the_login_s_account(reader: Session) -> None:
    me = await reader.me()

    assert me.id == reader.login.account
    assert me.handle == reader.login.handle


async def test_a_guest_reads_what_is_public_and_may_do_nothing(guest: Session) -> None:
    for timeline in guest.timelines():
        page = await guest.timeline(timeline, cursor=None, limit=20)
        assert page.items
        for row in page.items:
            assert row.view.post.visibility is Visibility.PUBLIC
            assert row.view.viewer.allowed == frozenset()
    post = page.items[0].view.post
    assert (await guest.thread(post.id)).focus == post.id
    assert (await guest.account(post.author.id)).id == post.author.id


async def test_marks_and_rights_are_as_the_server_says(mastodon_server: LiveMastodon) -> None:
    own = mastodon_server.post("grace", "Mine, and marked")
    private = mastodon_server.post("grace", "Only for followers", visibility="private")
    session = await open_session(mastodon_server.url, mastodon_server.tokens["grace"])
    mine = await session.post(PostId("activitypub", own["uri"]))
    narrow = await session.post(PostId("activitypub", private["uri"]))

    assert {Action.EDIT, Action.DELETE, Action.REPOST} <= mine.viewer.allowed
    assert narrow.post.visibility is Visibility.FOLLOWERS
    assert Action.REPOST not in narrow.viewer.allowed
    assert not isinstance(mine.viewer.liked, On)
    await session.aclose()


async def test_what_is_posted_between_two_pages_comes_on_neither(
    own_mastodon_server: LiveMastodon,
) -> None:
    for number in range(6):
        own_mastodon_server.post("ada", f"number {number}")
    session = await open_session(own_mastodon_server.url, own_mastodon_server.tokens["ada"])
    first = await session.timeline(HOME, cursor=None, limit=3)
    own_mastodon_server.post("ada", "meanwhile")
    second = await session.timeline(HOME, cursor=first.older, limit=3)

    texts = [row.view.post.text.text for row in (*first.items, *second.items)]
    assert texts == [f"number {number}" for number in range(5, -1, -1)]
    await session.aclose()


async def test_a_wrong_token_is_refused_in_words(mastodon_server: LiveMastodon) -> None:
    with pytest.raises(
        SignInNeeded, match=r"127\.0\.0\.1:\d+ does not accept this sign-in"
    ) as caught:
        await sign_in(mastodon_server.url, "not-a-token-of-anybody")

    assert "not-a-token" not in str(caught.value)
    assert "token" in caught.value.remedy


async def test_an_account_s_name_is_the_same_in_every_place(reader: Session) -> None:
    rows = await everything(reader)
    authors = {row.view.post.author.id for row in rows}
    mentioned = {account for row in rows for account in row.view.post.mentions}

    assert mentioned & authors
    assert all(isinstance(account, AccountId) for account in mentioned)
