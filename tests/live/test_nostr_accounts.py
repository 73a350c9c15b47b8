"""Profiles, names at domains, and what pasted codes and addresses mean."""

import asyncio
from collections.abc import Callable

import pytest

from tests.adapters.nostr.signing import NOON, Author
from tests.live.fake_relay import FakeRelay
from tests.live.nostr import messages, names, session, texts, until
from tuisocial.adapters.nostr import entities
from tuisocial.adapters.nostr.ids import account_id, address_id, event_id
from tuisocial.adapters.nostr.nevent import nevent
from tuisocial.model.timeline import Timeline, TimelineKind
from tuisocial.sdk.errors import NotFound, Refused

pytestmark = pytest.mark.live

PUBLIC = Timeline(TimelineKind.PUBLIC)
ada, beth, carl, eve = (Author(name) for name in ("ada", "beth", "carl", "eve"))
Make = Callable[[], FakeRelay]


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


async def test_a_note_dated_in_the_future_hides_nobody(fake_relay: FakeRelay) -> None:
    later = NOON + 10**6
    fake_relay.events = [
        beth.event("hello", created_at=NOON - 1),
        beth.event("from the future", created_at=later),
        carl.follows(ada, created_at=NOON - 1),
        carl.follows(created_at=later),
        carl.profile(name="carl", created_at=NOON - 1),
        carl.profile(name="Carl from the future", created_at=later),
        eve.event("old", [["d", "x"]], kind=30_023, created_at=NOON - 1),
        eve.event("new", [["d", "x"]], kind=30_023, created_at=later),
    ]

    async with session(fake_relay.url) as opened:
        noted = await opened.account(account_id(beth.pubkey))
        named = await opened.account(account_id(carl.pubkey))
        pasted = await opened.resolve(beth.pubkey)
        article = await opened.post(address_id(30_023, eve.pubkey, "x"))

    assert noted.id == account_id(beth.pubkey) == pasted
    assert (named.name, named.following) == ("carl", 1)
    assert article.post.text.text == "old"
