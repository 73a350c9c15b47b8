"""Submissions as events: the examples of the NIPs, and what holds of every one."""

import json
from datetime import timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.adapters.nostr.signing import NOON, Author
from tuisocial.adapters.nostr import convert, events, fates, notes, profiles, replies
from tuisocial.adapters.nostr.answering import MOST_PEOPLE, Seen
from tuisocial.adapters.nostr.events import Event
from tuisocial.adapters.nostr.ids import account_id, event_id
from tuisocial.adapters.nostr.limits import RelayLimits
from tuisocial.adapters.nostr.notes import Around
from tuisocial.adapters.nostr.signers import Unsigned, signed
from tuisocial.adapters.nostr.standing import Standing
from tuisocial.model.draft import Attachment, Ballot, Quotable
from tuisocial.model.ids import PostId
from tuisocial.model.post import Visibility
from tuisocial.model.richtext import Mention, RichText
from tuisocial.model.submission import Feature, Outcome, PostRef, Submission, Upload
from tuisocial.sdk.secret import Secret

ada, beth, carl = Author("ada"), Author("beth"), Author("carl")
RELAY = "wss://relay.example.com"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


def seen(
    author: Author, content: str = "", tags: list[list[str]] | None = None, kind: int = 1
) -> Seen:
    raw = json.dumps(author.event(content, tags or [], kind=kind))
    return Seen(events.read(raw), RELAY)


def upload(number: int, alt: str | None = None) -> Upload:
    key = {
        "url": f"https://b.example/{number}.png",
        "sha256": "0" * 64,
        "type": "image/png",
        "size": 7,
    }
    return Upload(Attachment(f"/tmp/{number}.png", alt), json.dumps(key))


def signed_by_me(unsigned: Unsigned) -> Event:
    return signed(Secret(ada.key.hex()), unsigned)


def test_nip_10_a_reply_to_the_root_has_one_tag_and_one_to_a_reply_has_two() -> None:
    root = seen(beth, "root")
    parent = seen(carl, "x", [["e", root.event.id, RELAY, "root", beth.pubkey]])
    top = notes.note(Submission(RichText("a")), NOON, ada.pubkey, Around(root))
    deep = notes.note(Submission(RichText("a")), NOON, ada.pubkey, Around(parent))
    assert top.tags[0] == ("e", root.event.id, RELAY, "root", beth.pubkey)
    assert deep.tags[:2] == (
        ("e", root.event.id, RELAY, "root", beth.pubkey),
        ("e", parent.event.id, RELAY, "reply", carl.pubkey),
    )


def test_nip_22_a_comment_on_a_file_names_it_twice() -> None:
    file = seen(beth, kind=1063)
    made = notes.note(Submission(RichText("Great file!")), NOON, ada.pubkey, Around(file))
    assert made.kind == 1111
    assert made.tags == (
        ("E", file.event.id, RELAY, beth.pubkey),
        ("K", "1063"),
        ("P", beth.pubkey, RELAY),
        ("e", file.event.id, RELAY, beth.pubkey),
        ("k", "1063"),
        ("p", beth.pubkey),
    )


def test_people_of_a_crowded_thread_are_named_once_and_not_all() -> None:
    crowd = [["p", f"{number:064x}"] for number in range(200)] * 2
    parent = seen(beth, "x", [["p", ada.pubkey], *crowd])
    made = notes.note(Submission(RichText("a")), NOON, ada.pubkey, Around(parent))
    named = [tag[1] for tag in made.tags if tag[0] == "p"]
    assert named[0] == beth.pubkey
    assert len(named) == len(set(named)) == MOST_PEOPLE
    assert ada.pubkey not in named


def test_nip_48_only_copies_on_networks_with_such_ids_are_named() -> None:
    copies = (PostId("activitypub", "https://a.example/1"), PostId("other", "x"))
    made = notes.note(Submission(RichText("a"), copies=copies), NOON, ada.pubkey, Around())
    assert made.tags == (("proxy", "https://a.example/1", "activitypub"),)


def test_an_edit_keeps_what_was_said_of_pictures_that_are_still_shown() -> None:
    old = seen(ada, "https://b.example/1.png https://b.example/2.png", [
        ["imeta", "url https://b.example/1.png", "alt one"],
        ["imeta", "url https://b.example/2.png", "alt two"],
        ["t", "gone"],
    ])  # fmt: skip
    words = RichText("only https://b.example/2.png")
    made = notes.note(Submission(words), NOON, ada.pubkey, Around(old=old.event))
    assert made.tags == (("imeta", "url https://b.example/2.png", "alt two"),)


submissions = st.builds(
    Submission,
    text=st.builds(RichText, TEXT),
    content_warning=st.none() | TEXT,
    sensitive=st.booleans(),
    language=st.sampled_from([None, "en", "pt-BR", "gsw"]),
    media=st.lists(st.builds(upload, st.integers(0, 5), st.none() | TEXT), max_size=3).map(tuple),
    quote=st.sampled_from([None, PostRef(event_id("a" * 64))]),
)


@given(submissions, st.sampled_from([None, seen(beth, "x"), seen(carl, "y", [["e", "b" * 64]])]))
def test_every_event_is_the_same_when_made_again_and_says_what_it_was_made_of(
    submission: Submission, parent: Seen | None
) -> None:
    around = Around(parent)
    made = notes.note(submission, NOON, ada.pubkey, around)
    assert made == notes.note(submission, NOON, ada.pubkey, around)
    event = signed_by_me(made)
    post = convert.post(event, lambda key: profiles.stranger(key))
    warned = submission.content_warning is not None or submission.sensitive
    assert (post.content_warning is not None) is warned
    assert post.language == {"en": "en", "pt-BR": "pt"}.get(submission.language or "")
    assert len(post.media) == len({one.key for one in submission.media})
    assert (post.quote is not None) is (submission.quote is not None)
    place = replies.place(event)
    assert (place.parent.id if place.parent else None) == (parent.event.id if parent else None)


@given(submissions)
def test_the_measure_is_never_below_what_is_sent(submission: Submission) -> None:
    standing = Standing(limits={"a": RelayLimits(max_message_length=1)})
    measured = fates.measure(submission, ada.pubkey, standing, None)
    event = signed_by_me(notes.note(submission, NOON, ada.pubkey, Around()))
    assert measured.unit == "bytes"
    assert len(f'["EVENT",{event.raw}]'.encode()) <= measured.count
    standing = Standing(limits={"a": RelayLimits(max_content_length=1)})
    measured = fates.measure(submission, ada.pubkey, standing, None)
    assert (measured.count, measured.unit) == (len(event.content), "")


def test_the_limit_that_is_nearest_is_the_one_told() -> None:
    standing = Standing(
        limits={
            "a": RelayLimits(max_content_length=1000, max_message_length=2000),
            "b": RelayLimits(max_content_length=5000),
        }
    )
    short = fates.measure(Submission(RichText("ä" * 990)), ada.pubkey, standing, None)
    ascii_only = fates.measure(Submission(RichText("a" * 990)), ada.pubkey, standing, None)
    assert (short.unit, short.fits) == ("bytes", False)
    assert (ascii_only.count, ascii_only.limit, ascii_only.fits) == (990, 1000, True)


@pytest.mark.parametrize(
    ("submission", "feature", "outcome"),
    [
        (Submission(), Feature.TEXT, Outcome.REFUSED),
        (Submission(RichText(ada.nsec)), Feature.TEXT, Outcome.REFUSED),
        (Submission(RichText("a"), content_warning=ada.nsec), Feature.TEXT, Outcome.REFUSED),
        (Submission(RichText("a"), sensitive=True), Feature.SENSITIVE, Outcome.REPLACED),
        (Submission(RichText("a"), language="gsw"), Feature.LANGUAGE, Outcome.LOST),
        (
            Submission(RichText("a"), visibility=Visibility.FOLLOWERS),
            Feature.VISIBILITY,
            Outcome.REFUSED,
        ),
        (Submission(RichText("a"), ballot=Ballot(("a", "b"))), Feature.POLL, Outcome.LOST),
        (Submission(ballot=Ballot(("a", "b"))), Feature.POLL, Outcome.REFUSED),
        (Submission(RichText("a"), quotable=Quotable.NOBODY), Feature.QUOTABLE, Outcome.LOST),
        (
            Submission(media=(Upload(Attachment("/x", focus=(0.5, 0.5))),)),
            Feature.FOCUS,
            Outcome.LOST,
        ),
        (
            Submission(RichText("@a", (Mention(0, 2, account_id(beth.pubkey)),))),
            Feature.MENTION,
            Outcome.KEPT,
        ),
    ],
)
def test_each_feature_has_its_fate(
    submission: Submission, feature: Feature, outcome: Outcome
) -> None:
    found = fates.fates(submission, servers=True)
    (fate,) = [one for one in found if one.feature is feature]
    assert fate.outcome is outcome
    assert (fate.outcome is Outcome.KEPT) is (fate.text == "")
    assert len({one.feature for one in found}) == len(found)


def test_a_time_is_refused_with_what_to_do() -> None:
    from datetime import UTC, datetime

    at = datetime.now(UTC) + timedelta(1)
    (fate,) = [
        one
        for one in fates.fates(Submission(RichText("a"), at=at), servers=True)
        if one.feature is Feature.SCHEDULE
    ]
    assert (fate.text, fate.remedy) == (
        "Nostr has no scheduling",
        "use --at with another target, or send now",
    )


def test_standing_is_read_back_as_it_was_kept() -> None:
    standing = Standing(
        ("wss://a.example",),
        {"wss://a.example": RelayLimits(max_limit=5)},
        ("https://b",),
        {"c": "d"},
    )
    assert Standing.from_json(standing.to_json()) == standing
    assert Standing.from_json("[]") == Standing()
    assert Standing.from_json(orjson.dumps({"writes": 1}).decode()) == Standing()
