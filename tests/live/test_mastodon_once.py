"""Nothing is posted twice and nothing is lost, whatever becomes of the answers."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.live import faulty as faults
from tests.live.faulty import Fault, FaultyProxy, Handler
from tests.live.mastodon_writing import (
    Reader,
    ask_on,
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
from tuisocial.sdk.errors import (
    AdapterError,
    BadAnswer,
    NotAllowed,
    NotSupported,
    RateLimited,
    Refused,
    Sent,
    SignInNeeded,
    Unreachable,
)
from tuisocial.sdk.testing.context import DictKeyValues

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


async def test_the_same_words_that_an_earlier_session_sent_are_another_post(
    mastodon_server: LiveMastodon, ada: Reader
) -> None:
    text, memory = unlike_any("Yes"), DictKeyValues()
    async with member(mastodon_server.url, mastodon_server, memory) as session:
        first = await session.publish(submission(text), attempt())
    async with member(mastodon_server.url, mastodon_server, memory) as session:
        tried = attempt()
        assert await session.find(submission(text), tried) is None
        second = await session.publish(submission(text), tried)
        assert ref(second) != ref(first)
    async with member(mastodon_server.url, mastodon_server, memory) as session:
        assert shown(await session.find(submission(text), tried)) == second.view
    assert len(ada.posts(text)) == 2


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


# --- every fault, every act ---------------------------------------------------------------------

FAULTS: dict[str, tuple[Fault, type[AdapterError]]] = {
    "page": (faults.html(), Unreachable),
    "page-503": (faults.html(503), Unreachable),
    "401": (faults.status(401), SignInNeeded),
    "403": (faults.status(403), NotAllowed),
    "422": (faults.status(422), Refused),
    "429": (faults.rate_limited(), RateLimited),
    "500": (faults.status(500), Unreachable),
    "501": (faults.status(501), NotSupported),
    "redirect": (faults.redirect("https://elsewhere.example/"), BadAnswer),
    "broken-json": (faults.broken_json(), Unreachable),
    "closing": (faults.close(), Unreachable),
    "cut-short": (faults.cut_short(), Unreachable),
    "answer-lost": (lose_the_answer, Unreachable),
    "answer-cut": (cut_the_answer, Unreachable),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_a_post_that_meets_a_fault_is_made_once(
    mastodon_server: LiveMastodon, faulty: PutInFront, ada: Reader, name: str
) -> None:
    fault, expected = FAULTS[name]
    wanted, tried = submission(unlike_any()), attempt()
    proxy = faulty(mastodon_server.url)
    async with member(proxy.url, mastodon_server) as session:
        proxy.break_with(fault, path="/api/v1/statuses", times=1)
        with pytest.raises(AdapterError) as caught:
            await session.publish(wanted, tried)
        assert type(caught.value) is expected
        assert mastodon_server.tokens["ada"] not in f"{caught.value}{caught.value.remedy}"
        if isinstance(caught.value, Unreachable):
            assert caught.value.sent is Sent.MAYBE
            arrived = name.startswith("answer")
            assert (await session.find(wanted, tried) is not None) is arrived
        else:
            assert ada.posts(wanted.text.text) == []
        await session.publish(wanted, tried)

    assert len(ada.posts(wanted.text.text)) == 1


@pytest.mark.parametrize("name", FAULTS)
async def test_an_edit_that_meets_a_fault_is_made_once(
    mastodon_server: LiveMastodon, faulty: PutInFront, ada: Reader, name: str
) -> None:
    fault, expected = FAULTS[name]
    proxy = faulty(mastodon_server.url)
    async with member(proxy.url, mastodon_server) as session:
        first = await session.publish(submission(unlike_any()), attempt())
        key = shown(first).remote_key
        wanted, tried = submission(unlike_any("New"), edits=ref(first)), attempt()
        proxy.break_with(only("PUT", fault), path=f"/api/v1/statuses/{key}")
        with pytest.raises(AdapterError) as caught:
            await session.edit(wanted, tried)
        assert type(caught.value) is expected
        proxy.mend()
        found = await session.find(wanted, tried)
        assert (found is not None) is name.startswith("answer")
        await session.edit(wanted, tried)

    assert len(ada.get(f"/api/v1/statuses/{key}/history")) == 2


@pytest.mark.parametrize("name", FAULTS)
async def test_a_deletion_that_meets_a_fault_is_done(
    mastodon_server: LiveMastodon, faulty: PutInFront, ada: Reader, name: str
) -> None:
    fault, expected = FAULTS[name]
    proxy = faulty(mastodon_server.url)
    async with member(proxy.url, mastodon_server) as session:
        first = await session.publish(submission(unlike_any()), attempt())
        key = shown(first).remote_key
        proxy.break_with(only("DELETE", fault), path=f"/api/v1/statuses/{key}")
        with pytest.raises(AdapterError) as caught:
            await session.delete(ref(first))
        assert type(caught.value) is expected
        proxy.mend()
        await session.delete(ref(first))

    assert not ada.exists(key)


@pytest.mark.parametrize("name", FAULTS)
async def test_an_upload_that_meets_a_fault_can_be_made_again(
    mastodon_server: LiveMastodon, faulty: PutInFront, picture: Path, ada: Reader, name: str
) -> None:
    fault, expected = FAULTS[name]
    proxy = faulty(mastodon_server.url)
    attachment = Attachment(str(picture), "a wheel")
    async with member(proxy.url, mastodon_server) as session:
        proxy.break_with(fault, path="/api/v2/media", times=1)
        if expected is NotSupported:
            # Then the older way is gone.
            proxy.break_with(fault, path="/api/v1/media", times=1)
        with pytest.raises(AdapterError) as caught:
            await session.upload(attachment, lambda done, whole: None)
        assert type(caught.value) is expected
        key = await session.upload(attachment, lambda done, whole: None)
        receipt = await session.publish(
            submission(unlike_any(), media=(Upload(attachment, key),)), attempt()
        )

    found = ada.get(f"/api/v1/statuses/{shown(receipt).remote_key}")
    assert [one["id"] for one in found["media_attachments"]] == [key]


def only(method: str, fault: Fault) -> Fault:
    """The fault for one method, and the server itself for all others."""

    def act(handler: Handler) -> None:
        if handler.command == method:
            fault(handler)
        else:
            answer = ask_on(handler)
            handler.answer(answer.status_code, answer.content, {"Content-Type": "application/json"})

    return act


async def test_a_server_that_is_down_has_certainly_taken_nothing(
    own_mastodon_server: LiveMastodon,
) -> None:
    wanted, tried = submission(unlike_any()), attempt()
    async with member(own_mastodon_server.url, own_mastodon_server) as session:
        own_mastodon_server.stop()
        with pytest.raises(Unreachable) as caught:
            await session.publish(wanted, tried)
        assert caught.value.sent is Sent.NO
        own_mastodon_server.start()
        assert await session.find(wanted, tried) is None
        assert shown(await session.publish(wanted, tried)).post.text == wanted.text
