"""Posting: what is sent, what is refused beforehand, and what each answer means."""

from datetime import timedelta
from typing import Any

import pytest

from tests.adapters.mastodon.script import TOKEN, Reply, Script
from tests.adapters.mastodon.writing import (
    GLITCH,
    GOTOSOCIAL,
    MASTODON,
    ME,
    NOW,
    OWN,
    PLEROMA,
    STATUSES,
    TRIED,
    member,
    post,
    status,
    submission,
)
from tuisocial.adapters.mastodon import api as api_module
from tuisocial.adapters.mastodon import client
from tuisocial.model.draft import Attachment, Ballot, Quotable
from tuisocial.model.ids import AccountId
from tuisocial.model.post import Visibility
from tuisocial.model.richtext import Mention, RichText
from tuisocial.model.submission import Submission, Upload
from tuisocial.sdk import writing
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

CAPABILITIES = (
    writing.Publishes,
    writing.FindsAttempts,
    writing.UploadsMedia,
    writing.Edits,
    writing.Deletes,
    writing.Likes,
    writing.Reposts,
    writing.Bookmarks,
    writing.Reacts,
    writing.Votes,
    writing.Follows,
    writing.Mutes,
    writing.Blocks,
    writing.Completes,
)


@pytest.mark.parametrize("capability", CAPABILITIES)
async def test_who_has_signed_in_may_write_and_a_guest_may_not(
    script: Script, capability: Any
) -> None:
    assert isinstance(await script.session(), capability)
    assert not isinstance(await script.session(guest=True), capability)


# --- what is sent ---------------------------------------------------------------------------


async def sent(
    script: Script, wanted: Submission, description: dict[str, Any] = MASTODON
) -> dict[str, Any]:
    """The record that is posted for a submission."""
    script.answers[STATUSES] = Reply(status())
    script.answers[f"{STATUSES}/7"] = Reply(status())
    session = await member(script, description)
    await session.publish(wanted, TRIED)
    await session.aclose()
    [asked] = script.sent("POST", STATUSES)
    assert asked.headers["Idempotency-Key"] == TRIED.key
    assert asked.headers["Authorization"] == f"Bearer {TOKEN}"
    found: dict[str, Any] = asked.json()
    return found


async def test_a_plain_post_is_just_that(script: Script) -> None:
    assert await sent(script, submission("Engines & <wheels>")) == {
        "status": "Engines & <wheels>",
        "spoiler_text": "",
        "sensitive": False,
        "visibility": "public",
    }


async def test_a_post_says_all_that_it_has(script: Script) -> None:
    wanted = submission(
        content_warning="steam",
        language="en",
        visibility=Visibility.FOLLOWERS,
        ballot=Ballot(("a", "b"), timedelta(hours=2), True, True),
        reply_to=post(7),
        quote=post(7),
        at=NOW + timedelta(hours=1),
    )

    assert await sent(script, wanted) == {
        "status": "Engines",
        "spoiler_text": "steam",
        "sensitive": True,
        "language": "en",
        "visibility": "private",
        "poll": {"options": ["a", "b"], "expires_in": 7200, "multiple": True, "hide_totals": True},
        "in_reply_to_id": "7",
        "quoted_status_id": "7",
        "scheduled_at": (NOW + timedelta(hours=1)).isoformat(),
    }


async def test_a_post_says_who_may_quote_it_where_the_server_has_that(script: Script) -> None:
    wanted = submission(quotable=Quotable.NOBODY)

    assert (await sent(script, wanted))["quote_approval_policy"] == "nobody"
    script.asked.clear()
    assert "quote_approval_policy" not in await sent(script, wanted, GOTOSOCIAL)


async def test_a_warning_without_a_reason_warns_all_the_same(script: Script) -> None:
    assert (await sent(script, submission(content_warning="")))["spoiler_text"] == "CW"


async def test_plain_text_is_called_so_where_it_could_be_taken_for_something_else(
    script: Script,
) -> None:
    found = await sent(script, submission("*not bold*", quote=post()), PLEROMA)

    assert found["content_type"] == "text/plain"
    assert found["quote_id"] == "7"


@pytest.mark.parametrize("description", [GLITCH, PLEROMA], ids=["glitch", "pleroma"])
async def test_markdown_is_called_so_where_the_server_reads_it(
    script: Script, description: dict[str, Any]
) -> None:
    found = await sent(script, submission("*bold*", markdown=True), description)

    assert (found["status"], found["content_type"]) == ("*bold*", "text/markdown")


async def test_a_server_says_that_it_reads_markdown_and_mastodon_does_not(script: Script) -> None:
    for description, markdown in ((MASTODON, False), (GLITCH, True), (PLEROMA, True)):
        session = await member(script, description)
        assert session.limits().markdown is markdown
        await session.aclose()


async def test_a_quote_is_a_link_at_the_end_where_a_post_cannot_quote(script: Script) -> None:
    found = await sent(script, submission("Look", quote=post()), GOTOSOCIAL)

    assert found["status"] == f"Look\n\n{post().post.uri}"
    assert "quoted_status_id" not in found


@pytest.mark.parametrize(
    ("written", "uri", "acct", "expected"),
    [
        ("@ada", "https://example.social/users/ada", "ada", "@ada@example.social"),
        ("@ada@example.social", "https://x.example/1", "", "@ada@example.social"),
        ("@grace", "https://other.example/users/9a8b", "grace@elsewhere.example", None),
        ("Grace", "https://other.example/users/9a8b", "grace@elsewhere.example", None),
    ],
)
async def test_a_mention_is_written_with_its_host(
    script: Script, written: str, uri: str, acct: str, expected: str | None
) -> None:
    """A handle's host may be another than the one in the account's name, so it is asked for."""
    account = {**status()["account"], "acct": acct, "uri": uri, "url": uri}
    script.answers["/api/v1/accounts/lookup"] = Reply(account)
    script.answers["/api/v2/search"] = Reply({"accounts": [account]})
    text = RichText(f"{written} hi", (Mention(0, len(written), AccountId("activitypub", uri)),))
    found = await sent(script, Submission(text))

    assert found["status"] == f"{expected or '@' + acct} hi"


@pytest.mark.parametrize("written", ["@grace", "Grace H"])
async def test_a_mention_of_somebody_the_server_does_not_know_is_written_as_guessed(
    script: Script, written: str
) -> None:
    account = AccountId("activitypub", "https://other.example/users/grace")
    text = RichText(f"{written} hi", (Mention(0, len(written), account),))
    found = await sent(script, Submission(text))

    assert found["status"] == "@grace@other.example hi"


# --- what comes back ------------------------------------------------------------------------


async def test_a_post_that_became_more_visible_is_told(script: Script) -> None:
    script.answers[STATUSES] = Reply(status(visibility="public"))
    session = await member(script)
    receipt = await session.publish(submission(visibility=Visibility.FOLLOWERS), TRIED)
    await session.aclose()

    assert receipt.note == "the server made it public"


async def test_a_post_that_did_not_wait_is_told(script: Script) -> None:
    script.answers[STATUSES] = Reply(status())
    session = await member(script)
    receipt = await session.publish(submission(at=NOW + timedelta(hours=1)), TRIED)
    await session.aclose()

    assert receipt.view is not None
    assert receipt.note == "it was posted at once"


async def test_a_post_that_waits_has_a_name_there(script: Script) -> None:
    script.answers[STATUSES] = Reply({"id": "3", "scheduled_at": "2026-01-02T13:00:00.000Z"})
    session = await member(script)
    receipt = await session.publish(submission(at=NOW + timedelta(hours=1)), TRIED)
    await session.aclose()

    assert (receipt.view, receipt.waits) == (None, "3")


async def failure(script: Script, reply: Reply, wanted: Submission | None = None) -> AdapterError:
    """What posting to a server that answers `reply` raises."""
    script.answers[STATUSES] = reply
    script.answers[f"{STATUSES}/7"] = Reply(status())
    session = await member(script)
    with pytest.raises(AdapterError) as caught:
        await session.publish(wanted or submission(), TRIED)
    await session.aclose()
    error = caught.value
    assert TOKEN not in f"{error.message}{error.remedy}{vars(error)}"
    assert error.remedy
    assert len(script.sent("POST", STATUSES)) == 1
    return error


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (301, BadAnswer),
        (401, SignInNeeded),
        (403, NotAllowed),
        (405, NotSupported),
        (413, Refused),
        (422, Refused),
        (429, RateLimited),
        (500, Unreachable),
        (501, NotSupported),
        (503, Unreachable),
    ],
)
async def test_each_status_has_its_error(
    script: Script, code: int, expected: type[AdapterError]
) -> None:
    error = await failure(script, Reply({"error": f"no {TOKEN}"}, code))

    assert type(error) is expected
    if isinstance(error, Unreachable):
        assert error.sent is Sent.MAYBE


@pytest.mark.parametrize(
    "headers", [{"Retry-After": "60"}, {"X-RateLimit-Reset": "2999-01-01T00:00Z"}]
)
async def test_a_rate_limit_says_until_when(script: Script, headers: dict[str, str]) -> None:
    error = await failure(script, Reply({}, 429, headers))

    assert isinstance(error, RateLimited)
    assert error.until is not None


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ("Validation failed: Text character limit of 500 exceeded", "text"),
        ("Validation failed: Text can't be blank", "text"),
        ("Cannot attach files that have not finished processing. Try again!", "media"),
        ("Media 12 not found or already attached to another post", "media"),
        ("Cannot attach a video to a post that already contains images", "media"),
        ("Validation failed: Description is too long (maximum is 1500 characters)", "alt text"),
        ("Validation failed: Poll options can't be longer than 50 characters each", "poll"),
        ("Validation failed: Expires at is too soon", "poll"),
        ("Validation failed: Scheduled at must be in the future", "schedule"),
        ("Validation failed: This status may not be quoted", "quote"),
        ("Validation failed: Visibility is not included in the list", "visibility"),
        ("Validation failed: Language is invalid", "language"),
        ("Something", ""),
    ],
)
async def test_a_refusal_names_the_part_that_the_server_speaks_of(
    script: Script, said: str, field: str
) -> None:
    error = await failure(script, Reply({"error": said}, 422))

    assert isinstance(error, Refused)
    assert error.field == field
    assert said in error.message


@pytest.mark.parametrize(
    ("parts", "field"), [({"reply_to": post()}, "reply"), ({"quote": post()}, "quote")]
)
async def test_what_a_post_refers_to_and_is_gone_is_named(
    script: Script, parts: dict[str, Any], field: str
) -> None:
    error = await failure(script, Reply({"error": "Record not found"}, 404), submission(**parts))

    assert isinstance(error, Refused)
    assert error.field == field


def _cut_short(handler: Any) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4096\r\n\r\n{")


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b""),
        Reply(b"<h1>Thanks</h1>"),
        Reply(b'{"id": "1", '),
        Reply([]),
        Reply({}),
        Reply({"id": "1", "account": {}}),
        Reply(act=_cut_short),
        Reply(act=lambda handler: None),
    ],
    ids=["nothing", "page", "cut", "list", "empty", "odd", "cut-short", "closed"],
)
async def test_nobody_knows_what_an_answer_means_that_cannot_be_read(
    script: Script, reply: Reply
) -> None:
    error = await failure(script, reply)

    assert isinstance(error, Unreachable)
    assert error.sent is Sent.MAYBE


async def test_an_answer_without_end_may_mean_that_it_was_done(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "MAX_BYTES", 10_000)
    error = await failure(script, Reply(b'"' + b"a" * 20_000 + b'"'))

    assert isinstance(error, Unreachable)
    assert error.sent is Sent.MAYBE


async def test_a_server_that_took_it_and_stays_silent_may_have_done_it(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await member(script)
    monkeypatch.setattr(api_module, "_PATIENCE", 0.2)
    hold = script.hold(STATUSES)
    with pytest.raises(Unreachable, match="in time") as caught:
        await session.publish(submission(), TRIED)
    hold.release()
    await session.aclose()

    assert caught.value.sent is Sent.MAYBE


async def test_a_server_that_takes_no_connection_has_certainly_not_done_it(script: Script) -> None:
    session = await member(script)
    script.stop()
    with pytest.raises(Unreachable, match="accepts no connection") as caught:
        await session.publish(submission(), TRIED)
    with pytest.raises(Unreachable) as deleting:
        await session.delete(post())
    await session.aclose()

    assert caught.value.sent is Sent.NO
    assert deleting.value.sent is Sent.NO


async def test_a_login_that_may_only_read_is_told_the_right_that_it_lacks(script: Script) -> None:
    session = await member(script, scopes="read")
    ada = AccountId("activitypub", "https://example.social/users/ada")
    for act, scope in (
        (session.publish(submission(), TRIED), "write:statuses"),
        (session.like(post()), "write:favourites"),
        (
            session.follow(ada),
            "write:follows",
        ),
    ):
        script.answers[f"{STATUSES}/7"] = Reply(status())
        script.answers["/api/v1/accounts/lookup"] = Reply(status()["account"])
        with pytest.raises(NotAllowed) as caught:
            await act
        assert caught.value.remedy == f"sign in again to grant {scope}"
    assert {asked.method for asked in script.asked} == {"GET"}
    await session.aclose()


async def test_trouble_on_the_way_to_a_post_has_certainly_not_posted_it(script: Script) -> None:
    script.answers[f"{STATUSES}/7"] = Reply({}, 503)
    session = await member(script)
    with pytest.raises(Unreachable) as caught:
        await session.publish(submission(reply_to=post()), TRIED)
    await session.aclose()

    assert caught.value.sent is Sent.NO
    assert script.sent("POST", STATUSES) == []


# --- media ----------------------------------------------------------------------------------


async def test_uploads_are_looked_at_before_a_post_goes_out(script: Script) -> None:
    """Some servers leave out a file that expired and post the rest."""
    media = (Upload(Attachment("/a.png"), "11"), Upload(Attachment("/b.png"), "12"))
    script.answers["/api/v1/media/11"] = Reply({"id": "11"})
    script.answers[OWN] = Reply([])
    script.answers["/api/v1/accounts/verify_credentials"] = Reply({"id": ME})
    session = await member(script)
    with pytest.raises(Refused) as caught:
        await session.publish(submission(media=media), TRIED)
    assert caught.value.field == "media"
    assert script.sent("POST", STATUSES) == []

    script.answers["/api/v1/media/12"] = Reply({"id": "12"}, 206)
    script.answers[STATUSES] = Reply(status())
    await session.publish(submission(media=media), TRIED)
    assert script.sent("POST", STATUSES)[0].json()["media_ids"] == ["11", "12"]
    await session.aclose()


# --- without a network -----------------------------------------------------------------------


async def test_what_was_learnt_holds_in_the_next_session_without_a_network(script: Script) -> None:
    wanted = submission("https://example.social/" + "x" * 600)
    first = await member(script)
    known = (first.limits(), first.measure(wanted), first.fates(wanted))
    await first.aclose()

    script.stop()
    offline = await script.session(now=lambda: NOW, memory=first._context.memory)
    assert isinstance(offline, writing.Publishes)
    await offline.prepare()
    assert (offline.limits(), offline.measure(wanted), offline.fates(wanted)) == known
    assert offline.measure(wanted).count == 23
    await offline.aclose()
