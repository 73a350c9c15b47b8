"""Signed events keep their meaning: each pair in `tests/data/nostr` is an event and what it is."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.nostr.signing import Author
from tuisocial.adapters.nostr import convert, profiles
from tuisocial.adapters.nostr.events import Event, read
from tuisocial.model import wire
from tuisocial.model.account import Account
from tuisocial.model.ids import LoginId

FOLDER = Path(__file__).parents[2] / "data" / "nostr"
POSTS = sorted(path.name.removesuffix(".post.json") for path in FOLDER.glob("*.post.json"))
ACCOUNTS = sorted(path.name.removesuffix(".account.json") for path in FOLDER.glob("*.account.json"))

beth = Author("beth")
PROFILE = beth.profile(name="beth", display_name="Beth\nWeaver", nip05="beth@example.com")


def people(pubkey: str) -> Account:
    """Beth's profile is known, nobody else's."""
    if pubkey == beth.pubkey:
        return profiles.profile(read(json.dumps(PROFILE)), str)
    return profiles.stranger(pubkey)


def event(case: str) -> Event:
    return read((FOLDER / f"{case}.native.json").read_text().strip())


def kept(name: str) -> Any:
    return json.loads((FOLDER / name).read_text())


@pytest.mark.parametrize("case", POSTS)
def test_an_event_is_the_post_beside_it(case: str) -> None:
    assert wire.post_to_json(convert.post(event(case), people)) == kept(f"{case}.post.json")


@pytest.mark.parametrize("case", ACCOUNTS)
def test_a_profile_is_the_account_beside_it(case: str) -> None:
    account = profiles.profile(event(case), lambda key: profiles.called(people(key)))

    assert wire.account_to_json(account) == kept(f"{case}.account.json")


@pytest.mark.parametrize("case", POSTS)
def test_the_native_record_is_the_event_as_it_came(case: str) -> None:
    assert convert.post(event(case), people).native == event(case).raw


def test_every_event_has_its_other_half() -> None:
    natives = {path.name.removesuffix(".native.json") for path in FOLDER.glob("*.native.json")}

    assert natives == {*POSTS, *ACCOUNTS}


def test_a_repost_is_a_row_of_the_post_with_who_and_when() -> None:
    note = event("note")
    repost = read(json.dumps(beth.event(note.raw, [["e", note.id]], kind=6, created_at=10**9)))

    row = convert.entry(note, LoginId("me"), people, repost=repost, relay="wss://r")

    assert row.key == f"nostr:{repost.id}"
    assert row.sort_at.timestamp() == 10**9
    assert wire.entry_to_json(row)["reason"]["by"]["name"] == "Beth Weaver"
    assert row.view.post.id.uri == note.id
    assert row.view.remote_key == "wss://r"


def test_an_articles_name_survives_its_edits() -> None:
    first, second = (
        beth.event(text, [["d", "on-looms"]], kind=30_023, created_at=at)
        for text, at in (("v1", 1), ("v2", 2))
    )

    one, two = (convert.entry(read(json.dumps(v)), LoginId("me"), people) for v in (first, second))

    assert one.view.post.id == two.view.post.id
    assert str(one.view.post.id) == f"nostr:30023:{beth.pubkey}:on-looms"
    assert one.key != two.key
