"""A post of elsewhere, found for a guest: by the key that was kept, or by this server's page."""

from typing import Any

import pytest

from tests.adapters.mastodon.script import Reply, Script, statuses
from tuisocial.model.ids import PostId
from tuisocial.model.timeline import Timeline, TimelineKind
from tuisocial.sdk.errors import NotFound

REMOTE = PostId("activitypub", "https://mk.example/notes/9")


def foreign(**fields: Any) -> dict[str, Any]:
    """A status of elsewhere, which this server calls 7."""
    status = statuses(7, 7)[0]
    who = {**status["account"], "acct": "bob@mk.example", "uri": "https://mk.example/users/bob"}
    return {**status, "uri": REMOTE.uri, "url": f"{REMOTE.uri}/page", "account": who, **fields}


def serve(script: Script) -> None:
    script.answers |= {
        "/api/v1/timelines/public": Reply([foreign()]),
        "/api/v1/statuses/7": Reply(foreign()),
        "/api/v1/statuses/7/context": Reply({"ancestors": [], "descendants": []}),
    }


@pytest.mark.parametrize("guest", [True, False])
async def test_a_thread_opens_by_the_key_that_an_earlier_session_gave(
    script: Script, guest: bool
) -> None:
    serve(script)
    session = await script.session(guest=guest)
    page = await session.timeline(Timeline(TimelineKind.PUBLIC), cursor=None, limit=1)
    view = page.items[0].view
    await session.aclose()
    script.asked.clear()

    later = await script.session(guest=guest)
    assert (await later.post(view.post.id, key=view.remote_key)).post.id == REMOTE
    thread = await later.thread(view.post.id, key=view.remote_key)
    assert [one.post.id for one in thread.posts] == [REMOTE]
    assert not [path for path in script.paths() if "search" in path]
    await later.aclose()


@pytest.mark.parametrize("key", ["8", "9", "../accounts/1", "7?x=y", "\0", "a/b"])
async def test_a_key_that_leads_to_another_post_or_nowhere_is_only_a_hint(
    script: Script, key: str
) -> None:
    serve(script)
    script.answers["/api/v1/statuses/8"] = Reply(statuses(8, 8)[0])
    session = await script.session(guest=True)

    with pytest.raises(NotFound):
        await session.thread(REMOTE, key=key)
    assert all(path.startswith("/api/v1/statuses/") for path in script.paths())
    assert not [asked for asked in script.asked if asked.query]
    await session.aclose()


@pytest.mark.parametrize("author", ["@bob@mk.example", "@BOB@MK.example"])
async def test_this_server_s_own_page_of_a_post_of_elsewhere_means_the_post(
    script: Script, author: str
) -> None:
    serve(script)
    session = await script.session(guest=True)

    for domain in ("example.social", script.url.removeprefix("http://")):
        assert await session.resolve(f"https://{domain}/{author}/7") == REMOTE
    await session.aclose()


@pytest.mark.parametrize(
    "page",
    [
        "https://example.social/@eve@mk.example/7",
        "https://example.social/@bob/7",
        "https://example.social/@bob@mk.example/8",
        "https://mk.example/@bob@mk.example/7",
    ],
)
async def test_a_page_of_somebody_else_or_elsewhere_means_nothing(
    script: Script, page: str
) -> None:
    serve(script)
    session = await script.session(guest=True)

    assert await session.resolve(page) is None
    await session.aclose()
