"""What an author takes back leaves the store too, whoever else may say so."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.nostr.signing import NOON, Author
from tests.live.fake_relay import FakeRelay
from tests.live.nostr import Memory, messages, session, tuisocial
from tests.live.servers import LiveRelay
from tuisocial.adapters.nostr.ids import account_id, address_id, event_id
from tuisocial.model.timeline import Timeline, TimelineKind

pytestmark = pytest.mark.live

PUBLIC, HOME = Timeline(TimelineKind.PUBLIC), Timeline(TimelineKind.HOME)
ada, beth, eve = Author("ada"), Author("beth"), Author("eve")


def shown(home: Path, *flags: str) -> list[str]:
    code, out, said = tuisocial(home, "timeline", "--json", *flags)
    assert code == 0, said
    entries: list[dict[str, Any]] = json.loads(out)["entries"]
    return [entry["text"] for entry in entries]


def test_a_note_that_its_author_deletes_elsewhere_is_gone_at_the_next_refresh(
    own_relay: LiveRelay, tmp_path: Path
) -> None:
    now = int(time.time())
    kept, gone, other = (
        beth.event(text, created_at=now - 60 - n) for n, text in enumerate(("kept", "gone", "hers"))
    )
    own_relay.publish([kept, gone, other])
    tuisocial(
        tmp_path, "login", "add", "nostr", "--guest", "--relay", own_relay.url, "--name", "me"
    )
    before = shown(tmp_path)
    own_relay.publish(
        [
            beth.event("", [["e", gone["id"]]], kind=5, created_at=now),
            eve.event("", [["e", other["id"]]], kind=5, created_at=now),
        ]
    )
    after = shown(tmp_path)
    own_relay.stop()

    assert before == ["kept", "gone", "hers"]
    assert after == ["kept", "hers"]
    assert shown(tmp_path, "--offline") == ["kept", "hers"]


async def test_deletions_are_asked_for_since_the_last_look_and_by_the_shown_alone(
    fake_relay: FakeRelay,
) -> None:
    memory = Memory()
    fake_relay.events = [ada.follows(beth), beth.event("hello")]
    async with session(fake_relay.url, author=ada, memory=memory) as opened:
        first = await opened.timeline(HOME, cursor=None, limit=5)
    asked_first = deletions_asked(fake_relay)
    fake_relay.events += [
        beth.event(
            "",
            [["e", "a" * 64], ["e", "nothing"], ["a", f"30023:{beth.pubkey}:x"], ["a", "1:2"], []],
            kind=5,
            created_at=NOON + 9,
        ),
        beth.event("", [["a", f"30023:{eve.pubkey}:x"]], kind=5, created_at=NOON + 9),
        eve.event("", [["e", "b" * 64]], kind=5, created_at=NOON + 9),
        {**beth.event("", [["e", "c" * 64]], kind=5), "sig": "00" * 64},
    ]
    fake_relay.received.clear()
    async with session(fake_relay.url, author=ada, memory=memory) as opened:
        second = await opened.timeline(HOME, cursor=None, limit=5)
    (asked,) = deletions_asked(fake_relay)

    assert first.withdrawn == ()
    assert asked_first == []
    assert sorted(asked["authors"]) == sorted([ada.pubkey, beth.pubkey])
    assert (asked["since"], asked["limit"]) == (NOON, 500)
    by = account_id(beth.pubkey)
    assert [(one.post, one.by) for one in second.withdrawn] == [
        (event_id("a" * 64), by),
        (address_id(30_023, beth.pubkey, "x"), by),
    ]
    assert [one.at is None for one in second.withdrawn] == [True, False]


async def test_a_relay_that_was_away_is_asked_for_what_was_missed(fake_relay: FakeRelay) -> None:
    memory = Memory()
    fake_relay.events = [beth.event("hello")]
    async with session(fake_relay.url, memory=memory) as opened:
        await opened.timeline(PUBLIC, cursor=None, limit=5)
    kept = dict(memory)
    obey = fake_relay._obey
    fake_relay.answer_with(
        lambda name, filters: (
            [["CLOSED", name, "error: busy"]] if filters[0]["kinds"] == [5] else obey(name, filters)
        )
    )
    async with session(fake_relay.url, memory=memory) as opened:
        await opened.timeline(PUBLIC, cursor=None, limit=5)

    assert dict(memory)["looked"] == kept["looked"]
    assert "looked" in kept


def deletions_asked(relay: FakeRelay) -> list[dict[str, Any]]:
    """The filters that ask for deletions since a time."""
    wanted = (message[2] for message in messages(relay, "REQ"))
    return [one for one in wanted if one.get("kinds") == [5] and "since" in one]
