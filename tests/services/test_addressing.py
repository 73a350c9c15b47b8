"""Addressing: the right person is named on each network, and never a stranger."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import text as any_text
from tuisocial.model.draft import Address
from tuisocial.model.ids import AccountId
from tuisocial.model.richtext import Mention, RichText
from tuisocial.model.submission import Fate, Feature, Outcome
from tuisocial.services.addressing import calling_nobody, text_for

# What servers of the first network of the tests take for a mention.
PING = re.compile(r"(?<![=/\w])@\w+(?:@[\w.-]+\w)?")

ADA = AccountId("web", "https://looms.example/ada")
ADA_KEY = AccountId("keys", "ada-key")
BO = AccountId("keys", "bo-key")
HANDLES = {ADA: "@ada@looms.example", ADA_KEY: "key:ada", BO: "key:bo"}
ADDRESSES = (
    Address("@ada@looms.example", ADA, (ADA_KEY,)),
    Address("@ada", ADA),
    Address("@bo@keys.example", BO),
    Address("key:bo", BO),
    Address("@bo", BO),
)

words = st.lists(
    st.sampled_from(
        [
            *(address.text for address in ADDRESSES),
            *("@byhand@far.example", "@ad", "https://looms.example/@ada", "and", "é", ":80"),
            *" \n.,@()/=!- ",
        ]
    ),
    max_size=14,
).map("".join)
drafts = words | any_text


def spoken(text: RichText) -> str:
    """What a text says outside of its mentions, each of which becomes a space."""
    out, at = "", 0
    for facet in text.facets:
        out += text.text[at : facet.start] + " "
        at = facet.end
    return out + text.text[at:]


@given(drafts, st.sampled_from(["web", "keys", "other"]))
def test_only_accounts_of_the_network_are_mentioned(draft: str, network: str) -> None:
    text, _ = text_for(draft, ADDRESSES, network, HANDLES)
    for facet in text.facets:
        assert isinstance(facet, Mention)
        assert facet.account.network == network
        assert text.text[facet.start : facet.end] == HANDLES[facet.account]


@given(drafts)
def test_without_addresses_a_text_is_left_alone(draft: str) -> None:
    assert text_for(draft, (), "web") == (RichText(draft), [])


@given(st.lists(st.sampled_from(["@bo@keys.example", "@bo", "and", "see:", "(", "@"]), max_size=9))
def test_who_is_not_on_the_network_is_never_called(parts: list[str]) -> None:
    draft = " ".join(parts)
    text, fates = text_for(draft, ADDRESSES, "web", HANDLES)
    assert not PING.search(spoken(text))
    assert bool(fates) == any(part.startswith("@bo") for part in parts)


@given(any_text)
def test_a_name_as_plain_text_calls_nobody(name: str) -> None:
    assert not PING.search(calling_nobody(name))
    assert not PING.search(calling_nobody("@" + name))


@given(st.lists(st.sampled_from([" @byhand@far.example ", " @ada@looms.example "]), max_size=8))
def test_mentions_by_hand_stay_as_they_are(parts: list[str]) -> None:
    text, _ = text_for("".join(parts), ADDRESSES, "keys", HANDLES)
    assert text.text.count("@byhand@far.example") == parts.count(" @byhand@far.example ")


@pytest.mark.parametrize(
    ("draft", "network", "written", "mentioned"),
    [
        ("Hi @ada@looms.example!", "web", "Hi @ada@looms.example!", [ADA]),
        ("Hi @ada, hi", "web", "Hi @ada@looms.example, hi", [ADA]),
        ("Hi @ada@looms.example!", "keys", "Hi key:ada!", [ADA_KEY]),
        ("Hi @ada!", "keys", "Hi ada!", []),
        ("Hi @bo@keys.example.", "web", "Hi bo@keys.example.", []),
        ("Hi @@bo@keys.example.", "web", "Hi bo@keys.example.", []),
        ("Hi!@bo", "web", "Hi!bo", []),
        ("Hi key:bo", "web", "Hi key:bo", []),
        ("@bo key:bo @bo@keys.example", "keys", "key:bo key:bo key:bo", [BO, BO, BO]),
        ("Hi @adam and @ada@else.example", "web", "Hi @adam and @ada@else.example", []),
        ("Hi @bo.net @bo@keys.example:80", "web", "Hi @bo.net @bo@keys.example:80", []),
        ("https://looms.example/@ada", "web", "https://looms.example/@ada", []),
        ("https://looms.example/a:@ada", "web", "https://looms.example/a:@ada", []),
        ("mail@bo", "web", "mail@bo", []),
    ],
)
def test_an_address_is_written_as_its_network_writes_it(
    draft: str, network: str, written: str, mentioned: list[AccountId]
) -> None:
    text, _ = text_for(draft, ADDRESSES, network, HANDLES)
    assert text.text == written
    assert [facet.account for facet in text.facets if isinstance(facet, Mention)] == mentioned


def test_each_name_that_becomes_text_is_said_once() -> None:
    _, fates = text_for("@bo @bo @bo@keys.example @ada", ADDRESSES, "web", HANDLES)
    assert fates == [
        Fate(Feature.MENTION, Outcome.REPLACED, f"mention of {name} becomes plain text")
        for name in ("@bo", "@bo@keys.example")
    ]


def test_without_a_handle_the_draft_s_own_writing_stays() -> None:
    text, _ = text_for("Hi @ada", ADDRESSES, "web")
    assert text == RichText("Hi @ada", (Mention(3, 7, ADA),))


def test_without_a_handle_another_network_s_writing_calls_nobody() -> None:
    there = (Address("@bo@keys.example", BO, (ADA,)),)
    text, fates = text_for("Hi @bo@keys.example", there, "web")
    assert text == RichText("Hi bo@keys.example", (Mention(3, 18, ADA),))
    assert [(fate.feature, fate.outcome) for fate in fates] == [(Feature.MENTION, Outcome.REPLACED)]


def test_a_declared_account_that_is_called_instead_is_said() -> None:
    _, fates = text_for("@ada@looms.example, @ada@looms.example", ADDRESSES, "keys", HANDLES)
    assert [fate.text for fate in fates] == [
        "mention of @ada@looms.example becomes key:ada, the same person by their own word"
    ]


def test_of_two_people_written_alike_the_one_on_the_network_is_meant() -> None:
    alike = (Address("@ada", BO), Address("@ada", ADA))
    text, fates = text_for("@ada", alike, "web", HANDLES)
    assert [facet.account for facet in text.facets if isinstance(facet, Mention)] == [ADA]
    assert fates == []
