"""What becomes of each part of a post is told beforehand, for each sort of server."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.adapters.mastodon.writing import (
    GOTOSOCIAL,
    MASTODON,
    NOW,
    OLD_MASTODON,
    PLEROMA,
    post,
    submission,
)
from tests.strategies import text
from tuisocial.adapters.mastodon.about import UNKNOWN, about, kept, recalled
from tuisocial.adapters.mastodon.fates import DELETED, fates
from tuisocial.model.draft import Attachment, Ballot, Quotable
from tuisocial.model.ids import AccountId
from tuisocial.model.post import Visibility
from tuisocial.model.richtext import Mention, RichText
from tuisocial.model.submission import Fate, Feature, Measure, Outcome, Submission, Upload

PIXELFED = {**MASTODON, "version": "3.5.3 (compatible; Pixelfed 0.12.4)", "api_versions": {}}
TAKAHE = {**MASTODON, "version": "takahe/0.11.0", "api_versions": {}}
SERVERS = [MASTODON, OLD_MASTODON, PLEROMA, GOTOSOCIAL, PIXELFED, TAKAHE, {}]
GOOD = Measure(7, 500)


def told(
    wanted: Submission, description: dict[str, Any] = MASTODON, measure: Measure = GOOD
) -> dict[Feature, Fate]:
    """The fate of each feature."""
    return {one.feature: one for one in fates(wanted, about(description), measure, NOW)}


def outcome(wanted: Submission, feature: Feature, description: dict[str, Any]) -> Outcome:
    """One feature's."""
    return told(wanted, description)[feature].outcome


def files(*names: str, alt: str | None = None) -> tuple[Upload, ...]:
    """Uploads of files that are called so."""
    return tuple(Upload(Attachment(f"/tmp/{name}", alt), name) for name in names)


full = submission(
    content_warning="steam",
    sensitive=True,
    language="en",
    media=(Upload(Attachment("/a.png", "a wheel", (0.0, 0.5)), "1"),),
    reply_to=post(),
    quote=post(),
    quotable=Quotable.FOLLOWERS,
    at=NOW + timedelta(hours=1),
)


def test_all_that_mastodon_can_is_kept() -> None:
    found = told(full)

    assert {one.outcome for one in found.values()} == {Outcome.KEPT}
    assert {one.text for one in found.values()} == {""}
    assert set(found) == set(Feature) - {
        Feature.POLL,
        Feature.MENTION,
        Feature.EDIT,
        Feature.FORMAT,
    }


@pytest.mark.parametrize("description", SERVERS)
def test_every_fate_that_is_not_kept_says_what_and_every_refusal_what_to_do(
    description: dict[str, Any],
) -> None:
    hard = submission(
        "",
        content_warning="",
        visibility=Visibility.LOCAL,
        media=files(*(f"{number}.mp4" for number in range(9)), alt="x" * 9_999),
        ballot=Ballot(("a", "a"), timedelta(seconds=1)),
        quote=post(),
        at=NOW,
    )
    for one in fates(hard, about(description), Measure(501, 500), NOW):
        assert (one.outcome is Outcome.KEPT) or one.text
        assert bool(one.remedy) is (one.outcome is Outcome.REFUSED)


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        (MASTODON, Outcome.KEPT),
        (PLEROMA, Outcome.KEPT),
        (OLD_MASTODON, Outcome.REPLACED),
        (GOTOSOCIAL, Outcome.REPLACED),
        ({}, Outcome.REPLACED),
    ],
)
def test_a_quote_is_one_where_the_server_says_that_it_has_them(
    description: dict[str, Any], expected: Outcome
) -> None:
    assert outcome(submission(quote=post()), Feature.QUOTE, description) is expected


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        (MASTODON, Outcome.KEPT),
        (PLEROMA, Outcome.KEPT),
        (GOTOSOCIAL, Outcome.KEPT),
        (OLD_MASTODON, Outcome.REPLACED),
        ({**PLEROMA, "pleroma": {}}, Outcome.REPLACED),
    ],
)
def test_an_edit_is_one_where_the_server_has_them(
    description: dict[str, Any], expected: Outcome
) -> None:
    found = told(submission(edits=post()), description)

    assert found[Feature.EDIT].outcome is expected
    assert Feature.VISIBILITY not in found


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        (MASTODON, Outcome.KEPT),
        (PLEROMA, Outcome.KEPT),
        (PIXELFED, Outcome.REFUSED),
        (TAKAHE, Outcome.REFUSED),
    ],
)
def test_nothing_is_left_to_wait_where_it_might_be_posted_at_once(
    description: dict[str, Any], expected: Outcome
) -> None:
    later = submission(at=NOW + timedelta(hours=1))

    assert outcome(later, Feature.SCHEDULE, description) is expected


@pytest.mark.parametrize("description", SERVERS)
@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(minutes=4, seconds=59)])
def test_a_time_that_is_too_near_is_refused(description: dict[str, Any], ahead: timedelta) -> None:
    soon = submission(at=NOW + ahead)

    assert outcome(soon, Feature.SCHEDULE, description) is Outcome.REFUSED


@given(st.sampled_from(SERVERS), st.sampled_from(Visibility))
def test_a_visibility_is_offered_or_refused_and_never_replaced(
    description: dict[str, Any], visibility: Visibility
) -> None:
    """What is no public post on one of these is none on any."""
    known = about(description).limits.visibilities
    found = outcome(submission(visibility=visibility), Feature.VISIBILITY, description)

    assert found is (Outcome.KEPT if visibility in known else Outcome.REFUSED)
    assert not {Visibility.LOCAL, Visibility.UNKNOWN} & set(known)


def test_pixelfed_has_no_posts_to_the_mentioned_only() -> None:
    direct = submission(visibility=Visibility.DIRECT)

    assert outcome(direct, Feature.VISIBILITY, PIXELFED) is Outcome.REFUSED


@pytest.mark.parametrize(
    ("parts", "feature"),
    [
        ({"media": files("1.png", "2.png", "3.png", "4.png", "5.png")}, Feature.MEDIA),
        ({"media": files("1.png", "2.mp4")}, Feature.MEDIA),
        ({"media": files("1.iso")}, Feature.MEDIA),
        ({"media": files("1.png", alt="x" * 101)}, Feature.ALT),
        ({"media": files("1.png"), "ballot": Ballot(("a", "b"))}, Feature.POLL),
        ({"ballot": Ballot(("a",))}, Feature.POLL),
        ({"ballot": Ballot(("a", "a "))}, Feature.POLL),
        ({"ballot": Ballot(tuple("abcde"))}, Feature.POLL),
        ({"ballot": Ballot(("a", "b" * 51))}, Feature.POLL),
        ({"ballot": Ballot(("a", "b"), timedelta(minutes=4))}, Feature.POLL),
        ({"ballot": Ballot(("a", "b"), timedelta(days=32))}, Feature.POLL),
    ],
)
def test_what_mastodon_refuses_is_refused_beforehand(
    parts: dict[str, Any], feature: Feature
) -> None:
    assert outcome(submission(**parts), feature, MASTODON) is Outcome.REFUSED


@pytest.mark.parametrize(
    "parts",
    [
        {"media": files("1.png", "2.png", "3.png", "4.png")},
        {"media": files("1.wav")},
        {"media": files("no-ending")},
        {"ballot": Ballot(("a", "b" * 50), timedelta(minutes=5))},
        {"ballot": Ballot(("👨\u200d👩\u200d👧" * 50, "b"))},
    ],
)
def test_what_mastodon_takes_is_kept(parts: dict[str, Any]) -> None:
    assert {one.outcome for one in told(submission(**parts)).values()} == {Outcome.KEPT}


def test_a_text_that_is_too_long_and_one_that_is_missing_are_refused() -> None:
    assert told(submission(), measure=Measure(501, 500))[Feature.TEXT].outcome is Outcome.REFUSED
    for empty in (submission(" \n"), submission("", ballot=Ballot(("a", "b")))):
        assert told(empty)[Feature.TEXT].outcome is Outcome.REFUSED
    for enough in (submission("", media=files("1.png")), submission("", edits=post())):
        assert told(enough)[Feature.TEXT].outcome is Outcome.KEPT


def test_a_warning_without_a_reason_gets_one() -> None:
    assert told(submission(content_warning=" "))[Feature.CONTENT_WARNING].outcome is (
        Outcome.REPLACED
    )


def test_deletion_promises_nothing_of_others() -> None:
    assert "asks" in DELETED.text


# --- what a server says of itself -------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "software"),
    [
        ("4.5.0", "mastodon"),
        ("4.3.0-alpha.1+glitch", "mastodon"),
        ("4.0.2+hometown-1.1.1", "mastodon"),
        ("2.7.2 (compatible; Akkoma 3.10.4)", "akkoma"),
        ("3.5.3 (compatible; Pixelfed 0.12.4)", "pixelfed"),
        ("4.2.1 (compatible; Iceshrimp.NET/2024.1)", "iceshrimp"),
        ("4.0.0 (compatible; snac2 2.53)", "snac"),
        ("0.17.3", ""),
        ("takahe/0.11.0", ""),
        ("", ""),
    ],
)
def test_a_server_s_software_is_read_off_its_version(version: str, software: str) -> None:
    assert about({"version": version}).software == software


@pytest.mark.parametrize("description", SERVERS)
def test_what_is_kept_of_a_description_says_the_same(description: dict[str, Any]) -> None:
    much = {**description, "rules": ["x" * 9_000], "description": "y" * 9_000}

    assert recalled(kept(much)) == about(description)
    assert len(kept(much)) < 2_000


@given(text)
def test_nothing_follows_from_what_is_no_record(written: str) -> None:
    assert recalled(written) in (UNKNOWN, about({}))
    assert recalled(None) == UNKNOWN


@pytest.mark.parametrize(
    ("description", "count"),
    [(MASTODON, 23 + 6), (PLEROMA, 40 + 6), (GOTOSOCIAL, 40 + 7)],
)
def test_each_sort_of_server_counts_in_its_own_way(description: dict[str, Any], count: int) -> None:
    link = "https://example.social/".ljust(40, "x")

    assert about(description).counting.count(f"{link} Zoe\u0308 a") == count


def test_a_mention_has_a_fate() -> None:
    ada = AccountId("activitypub", "https://example.social/users/ada")
    wanted = Submission(RichText("@ada", (Mention(0, 4, ada),)))

    assert told(wanted)[Feature.MENTION].outcome is Outcome.KEPT


@pytest.mark.parametrize(
    ("description", "visibility", "quotable", "expected"),
    [
        (MASTODON, Visibility.PUBLIC, Quotable.FOLLOWERS, Outcome.KEPT),
        (MASTODON, Visibility.DIRECT, Quotable.NOBODY, Outcome.KEPT),
        (MASTODON, Visibility.FOLLOWERS, Quotable.FOLLOWERS, Outcome.REPLACED),
        (OLD_MASTODON, Visibility.PUBLIC, Quotable.NOBODY, Outcome.LOST),
        (PLEROMA, Visibility.PUBLIC, Quotable.NOBODY, Outcome.LOST),
        (GOTOSOCIAL, Visibility.PUBLIC, Quotable.PUBLIC, Outcome.LOST),
    ],
)
def test_who_may_quote_is_kept_where_the_server_has_it_and_else_said_to_be_lost(
    description: dict[str, Any], visibility: Visibility, quotable: Quotable, expected: Outcome
) -> None:
    wanted = submission(visibility=visibility, quotable=quotable)
    assert outcome(wanted, Feature.QUOTABLE, description) is expected
    assert Feature.QUOTABLE not in told(submission(), description)
    # What the post says of it is no longer asked for by an edit.
    edit = submission(quotable=quotable, edits=post())
    assert outcome(edit, Feature.QUOTABLE, description) is Outcome.LOST
