"""Nothing is posted twice and nothing is lost, whatever becomes of the answers."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.live.faulty import FaultyProxy
from tests.live.mastodon_writing import (
    Reader,
    attempt,
    cut_the_answer,
    lose_the_answer,
    member,
    ref,
    shown,
    submission,
    unlike_any,
)
from tests.live.servers import LiveMastodon
from tuisocial.adapters.mastodon.member import MemberSession
from tuisocial.model.draft import Attachment, Ballot
from tuisocial.model.ids import PostId
from tuisocial.model.post import Visibility
from tuisocial.model.submission import (
    PostRef,
    Upload,
)
from tuisocial.sdk.errors import Sent, Unreachable

pytestmark = pytest.mark.live

PutInFront = Callable[[str], FaultyProxy]


# --- once -----------------------------------------------------------------------------------


async def test_the_same_attempt_twice_is_one_post(ada_session: MemberSession, ada: Reader) -> None:
    text, tried = unlike_any(), attempt()
    first = await ada_session.publish(submission(text), tried)
    second = await ada_session.publish(submission(text), tried)

    assert ref(first) == ref(second)
    assert len(ada.posts(text)) == 1


@pytest.mark.parametrize("fault", [lose_the_answer, cut_the_answer])
@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"content_warning": "engines"},
        {"content_warning": ""},
        {"ballot": Ballot(("yes", "no"))},
        {"visibility": Visibility.DIRECT},
        {"at": datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)},
    ],
    ids=["plain", "warning", "bare-warning", "poll", "direct", "later"],
)
async def test_a_post_whose_answer_is_lost_is_found(
    mastodon_server: LiveMastodon, faulty: PutInFront, fault: Any, parts: dict[str, Any]
) -> None:
    """White space, links and mentions come back otherwise than they were written."""
    text = unlike_any("see\n\n https://example.social/Some/Path/  @grace and  #engines")
    wanted, tried = submission(text, **parts), attempt()
    proxy = faulty(mastodon_server.url)
    async with member(proxy.url, mastodon_server) as session:
        assert await session.find(wanted, tried) is None
        proxy.break_with(fault, path="/api/v1/statuses", times=1)
        with pytest.raises(Unreachable) as caught:
            await session.publish(wanted, tried)
        assert caught.value.sent is Sent.MAYBE
        found = await session.find(wanted, tried)

        assert found is not None
        assert found.waits if "at" in parts else found.view
        assert await session.find(submission(unlike_any(text), **parts), tried) is None


async def test_an_answer_that_is_lost_is_told_from_the_same_words_under_another_post(
    ada_session: MemberSession, mastodon_server: LiveMastodon
) -> None:
    text, tried = unlike_any("Yes"), attempt()
    parents = [
        PostRef(PostId("activitypub", mastodon_server.post("grace", "?")["uri"])) for _ in range(2)
    ]
    await ada_session.publish(submission(text, reply_to=parents[0]), tried)

    assert await ada_session.find(submission(text, reply_to=parents[0]), tried)
    assert await ada_session.find(submission(text, reply_to=parents[1]), tried) is None
    assert await ada_session.find(submission(text), tried) is None


async def test_a_post_with_a_picture_whose_answer_is_lost_is_not_made_again(
    mastodon_server: LiveMastodon, faulty: PutInFront, picture: Path, ada: Reader
) -> None:
    text, tried = unlike_any(), attempt()
    proxy = faulty(mastodon_server.url)
    async with member(proxy.url, mastodon_server) as session:
        attachment = Attachment(str(picture), "a wheel")
        key = await session.upload(attachment, lambda done, whole: None)
        wanted = submission(text, media=(Upload(attachment, key),))
        proxy.break_with(lose_the_answer, path="/api/v1/statuses", times=1)
        with pytest.raises(Unreachable):
            await session.publish(wanted, tried)
        # Real servers show a file no more once it is in a post.
        proxy.break_with(
            lambda handler: handler.answer(404, b'{"error": "Record not found"}', {}),
            path=f"/api/v1/media/{key}",
        )
        again = await session.publish(wanted, tried)

        assert len(ada.posts(text)) == 1
        assert shown(again).post.media[0].alt == "a wheel"
