"""Edits, deletions, marks, votes and follows on a real server, read back by another client."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.live.faulty import FaultyProxy
from tests.live.mastodon_writing import (
    Reader,
    attempt,
    outcomes,
    ref,
    shown,
    submission,
    unlike_any,
)
from tests.live.servers import LiveMastodon
from tuisocial.adapters.mastodon.member import MemberSession
from tuisocial.model.draft import Attachment
from tuisocial.model.ids import AccountId, PostId
from tuisocial.model.post import Visibility
from tuisocial.model.submission import (
    Feature,
    Outcome,
    PostRef,
    Upload,
)
from tuisocial.sdk.errors import NotSupported, Refused

pytestmark = pytest.mark.live

PutInFront = Callable[[str], FaultyProxy]


# --- edits and deletes ------------------------------------------------------------------------


async def test_an_edit_changes_the_words_and_leaves_the_rest(
    ada_session: MemberSession, ada: Reader, picture: Path
) -> None:
    attachment = Attachment(str(picture), "a wheel")
    key = await ada_session.upload(attachment, lambda done, whole: None)
    posted = await ada_session.publish(
        submission(unlike_any("First"), media=(Upload(attachment, key),)), attempt()
    )
    text = unlike_any("Second")
    wanted, tried = submission(text, content_warning="new", edits=ref(posted)), attempt()
    assert outcomes(ada_session, wanted)[Feature.EDIT] is Outcome.KEPT
    assert await ada_session.find(wanted, tried) is None
    edited = await ada_session.edit(wanted, tried)
    again = await ada_session.edit(wanted, tried)

    assert shown(edited).post.id == shown(again).post.id == shown(posted).post.id
    found = ada.get(f"/api/v1/statuses/{shown(posted).remote_key}")
    assert found["spoiler_text"] == "new"
    assert found["edited_at"]
    assert [one["id"] for one in found["media_attachments"]] == [key]
    history = ada.get(f"/api/v1/statuses/{shown(posted).remote_key}/history")
    assert len(history) == 2
    assert text in history[-1]["content"]
    assert shown(await ada_session.find(wanted, tried)).post.text.text == text


async def test_the_source_is_what_was_written(ada_session: MemberSession) -> None:
    text = unlike_any("One  line\nand <another> with https://example.social/x")
    posted = await ada_session.publish(
        submission(text, content_warning="w", language="en", visibility=Visibility.UNLISTED),
        attempt(),
    )
    draft = await ada_session.source(ref(posted))

    assert (draft.text, draft.content_warning) == (text, "w")
    assert (draft.language, draft.visibility) == ("en", Visibility.UNLISTED)
    assert draft.edits == shown(posted).post.id
    assert draft.media == ()


async def test_deleting_twice_is_deleting(ada_session: MemberSession, ada: Reader) -> None:
    posted = await ada_session.publish(submission(unlike_any()), attempt())
    post = ref(posted)

    assert ada_session.deleting(post).text
    assert (await ada_session.delete(post)).view is None
    assert not ada.exists(post.key)
    await ada_session.delete(post)
    await ada_session.delete(PostRef(PostId("activitypub", "https://gone.example/1")))


# --- acting -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("do", "undo", "mark"),
    [
        ("like", "unlike", "favourited"),
        ("repost", "unrepost", "reblogged"),
        ("bookmark", "unbookmark", "bookmarked"),
    ],
)
async def test_a_mark_is_set_and_taken_back(
    ada_session: MemberSession,
    mastodon_server: LiveMastodon,
    ada: Reader,
    do: str,
    undo: str,
    mark: str,
) -> None:
    theirs = mastodon_server.post("grace", "Mark me")
    post = PostRef(PostId("activitypub", theirs["uri"]))

    for _ in range(2):
        on = await getattr(ada_session, do)(post)
        assert ada.get(f"/api/v1/statuses/{theirs['id']}")[mark] is True
    for _ in range(2):
        await getattr(ada_session, undo)(post, on.undo)
        assert ada.get(f"/api/v1/statuses/{theirs['id']}")[mark] is False


async def test_a_vote_counts_once(
    ada_session: MemberSession, mastodon_server: LiveMastodon, ada: Reader
) -> None:
    theirs = mastodon_server.post(
        "grace", "Which?", poll={"options": ["a", "b", "c"], "expires_in": 600, "multiple": True}
    )
    post = PostRef(PostId("activitypub", theirs["uri"]))
    with pytest.raises(Refused) as caught:
        await ada_session.vote(post, [3])
    assert caught.value.field == "poll"
    for _ in range(2):
        await ada_session.vote(post, [0, 2])

    poll = ada.get(f"/api/v1/statuses/{theirs['id']}")["poll"]
    assert [option["votes_count"] for option in poll["options"]] == [1, 0, 1]
    assert sorted(poll["own_votes"]) == [0, 2]


async def test_accounts_are_followed_muted_and_blocked(
    ada_session: MemberSession, ada: Reader
) -> None:
    found = ada.get("/api/v1/accounts/lookup", acct="grace")
    grace = AccountId("activitypub", found["uri"])

    def relation() -> Any:
        return ada.get("/api/v1/accounts/relationships", id=found["id"])[0]

    await ada_session.unfollow(grace)
    assert relation()["following"] is False
    assert await ada_session.follow(grace) is True
    assert relation()["following"] is True
    await ada_session.mute(grace, datetime.now(UTC) + timedelta(hours=1))
    assert relation()["muting"] is True
    await ada_session.unmute(grace)
    assert relation()["muting"] is False
    await ada_session.block(grace)
    assert relation()["blocking"] is True
    await ada_session.unblock(grace)
    assert relation()["blocking"] is False
    await ada_session.follow(grace)


async def test_reactions_are_not_supported_where_the_server_has_none(
    ada_session: MemberSession, mastodon_server: LiveMastodon
) -> None:
    post = PostRef(PostId("activitypub", mastodon_server.post("grace", "React")["uri"]))
    with pytest.raises(NotSupported):
        await ada_session.react(post, "🎉")


async def test_names_are_completed(
    ada_session: MemberSession, mastodon_server: LiveMastodon
) -> None:
    mastodon_server.post("grace", "About #completing")

    assert "grace" in [one.handle[1:6] for one in await ada_session.people("@gra", 5)]
    assert "completing" in await ada_session.hashtags("#complet", 5)
    assert "blobcat" in await ada_session.emoji() or await ada_session.emoji()
