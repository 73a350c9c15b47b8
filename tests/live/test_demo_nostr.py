"""What the demo puts on its relay, read back as raw events."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pynostr.event import Event as SignedEvent
from pynostr.key import PrivateKey, PublicKey

from tests.live.reading import Event, every_page, read_relay
from tuisocial.demo import Demo
from tuisocial.demo.cast import ON_NOSTR, READER

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def events(demo: Demo) -> list[Event]:
    return read_relay(demo.relay_url, {"since": 1})


@pytest.fixture(scope="module")
def names(events: list[Event]) -> dict[str, str]:
    """Public key → name."""
    return {
        event["pubkey"]: json.loads(event["content"])["name"]
        for event in events
        if event["kind"] == 0
    }


def tags(event: Event, name: str) -> list[list[str]]:
    return [tag for tag in event["tags"] if tag[0] == name]


def notes(events: list[Event]) -> list[Event]:
    return [event for event in events if event["kind"] == 1]


def by_text(events: list[Event], text: str) -> Event:
    return next(event for event in notes(events) if text in event["content"])


def test_every_event_is_signed_and_names_its_own_content(events: list[Event]) -> None:
    for event in events:
        signed = SignedEvent.from_dict(event)
        assert signed.verify()
        assert signed.id == event["id"]


def test_everyone_has_said_a_hundred_and_twenty_things_within_two_days(
    events: list[Event], names: dict[str, str]
) -> None:
    said = Counter(names[event["pubkey"]] for event in events if event["kind"] in (1, 30023))
    assert len(ON_NOSTR) >= 6
    # A deletion has taken one of Rufus's.
    assert all(said[person.name] >= 120 for person in ON_NOSTR)
    moments = [datetime.fromtimestamp(event["created_at"], UTC) for event in notes(events)]
    assert max(moments) - min(moments) > timedelta(hours=47)
    assert datetime.now(UTC) - timedelta(hours=49) < min(moments)
    assert max(moments) <= datetime.now(UTC)
    assert max(Counter(moments).values()) > 1


def test_the_readers_key_is_fresh_and_follows_everyone(
    demo: Demo, events: list[Event], names: dict[str, str]
) -> None:
    key = PrivateKey.from_nsec(demo.nsec)
    assert key.public_key.bech32() == demo.npub
    assert names[key.public_key.hex()] == READER.name
    everyone = set(names)
    assert len(everyone) == len(ON_NOSTR) + 1
    for event in events:
        if event["kind"] == 3:
            assert {tag[1] for tag in tags(event, "p")} == everyone - {event["pubkey"]}


def test_relay_lists_lead_to_the_relay(demo: Demo, events: list[Event]) -> None:
    lists = [event for event in events if event["kind"] == 10002]
    assert len(lists) == len(ON_NOSTR) + 1
    assert all(event["tags"] == [["r", demo.relay_url]] for event in lists)


def test_profiles_have_pictures_and_names_that_the_relay_vouches_for(
    demo: Demo, events: list[Event]
) -> None:
    address = demo.relay_url.replace("ws://", "http://")
    for event in events:
        if event["kind"] == 0:
            profile = json.loads(event["content"])
            name, host = profile["nip05"].split("@")
            assert address.endswith(host)
            known = httpx.get(f"{address}/.well-known/nostr.json", params={"name": name}).json()
            assert known["names"][name] == event["pubkey"]
            assert httpx.get(profile["picture"]).headers["content-type"] == "image/png"
            assert profile["display_name"]
            assert profile["about"]


def test_a_reply_chain_is_seven_deep(events: list[Event]) -> None:
    known = {event["id"]: event for event in events}
    event, depth = by_text(events, "drawing of the shed"), 0
    root = tags(event, "e")[0][1]
    while replied := tags(event, "e"):
        assert replied[0][1] == root
        event, depth = known[replied[-1][1]], depth + 1
    assert depth == 7
    assert event["id"] == root


def test_replies_use_markers_and_the_older_positions(events: list[Event]) -> None:
    replies = [tags(event, "e") for event in notes(events) if tags(event, "e")]
    marked = [reply for reply in replies if len(reply[0]) >= 4]
    assert all(reply[0][3] == "root" for reply in marked)
    assert len(marked) < len(replies) < 2 * len(marked)


def test_there_are_reposts_reactions_a_quote_and_an_article(events: list[Event]) -> None:
    kinds = Counter(event["kind"] for event in events)
    assert kinds[6] > 20
    assert kinds[7] > 100
    assert kinds[30023] == kinds[16] == 1
    for event in events:
        if event["kind"] in (6, 16):
            inner = json.loads(event["content"])
            assert inner["id"] == tags(event, "e")[0][1]
            assert SignedEvent.from_dict(inner).verify()
    reactions = {event["content"] for event in events if event["kind"] == 7}
    assert {"+", "🤙", ":zap:"} <= reactions
    quoting = by_text(events, "for the record")
    assert "nostr:note1" in quoting["content"]
    assert tags(quoting, "q")
    article = next(event for event in events if event["kind"] == 30023)
    assert tags(article, "title")[0][1] == "Three relays and a vegetable garden"
    assert tags(article, "d")


def test_a_note_was_deleted_by_its_author(events: list[Event]) -> None:
    (deletion,) = (event for event in events if event["kind"] == 5)
    gone = tags(deletion, "e")[0][1]
    assert gone not in {event["id"] for event in events}


def test_warnings_emoji_mentions_and_hashtags_are_tagged(events: list[Event]) -> None:
    warnings = {tag[1] for event in events for tag in tags(event, "content-warning")}
    assert len(warnings) >= 3
    landed = by_text(events, "The ostrich has landed")
    assert [tag[1] for tag in tags(landed, "emoji")] == ["ostrich", "zap"]
    assert httpx.get(tags(landed, "emoji")[0][2]).headers["content-type"] == "image/png"
    mention = by_text(events, "يوم جميل للقراءة")
    for tag in tags(mention, "p"):
        assert f"nostr:{PublicKey.from_hex(tag[1]).bech32()}" in mention["content"]
    assert len(tags(mention, "p")) == 2
    assert ["t", "写真"] in by_text(events, "朝の川")["tags"]


def test_pictures_carry_their_description_beside_their_address(events: list[Event]) -> None:
    described = 0
    for event in notes(events):
        for tag in tags(event, "imeta"):
            fields = dict(part.split(" ", 1) for part in tag[1:])
            assert fields["url"] in event["content"]
            assert httpx.get(fields["url"]).headers["content-type"] == fields["m"]
            described += "alt" in fields
    assert described >= 3


@pytest.mark.parametrize(
    "part",
    [
        "全角の幅",
        "مرحبًا بالجميع",
        "👨‍👩‍👧‍👦",
        "\x07",
        "\x9b31m",
        "\x9d0;owned\x9c",
        "\u202e",
        "[@click=app.quit]",
    ],
)
def test_hard_text_is_there_as_it_was_written(events: list[Event], part: str) -> None:
    assert any(part in event["content"] for event in notes(events))


def test_one_note_is_very_long(events: list[Event]) -> None:
    assert max(len(event["content"]) for event in notes(events)) > 4000


def test_adas_copies_name_the_mastodon_posts_that_they_are_copies_of(
    demo: Demo, events: list[Event], names: dict[str, str]
) -> None:
    statuses = every_page(f"{demo.mastodon_url}/api/v1/timelines/public?limit=40")
    originals = {status["uri"]: status for status in statuses}
    copies = [event for event in notes(events) if tags(event, "proxy")]
    assert len(copies) > 50
    for event in copies:
        (_, uri, protocol), *none = tags(event, "proxy")
        assert not none
        assert protocol == "activitypub"
        assert names[event["pubkey"]] == originals[uri]["account"]["username"] == "ada"
        assert originals[uri]["spoiler_text"] == "".join(
            tag[1] for tag in tags(event, "content-warning")
        )
        assert event["content"].split()[0] in originals[uri]["content"]
        said = datetime.fromisoformat(originals[uri]["created_at"]).timestamp()
        assert 0 <= event["created_at"] - int(said) <= 30
