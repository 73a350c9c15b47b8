"""Marks, reactions, votes and follows: what is asked, and what the answers mean."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from tests.adapters.mastodon.script import Reply, Script
from tests.adapters.mastodon.writing import (
    MASTODON,
    ME,
    NOW,
    OLD_MASTODON,
    PLEROMA,
    STATUSES,
    member,
    post,
    status,
)
from tuisocial.model.ids import AccountId, PostId
from tuisocial.model.post import On
from tuisocial.model.submission import PostRef
from tuisocial.sdk.errors import NotFound, NotSupported, Refused, Sent, Unreachable

ADA = AccountId("activitypub", "https://example.social/users/ada")
HERE = f"{STATUSES}/7"
REACTION = "/api/v1/pleroma/statuses/7/reactions"
POLL: dict[str, Any] = {
    "id": "5",
    "options": [{"title": "a", "votes_count": 1}, {"title": "b", "votes_count": 0}],
    "voted": False,
    "own_votes": [],
}


# --- which post ------------------------------------------------------------------------------


async def test_a_hint_that_is_out_of_date_marks_no_other_post(script: Script) -> None:
    script.answers[f"{STATUSES}/9"] = Reply(status(9))
    script.answers[HERE] = Reply(status(7))
    script.answers[f"{HERE}/favourite"] = Reply(status(7))
    session = await member(script)

    assert await session.like(PostRef(post().post, "9")) == On("7")
    assert [asked.path for asked in script.asked if asked.method == "POST"] == [f"{HERE}/favourite"]
    await session.aclose()


async def test_a_post_that_was_seen_is_marked_without_asking_again(script: Script) -> None:
    script.answers[HERE] = Reply(status())
    script.answers[f"{HERE}/reblog"] = Reply(status(8))
    session = await member(script)
    seen = await session.post(post().post)
    before = len(script.asked)

    assert await session.repost(PostRef(seen.post.id, seen.remote_key)) == On("7")
    assert len(script.asked) == before + 1
    await session.aclose()


async def test_a_post_that_the_server_does_not_have_cannot_be_marked(script: Script) -> None:
    script.answers["/api/v2/search"] = Reply({"statuses": []})
    session = await member(script)
    with pytest.raises(NotFound):
        await session.bookmark(PostRef(PostId("activitypub", "https://gone.example/1")))
    await session.aclose()


@pytest.mark.parametrize("undo", ["unlike", "unrepost", "unbookmark"])
async def test_a_mark_of_a_post_that_is_gone_is_gone(script: Script, undo: str) -> None:
    script.answers["/api/v2/search"] = Reply({"statuses": []})
    session = await member(script)
    for mark in ("7", ""):
        await getattr(session, undo)(post(), mark)
    await session.aclose()


@pytest.mark.parametrize("reply", [Reply(b"<p>"), Reply({}, 502)])
async def test_a_mark_whose_answer_is_lost_may_be_set(script: Script, reply: Reply) -> None:
    script.answers[HERE] = Reply(status())
    script.answers[f"{HERE}/favourite"] = reply
    session = await member(script)
    with pytest.raises(Unreachable) as caught:
        await session.like(post())
    await session.aclose()

    assert caught.value.sent is Sent.MAYBE


# --- reactions ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("emoji", "path"), [("🎉", "%F0%9F%8E%89"), (":blobcat:", "%3Ablobcat%3A")]
)
async def test_a_reaction_is_given_and_taken_back(script: Script, emoji: str, path: str) -> None:
    script.answers[HERE] = Reply(status())
    script.answers[f"{REACTION}/{path}"] = Reply(status())
    session = await member(script, PLEROMA)
    on = await session.react(post(), emoji)
    await session.unreact(post(), emoji, on.undo)
    await session.aclose()

    acts = [(asked.method, asked.path) for asked in script.asked if asked.method != "GET"]
    assert acts == [("PUT", f"{REACTION}/{path}"), ("DELETE", f"{REACTION}/{path}")]


async def test_a_server_without_reactions_is_not_asked_for_one(script: Script) -> None:
    session = await member(script, MASTODON)
    with pytest.raises(NotSupported) as caught:
        await session.react(post(), "🎉")
    assert caught.value.remedy
    assert {asked.method for asked in script.asked} == {"GET"}
    await session.aclose()


# --- votes ----------------------------------------------------------------------------------


async def vote(script: Script, poll: Mapping[str, Any] | None, *options: int) -> None:
    """Votes in a poll."""
    script.answers[HERE] = Reply(status(poll=poll))
    session = await member(script)
    try:
        await session.vote(post(), options)
    finally:
        await session.aclose()


async def test_a_vote_is_sent_by_the_places_of_its_options(script: Script) -> None:
    script.answers["/api/v1/polls/5/votes"] = Reply(POLL)
    await vote(script, POLL, 1)

    assert script.sent("POST", "/api/v1/polls/5/votes")[0].json() == {"choices": [1]}


async def test_a_vote_that_was_given_is_not_given_again(script: Script) -> None:
    await vote(script, {**POLL, "voted": True, "own_votes": [1]}, 1)

    assert {asked.method for asked in script.asked} == {"GET"}


@pytest.mark.parametrize("poll", [None, POLL])
async def test_a_vote_for_nothing_is_refused(script: Script, poll: Any) -> None:
    with pytest.raises(Refused) as caught:
        await vote(script, poll, 2)
    assert caught.value.field == "poll"


async def test_a_vote_that_comes_too_late_is_refused_by_name(script: Script) -> None:
    said = {"error": "Validation failed: The poll has already ended"}
    script.answers["/api/v1/polls/5/votes"] = Reply(said, 422)
    with pytest.raises(Refused, match="already ended") as caught:
        await vote(script, POLL, 0)
    assert caught.value.field == "poll"


# --- accounts -------------------------------------------------------------------------------


async def follow(script: Script, answer: Any) -> bool:
    """Follows an account."""
    script.answers["/api/v1/accounts/lookup"] = Reply(status()["account"])
    script.answers[f"/api/v1/accounts/{ME}/follow"] = Reply(answer)
    session = await member(script)
    try:
        return await session.follow(ADA)
    finally:
        await session.aclose()


@pytest.mark.parametrize(
    ("answer", "followed"),
    [
        ({"following": True, "requested": False}, True),
        ({"following": False, "requested": True}, False),
        ({"following": True, "requested": True}, False),
    ],
)
async def test_an_account_that_has_to_agree_is_not_followed_yet(
    script: Script, answer: dict[str, bool], followed: bool
) -> None:
    assert await follow(script, answer) is followed


async def test_an_answer_that_says_nothing_leaves_it_open(script: Script) -> None:
    with pytest.raises(Unreachable) as caught:
        await follow(script, [])
    assert caught.value.sent is Sent.MAYBE


async def test_a_mute_ends_when_it_was_to_end(script: Script) -> None:
    script.answers["/api/v1/accounts/lookup"] = Reply(status()["account"])
    path = f"/api/v1/accounts/{ME}/mute"
    script.answers[path] = Reply({"muting": True})
    session = await member(script)
    await session.mute(ADA)
    await session.mute(ADA, NOW + timedelta(hours=1, microseconds=1))
    with pytest.raises(Refused):
        await session.mute(ADA, NOW)
    await session.aclose()

    assert [asked.json() for asked in script.sent("POST", path)] == [{}, {"duration": 3601}]


async def test_a_server_that_cannot_end_a_mute_is_not_asked_to(script: Script) -> None:
    ancient = {**OLD_MASTODON, "version": "3.2.0"}
    session = await member(script, ancient)
    with pytest.raises(NotSupported):
        await session.mute(ADA, NOW + timedelta(hours=1))
    await session.aclose()


# --- names that are being typed -----------------------------------------------------------------


async def test_emoji_are_asked_for_once(script: Script) -> None:
    script.answers["/api/v1/custom_emojis"] = Reply([{"shortcode": "a"}, {"shortcode": ""}, 7])
    session = await member(script)

    assert await session.emoji() == await session.emoji() == ("a",)
    assert len(script.sent("GET", "/api/v1/custom_emojis")) == 1
    await session.aclose()


async def test_nothing_is_asked_for_no_beginning(script: Script) -> None:
    session = await member(script)
    before = len(script.asked)

    assert not await session.people("@", 5)
    assert await session.hashtags("#", 5) == ()
    assert len(script.asked) == before
    await session.aclose()


async def test_hashtags_come_without_their_sign_and_once(script: Script) -> None:
    found = {"hashtags": [{"name": "Engines"}, {"name": "#Engines"}, {"name": " "}, "x"]}
    script.answers["/api/v2/search"] = Reply(found)
    session = await member(script)

    assert await session.hashtags("#eng", 5) == ("Engines",)
    await session.aclose()


async def test_an_account_that_makes_no_sense_costs_no_other(script: Script) -> None:
    script.answers["/api/v1/accounts/search"] = Reply([{"id": "1"}, status()["account"]])
    session = await member(script)

    assert [one.id for one in await session.people("a", 5)] == [ADA]
    await session.aclose()
