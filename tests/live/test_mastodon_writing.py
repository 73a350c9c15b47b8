"""The Mastodon adapter posts to a real server, and another client reads what came of it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.live.faulty import FaultyProxy
from tests.live.mastodon_writing import (
    Reader,
    attempt,
    outcomes,
    shown,
    submission,
    unlike_any,
)
from tests.live.servers import LiveMastodon
from tuisocial.adapters.mastodon.member import MemberSession
from tuisocial.model.draft import Attachment, Ballot
from tuisocial.model.ids import AccountId, PostId
from tuisocial.model.post import Visibility
from tuisocial.model.richtext import Mention, RichText
from tuisocial.model.submission import (
    Feature,
    Outcome,
    PostRef,
    Receipt,
    Submission,
    Upload,
)
from tuisocial.sdk.errors import Refused

pytestmark = pytest.mark.live

PutInFront = Callable[[str], FaultyProxy]


# --- posting --------------------------------------------------------------------------------


async def test_a_post_has_all_that_was_asked_for(ada_session: MemberSession, ada: Reader) -> None:
    text = unlike_any("Ein Rad & <noch> eines")
    receipt = await ada_session.publish(
        submission(
            text,
            content_warning="engines",
            language="de",
            visibility=Visibility.UNLISTED,
        ),
        attempt(),
    )

    view = shown(receipt)
    found = ada.get(f"/api/v1/statuses/{view.remote_key}")
    assert found["uri"] == view.post.id.uri
    assert found["spoiler_text"] == "engines"
    assert found["sensitive"] is True
    assert found["language"] == "de"
    assert found["visibility"] == "unlisted"
    assert ada.get(f"/api/v1/statuses/{view.remote_key}/source")["text"] == text
    assert view.post.text.text == text
    assert receipt.note == ""


@pytest.mark.parametrize(
    ("visibility", "theirs"),
    [
        (Visibility.PUBLIC, "public"),
        (Visibility.UNLISTED, "unlisted"),
        (Visibility.FOLLOWERS, "private"),
        (Visibility.DIRECT, "direct"),
    ],
)
async def test_a_post_is_exactly_as_visible_as_was_chosen(
    ada_session: MemberSession, ada: Reader, visibility: Visibility, theirs: str
) -> None:
    assert visibility in ada_session.limits().visibilities
    receipt = await ada_session.publish(submission(unlike_any(), visibility=visibility), attempt())

    found = ada.get(f"/api/v1/statuses/{shown(receipt).remote_key}")
    assert found["visibility"] == theirs
    assert shown(receipt).post.visibility is visibility


@pytest.mark.parametrize("visibility", [Visibility.LOCAL, Visibility.UNKNOWN])
async def test_a_visibility_that_the_server_lacks_is_never_made_another(
    ada_session: MemberSession, ada: Reader, visibility: Visibility
) -> None:
    text = unlike_any()
    wanted = submission(text, visibility=visibility)

    assert outcomes(ada_session, wanted)[Feature.VISIBILITY] is Outcome.REFUSED
    with pytest.raises(Refused) as caught:
        await ada_session.publish(wanted, attempt())
    assert caught.value.field == "visibility"
    assert ada.posts(text) == []


async def test_a_thread_hangs_together(ada_session: MemberSession, ada: Reader) -> None:
    parts = [unlike_any(f"Part {number}") for number in range(3)]
    before: PostRef | None = None
    keys = []
    for part in parts:
        receipt = await ada_session.publish(submission(part, reply_to=before), attempt())
        before = PostRef(shown(receipt).post.id)  # the session knows the server's id itself
        keys.append(shown(receipt).remote_key)

    context = ada.get(f"/api/v1/statuses/{keys[-1]}/context")
    assert [one["id"] for one in context["ancestors"]] == keys[:2]


async def test_an_answer_to_a_post_of_another_session_is_found_by_its_name(
    ada_session: MemberSession, mastodon_server: LiveMastodon, ada: Reader
) -> None:
    theirs = mastodon_server.post("grace", "Who answers?")
    reply_to = PostRef(PostId("activitypub", theirs["uri"]))
    receipt = await ada_session.publish(submission(unlike_any(), reply_to=reply_to), attempt())

    found = ada.get(f"/api/v1/statuses/{shown(receipt).remote_key}")
    assert found["in_reply_to_id"] == theirs["id"]


async def test_an_answer_to_nothing_is_refused_by_name(ada_session: MemberSession) -> None:
    nothing = PostRef(PostId("activitypub", "https://gone.example/1"))
    with pytest.raises(Refused) as caught:
        await ada_session.publish(submission(unlike_any(), reply_to=nothing), attempt())

    assert caught.value.field == "reply"


async def test_a_mention_that_was_chosen_reaches_its_account(
    ada_session: MemberSession, mastodon_server: LiveMastodon, ada: Reader
) -> None:
    grace = AccountId("activitypub", ada.get("/api/v1/accounts/lookup", acct="grace")["uri"])
    text = unlike_any("@grace look at this")
    receipt = await ada_session.publish(
        Submission(RichText(text, (Mention(0, 6, grace),))), attempt()
    )

    host = mastodon_server.url.removeprefix("http://")
    source = ada.get(f"/api/v1/statuses/{shown(receipt).remote_key}/source")
    assert source["text"].startswith(f"@grace@{host} look")


async def test_a_quote_is_a_quote_where_the_server_has_them(
    ada_session: MemberSession, mastodon_server: LiveMastodon, ada: Reader
) -> None:
    theirs = mastodon_server.post("grace", "Worth quoting")
    quote = PostRef(PostId("activitypub", theirs["uri"]), theirs["id"])
    wanted = submission(unlike_any(), quote=quote)

    assert outcomes(ada_session, wanted)[Feature.QUOTE] is Outcome.KEPT
    receipt = await ada_session.publish(wanted, attempt())
    found = ada.get(f"/api/v1/statuses/{shown(receipt).remote_key}")
    assert found["quote"]["quoted_status"]["id"] == theirs["id"]


async def test_a_poll_is_open_for_as_long_as_was_asked(
    ada_session: MemberSession, ada: Reader, mastodon_server: LiveMastodon
) -> None:
    ballot = Ballot(("brass", "steel"), timedelta(hours=3), multiple=True)
    receipt = await ada_session.publish(submission(unlike_any(), ballot=ballot), attempt())

    poll = ada.get(f"/api/v1/statuses/{shown(receipt).remote_key}")["poll"]
    assert [option["title"] for option in poll["options"]] == ["brass", "steel"]
    assert poll["multiple"] is True
    ends = datetime.fromisoformat(poll["expires_at"])
    assert timedelta(hours=2, minutes=58) < ends - datetime.now(UTC) <= timedelta(hours=3)


async def test_a_post_waits_at_its_server(ada_session: MemberSession, ada: Reader) -> None:
    text = unlike_any("Later")
    at = (datetime.now(UTC) + timedelta(hours=1)).replace(microsecond=0)
    tried = attempt()
    receipt = await ada_session.publish(submission(text, at=at), tried)

    assert receipt.view is None
    found = ada.get(f"/api/v1/scheduled_statuses/{receipt.waits}")
    assert datetime.fromisoformat(found["scheduled_at"]) == at
    assert ada.posts(text) == []
    assert await ada_session.find(submission(text, at=at), tried) == Receipt(waits=receipt.waits)


async def test_a_time_that_a_server_would_not_wait_for_posts_nothing(
    ada_session: MemberSession, ada: Reader
) -> None:
    text = unlike_any("Too soon")
    wanted = submission(text, at=datetime.now(UTC) + timedelta(minutes=4))

    assert outcomes(ada_session, wanted)[Feature.SCHEDULE] is Outcome.REFUSED
    with pytest.raises(Refused) as caught:
        await ada_session.publish(wanted, attempt())
    assert caught.value.field == "schedule"
    assert ada.posts(text) == []


# --- media ----------------------------------------------------------------------------------


async def test_a_picture_goes_with_its_words_and_the_point_that_matters(
    ada_session: MemberSession, ada: Reader, picture: Path
) -> None:
    seen: list[tuple[int, int]] = []
    attachment = Attachment(str(picture), 'A "wheel"\r\n& more', (0.5, -0.25))
    key = await ada_session.upload(attachment, lambda done, whole: seen.append((done, whole)))
    receipt = await ada_session.publish(
        submission(unlike_any(), media=(Upload(attachment, key),)), attempt()
    )

    content = await asyncio.to_thread(picture.read_bytes)
    assert seen[-1] == (len(content), len(content))
    [media] = ada.get(f"/api/v1/statuses/{shown(receipt).remote_key}")["media_attachments"]
    assert media["description"] == 'A "wheel"\r\n& more'
    assert media["meta"]["focus"] == {"x": 0.5, "y": -0.25}
    assert ada.bytes(media["url"]) == content


async def test_an_upload_that_is_gone_is_named_and_nothing_is_posted(
    ada_session: MemberSession, ada: Reader, picture: Path
) -> None:
    text = unlike_any()
    wanted = submission(text, media=(Upload(Attachment(str(picture)), "999999"),))
    with pytest.raises(Refused) as caught:
        await ada_session.publish(wanted, attempt())

    assert caught.value.field == "media"
    assert ada.posts(text) == []


# --- limits -----------------------------------------------------------------------------------


@pytest.mark.parametrize("letter", ["a", "語", "é"])
async def test_the_count_agrees_with_the_server_s_refusals(
    ada_session: MemberSession, letter: str
) -> None:
    """This server counts code points of the text alone; here both ways come to the same."""
    limit = ada_session.limits().text_length
    assert limit is not None
    fitting, long = submission(letter * limit), submission(letter * (limit + 1))

    assert ada_session.measure(fitting).count == limit
    assert ada_session.measure(fitting).fits
    assert not ada_session.measure(long).fits
    assert outcomes(ada_session, long)[Feature.TEXT] is Outcome.REFUSED
    await ada_session.publish(fitting, attempt())
    with pytest.raises(Refused) as caught:
        await ada_session.publish(long, attempt())
    assert caught.value.field == "text"


async def test_an_empty_post_is_refused_beforehand_and_by_the_server(
    ada_session: MemberSession,
) -> None:
    assert outcomes(ada_session, submission("  "))[Feature.TEXT] is Outcome.REFUSED
    with pytest.raises(Refused) as caught:
        await ada_session.publish(submission("  "), attempt())
    assert caught.value.field == "text"
