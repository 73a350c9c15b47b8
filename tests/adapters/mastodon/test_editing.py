"""Edits leave out nothing, and where there are none a post is made anew and never lost."""

from datetime import timedelta
from typing import Any

import pytest

from tests.adapters.mastodon.script import Asked, Reply, Script
from tests.adapters.mastodon.writing import (
    GLITCH,
    MASTODON,
    ME,
    NOW,
    OLD_MASTODON,
    OWN,
    STATUSES,
    TRIED,
    member,
    post,
    status,
    submission,
)
from tuisocial.model.draft import Ballot, Quotable
from tuisocial.model.submission import Outcome
from tuisocial.sdk.errors import NotAllowed, NotFound, NotSupported, Refused, Unreachable

HERE = f"{STATUSES}/7"


def both(script: Script, before: dict[str, Any], after: Reply) -> None:
    """Show a status, and answer `after` to whatever is done to it."""
    script.answers[HERE] = lambda asked: Reply(before) if asked.method == "GET" else after


async def test_an_edit_sends_files_and_poll_again(script: Script) -> None:
    before = status(
        media_attachments=[{"id": "5", "type": "image"}, {"id": "6", "type": "image"}],
        poll={
            "id": "1",
            "expires_at": (NOW + timedelta(hours=1)).isoformat(),
            "expired": False,
            "multiple": True,
            "options": [{"title": "a", "votes_count": None}, {"title": "b", "votes_count": None}],
        },
    )
    both(script, before, Reply(before))
    session = await member(script)
    await session.edit(submission("New", edits=post(), language="de"), TRIED)
    await session.aclose()

    [asked] = script.sent("PUT", HERE)
    assert asked.json() == {
        "status": "New",
        "spoiler_text": "",
        "sensitive": False,
        "language": "de",
        "media_ids": ["5", "6"],
        "poll": {"options": ["a", "b"], "expires_in": 3600, "multiple": True, "hide_totals": True},
    }


async def test_an_edit_may_replace_files_and_poll(script: Script) -> None:
    both(script, status(poll={"id": "1", "options": [{"title": "a"}]}), Reply(status()))
    session = await member(script)
    await session.edit(submission("New", edits=post(), ballot=Ballot(("c", "d"))), TRIED)
    await session.aclose()

    assert script.sent("PUT", HERE)[0].json()["poll"]["options"] == ["c", "d"]


async def test_a_poll_that_is_over_is_sent_with_a_time_that_is_accepted(script: Script) -> None:
    poll = {
        "id": "1",
        "expires_at": (NOW - timedelta(days=1)).isoformat(),
        "expired": True,
        "options": [{"title": "a", "votes_count": 1}, {"title": "b", "votes_count": 0}],
    }
    both(script, status(poll=poll), Reply(status()))
    session = await member(script)
    await session.edit(submission("New", edits=post()), TRIED)
    await session.aclose()

    sent = script.sent("PUT", HERE)[0].json()["poll"]
    assert (sent["expires_in"], sent["hide_totals"]) == (300, False)


async def test_a_server_that_lets_nobody_edit_deletes_nothing(script: Script) -> None:
    both(script, status(), Reply({"error": "Record not found"}, 404))
    session = await member(script)
    with pytest.raises(NotSupported):
        await session.edit(submission("New", edits=post()), TRIED)
    await session.aclose()

    assert script.sent("DELETE", HERE) == []


async def test_an_edit_whose_answer_is_lost_may_have_been_made(script: Script) -> None:
    both(script, status(), Reply(b'{"id": '))
    session = await member(script)
    with pytest.raises(Unreachable) as caught:
        await session.edit(submission("New", edits=post()), TRIED)
    await session.aclose()

    assert caught.value.sent == "maybe"


class Old:
    """A server without edits: a post is there until it is deleted."""

    def __init__(self, script: Script, before: dict[str, Any]) -> None:
        self.before, self.there = before, True
        self.answer = Reply(status(8, content="<p>New</p>"))
        script.answers[HERE] = self.post
        script.answers[STATUSES] = lambda asked: self.answer
        script.answers["/api/v2/search"] = Reply({"statuses": []})
        script.answers["/api/v1/accounts/verify_credentials"] = Reply({"id": ME})

    def post(self, asked: Asked) -> Reply:
        """Shows or deletes it."""
        if not self.there:
            return Reply({"error": "Record not found"}, 404)
        self.there = asked.method != "DELETE"
        return Reply(self.before)


BEFORE = status(
    visibility="private",
    in_reply_to_id="3",
    media_attachments=[{"id": "5", "type": "image"}],
)


async def test_without_edits_a_post_is_made_anew_with_all_that_it_had(script: Script) -> None:
    Old(script, BEFORE)
    session = await member(script, OLD_MASTODON)
    wanted = submission("New", edits=post())
    receipt = await session.edit(wanted, TRIED)
    await session.aclose()

    assert receipt.view is not None
    assert receipt.view.remote_key == "8"
    assert [one.outcome for one in session.fates(wanted) if one.feature == "edit"] == [
        Outcome.REPLACED
    ]
    acts = [asked.method for asked in script.asked if asked.method != "GET"]
    assert acts == ["DELETE", "POST"]
    [made] = script.sent("POST", STATUSES)
    assert made.headers["Idempotency-Key"] == TRIED.key
    assert made.json() == {
        "status": "New",
        "spoiler_text": "",
        "sensitive": False,
        "visibility": "private",
        "in_reply_to_id": "3",
        "media_ids": ["5"],
    }


async def test_a_post_that_was_deleted_to_be_made_anew_is_never_lost(script: Script) -> None:
    """The next session goes on, although the old post can no longer be asked for."""
    server = Old(script, BEFORE)
    server.answer = Reply({}, 503)
    wanted = submission("New", edits=post())
    first = await member(script, OLD_MASTODON)
    with pytest.raises(Unreachable):
        await first.edit(wanted, TRIED)
    await first.aclose()
    assert not server.there

    server.answer = Reply(status(8))
    second: Any = await script.session(now=lambda: NOW, memory=first._context.memory)
    receipt = await second.edit(wanted, TRIED)
    assert receipt.view.remote_key == "8"
    lost, made = script.sent("POST", STATUSES)
    assert lost.json() == made.json()
    assert lost.headers["Idempotency-Key"] == made.headers["Idempotency-Key"]
    script.answers[f"{STATUSES}/8"] = Reply(status(8))
    for again in (await second.edit(wanted, TRIED), await second.find(wanted, TRIED)):
        assert again.view.remote_key == "8"
    assert len(script.sent("POST", STATUSES)) == 2
    await second.aclose()


async def test_nothing_is_deleted_for_what_is_sure_to_be_refused(script: Script) -> None:
    server = Old(script, BEFORE)
    session = await member(script, OLD_MASTODON)
    with pytest.raises(Refused) as caught:
        await session.edit(submission("x" * 501, edits=post()), TRIED)
    await session.aclose()

    assert caught.value.field == "text"
    assert server.there


async def test_a_post_made_anew_whose_answer_is_lost_is_found(script: Script) -> None:
    server = Old(script, BEFORE)
    server.answer = Reply(act=lambda handler: None)
    script.answers[OWN] = Reply([])
    wanted = submission("New", edits=post())
    session = await member(script, OLD_MASTODON)
    assert await session.find(wanted, TRIED) is None
    with pytest.raises(Unreachable):
        await session.edit(wanted, TRIED)
    assert await session.find(wanted, TRIED) is None
    made = status(
        8,
        content="<p>New</p>",
        in_reply_to_id="3",
        media_attachments=[{"id": "5"}],
        spoiler_text="",
        created_at=NOW.isoformat(),
    )
    script.answers[OWN] = Reply([made])
    found = await session.find(wanted, TRIED)
    await session.aclose()

    assert found is not None
    assert found.view is not None


async def test_a_source_that_is_not_kept_is_what_is_shown(script: Script) -> None:
    script.answers[HERE] = Reply(status(content="<p>Engines &amp; <b>wheels</b></p>"))
    session = await member(script)
    draft = await session.source(post())
    await session.aclose()

    assert draft.text == "Engines & wheels"


async def test_a_post_written_in_markdown_is_changed_as_that(script: Script) -> None:
    before = status(content="<p><strong>Old</strong></p>")
    both(script, before, Reply(before))
    script.answers[f"{HERE}/source"] = Reply({"text": "**Old**", "content_type": "text/markdown"})
    session = await member(script, GLITCH)
    draft = await session.source(post())
    assert (draft.text, draft.markdown) == ("**Old**", True)
    await session.edit(submission("**Old**", edits=post(), markdown=True), TRIED)
    assert not script.sent("PUT", HERE)
    # The same words, no longer as Markdown, are a change.
    await session.edit(submission("**Old**", edits=post()), TRIED)
    await session.aclose()

    [asked] = script.sent("PUT", HERE)
    assert asked.json()["content_type"] == "text/plain"


@pytest.mark.parametrize(
    ("automatic", "expected"),
    [
        (["public"], Quotable.PUBLIC),
        (["followers"], Quotable.FOLLOWERS),
        ([], Quotable.NOBODY),
        (None, None),
    ],
)
async def test_a_source_says_who_may_quote(
    script: Script, automatic: list[str] | None, expected: Quotable | None
) -> None:
    approval = {} if automatic is None else {"quote_approval": {"automatic": automatic}}
    script.answers[HERE] = Reply(status(**approval))
    session = await member(script)
    assert (await session.source(post())).quotable is expected
    await session.aclose()


@pytest.mark.parametrize("code", [200, 404, 410])
async def test_a_post_that_is_gone_is_deleted(script: Script, code: int) -> None:
    both(script, status(), Reply({}, code))
    session = await member(script, MASTODON)

    assert (await session.delete(post())).view is None
    await session.aclose()


async def test_a_post_of_somebody_else_is_not_deleted(script: Script) -> None:
    both(script, status(), Reply({"error": "This action is not allowed"}, 403))
    session = await member(script)
    with pytest.raises(NotAllowed):
        await session.delete(post())
    await session.aclose()


async def test_an_edit_of_a_post_that_is_gone_says_so(script: Script) -> None:
    session = await member(script)
    with pytest.raises(NotFound):
        await session.edit(submission("New", edits=post()), TRIED)
    await session.aclose()
