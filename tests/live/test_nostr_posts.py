"""What stands around posts: names, counts, deletions, reposts, and the threads they are in."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.adapters.nostr.signing import NOON, Author
from tests.live.fake_relay import FakeRelay
from tests.live.nostr import NOW, read_all, reasons, session, texts
from tuisocial.adapters.nostr import entities
from tuisocial.adapters.nostr.ids import account_id, address_id, event_id
from tuisocial.model.entry import Reposted
from tuisocial.model.post import On, PostKind
from tuisocial.model.thread import Missing, MissingReason
from tuisocial.model.timeline import Timeline, TimelineKind
from tuisocial.sdk.errors import NotFound

pytestmark = pytest.mark.live

PUBLIC = Timeline(TimelineKind.PUBLIC)
ada, beth, carl, eve = (Author(name) for name in ("ada", "beth", "carl", "eve"))
Make = Callable[[], FakeRelay]


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
        eve.event("hers", created_at=NOON - 2),
    ]

    async with session(fake_relay.url) as opened:
        page = await opened.timeline(PUBLIC, cursor=None, limit=5)
        with pytest.raises(NotFound, match="deleted by its author"):
            await opened.post(event_id(gone["id"]))

    assert texts(page.items) == ["kept", "hers"]


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


async def test_a_reposts_own_id_leads_to_the_post(fake_relay: FakeRelay) -> None:
    post = eve.event("the post")
    repost = beth.event("", [["e", post["id"]]], kind=6)
    fake_relay.events = [post, repost]

    async with session(fake_relay.url) as opened:
        view = await opened.post(event_id(repost["id"]))

    assert view.post.id == event_id(post["id"])


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


async def test_a_reply_dated_far_ahead_is_left_out(fake_relay: FakeRelay) -> None:
    root = ada.event("root")
    soon, far = (
        beth.event(text, [["e", root["id"], "", "root"]], created_at=int(NOW.timestamp()) + ahead)
        for text, ahead in (("soon", 60), ("far", 86_400))
    )
    fake_relay.events = [root, soon, far]

    async with session(fake_relay.url) as opened:
        thread = await opened.thread(event_id(root["id"]))

    assert [view.post.text.text for view in thread.posts] == ["root", "soon"]


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
