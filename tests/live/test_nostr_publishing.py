"""What is said of a write, and kept of it, when relays refuse, are silent, or are not there."""

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from secrets import token_hex
from typing import Any

import pytest

from tests.live.fake_relay import DISCONNECT, FakeRelay
from tests.live.nostr import Memory, messages
from tests.live.nostr_writer import SOON, attempt, now, plain, ref, somebody, writer
from tuisocial.adapters.nostr.dial import Socket, dial
from tuisocial.adapters.nostr.ids import account_id
from tuisocial.model.richtext import Mention, RichText
from tuisocial.model.submission import PostRef, Submission
from tuisocial.sdk.errors import (
    AdapterError,
    NotAllowed,
    RateLimited,
    Refused,
    Sent,
    Unreachable,
)

pytestmark = pytest.mark.live

Make = Callable[[], FakeRelay]
AWAY = "ws://127.0.0.1:9"


def saying(*words: object) -> Callable[[dict[str, Any]], Iterable[object]]:
    """A relay's answer to every event."""
    return lambda event: [["OK", event["id"], *words]]


def kept(*relays: FakeRelay) -> list[dict[str, Any]]:
    """The notes that relays have, once each."""
    return list({e["id"]: e for relay in relays for e in relay.events if e["kind"] == 1}.values())


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("invalid: bad tags", Refused),
        ("blocked: not on the list", Refused),
        ("pow: 28 bits are needed", Refused),
        ("rate-limited: slow down", RateLimited),
        ("restricted: members only", NotAllowed),
        ("auth-required: who are you?", NotAllowed),
        ("error: disk full", Unreachable),
        ("", Refused),
    ],
)
async def test_a_refusal_is_told_in_the_relays_own_words(
    fake_relay: FakeRelay, words: str, error: type[AdapterError]
) -> None:
    fake_relay.take_with(saying(False, words))
    once = attempt()
    async with writer(somebody("ada"), fake_relay.url) as session:
        with pytest.raises(error) as refused:
            await session.publish(plain("hello"), once)
        assert await session.find(plain("hello"), once) is None
        fake_relay.obey()
        await session.publish(plain("hello"), once)

    assert type(refused.value) is error
    assert (words or "gave no reason") in refused.value.message
    assert getattr(refused.value, "sent", Sent.NO) is Sent.NO
    assert len(kept(fake_relay)) == 1


async def test_a_duplicate_is_as_good_as_kept(fake_relay: FakeRelay) -> None:
    fake_relay.take_with(saying(False, "duplicate: have it"))
    async with writer(somebody("ada"), fake_relay.url) as session:
        receipt = await session.publish(plain("hello"), attempt())
    (place,) = receipt.places
    assert (place.accepted, place.said) == (True, "duplicate: have it")


async def test_one_relay_that_keeps_it_is_enough_and_the_others_are_told_apart(
    fake_relays: Make,
) -> None:
    good, bad, silent = (fake_relays() for _ in range(3))
    bad.take_with(saying(False, "blocked: no"))
    silent.take_with(lambda event: [])
    urls = (good.url, bad.url, silent.url, AWAY)
    async with writer(somebody("ada"), *urls, patience=SOON) as session:
        receipt = await session.publish(plain("hello"), attempt())

    told = {place.url: place for place in receipt.places}
    assert {url: told[url].accepted for url in urls} == {
        good.url: True, bad.url: False, silent.url: None, AWAY: None
    }  # fmt: skip
    assert told[bad.url].said == "blocked: no"
    assert told[AWAY].said == "refused the connection"


async def test_all_refuse_and_the_commonest_reason_is_given(fake_relays: Make) -> None:
    relays = [fake_relays() for _ in range(3)]
    relays[0].take_with(saying(False, "rate-limited: slow down"))
    for relay in relays[1:]:
        relay.take_with(saying(False, "blocked: no"))
    async with writer(somebody("ada"), *(relay.url for relay in relays)) as session:
        with pytest.raises(Refused, match="blocked: no"):
            await session.publish(plain("hello"), attempt())


@pytest.mark.parametrize("answer", [[], [DISCONNECT]], ids=["silent", "gone"])
async def test_a_relay_that_never_answers_leaves_a_doubt_which_it_can_end(
    fake_relay: FakeRelay, answer: list[object]
) -> None:
    memory, once, ada = Memory(), attempt(), somebody("ada")

    def swallow(event: dict[str, Any]) -> Iterable[object]:
        fake_relay.events.append(event)
        return answer

    fake_relay.take_with(swallow)
    async with writer(ada, fake_relay.url, memory=memory, patience=SOON) as session:
        with pytest.raises(Unreachable) as unsure:
            await session.publish(plain("hello"), once)
    fake_relay.stop()
    async with writer(ada, fake_relay.url, memory=memory, patience=SOON) as session:
        with pytest.raises(Unreachable) as still_unsure:
            await session.publish(plain("hello"), once)
        with pytest.raises(Unreachable):
            await session.find(plain("hello"), once)
    fake_relay.start()
    fake_relay.obey()
    async with writer(ada, fake_relay.url, memory=memory) as session:
        found = await session.find(plain("hello"), once)

    assert (unsure.value.sent, still_unsure.value.sent) == (Sent.MAYBE, Sent.MAYBE)
    assert found is not None
    assert len(kept(fake_relay)) == 1


async def test_what_was_swallowed_and_not_kept_came_to_nothing(fake_relay: FakeRelay) -> None:
    once = attempt()
    fake_relay.take_with(lambda event: [])
    async with writer(somebody("ada"), fake_relay.url, patience=SOON) as session:
        with pytest.raises(Unreachable):
            await session.publish(plain("hello"), once)
        assert await session.find(plain("hello"), once) is None
        fake_relay.obey()
        await session.publish(plain("hello"), once)
    assert len({event["id"] for _, event in messages(fake_relay, "EVENT")}) == 1


async def test_with_no_relay_there_nothing_was_sent(fake_relay: FakeRelay) -> None:
    once, memory, ada = attempt(), Memory(), somebody("ada")
    fake_relay.stop()
    async with writer(ada, fake_relay.url, AWAY, memory=memory) as session:
        with pytest.raises(Unreachable) as away:
            await session.publish(plain("hello"), once)
        with pytest.raises(Unreachable, match="refused the connection"):
            await session.prepare()
        fake_relay.start()
        # The same session, though its relay failed a moment ago.
        await session.publish(plain("hello"), once)
    assert away.value.sent is Sent.NO
    assert len(kept(fake_relay)) == 1


@pytest.mark.parametrize("typed", [False, True], ids=["chosen", "typed"])
async def test_my_list_says_where_i_write_and_others_where_they_read(
    fake_relays: Make, typed: bool
) -> None:
    ada, beth = somebody("ada"), somebody("beth")
    reading, writing, inbox, outbox = (fake_relays() for _ in range(4))
    lists = [
        ada.event(
            tags=[["r", reading.url, "read"], ["r", writing.url, "write"]], kind=10_002,
            created_at=now(),
        ),
        beth.event(
            tags=[["r", inbox.url, "read"], ["r", outbox.url, "write"]], kind=10_002,
            created_at=now(),
        ),
    ]  # fmt: skip
    reading.events = list(lists)
    text = RichText("hi @beth", (Mention(3, 8, account_id(beth.pubkey)),))
    if typed:
        text = RichText(f"hi {beth.npub}")
    async with writer(ada, reading.url) as session:
        receipt = await session.publish(Submission(text), attempt())

    assert [place.url for place in receipt.places] == [writing.url, inbox.url]
    (event,) = kept(writing)
    assert kept(inbox) == [event]
    assert kept(reading, outbox) == []
    assert event["tags"] == [["p", beth.pubkey, outbox.url]]


async def test_other_peoples_relays_get_nothing_that_mine_refused(fake_relays: Make) -> None:
    ada, beth = somebody("ada"), somebody("beth")
    mine, inbox = fake_relays(), fake_relays()
    mine.events = [beth.event(tags=[["r", inbox.url]], kind=10_002, created_at=now())]
    mine.take_with(saying(False, "blocked: no"))
    text = RichText("hi @beth", (Mention(3, 8, account_id(beth.pubkey)),))
    async with writer(ada, mine.url) as session:
        with pytest.raises(Refused):
            await session.publish(Submission(text), attempt())
    assert messages(inbox, "EVENT") == []


@pytest.mark.parametrize("own", [True, False], ids=["mine", "another's"])
async def test_a_relay_that_asks_who_writes_is_told(fake_relays: Make, own: bool) -> None:
    ada, beth = somebody("ada"), somebody("beth")
    mine, inbox = fake_relays(), fake_relays()
    mine.events = [beth.event(tags=[["r", inbox.url]], kind=10_002, created_at=now())]
    asking = mine if own else inbox
    asking.greeting = [["AUTH", "a challenge"]]

    def members_only(event: dict[str, Any]) -> Iterable[object]:
        if not asking.known:
            return [["OK", event["id"], False, "auth-required: who are you?"]]
        return asking._keep(event)

    asking.take_with(members_only)
    text = RichText("hi @beth", (Mention(3, 8, account_id(beth.pubkey)),))
    async with writer(ada, mine.url) as session:
        receipt = await session.publish(Submission(text), attempt())

    assert [place.accepted for place in receipt.places] == [True, True]
    ((_, auth),) = messages(asking, "AUTH")
    assert auth["pubkey"] == ada.pubkey


async def test_lengths_are_those_of_the_strictest_relay_and_known_without_a_network(
    fake_relays: Make,
) -> None:
    ada, memory = somebody("ada"), Memory()
    first, second = fake_relays(), fake_relays()
    first.info["limitation"] = {"max_content_length": 100}
    second.info["limitation"] = {"max_message_length": 900, "max_content_length": 400}
    short, umlauts = plain("a" * 90), plain("ä" * 60)
    async with writer(ada, first.url, second.url, memory=memory) as session:
        assert session.measure(short).limit is None
        await session.prepare()
    first.stop()
    second.stop()
    async with writer(ada, first.url, second.url, memory=memory) as session:
        by_characters = session.measure(short)
        by_bytes = session.measure(plain("ä" * 240))
        answer = session.measure(replace(umlauts, reply_to=PostRef(ref({"id": "1" * 64}).post)))

    assert (by_characters.count, by_characters.limit, by_characters.unit) == (90, 100, "")
    assert not by_bytes.fits
    assert (answer.unit, answer.limit) == ("bytes", 900)


async def test_the_count_of_bytes_is_what_is_sent(fake_relay: FakeRelay) -> None:
    fake_relay.info["limitation"] = {"max_message_length": 10_000}
    submission = replace(plain("ä\n“quoted” #tag"), content_warning="x")
    async with writer(somebody("ada"), fake_relay.url) as session:
        await session.prepare()
        measured = session.measure(submission)
        await session.publish(submission, attempt())
    ((_, event),) = messages(fake_relay, "EVENT")
    sent = len(json.dumps(["EVENT", event], ensure_ascii=False, separators=(",", ":")).encode())
    assert sent <= measured.count <= sent + 100 * len(event["tags"])


async def test_a_deletion_says_how_many_relays_may_still_show_it(fake_relays: Make) -> None:
    ada, good, bad = somebody("ada"), fake_relays(), fake_relays()
    note = ada.event("x", created_at=now())
    for relay in (good, bad):
        relay.events = [note]
    bad.take_with(saying(False, "blocked: no deletions"))
    async with writer(ada, good.url, bad.url) as session:
        receipt = await session.delete(ref(note))
    assert receipt.note == "1 relay may still show it"
    assert [place.said for place in receipt.places] == ["", "blocked: no deletions"]


async def test_attempts_are_kept_no_longer_than_they_may_be_asked_about(
    fake_relay: FakeRelay,
) -> None:
    memory = Memory()
    async with writer(somebody("ada"), fake_relay.url, memory=memory) as session:
        for number in range(33):
            await session.publish(plain(f"{number} {token_hex(4)}"), attempt())
    assert sum(key.startswith("attempt:") for key in memory) == 30


async def test_an_answer_to_what_is_nowhere_is_refused_only_if_every_relay_says_so(
    fake_relays: Make,
) -> None:
    here, away = fake_relays(), fake_relays()
    answer = replace(plain("hi"), reply_to=ref({"id": "1" * 64}))
    async with writer(somebody("ada"), here.url, away.url) as session:
        with pytest.raises(Refused, match="no relay of this login has that post") as refused:
            await session.publish(answer, attempt())
    away.stop()
    async with writer(somebody("ada"), here.url, away.url) as session:
        with pytest.raises(Unreachable, match=r"was not found, and .* refused the connection"):
            await session.publish(answer, attempt())
    assert refused.value.field == "reply"
    assert kept(here, away) == []


async def test_a_publishing_that_was_broken_off_is_found_by_the_next_session(
    fake_relay: FakeRelay,
) -> None:
    ada, once, memory = somebody("ada"), attempt(), Memory()

    def swallow(event: dict[str, Any]) -> Iterable[object]:
        fake_relay.events.append(event)
        return []

    fake_relay.take_with(swallow)
    async with writer(ada, fake_relay.url, memory=memory) as session:
        publishing = asyncio.create_task(session.publish(plain("hello"), once))
        await asyncio.to_thread(fake_relay.wait_for, "EVENT")
        publishing.cancel()
        await asyncio.gather(publishing, return_exceptions=True)
    fake_relay.obey()
    async with writer(ada, fake_relay.url, memory=memory) as session:
        found = await session.find(plain("hello"), once)
        again = await session.publish(plain("hello"), once)

    assert found is not None
    assert found.view is not None
    assert found.view == again.view
    assert len(kept(fake_relay)) == 1


async def test_what_a_relay_of_mine_is_called_at_home_is_not_told_to_others(
    fake_relay: FakeRelay,
) -> None:
    """A private address in a tag would be of use to nobody else, and tells of this network."""
    ada, beth = somebody("ada"), somebody("beth")
    parent = beth.event("hello", created_at=now())
    fake_relay.events = [parent]
    private = "ws://relay.lan:7777"

    async def at_home(url: str, foreign: bool) -> Socket:
        return await dial(fake_relay.url, foreign)

    async with writer(ada, private, dial=at_home) as session:
        await session.publish(replace(plain("hi"), reply_to=ref(parent)), attempt())
        await session.bookmark(ref(parent))
    assert [private in json.dumps(event) for _, event in messages(fake_relay, "EVENT")] == [
        False, False
    ]  # fmt: skip
