"""Nothing that its author did not sign gets in, and nothing that they did is turned away."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.adapters.nostr.signing import Author
from tuisocial.adapters.nostr.events import BadEvent, Event, check, read, split_frame, verified

ada = Author("ada")
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


def changed(**parts: object) -> str:
    return json.dumps({**ada.event("hello", [["t", "x"]]), **parts})


def test_a_signed_event_is_read_whole() -> None:
    native = ada.event("hello", [["t", "x"], ["p", ada.pubkey]])

    event = read(json.dumps(native))

    assert event._asdict() == {**native, "raw": json.dumps(native)}


@given(content=TEXT, tags=st.lists(st.lists(TEXT, max_size=3), max_size=3))
def test_any_text_that_was_signed_is_accepted(content: str, tags: list[list[str]]) -> None:
    native = ada.event(content, tags)

    for ascii_only in (True, False):
        assert read(json.dumps(native, ensure_ascii=ascii_only)).content == content


@pytest.mark.parametrize(
    "spelled",
    [
        lambda text: text.replace("\\u001b", "\\u001B", 1),
        lambda text: text.replace("\\u001b", "\x1b", 1),
    ],
    ids=["upper case", "verbatim"],
)
def test_other_spellings_of_control_characters_are_the_same_event(spelled: Any) -> None:
    native = ada.event("\x1b[31mred \\u001b", spelled=spelled)

    assert read(json.dumps(native)).content == "\x1b[31mred \\u001b"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (changed(content="hullo"), "an id that is not the hash"),
        (changed(id="0" * 64), "an id that is not the hash"),
        (changed(created_at=1), "an id that is not the hash"),
        (changed(sig=Author("eve").event("hello", [["t", "x"]])["sig"]), "not its author's"),
        (changed(pubkey=Author("eve").pubkey), "an id that is not the hash"),
        (changed(pubkey=ada.pubkey.upper()), "not lower-case hex"),
        (changed(id=ada.event("hello", [["t", "x"]])["id"].upper()), "not the hash"),
        (changed(sig=ada.event("hello", [["t", "x"]])["sig"].upper()), "not lower-case hex"),
        (changed(pubkey="f" * 64), "not a point of the curve"),
        (changed(pubkey=7), "not lower-case hex"),
        (changed(sig=None), "not lower-case hex"),
        (changed(sig=["a"]), "not lower-case hex"),
        (changed(id=None), "not the hash"),
        (changed(created_at="1"), "whole number of seconds"),
        (changed(created_at=1.5), "whole number of seconds"),
        (changed(created_at=True), "whole number of seconds"),
        (changed(created_at=-1), "whole number of seconds"),
        (changed(created_at=10**30), "whole number of seconds"),
        (changed(kind="1"), "a kind"),
        (changed(kind=70_000), "a kind"),
        (changed(tags={}), "tags that are not lists"),
        (changed(tags=["e"]), "tags that are not lists"),
        (changed(tags=[["e", 1]]), "not text"),
        (changed(tags=[["e", None]]), "not text"),
        (changed(content=None), "not text"),
        (changed(content={}), "not text"),
        (changed(content="\ud800"), "a lone surrogate"),
        (changed(tags=[["t", "\udfff"]]), "a lone surrogate"),
        ("{}", "an event without id"),
        ("[]", "not an event"),
        ("null", "not an event"),
        ("", "not JSON"),
        ("<html>", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"a":' * 100_000, "not JSON"),
        (changed() + "x", "not JSON"),
    ],
    ids=lambda text: text[:30] if isinstance(text, str) else None,
)
def test_what_was_not_signed_so_is_refused_with_a_reason(raw: str, reason: str) -> None:
    with pytest.raises(BadEvent, match=reason):
        read(raw)


def test_bad_ones_cost_the_good_ones_nothing() -> None:
    good = [json.dumps(ada.event(str(number))) for number in range(3)]

    events, skipped = check([good[0], "junk", good[1], changed(content="x"), good[2]])

    assert [event.content for event in events] == ["0", "1", "2"]
    assert [one.reason for one in skipped] == [
        "not JSON, or a lone surrogate in it",
        "an id that is not the hash of its content",
    ]


def test_relays_whole_messages_are_read_too() -> None:
    native = ada.event("hello")

    events = verified([json.dumps(["EVENT", "s1", native]), f' [ "EVENT" , "s" ,{changed()} ] '])

    assert [event.id for event in events] == [native["id"], json.loads(changed())["id"]]


def test_a_forged_copy_never_takes_the_place_of_the_true_event() -> None:
    known: dict[str, Event] = {}
    forged = changed(content="forged")

    assert check([forged], known)[0] == []
    assert check([changed()], known)[0][0].content == "hello"
    assert check([forged], known)[0][0].content == "hello"


@pytest.mark.parametrize(
    ("frame", "parts"),
    [
        ('["EVENT","s1",{"a":1}]', ("s1", '{"a":1}')),
        ('[ "EVENT" ,\n"s-1", {"a":"]"} ]\n', ("s-1", '{"a":"]"}')),
        ('["EVENT","s1",{"a":1},2]', None),
        ('["EOSE","s1"]', None),
        ('["EVENT","s\\u0031",{}]', None),
        ("", None),
    ],
)
def test_a_message_is_split_without_being_read(frame: str, parts: object) -> None:
    assert split_frame(frame) == parts
