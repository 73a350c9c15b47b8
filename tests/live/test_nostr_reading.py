"""What a session reads from relays: timelines, threads, profiles, and what stands around posts."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.adapters.nostr.signing import NOON, Author
from tests.live.fake_relay import FakeRelay
from tests.live.nostr import Memory, messages, names, read_all, reasons, session, texts, until
from tests.live.servers import LiveRelay
from tuisocial.adapters.nostr import entities
from tuisocial.adapters.nostr.ids import account_id, address_id, event_id
from tuisocial.adapters.nostr.nevent import nevent
from tuisocial.model.entry import Reposted
from tuisocial.model.post import On, PostKind, Visibility
from tuisocial.model.thread import Missing, MissingReason
from tuisocial.model.timeline import HOME, Timeline, TimelineKind
from tuisocial.sdk.errors import CursorExpired, NotFound, NotSupported, Refused, Unreachable
from tuisocial.sdk.page import Cursor

pytestmark = pytest.mark.live

PUBLIC = Timeline(TimelineKind.PUBLIC)
ada, beth, carl, eve = (Author(name) for name in ("ada", "beth", "carl", "eve"))
Make = Callable[[], FakeRelay]


# --- timelines ----------------------------------------------------------------------------


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


# --- what stands around posts -------------------------------------------------------------


async def test_authors_and_those_mentioned_go_by_their_names(fake_relay: FakeRelay) -> None:
    fake_relay.events = [
        ada.profile(name="ada"),
        beth.profile(name="beth", created_at=NOON - 5),
        beth.profile(name="Beth the newer"),
        ada.event(f"hello nostr:{beth.npub} and nostr:{carl.npub}", [["p", beth.pubkey]]),
    ]

    async with session(fake_relay.url) as opened:
        page = await opened.timeline(PUBLIC, cursor=None, limit=5)

    (entry,) = page.items
    assert entry.view.post.author.name == "ada"
    assert entry.view.post.author.fetched
    unknown = entities.shortened(carl.npub)
    assert entry.view.post.text.text == f"hello @Beth the newer and {unknown}"
    assert {account.name for account in page.accounts} == {"ada", "Beth the newer"}


async def test_reactions_reposts_and_replies_are_counted(fake_relay: FakeRelay) -> None:
    post = beth.event("count me")
    to = [["e", post["id"]], ["p", beth.pubkey]]
    wave = [["emoji", "wave", "https://emoji.example/wave.png"]]
    mine = ada.event("+", to, kind=7)
    fake_relay.events = [
        post,
        mine,
        carl.event("", to, kind=7),
        carl.event("+", to, kind=7, created_at=NOON - 1),
        eve.event("-", to, kind=7),
        eve.event("🔥", to, kind=7),
        carl.event("🔥", to, kind=7),
        carl.event(":wave:", [*to, *wave], kind=7),
        eve.event("+", [["e", post["id"]], ["e", "b" * 64]], kind=7),
        carl.event("", to, kind=6),
        carl.event("a reply", [["e", post["id"], "", "root"]]),
        eve.event("a mention", [["e", post["id"], "", "mention"]]),
    ]

    async with session(fake_relay.url, author=ada) as opened:
        view = await opened.post(event_id(post["id"]))

    counts = view.post.counts
    assert (counts.likes, counts.reposts, counts.replies) == (2, 1, 1)
    assert [(one.name, one.count, one.url) for one in counts.reactions] == [
        ("🔥", 2, None),
        ("wave", 1, "https://emoji.example/wave.png"),
    ]
    assert view.viewer.liked == On(mine["id"])


async def test_counts_that_nobody_told_stay_unknown(fake_relay: FakeRelay) -> None:
    fake_relay.events = [beth.event("hello")]
    obey = fake_relay._obey

    def only_posts(subscription: str, filters: list[Any]) -> list[object]:
        if 7 in filters[0].get("kinds", ()):
            return [["CLOSED", subscription, "error: too much"]]
        return list(obey(subscription, filters))

    fake_relay.answer_with(only_posts)
    async with session(fake_relay.url) as opened:
        page = await opened.timeline(PUBLIC, cursor=None, limit=5)

    assert page.items[0].view.post.counts.likes is None


async def test_only_the_author_deletes(fake_relay: FakeRelay) -> None:
    gone, kept = beth.event("gone"), beth.event("kept", created_at=NOON - 1)
    fake_relay.events = [
        gone,
        kept,
        beth.event("", [["e", gone["id"]]], kind=5),
        eve.event("", [["e", kept["id"]]], kind=5),
    ]

    async with session(fake_relay.url) as opened:
        page = await opened.timeline(PUBLIC, cursor=None, limit=5)
        with pytest.raises(NotFound, match="deleted by its author"):
            await opened.post(event_id(gone["id"]))

    assert texts(page.items) == ["kept"]


async def test_a_deletion_by_address_ends_with_its_own_time(fake_relay: FakeRelay) -> None:
    old = beth.event("old", [["d", "a"]], kind=30_023, created_at=NOON - 9)
    new = beth.event("new", [["d", "b"]], kind=30_023)
    fake_relay.events = [
        old,
        new,
        *(
            beth.event("", [["a", f"30023:{beth.pubkey}:{name}"]], kind=5, created_at=NOON - 5)
            for name in "ab"
        ),
    ]

    async with session(fake_relay.url) as opened:
        page = await opened.timeline(PUBLIC, cursor=None, limit=5)

    assert texts(page.items) == ["new"]


async def test_reposts_carry_their_post_embedded_or_fetched(fake_relays: Make) -> None:
    mine, far = fake_relays(), fake_relays()
    embedded, fetched, hinted = (eve.event(text) for text in ("embedded", "fetched", "hinted"))
    article = eve.event("long", [["d", "x"], ["title", "Long"]], kind=30_023)
    mine.events = [
        fetched,
        beth.event(json.dumps(embedded), [["e", embedded["id"]]], kind=6, created_at=NOON),
        beth.event("", [["e", fetched["id"]]], kind=6, created_at=NOON - 1),
        beth.event("", [["e", hinted["id"], far.url]], kind=6, created_at=NOON - 2),
        beth.event(json.dumps(article), [["e", article["id"]]], kind=16, created_at=NOON - 3),
    ]
    far.events = [hinted]

    async with session(mine.url) as opened:
        entries, _ = await read_all(opened, Timeline(TimelineKind.ACCOUNT, beth.pubkey))

    assert texts(entries) == ["embedded", "fetched", "hinted", "long"]
    for entry in entries:
        assert isinstance(entry.reason, Reposted)
        assert entry.reason.by.id == account_id(beth.pubkey)
        assert entry.view.post.author.id == account_id(eve.pubkey)


async def test_a_post_forged_inside_a_repost_is_not_believed(fake_relay: FakeRelay) -> None:
    true = eve.event("true")
    forged = {**true, "content": "forged"}
    lost = {**carl.event("lost"), "content": "forged"}
    fake_relay.events = [
        true,
        beth.event(json.dumps(forged), [["e", true["id"]]], kind=6),
        beth.event(json.dumps(lost), [["e", lost["id"]]], kind=6),
    ]

    async with session(fake_relay.url) as opened:
        page = await opened.timeline(
            Timeline(TimelineKind.ACCOUNT, beth.pubkey), cursor=None, limit=5
        )

    assert texts(page.items) == ["true"]
    assert reasons(page) == ["a repost of a post that no relay here has"]


async def test_of_an_articles_versions_the_newest_is_shown(fake_relay: FakeRelay) -> None:
    fake_relay.events = [
        beth.event(f"v{n}", [["d", "x"]], kind=30_023, created_at=NOON + n) for n in range(3)
    ]

    async with session(fake_relay.url) as opened:
        page = await opened.timeline(PUBLIC, cursor=None, limit=5)
        view = await opened.post(address_id(30_023, beth.pubkey, "x"))

    assert texts(page.items) == ["v2"]
    assert (view.post.text.text, view.post.kind) == ("v2", PostKind.ARTICLE)


# --- threads ------------------------------------------------------------------------------


def reply(author: Author, text: str, *tags: list[str], created_at: int) -> dict[str, Any]:
    return author.event(text, tags, created_at=created_at)


async def test_a_thread_is_the_same_from_any_of_its_posts(fake_relay: FakeRelay) -> None:
    root = ada.event("root", created_at=NOON)
    first = reply(beth, "first", ["e", root["id"], "", "root"], created_at=NOON + 1)
    second = reply(
        carl, "second", ["e", root["id"], "", "root"], ["e", first["id"], "", "reply"],
        created_at=NOON + 2,
    )  # fmt: skip
    lazy = reply(eve, "names its parent only", ["e", second["id"]], created_at=NOON + 3)
    citing = reply(eve, "cites", ["e", root["id"], "", "mention"], created_at=NOON + 4)
    quoting = reply(eve, "quotes", ["q", root["id"]], created_at=NOON + 5)
    fake_relay.events = [root, first, second, lazy, citing, quoting]

    async with session(fake_relay.url) as opened:
        for focus in (root, first, second, lazy):
            thread = await opened.thread(event_id(focus["id"]))

            assert [view.post.text.text for view in thread.posts] == [
                "root",
                "first",
                "second",
                "names its parent only",
            ]
            assert thread.focus == event_id(focus["id"])
            assert thread.missing == ()
            assert thread.complete is None


async def test_parents_that_nobody_has_are_named_as_missing(fake_relay: FakeRelay) -> None:
    root = ada.event("root")
    lost = beth.event("lost")
    deleted = carl.event("deleted", created_at=NOON + 1)
    to_lost = reply(
        eve, "to lost", ["e", root["id"], "", "root"], ["e", lost["id"], "", "reply"],
        created_at=NOON + 2,
    )  # fmt: skip
    to_deleted = reply(
        eve, "to deleted", ["e", root["id"], "", "root"],
        ["e", deleted["id"], "", "reply", carl.pubkey], created_at=NOON + 3,
    )  # fmt: skip
    request = carl.event("", [["e", deleted["id"]]], kind=5)
    fake_relay.events = [root, to_lost, to_deleted, request]

    async with session(fake_relay.url) as opened:
        without = await opened.thread(event_id(to_lost["id"]))
        fake_relay.events.append({**deleted, "tags": []})
        with_it = await opened.thread(event_id(to_lost["id"]))

    assert set(without.missing) == {
        Missing(event_id(lost["id"]), MissingReason.NOT_FETCHED),
        Missing(event_id(deleted["id"]), MissingReason.DELETED),
    }
    assert [view.post.text.text for view in with_it.posts] == ["root", "to lost", "to deleted"]


async def test_a_parents_hint_leads_to_another_relay(fake_relays: Make) -> None:
    mine, far = fake_relays(), fake_relays()
    root = ada.event("root")
    mine.events = [answer := beth.event("answer", [["e", root["id"], far.url, "root"]])]
    far.events = [root]

    async with session(mine.url) as opened:
        thread = await opened.thread(event_id(answer["id"]))

    assert {view.post.text.text for view in thread.posts} == {"root", "answer"}
    assert not thread.missing


async def test_an_articles_comments_are_its_thread(fake_relay: FakeRelay) -> None:
    address = f"30023:{ada.pubkey}:looms"
    article = ada.event("article", [["d", "looms"]], kind=30_023)
    comment = beth.event("comment", [["A", address], ["a", address]], kind=1111)
    nested = carl.event(
        "nested", [["A", address], ["e", comment["id"]]], kind=1111, created_at=NOON + 1
    )
    fake_relay.events = [article, comment, nested]

    async with session(fake_relay.url) as opened:
        thread = await opened.thread(address_id(30_023, ada.pubkey, "looms"))
        same = await opened.thread(event_id(nested["id"]))

    assert {view.post.text.text for view in thread.posts} == {"article", "comment", "nested"}
    assert {view.post.id for view in same.posts} == {view.post.id for view in thread.posts}
    assert not same.missing


async def test_a_post_that_no_relay_has_is_not_found(fake_relay: FakeRelay) -> None:
    async with session(fake_relay.url) as opened:
        for ask in (opened.post, opened.thread):
            with pytest.raises(NotFound, match="no relay of this login has that post"):
                await ask(event_id("a" * 64))
        with pytest.raises(NotFound, match="not the id of a post"):
            await opened.post(event_id("nonsense"))


# --- accounts -----------------------------------------------------------------------------


async def test_my_own_profile_and_anybodys(fake_relay: FakeRelay) -> None:
    fake_relay.events = [ada.profile(name="ada"), ada.follows(beth, carl), carl.event("hello")]

    async with session(fake_relay.url, author=ada) as opened:
        me = await opened.me()
        nameless = await opened.account(account_id(carl.pubkey))
        with pytest.raises(NotFound, match="knows anything by npub1"):
            await opened.account(account_id(eve.pubkey))

    assert (me.name, me.following, me.fetched) == ("ada", 2, True)
    assert (nameless.fetched, nameless.handle) == (False, entities.shortened(carl.npub))


async def test_names_at_domains_are_believed_when_the_domain_agrees(
    fake_relays: Make, faulty: object
) -> None:
    mine, domain = fake_relays(), fake_relays()
    at = domain.url.removeprefix("ws://")
    names(domain, ada=ada.pubkey, beth=ada.pubkey)
    mine.events = [
        ada.profile(name="ada", nip05=f"ada@{at}"),
        beth.profile(name="beth", nip05=f"beth@{at}"),
        carl.profile(name="carl", nip05=f"carl@{at}"),
        eve.profile(name="eve", nip05="eve@127.0.0.1:1"),
    ]

    async with session(mine.url) as opened:
        people = [
            await opened.account(account_id(author.pubkey)) for author in (ada, beth, carl, eve)
        ]

    assert [person.handle_verified for person in people] == [True, False, False, None]
    assert [person.handle for person in people] == [
        f"ada@{at}",
        entities.shortened(beth.npub),
        entities.shortened(carl.npub),
        "eve@127.0.0.1:1",
    ]


async def test_a_page_does_not_wait_for_names_and_a_later_one_tells(fake_relays: Make) -> None:
    mine, domain = fake_relays(), fake_relays()
    at = domain.url.removeprefix("ws://")
    names(domain, ada=ada.pubkey)
    mine.events = [ada.profile(name="ada", nip05=f"ada@{at}"), ada.event("hello")]

    async with session(mine.url) as opened:
        first = await opened.timeline(PUBLIC, cursor=None, limit=5)
        assert first.items[0].view.post.author.handle_verified is None
        await until(lambda: opened._people.account(ada.pubkey).handle_verified is True)
        second = await opened.timeline(PUBLIC, cursor=None, limit=5)

    assert [account.handle_verified for account in second.accounts] == [True]
    assert second.items[0].view.post.author.handle_verified is True


# --- resolving ----------------------------------------------------------------------------


async def test_codes_addresses_and_hex_are_resolved(fake_relays: Make) -> None:
    mine, far = fake_relays(), fake_relays()
    note = ada.event("note")
    away = beth.event("away")
    article = ada.event("article", [["d", "x"]], kind=30_023)
    mine.events, far.events = [note, article], [away]
    hint = far.url.encode()
    hinted = entities.encode(
        "nevent", b"\x00\x20" + bytes.fromhex(away["id"]) + b"\x01" + bytes([len(hint)]) + hint
    )
    version = entities.encode(
        "nevent",
        b"\x00\x20" + bytes.fromhex(article["id"]) + b"\x03\x04" + (30_023).to_bytes(4, "big"),
    )
    naddr = entities.naddr(30_023, ada.pubkey, "x")

    async with session(mine.url) as opened:
        assert await opened.resolve(nevent(note["id"])) == event_id(note["id"])
        assert await opened.resolve(f"nostr:{ada.npub}") == account_id(ada.pubkey)
        assert await opened.resolve(f"https://njump.example/{naddr}") == address_id(
            30_023, ada.pubkey, "x"
        )
        assert await opened.resolve(version) == address_id(30_023, ada.pubkey, "x")
        assert await opened.resolve(note["id"]) == event_id(note["id"])
        assert await opened.resolve(ada.pubkey) == account_id(ada.pubkey)
        assert await opened.resolve("c" * 64) is None
        assert await opened.resolve("https://example.com/") is None
        assert await opened.resolve("@ada@example.com") is None
        with pytest.raises(Refused, match="mistyped"):
            await opened.resolve(ada.npub[:-1] + ("q" if ada.npub[-1] != "q" else "p"))
        with pytest.raises(Refused, match="secret key") as refused:
            await opened.resolve(ada.nsec)
        assert ada.nsec not in str(refused.value)

        found = await opened.resolve(hinted)
        assert found == event_id(away["id"])
        assert (await opened.post(event_id(away["id"]))).post.text.text == "away"


async def test_a_name_at_a_domain_is_resolved(fake_relays: Make) -> None:
    mine, domain = fake_relays(), fake_relays()
    names(domain, ada=ada.pubkey)
    at = domain.url.removeprefix("ws://")

    async with session(mine.url) as opened:
        assert await opened.resolve(f"ada@{at}") == account_id(ada.pubkey)
        with pytest.raises(NotFound):
            await opened.resolve(f"nobody@{at}")


async def test_cancelling_a_page_leaves_the_session_usable(fake_relay: FakeRelay) -> None:
    fake_relay.events = [ada.event("hello")]
    fake_relay.answer_with([])
    async with session(fake_relay.url) as opened:
        page = asyncio.create_task(opened.timeline(PUBLIC, cursor=None, limit=5))
        await asyncio.to_thread(fake_relay.wait_for, "REQ")
        page.cancel()
        with pytest.raises(asyncio.CancelledError):
            await page
        fake_relay.obey()
        again = await opened.timeline(PUBLIC, cursor=None, limit=5)
        await asyncio.to_thread(fake_relay.wait_for, "CLOSE")

    assert texts(again.items) == ["hello"]
    assert len(messages(fake_relay, "CLOSE")) >= 1
