"""What is typed as it goes out: references by NIP-27, and what is read back of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.adapters.nostr.signing import Author
from tuisocial.adapters.nostr import entities, text
from tuisocial.adapters.nostr.ids import account_id
from tuisocial.adapters.nostr.nevent import nevent
from tuisocial.adapters.nostr.wording import worded
from tuisocial.model.richtext import Mention, RichText

ada, beth = Author("ada"), Author("beth")
EVENT = "5c83da77af1dec6d7289834998ad7aafbd9e2191396d75ec3cc27f5a77226f36"
NPROFILE = entities.encode(
    "nprofile", b"\x00\x20" + bytes.fromhex(beth.pubkey) + b"\x01\x0fwss://r.example"
)


def content(words: str) -> str:
    return worded(RichText(words), {}).content


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        (f"see {ada.npub}.", f"see nostr:{ada.npub}."),
        (f"see @{ada.npub}", f"see nostr:{ada.npub}"),
        (f"see nostr:{ada.npub}", f"see nostr:{ada.npub}"),
        (f"web+nostr:{ada.npub}", f"nostr:{ada.npub}"),
        (f"https://njump.example/{ada.npub}", f"https://njump.example/{ada.npub}"),
        (f"a{ada.npub}", f"a{ada.npub}"),
        (f"{ada.npub[:-1]}q", f"{ada.npub[:-1]}q"),
        ("  a\r\nb\tc\x1b[1m\x07 ", "a\nb\tc[1m"),
    ],
)
def test_codes_typed_by_hand_become_references(typed: str, sent: str) -> None:
    assert content(typed) == sent


def test_what_codes_name_is_told_with_usable_hints() -> None:
    found = worded(RichText(f"{NPROFILE} and {nevent(EVENT)} and {ada.npub}"), {})
    assert list(found.people) == [beth.pubkey, ada.pubkey]
    assert found.posts == {EVENT: None}
    assert found.relays == {beth.pubkey: "wss://r.example"}


def test_a_hint_to_a_private_place_is_not_passed_on() -> None:
    code = entities.encode(
        "nprofile", b"\x00\x20" + bytes.fromhex(beth.pubkey) + b"\x01\x0fws://10.0.0.1:8"
    )
    assert worded(RichText(code), {}).relays == {}


def test_a_mention_is_set_apart_from_the_word_beside_it() -> None:
    words = RichText("(@ada)x@betha", (Mention(1, 5, account_id(ada.pubkey)),
                                       Mention(7, 12, account_id(beth.pubkey))))  # fmt: skip
    assert worded(words, {}).content == f"(nostr:{ada.npub})x nostr:{beth.npub} a"


def test_hashtags_are_told_in_lower_case_and_numbers_are_none() -> None:
    found = worded(RichText("#Nostr #nostr #Größe #1 issue#2 https://a.example/#b"), {})
    assert list(found.hashtags) == ["nostr", "größe"]


def test_only_my_emoji_are_told() -> None:
    found = worded(RichText("at 10:30:00 :a::b: :c:"), {"b": "https://e.example/b.png"})
    assert found.emoji == {"b": "https://e.example/b.png"}
    assert found.content == "at 10:30:00 :a::b: :c:"


@given(st.text(), st.integers(0, 50), st.integers(1, 20))
def test_whatever_surrounds_a_mention_it_is_read_back(words: str, start: int, length: int) -> None:
    start, end = min(start, len(words)), min(start + length, len(words))
    facets = (Mention(start, end, account_id(ada.pubkey)),) if start < end else ()
    sent = worded(RichText(words, facets), {}).content
    shown = text.rich(sent, [], lambda pubkey: f"@{pubkey[:4]}")
    assert [f.account for f in shown.facets if isinstance(f, Mention)] == [
        facet.account for facet in facets
    ]


@given(st.text())
def test_what_goes_out_goes_out_the_same_again(words: str) -> None:
    once = content(words)
    assert content(once) == once
