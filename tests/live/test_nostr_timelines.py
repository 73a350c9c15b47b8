"""Timelines from relays: whose posts, from where, and every one of them once."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.adapters.nostr.signing import NOON, Author
from tests.live.fake_relay import FakeRelay
from tests.live.nostr import Memory, messages, read_all, session, texts
from tests.live.reading import read_relay
from tests.live.servers import LiveRelay
from tuisocial.demo import Demo
from tuisocial.model.post import Visibility
from tuisocial.model.timeline import HOME, Timeline, TimelineKind
from tuisocial.sdk.errors import CursorExpired, NotSupported, Unreachable
from tuisocial.sdk.page import Cursor

pytestmark = pytest.mark.live

PUBLIC = Timeline(TimelineKind.PUBLIC)
ada, beth, carl, eve = (Author(name) for name in ("ada", "beth", "carl", "eve"))
Make = Callable[[], FakeRelay]


async def test_home_is_what_those_i_follow_write_and_repost(fake_relay: FakeRelay) -> None:
    fake_relay.events = [
        ada.follows(eve, created_at=NOON - 10),
        ada.follows(beth, carl),
        ada.event("mine", created_at=NOON - 1),
        beth.event("hers", created_at=NOON - 2),
        carl.event("his", created_at=NOON - 3),
        eve.event("a stranger's"),
        beth.event("a reaction", kind=7),
    ]

    async with session(fake_relay.url, author=ada) as opened:
        entries, _ = await read_all(opened, HOME)

    assert texts(entries) == ["mine", "hers", "his"]
    assert all(entry.view.post.visibility is Visibility.PUBLIC for entry in entries)
    assert all(entry.key == f"nostr:{entry.view.post.id.uri}" for entry in entries)


async def test_authors_are_read_at_the_relays_that_they_write_to(fake_relays: Make) -> None:
    mine, hers, his = fake_relays(), fake_relays(), fake_relays()
    mine.events = [
        ada.follows(beth, carl),
        beth.writes_to(hers.url),
        carl.writes_to(his.url),
    ]
    hers.events = [beth.event("from hers"), carl.event("his, where he does not write")]
    his.events = [carl.event("from his")]

    async with session(mine.url, author=ada) as opened:
        entries, _ = await read_all(opened, HOME)

    assert sorted(texts(entries)) == ["from hers", "from his"]
    assert {entry.view.remote_key for entry in entries} == {hers.url, his.url}


async def test_an_author_whose_relays_are_away_is_read_from_mine(fake_relays: Make) -> None:
    mine, hers = fake_relays(), fake_relays()
    mine.events = [ada.follows(beth), beth.writes_to(hers.url), beth.event("kept by mine too")]
    hers.stop()

    async with session(mine.url, author=ada) as opened:
        page = await opened.timeline(HOME, cursor=None, limit=5)

    assert texts(page.items) == ["kept by mine too"]


async def test_whom_i_follow_is_known_at_once_the_next_time(fake_relay: FakeRelay) -> None:
    memory = Memory()
    fake_relay.events = [ada.follows(beth), beth.event("hello")]
    async with session(fake_relay.url, author=ada, memory=memory) as opened:
        await opened.timeline(HOME, cursor=None, limit=5)

    def no_lists(subscription: str, filters: list[Any]) -> list[object]:
        asked = set(filters[0].get("kinds", ()))
        return [] if asked & {3, 10_002} else list(fake_relay._obey(subscription, filters))

    fake_relay.answer_with(no_lists)
    async with session(fake_relay.url, author=ada, memory=memory) as opened:
        page = await opened.timeline(HOME, cursor=None, limit=5)

    assert texts(page.items) == ["hello"]


async def test_an_older_list_of_follows_replaces_no_newer_one(fake_relays: Make) -> None:
    memory = Memory()
    new, old = fake_relays(), fake_relays()
    posts = [beth.event("hers"), carl.event("his", created_at=NOON - 1)]
    new.events = [ada.follows(beth, carl), *posts]
    old.events = [ada.follows(beth, created_at=NOON - 9), *posts]
    async with session(new.url, author=ada, memory=memory) as opened:
        await opened.timeline(HOME, cursor=None, limit=5)
    kept = memory["follows"]

    async with session(old.url, author=ada, memory=memory) as opened:
        await opened.timeline(HOME, cursor=None, limit=5)
        await asyncio.to_thread(old.wait_for, "CLOSE", len(messages(old, "REQ")))
        page = await opened.timeline(HOME, cursor=None, limit=5)

    assert memory["follows"] == kept
    assert texts(page.items) == ["hers", "his"]


async def test_a_hashtag_is_read_by_its_lower_case(fake_relay: FakeRelay) -> None:
    fake_relay.events = [ada.event("about #Looms", [["t", "looms"]]), ada.event("about boats")]

    async with session(fake_relay.url) as opened:
        page = await opened.timeline(Timeline.parse("#Looms"), cursor=None, limit=5)

    assert texts(page.items) == ["about #Looms"]
    assert page.items[0].view.post.tags == ("looms",)


async def test_an_accounts_posts_are_read_where_it_writes(fake_relays: Make) -> None:
    mine, hers = fake_relays(), fake_relays()
    mine.events = [beth.writes_to(hers.url), beth.event("at mine"), ada.event("other")]
    hers.events = [beth.event("at hers", created_at=NOON - 1)]

    async with session(mine.url) as opened:
        entries, _ = await read_all(opened, Timeline(TimelineKind.ACCOUNT, beth.pubkey))

    assert texts(entries) == ["at mine", "at hers"]


async def test_a_guest_reads_all_of_its_relays_and_each_by_itself(fake_relays: Make) -> None:
    one, two = fake_relays(), fake_relays()
    one.events, two.events = [ada.event("one")], [ada.event("two", created_at=NOON - 1)]

    async with session(one.url, two.url) as opened:
        timelines = opened.timelines()
        read = [texts((await read_all(opened, timeline))[0]) for timeline in timelines]
        with pytest.raises(NotSupported):
            await opened.timeline(HOME, cursor=None, limit=5)
        with pytest.raises(NotSupported):
            await opened.me()

    assert [str(timeline) for timeline in timelines] == [
        "public",
        f"relay:{one.url}",
        f"relay:{two.url}",
    ]
    assert read == [["one", "two"], ["one"], ["two"]]


async def test_many_posts_in_one_second_are_all_read_from_a_real_relay(relay: LiveRelay) -> None:
    """nostr-relay takes `until` as excluding its second, against NIP-01."""
    crowd = Author("crowd")
    seconds = [NOON] * 70 + [NOON - 1] * 3 + [NOON - 2] * 30
    relay.publish(crowd.event(f"{n}", created_at=at) for n, at in enumerate(seconds))

    async with session(relay.url) as opened:
        entries, pages = await read_all(opened, Timeline(TimelineKind.ACCOUNT, crowd.pubkey), 20)

    assert sorted(texts(entries), key=int) == [str(n) for n in range(103)]
    assert [entry.sort_at for entry in entries] == sorted(
        (entry.sort_at for entry in entries), reverse=True
    )
    assert all(len(page.items) <= 20 for page in pages)
    assert not any(page.skipped for page in pages)


async def test_a_cursor_serves_another_session(fake_relay: FakeRelay) -> None:
    fake_relay.events = [ada.event(str(n), created_at=NOON - n // 3) for n in range(30)]
    read: list[str] = []
    cursor: Cursor | None = None
    while not read or cursor is not None:
        async with session(fake_relay.url) as opened:
            page = await opened.timeline(PUBLIC, cursor=cursor, limit=7)
        read += texts(page.items)
        cursor = page.older

    assert sorted(read, key=int) == [str(n) for n in range(30)]


async def test_a_foreign_cursor_is_expired(fake_relay: FakeRelay) -> None:
    async with session(fake_relay.url) as opened:
        with pytest.raises(CursorExpired):
            await opened.timeline(PUBLIC, cursor=Cursor("12345"), limit=7)


async def test_a_relay_that_stops_and_comes_back_loses_nothing(own_relay: LiveRelay) -> None:
    own_relay.publish(ada.event(str(n), created_at=NOON - n) for n in range(12))
    async with session(own_relay.url) as opened:
        first = await opened.timeline(PUBLIC, cursor=None, limit=5)
        own_relay.stop()
        with pytest.raises(Unreachable):
            await opened.timeline(PUBLIC, cursor=first.older, limit=5)
    own_relay.start()
    async with session(own_relay.url) as opened:
        second = await opened.timeline(PUBLIC, cursor=first.older, limit=20)

    assert texts(first.items + second.items) == [str(n) for n in range(12)]


async def test_the_demos_home_is_every_post_of_those_the_reader_follows(demo: Demo) -> None:
    events = read_relay(demo.relay_url, {"since": 1})
    async with session(demo.relay_url, now=datetime.now(UTC)) as opened:
        me = await opened.resolve(demo.npub)
    assert me is not None
    (follows,) = (e for e in events if e["kind"] == 3 and e["pubkey"] == me.uri)
    authors = {me.uri, *(tag[1] for tag in follows["tags"])}
    deleted = {tag[1] for e in events if e["kind"] == 5 for tag in e["tags"]}
    expected = {
        f"nostr:{event['id']}"
        for event in events
        if event["kind"] in (1, 6, 16, 30_023)
        and event["pubkey"] in authors
        and event["id"] not in deleted
    }

    async with session(demo.relay_url, me=me.uri, now=datetime.now(UTC)) as opened:
        entries, pages = await read_all(opened, HOME, 40)

    keys = [entry.key for entry in entries]
    assert len(keys) == len(set(keys))
    assert set(keys) == expected
    assert not any(page.skipped for page in pages)
    assert any(post.same_as for post in (entry.view.post for entry in entries))
