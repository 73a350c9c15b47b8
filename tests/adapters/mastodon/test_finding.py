"""What became of an attempt is found among the login's own posts, or is certainly nothing."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.adapters.mastodon.script import Asked, Reply, Script
from tests.adapters.mastodon.writing import (
    GLITCH,
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
from tests.strategies import text
from tuisocial.adapters.mastodon import wording
from tuisocial.model.draft import Attachment, Ballot
from tuisocial.model.post import Visibility
from tuisocial.model.submission import Attempt, Receipt, Submission, Upload
from tuisocial.sdk.errors import AdapterError, NotSupported, Unreachable

WAITING = "/api/v1/scheduled_statuses"


def posted(number: int, content: str, made: datetime = NOW, **parts: Any) -> dict[str, Any]:
    """A status of ada's with these words."""
    plain = {"spoiler_text": "", "media_attachments": [], "poll": None, "in_reply_to_id": None}
    return status(number, content=content, created_at=made.isoformat(), **{**plain, **parts})


async def find(
    script: Script,
    wanted: Submission,
    rows: Any,
    *,
    description: dict[str, Any] = MASTODON,
    tried: Attempt = TRIED,
    now: datetime = NOW,
) -> Receipt | None:
    """What is found where the login has these posts."""
    script.answers["/api/v1/accounts/verify_credentials"] = Reply({"id": ME})
    script.answers.setdefault(OWN, Reply(rows))
    script.answers.setdefault(WAITING, Reply([]))
    session = await member(script, description, now=lambda: now)
    try:
        return await session.find(wanted, tried)
    finally:
        await session.aclose()


async def number_found(script: Script, wanted: Submission, rows: Any, **options: Any) -> str | None:
    """The server's id of what is found."""
    receipt = await find(script, wanted, rows, **options)
    if receipt is None:
        return None
    assert receipt.view is not None
    return receipt.view.remote_key


LONG = "https://example.social/a/long/path/to/somewhere#x"
SHOWN = {
    "Engines & <wheels>": "<p>Engines &amp; &lt;wheels&gt;</p>",
    "One\n\n\ntwo  three ": "<p>One</p><p>two three</p>",
    f"see {LONG}": (
        f'<p>see <a href="{LONG}"><span class="invisible">https://</span>'
        '<span class="ellipsis">example.social/a/lo</span>'
        '<span class="invisible">ng/path/to/somewhere#x</span></a></p>'
    ),
    "see https://Example.social": (
        '<p>see <a href="https://example.social/">example.social</a></p>'
    ),
    "@grace@elsewhere.example hi #Engines": (
        '<p><span class="h-card"><a href="https://elsewhere.example/@grace" '
        'class="u-url mention">@<span>grace</span></a></span> hi '
        '<a href="https://example.social/tags/engines" class="mention hashtag" rel="tag">'
        "#<span>Engines</span></a></p>"
    ),
    "Zoe\u0308": "<p>Zo\u00eb</p>",
}


@pytest.mark.parametrize(("written", "content"), SHOWN.items())
async def test_words_are_known_again_as_the_server_shows_them(
    script: Script, written: str, content: str
) -> None:
    rows = [posted(9, "<p>other</p>"), posted(8, content)]

    assert await number_found(script, submission(written), rows) == "8"


async def test_words_that_are_shown_otherwise_are_known_by_their_source(script: Script) -> None:
    script.answers[f"{STATUSES}/8/source"] = Reply({"text": "**Engines**", "spoiler_text": ""})
    rows = [posted(9, "<p>other</p>"), posted(8, "<p><b>Engines</b></p>")]

    assert await number_found(script, submission("**Engines**"), rows) == "8"


async def test_markdown_whose_source_is_not_shown_leaves_it_open(script: Script) -> None:
    rows = [posted(8, "<p><b>Engines</b></p>")]
    with pytest.raises(NotSupported):
        await find(script, submission("**Engines**", markdown=True), rows, description=GLITCH)


@pytest.mark.parametrize(
    "row",
    [
        posted(8, "<p>Engines</p>", spoiler_text="steam"),
        posted(8, "<p>Engines</p>", in_reply_to_id="3"),
        posted(8, "<p>Engines</p>", media_attachments=[{"id": "1"}]),
        posted(8, "<p>Engines</p>", poll={"id": "1", "options": [{"title": "a"}]}),
        posted(8, "<p>Engines, and more</p>"),
        posted(8, "<p>Engines</p>", made=NOW - timedelta(minutes=3)),
        {**posted(8, ""), "reblog": posted(7, "<p>Engines</p>")},
    ],
    ids=["warning", "reply", "media", "poll", "text", "earlier", "boost"],
)
async def test_another_post_is_not_taken_for_it(script: Script, row: dict[str, Any]) -> None:
    assert await find(script, submission(), [row]) is None


async def test_a_post_is_known_by_its_files_whatever_became_of_its_words(script: Script) -> None:
    wanted = submission("Ours", media=(Upload(Attachment("/a.png"), "5"),))
    rows = [
        posted(9, "<p>Ours</p>", media_attachments=[{"id": "4"}, {"id": "5"}]),
        posted(8, "<p>changed</p>", media_attachments=[{"id": "5"}]),
    ]

    assert await number_found(script, wanted, rows) == "8"


@pytest.mark.parametrize(
    ("warning", "row"),
    [
        ("steam", posted(8, "<p>.</p>", spoiler_text="steam")),
        ("steam", posted(8, "<p>steam</p>")),
        ("", posted(8, "<p>Engines</p>", spoiler_text="CW")),
    ],
)
async def test_a_warning_is_known_in_each_form_that_servers_give_it(
    script: Script, warning: str, row: dict[str, Any]
) -> None:
    words = "Engines" if not warning else ""

    assert await number_found(script, submission(words, content_warning=warning), [row]) == "8"


async def test_a_reply_is_told_from_the_same_words_elsewhere(script: Script) -> None:
    script.answers[f"{STATUSES}/7"] = Reply(status())
    rows = [
        posted(9, "<p>Yes</p>", in_reply_to_id="6"),
        posted(8, "<p>Yes</p>", in_reply_to_id="7"),
    ]

    assert await number_found(script, submission("Yes", reply_to=post()), rows) == "8"


async def test_a_reply_to_what_is_gone_meanwhile_is_known_by_its_words(script: Script) -> None:
    rows = [posted(8, "<p>Yes</p>")]

    assert await number_found(script, submission("Yes", reply_to=post()), rows) == "8"


async def test_a_poll_is_known_by_its_answers(script: Script) -> None:
    def poll(*titles: str) -> dict[str, Any]:
        return {"id": "1", "options": [{"title": title} for title in titles]}

    rows = [
        posted(9, "<p>Which</p>", poll=poll("c", "d")),
        posted(8, "<p>Which</p>", poll=poll("a", "b")),
    ]

    assert await number_found(script, submission("Which", ballot=Ballot(("a", "b"))), rows) == "8"


async def test_all_pages_since_the_attempt_are_looked_through(script: Script) -> None:
    def page(asked: Asked) -> Reply:
        first = int(asked.query.get("max_id", "100")) - 1
        found = [posted(number, f"<p>{number}</p>") for number in range(first, first - 40, -1)]
        return Reply(found)

    script.answers[OWN] = page

    assert await number_found(script, submission("15"), []) == "15"


async def test_a_post_of_one_attempt_is_not_taken_for_another_s(script: Script) -> None:
    """The same words may be meant twice."""
    row = posted(8, "<p>Yes</p>")
    script.answers[STATUSES] = Reply(row)
    script.answers[OWN] = Reply([row])
    script.answers["/api/v1/accounts/verify_credentials"] = Reply({"id": ME})
    session = await member(script)
    await session.publish(submission("Yes"), TRIED)

    assert await session.find(submission("Yes"), Attempt("another", NOW)) is None
    assert await session.find(submission("Yes"), TRIED)
    await session.aclose()


async def test_what_is_older_than_the_attempt_is_not_asked_for(script: Script) -> None:
    rows = [posted(9, "<p>a</p>"), posted(8, "<p>b</p>", made=NOW - timedelta(days=1))]

    assert await find(script, submission(), rows) is None
    assert len(script.sent("GET", OWN)) == 1


async def test_more_than_can_be_looked_through_is_not_taken_for_nothing(script: Script) -> None:
    script.answers[OWN] = lambda asked: Reply(
        [posted(int(asked.query.get("max_id", "900")) - 1, "<p>x</p>")]
    )
    with pytest.raises(NotSupported, match="too much"):
        await find(script, submission(), [])


@pytest.mark.parametrize("hours", [-5, 5])
async def test_a_clock_that_is_wrong_finds_it_all_the_same(script: Script, hours: int) -> None:
    """The server's own clock says how far this machine's is off."""
    ours = NOW + timedelta(hours=hours)
    rows = [posted(8, "<p>Engines</p>")]

    assert await find(script, submission(), rows, tried=Attempt("k", ours), now=ours)


async def test_a_clock_that_was_set_back_finds_it_all_the_same(script: Script) -> None:
    tried = Attempt("k", NOW + timedelta(days=1))

    assert await find(script, submission(), [posted(8, "<p>Engines</p>")], tried=tried)


async def test_what_a_server_may_hide_is_not_taken_for_nothing(script: Script) -> None:
    wanted = submission(visibility=Visibility.DIRECT)
    with pytest.raises(NotSupported, match="may hide"):
        await find(script, wanted, [], description=PLEROMA)
    assert await find(script, wanted, []) is None


@pytest.mark.parametrize("reply", [Reply({}, 503), Reply(act=lambda handler: None)])
async def test_a_server_that_gives_no_answer_leaves_it_open(script: Script, reply: Reply) -> None:
    script.answers[OWN] = reply
    with pytest.raises(Unreachable):
        await find(script, submission(), [])


@pytest.mark.parametrize("reply", [Reply({"error": "x"}, 404), Reply({}), Reply(b"<p>")])
async def test_an_odd_answer_leaves_it_open(script: Script, reply: Reply) -> None:
    script.answers[OWN] = reply
    with pytest.raises(AdapterError):
        await find(script, submission(), [])


async def test_a_post_that_waits_is_found_among_those_that_do(script: Script) -> None:
    at = NOW + timedelta(hours=1)
    others = [
        {"id": "1", "scheduled_at": at.isoformat(), "params": {"text": "Other"}},
        {"id": "2", "scheduled_at": (at + timedelta(hours=1)).isoformat(), "params": {"text": "x"}},
    ]
    mine = {"id": "3", "scheduled_at": at.isoformat(), "params": {"text": "Engines"}}
    script.answers[WAITING] = Reply([*others, mine])

    assert await find(script, submission(at=at), []) == Receipt(waits="3")
    script.answers[WAITING] = Reply(others)
    assert await find(script, submission(at=at), []) is None


async def test_an_edit_is_found_if_the_post_says_so_now(script: Script) -> None:
    script.answers[f"{STATUSES}/7"] = Reply(posted(7, "<p>New</p>", language="en", sensitive=False))

    def wanted(text: str, **parts: Any) -> Submission:
        return submission(text, edits=post(), **parts)

    assert await number_found(script, wanted("New"), []) == "7"
    assert await number_found(script, wanted("New", language="en"), []) == "7"
    for other in (
        wanted("Old"),
        wanted("New", content_warning="steam"),
        wanted("New", language="de"),
        wanted("New", sensitive=True),
        wanted("New", media=(Upload(Attachment("/a.png"), "5"),)),
        wanted("New", ballot=Ballot(("a", "b"))),
    ):
        assert await find(script, other, []) is None


async def test_an_edit_of_what_is_gone_came_to_nothing(script: Script) -> None:
    script.answers["/api/v2/search"] = Reply({"statuses": []})

    assert await find(script, submission(edits=post()), []) is None


@given(text)
def test_a_text_is_like_itself_however_its_white_space_is_changed(written: str) -> None:
    assert wording.alike(f" {written}\n") == wording.alike(written)
    assert wording.alike(written.replace(" ", "\n\n ")) == wording.alike(written)


@given(st.text("ab @.", max_size=40))
def test_texts_that_differ_in_more_than_hosts_and_white_space_are_told_apart(written: str) -> None:
    assert wording.alike(f"{written} x") != wording.alike(written)
