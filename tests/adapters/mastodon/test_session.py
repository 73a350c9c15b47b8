"""One login at work: single posts, threads, profiles, what pasted text means, limits."""

import asyncio
from typing import Any

import pytest

from tests.adapters.mastodon.script import TOKEN, Asked, Reply, Script, statuses
from tuisocial.adapters.mastodon.adapter import adapter
from tuisocial.adapters.mastodon.limits import POSSIBLE
from tuisocial.model.ids import AccountId, LoginId, PostId
from tuisocial.model.limits import Limits
from tuisocial.model.login import Login
from tuisocial.model.thread import Missing, MissingReason
from tuisocial.model.timeline import HOME, Timeline, TimelineKind
from tuisocial.sdk.adapter import Session
from tuisocial.sdk.errors import BadAnswer, NotFound, NotSupported, Refused, SignInNeeded
from tuisocial.sdk.testing.context import make_context

ADA = "https://example.social/users/ada"


def post_id(number: int) -> PostId:
    """The id of the scripted status."""
    return PostId("activitypub", f"{ADA}/statuses/{number}")


# --- posts --------------------------------------------------------------------------------


@pytest.mark.parametrize("guest", [True, False])
async def test_a_post_of_the_server_s_own_is_found_by_the_id_in_its_name(
    script: Script, guest: bool
) -> None:
    script.answers["/api/v1/statuses/7"] = Reply(statuses(7, 7)[0])
    session = await script.session(guest=guest)

    assert (await session.post(post_id(7))).post.id == post_id(7)
    assert script.paths() == ["/api/v1/statuses/7"]
    await session.aclose()


async def test_a_post_that_was_seen_is_asked_for_by_the_server_s_id(script: Script) -> None:
    foreign = {**statuses(7, 7)[0], "uri": "https://mk.example/notes/9", "url": None}
    script.answers["/api/v1/timelines/home"] = Reply([foreign])
    script.answers["/api/v1/statuses/7"] = Reply(foreign)
    session = await script.session()
    page = await session.timeline(HOME, cursor=None, limit=1)
    found = await session.post(page.items[0].view.post.id)

    assert found.post.id.uri == "https://mk.example/notes/9"
    assert "/api/v2/search" not in script.paths()
    await session.aclose()


async def test_a_post_of_elsewhere_is_fetched_by_searching_for_its_name(script: Script) -> None:
    foreign = {**statuses(7, 7)[0], "uri": "https://mk.example/notes/9"}
    script.answers["/api/v2/search"] = Reply({"statuses": [foreign], "accounts": []})
    session = await script.session()
    found = await session.post(PostId("activitypub", "https://mk.example/notes/9"))

    assert found.remote_key == "7"
    assert script.asked[-1].query["q"] == "https://mk.example/notes/9"
    assert script.asked[-1].query["resolve"] == "true"
    await session.aclose()


async def test_a_server_without_the_newer_search_is_asked_by_the_older(script: Script) -> None:
    foreign = {**statuses(7, 7)[0], "uri": "https://mk.example/notes/9"}
    script.answers["/api/v1/search"] = Reply({"statuses": [foreign], "accounts": []})
    session = await script.session()

    assert await session.post(PostId("activitypub", "https://mk.example/notes/9"))
    await session.aclose()


async def test_another_post_than_the_one_asked_for_is_not_taken_for_it(script: Script) -> None:
    """The id within an address may be another post's on this server."""
    script.answers["/api/v1/statuses/7"] = Reply(statuses(8, 8)[0])
    script.answers["/api/v2/search"] = Reply({"statuses": statuses(8, 8)})
    session = await script.session()

    with pytest.raises(NotFound):
        await session.post(post_id(7))
    await session.aclose()


async def test_a_guest_is_told_why_a_post_of_elsewhere_is_not_found(script: Script) -> None:
    session = await script.session(guest=True)

    with pytest.raises(NotFound) as caught:
        await session.post(PostId("activitypub", "https://mk.example/notes/9"))
    assert "sign in" in caught.value.remedy
    assert script.asked == []
    await session.aclose()


async def test_a_record_without_a_name_is_found_by_the_name_it_was_given(script: Script) -> None:
    nameless = {**statuses(7, 7)[0], "uri": None, "url": None}
    script.answers["/api/v1/timelines/home"] = Reply([nameless])
    script.answers["/api/v1/statuses/7"] = Reply(nameless)
    session = await script.session()
    page = await session.timeline(HOME, cursor=None, limit=1)
    name = page.items[0].view.post.id
    await session.aclose()

    another = Login(LoginId("x"), "mastodon", "activitypub", None, options={"server": script.url})
    fresh = await adapter.open(another, make_context({}))
    assert (await fresh.post(name)).post.id == name
    await fresh.aclose()


async def test_a_single_record_that_makes_no_sense_is_a_bad_answer(script: Script) -> None:
    script.answers["/api/v1/statuses/7"] = Reply({**statuses(7, 7)[0], "created_at": None})
    session = await script.session()

    with pytest.raises(BadAnswer, match="without a date"):
        await session.post(post_id(7))
    await session.aclose()


# --- threads ------------------------------------------------------------------------------


def conversation(script: Script, **context: Any) -> None:
    """Status 2 answers 1 and is answered by 3, which is answered by 4."""
    one, two, three, four = reversed(statuses(4, 1))
    two["in_reply_to_id"], three["in_reply_to_id"], four["in_reply_to_id"] = "1", "2", "3"
    for status, replies in ((one, 9), (two, 1), (three, 1), (four, 0)):
        status["replies_count"] = replies
    script.answers["/api/v1/statuses/2"] = Reply(two)
    script.answers["/api/v1/statuses/2/context"] = Reply(
        {"ancestors": [one], "descendants": [three, four], **context}
    )


async def test_a_thread_links_its_posts_by_their_global_names(script: Script) -> None:
    conversation(script)
    session = await script.session()
    thread = await session.thread(post_id(2))

    parents = {v.post.id: v.post.reply_to and v.post.reply_to.post for v in thread.posts}
    assert parents == {
        post_id(1): None,
        post_id(2): post_id(1),
        post_id(3): post_id(2),
        post_id(4): post_id(3),
    }
    assert (thread.focus, thread.missing, thread.complete) == (post_id(2), (), None)
    await session.aclose()


async def test_a_thread_with_fewer_answers_than_were_counted_is_incomplete(script: Script) -> None:
    conversation(script, descendants=[])
    session = await script.session()
    thread = await session.thread(post_id(2))

    assert [view.post.id for view in thread.posts] == [post_id(1), post_id(2)]
    assert thread.complete is False
    await session.aclose()


async def test_a_parent_that_is_not_there_is_named_as_missing_if_it_was_ever_seen(
    script: Script,
) -> None:
    conversation(script, ancestors=[])
    script.answers["/api/v1/timelines/home"] = Reply(statuses(1, 1))
    session = await script.session()
    unknown = await session.thread(post_id(2))
    await session.timeline(HOME, cursor=None, limit=1)
    known = await session.thread(post_id(2))

    assert (unknown.complete, unknown.missing) == (False, ())
    assert known.missing == (Missing(post_id(1), MissingReason.NOT_FETCHED),)
    await session.aclose()


async def test_a_bad_record_makes_a_thread_incomplete_and_costs_no_other(script: Script) -> None:
    three = {**statuses(3, 3)[0], "in_reply_to_id": "2"}
    conversation(script, descendants=[None, {"id": "5"}, three])
    session = await script.session()
    thread = await session.thread(post_id(2))

    assert [view.post.id for view in thread.posts] == [post_id(1), post_id(2), post_id(3)]
    assert thread.complete is False
    await session.aclose()


async def test_a_server_that_fetches_more_answers_makes_a_thread_incomplete(
    script: Script,
) -> None:
    conversation(script)
    whole = script.answers["/api/v1/statuses/2/context"]
    assert isinstance(whole, Reply)
    whole.headers = {"Mastodon-Async-Refresh": 'id="x", retry=5'}
    session = await script.session()

    assert (await session.thread(post_id(2))).complete is False
    await session.aclose()


# --- accounts -----------------------------------------------------------------------------


def known_people(script: Script) -> None:
    """The server knows Ada, its own, and Alan of elsewhere."""
    ada = statuses(1, 1)[0]["account"]
    alan = {
        "id": "103",
        "acct": "alan@other.example",
        "url": "https://other.example/@alan",
        "uri": "https://other.example/users/alan",
    }
    people = {"ada": ada, "alan@other.example": alan}

    def lookup(asked: Asked) -> Reply:
        found = people.get(asked.query["acct"])
        return Reply(found) if found else Reply({"error": "Record not found"}, 404)

    script.answers["/api/v1/accounts/lookup"] = lookup


@pytest.mark.parametrize(
    "name",
    [
        ADA,
        "https://example.social/@ada",
        "ada@example.social",
        "https://other.example/users/alan",
        "https://other.example/@alan",
        "alan@other.example",
    ],
)
async def test_a_profile_is_found_by_its_name_its_page_or_its_handle(
    script: Script, name: str
) -> None:
    known_people(script)
    session = await script.session(guest=True)
    account = await session.account(AccountId("activitypub", name))

    assert account.id.uri in (ADA, "https://other.example/users/alan")
    assert account.handle.endswith(name[-4:]) or account.url or account.fetched
    await session.aclose()


async def test_me_is_who_the_token_is_for_and_a_guest_is_nobody(script: Script) -> None:
    script.answers["/api/v1/accounts/verify_credentials"] = Reply(statuses(1, 1)[0]["account"])
    session = await script.session()
    guest = await script.session(guest=True)

    assert (await session.me()).id == AccountId("activitypub", ADA)
    with pytest.raises(NotSupported):
        await guest.me()
    await session.aclose()
    await guest.aclose()


# --- what pasted text means ---------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "@ada@example.social",
        "ada@example.social",
        " @ada@EXAMPLE.social ",
        "acct:ada@example.social",
        "https://example.social/@ada",
        "https://EXAMPLE.social/users/ada",
    ],
)
async def test_handles_and_profile_pages_mean_accounts(script: Script, text: str) -> None:
    known_people(script)
    session = await script.session(guest=True)

    assert await session.resolve(text) == AccountId("activitypub", ADA)
    await session.aclose()


@pytest.mark.parametrize(
    "text",
    ["https://example.social/@ada/7", f"{ADA}/statuses/7", "HTTPS://example.social/@ada/7"],
)
async def test_pages_of_posts_mean_posts(script: Script, text: str) -> None:
    script.answers["/api/v1/statuses/7"] = Reply(statuses(7, 7)[0])
    session = await script.session(guest=True)

    assert await session.resolve(text) == post_id(7)
    await session.aclose()


async def test_a_page_of_elsewhere_is_searched_for_by_a_login(script: Script) -> None:
    foreign = {**statuses(7, 7)[0], "uri": "https://mk.example/notes/9"}
    script.answers["/api/v2/search"] = Reply({"statuses": [foreign], "accounts": []})
    session = await script.session()

    found = await session.resolve("https://mk.example/notes/9")
    assert found == PostId("activitypub", "https://mk.example/notes/9")
    await session.aclose()


@pytest.mark.parametrize(
    "text", ["", "hello", "npub1xyz", "mailto:a@b.example", "https://news.example/story", "a@b"]
)
@pytest.mark.parametrize("guest", [True, False])
async def test_what_the_server_does_not_know_means_nothing(
    script: Script, text: str, guest: bool
) -> None:
    session = await script.session(guest=guest)

    assert await session.resolve(text) is None
    await session.aclose()


async def test_a_full_handle_of_nobody_is_not_found(script: Script) -> None:
    session = await script.session()

    with pytest.raises(NotFound, match="nobody called @nobody"):
        await session.resolve("@nobody@else.example")
    await session.aclose()


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("@ada@example.social", True),
        ("@ada@127.0.0.1:3000", True),
        ("ada@example.social", None),
        ("https://example.social/@ada/7", None),
        ("npub1abc", False),
        ("mailto:ada@example.social", False),
        ("hello", False),
        ("@ada", False),
        ("", False),
    ],
)
def test_owning_is_guessed_without_asking(text: str, answer: bool | None) -> None:
    assert adapter.owns(text) is answer


# --- limits, lists, opening ---------------------------------------------------------------


async def settled(session: Session) -> None:
    """Return once nothing of the session runs behind."""
    behind = [task for task in asyncio.all_tasks() if task.get_name().startswith("mastodon")]
    await asyncio.gather(*behind)


async def test_limits_are_learnt_after_the_first_page(script: Script) -> None:
    script.answers["/api/v1/timelines/home"] = Reply([])
    script.answers["/api/v2/instance"] = Reply(
        {
            "domain": "example.social",
            "version": "4.3.0",
            "configuration": {
                "statuses": {
                    "max_characters": 5000,
                    "max_media_attachments": 4,
                    "characters_reserved_per_url": 23,
                },
                "media_attachments": {"supported_mime_types": ["image/png", 7]},
                "polls": {"max_options": 0, "max_expiration": 1000},
            },
        }
    )
    session = await script.session()
    assert session.limits() == Limits(visibilities=POSSIBLE)
    await session.timeline(HOME, cursor=None, limit=1)
    await settled(session)

    assert session.limits() == Limits(
        text_length=5000,
        link_length=23,
        media_count=4,
        media_types=("image/png",),
        poll_seconds_max=1000,
        page_size=40,
        visibilities=POSSIBLE,
    )
    await session.aclose()


@pytest.mark.parametrize("newer", [Reply({}, 404), Reply([]), Reply({"odd": 1}), Reply(b"<p>")])
async def test_limits_come_from_the_older_description_where_the_newer_fails(
    script: Script, newer: Reply
) -> None:
    """Pleroma's has a limit of its own at its top."""
    script.answers["/api/v1/timelines/home"] = Reply([])
    script.answers["/api/v2/instance"] = newer
    script.answers["/api/v1/instance"] = Reply(
        {"uri": "https://pl.example", "max_toot_chars": 5000, "poll_limits": {"max_options": 20}}
    )
    session = await script.session()
    await session.timeline(HOME, cursor=None, limit=1)
    await settled(session)

    assert session.limits() == Limits(
        text_length=5000, poll_options=20, page_size=40, visibilities=POSSIBLE
    )
    await session.aclose()


async def test_limits_that_could_not_be_asked_for_are_asked_for_again(script: Script) -> None:
    script.answers["/api/v1/timelines/home"] = Reply([])
    script.answers["/api/v2/instance"] = Reply({}, 503)
    session = await script.session()
    await session.timeline(HOME, cursor=None, limit=1)
    await settled(session)
    script.answers["/api/v2/instance"] = Reply(
        {"domain": "x.example", "configuration": {"statuses": {"max_characters": 7}}}
    )
    await session.timeline(HOME, cursor=None, limit=1)
    await settled(session)

    assert session.limits().text_length == 7
    await session.aclose()


async def test_lists_are_named_once_they_are_known(script: Script) -> None:
    script.answers["/api/v1/timelines/home"] = Reply([])
    script.answers["/api/v1/instance"] = Reply({})
    script.answers["/api/v1/lists"] = Reply([{"id": "12", "title": " Engines "}, {"id": ""}, 7])
    session = await script.session()
    await session.timeline(HOME, cursor=None, limit=1)
    await settled(session)

    assert session.timelines()[0] == HOME
    assert session.timelines()[-1] == Timeline(TimelineKind.LIST, "12", "Engines")
    await session.aclose()


async def test_a_server_that_tells_no_limits_is_read_all_the_same(script: Script) -> None:
    script.answers["/api/v1/timelines/home"] = Reply(statuses(3, 1))
    session = await script.session()

    assert len((await session.timeline(HOME, cursor=None, limit=3)).items) == 3
    await settled(session)
    assert session.limits() == Limits(visibilities=POSSIBLE)
    await session.aclose()


async def test_opening_needs_the_token_and_asks_nobody(script: Script) -> None:
    with pytest.raises(SignInNeeded, match="keyring"):
        await adapter.open(script.login(), make_context({}))
    session = await adapter.open(script.login(), make_context({"token": TOKEN}))

    assert script.asked == []
    await session.aclose()


@pytest.mark.parametrize("server", ["", "ftp://x.example", "https://", "https://u:p@x.example"])
async def test_opening_refuses_options_that_make_no_sense(server: str) -> None:
    login = Login(LoginId("x"), "mastodon", "activitypub", options={"server": server})

    with pytest.raises(Refused):
        await adapter.open(login, make_context({}))
