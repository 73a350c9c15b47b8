"""Follows, mutes and bookmarks: merged with what was written elsewhere, never written blindly."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.adapters.nostr.signing import Author
from tests.live.fake_relay import FakeRelay
from tests.live.nostr import Memory, messages
from tests.live.nostr_writer import now, only, ref, somebody, writer
from tests.live.servers import LiveRelay
from tuisocial.adapters.nostr.ids import account_id
from tuisocial.model.post import UNKNOWN_MARK, On
from tuisocial.sdk.errors import NotSupported, Unreachable

pytestmark = pytest.mark.live

Make = Callable[[], FakeRelay]


def follows(author: Author, *others: Author, at: int) -> dict[str, Any]:
    return author.event(tags=[["p", other.pubkey] for other in others], kind=3, created_at=at)


async def test_a_follow_is_merged_with_those_made_elsewhere(relay: LiveRelay) -> None:
    ada, beth, carl, dora = (somebody(name) for name in ("ada", "beth", "carl", "dora"))
    memory = Memory()
    first = ada.event(
        "{}", [["p", beth.pubkey, "wss://b.example", "bee"], ["x", "kept"]], kind=3,
        created_at=now() - 100,
    )  # fmt: skip
    relay.publish([first])
    async with writer(ada, relay.url, memory=memory) as session:
        assert await session.follow(account_id(carl.pubkey)) is True
        mine = only(relay, authors=[ada.pubkey], kinds=[3])
        elsewhere = ada.event(
            mine["content"],
            [*mine["tags"], ["p", dora.pubkey]],
            kind=3,
            created_at=mine["created_at"] + 30,
        )
        relay.publish([elsewhere])
        await session.unfollow(account_id(carl.pubkey))
        last = only(relay, authors=[ada.pubkey], kinds=[3])
        await session.follow(account_id(dora.pubkey))
        unchanged = only(relay, authors=[ada.pubkey], kinds=[3])

    assert mine["tags"] == [*first["tags"], ["p", carl.pubkey]]
    assert last["tags"] == [*first["tags"], ["p", dora.pubkey]]
    assert last["content"] == "{}"
    assert last["created_at"] == elsewhere["created_at"] + 1
    assert unchanged == last
    replaced = [json.loads(raw)["id"] for raw in json.loads(memory["list:3"])["replaced"]]
    assert replaced == [first["id"], elsewhere["id"]]


async def test_bookmarks_and_mutes_keep_what_they_cannot_read(relay: LiveRelay) -> None:
    ada, beth, carl = somebody("ada"), somebody("beth"), somebody("carl")
    note = beth.event("hello", created_at=now())
    secret = "an encrypted part?iv=x"
    relay.publish([note, ada.event(secret, [["word", "spam"]], kind=10_000, created_at=now() - 50)])
    async with writer(ada, relay.url) as session:
        await session.mute(account_id(beth.pubkey))
        muted = only(relay, authors=[ada.pubkey], kinds=[10_000])
        await session.unmute(account_id(beth.pubkey))
        unmuted = only(relay, authors=[ada.pubkey], kinds=[10_000])
        with pytest.raises(NotSupported, match="encrypted"):
            await session.unmute(account_id(carl.pubkey))
        with pytest.raises(NotSupported, match="no end"):
            await session.mute(account_id(carl.pubkey), datetime.now(UTC) + timedelta(1))
        mark = await session.bookmark(ref(note))
        kept = only(relay, authors=[ada.pubkey], kinds=[10_003])
        await session.unbookmark(ref(note), mark.undo)
        left = only(relay, authors=[ada.pubkey], kinds=[10_003])

    assert (muted["content"], unmuted["content"]) == (secret, secret)
    assert muted["tags"] == [["word", "spam"], ["p", beth.pubkey]]
    assert unmuted["tags"] == [["word", "spam"]]
    assert kept["tags"] == [["e", note["id"], relay.url]]
    assert left["tags"] == []


async def test_a_list_that_cannot_be_read_from_most_relays_is_not_written(
    fake_relays: Make,
) -> None:
    ada, beth, carl = somebody("ada"), somebody("beth"), somebody("carl")
    relays = [fake_relays() for _ in range(3)]
    for relay in relays:
        relay.events = [follows(ada, beth, at=now() - 100)]
    for relay in relays[1:]:
        relay.answer_with([["CLOSED", "SUB", "error: the database is away"]])
    async with writer(ada, *(relay.url for relay in relays)) as session:
        with pytest.raises(Unreachable, match="too few of your relays") as failed:
            await session.follow(account_id(carl.pubkey))
        relays[1].obey()
        await session.follow(account_id(carl.pubkey))

    assert "the database is away" in failed.value.message
    lists = [event for _, event in messages(relays[0], "EVENT")]
    assert [[tag[1] for tag in event["tags"]] for event in lists] == [[beth.pubkey, carl.pubkey]]


async def test_the_newest_list_of_all_relays_counts(fake_relays: Make) -> None:
    ada, beth, carl, dora = (somebody(name) for name in ("ada", "beth", "carl", "dora"))
    old, new = fake_relays(), fake_relays()
    old.events = [follows(ada, beth, at=now() - 100)]
    new.events = [follows(ada, beth, carl, at=now() - 50)]
    async with writer(ada, old.url, new.url) as session:
        await session.follow(account_id(dora.pubkey))
    ((_, event),) = messages(old, "EVENT")
    assert [tag[1] for tag in event["tags"]] == [beth.pubkey, carl.pubkey, dora.pubkey]


async def test_a_list_is_not_written_over_one_older_than_was_seen(fake_relay: FakeRelay) -> None:
    ada, beth, carl, memory = somebody("ada"), somebody("beth"), somebody("carl"), Memory()
    fake_relay.events = [follows(ada, beth, at=now() - 100)]
    async with writer(ada, fake_relay.url, memory=memory) as session:
        await session.follow(account_id(carl.pubkey))
        del fake_relay.events[1:]
        with pytest.raises(Unreachable, match="older list than was seen"):
            await session.unfollow(account_id(beth.pubkey))


async def test_only_the_last_five_replaced_lists_are_kept(fake_relay: FakeRelay) -> None:
    ada, memory = somebody("ada"), Memory()
    people = [somebody(str(number)) for number in range(8)]
    async with writer(ada, fake_relay.url, memory=memory) as session:
        for person in people:
            await session.mute(account_id(person.pubkey))
            newest = max(fake_relay.events, key=lambda event: event["created_at"])
            fake_relay.events = [newest]
    kept_lists = [json.loads(raw) for raw in json.loads(memory["list:10000"])["replaced"]]
    assert [len(one["tags"]) for one in kept_lists] == [3, 4, 5, 6, 7]
    times = [one["created_at"] for one in kept_lists]
    assert times == sorted(set(times))


async def test_two_follows_at_once_are_both_kept(relay: LiveRelay) -> None:
    ada, beth, carl = somebody("ada"), somebody("beth"), somebody("carl")
    async with writer(ada, relay.url) as session:
        await asyncio.gather(
            session.follow(account_id(beth.pubkey)), session.follow(account_id(carl.pubkey))
        )
    (event,) = relay.read({"authors": [ada.pubkey], "kinds": [3]})
    assert {tag[1] for tag in event["tags"]} == {beth.pubkey, carl.pubkey}


async def test_follows_are_also_read_from_relays_that_keep_everybodys(
    fake_relays: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, beth, carl = somebody("ada"), somebody("beth"), somebody("carl")
    mine, indexer = fake_relays(), fake_relays()
    indexer.events = [follows(ada, beth, at=now() - 100)]
    # As if mine were elsewhere: on this machine alone, nobody else is asked.
    monkeypatch.setattr("tuisocial.adapters.nostr.lists.addresses.loopback", lambda url: False)
    async with writer(ada, mine.url, indexers=(indexer.url,)) as session:
        monkeypatch.undo()
        await session.follow(account_id(carl.pubkey))
    for relay in (mine, indexer):
        ((_, event),) = messages(relay, "EVENT")
        assert [tag[1] for tag in event["tags"]] == [beth.pubkey, carl.pubkey]


async def test_what_is_bookmarked_is_marked_also_in_a_later_session(relay: LiveRelay) -> None:
    ada, beth = somebody("ada"), somebody("beth")
    notes = [beth.event(text, created_at=now()) for text in ("kept", "not kept")]
    relay.publish(notes)
    async with writer(ada, relay.url) as session:
        await session.bookmark(ref(notes[0]))
    async with writer(ada, relay.url) as session:
        await session.prepare()
        marks = [(await session.post(ref(note).post)).viewer.bookmarked for note in notes]
        await session.unbookmark(ref(notes[0]), "")
        after = (await session.post(ref(notes[0]).post)).viewer.bookmarked
    assert marks == [On(), UNKNOWN_MARK]
    assert after == UNKNOWN_MARK
