"""Paging by the server's own cursors, and what becomes of rows that make no sense."""

from typing import Any

import pytest

from tests.adapters.mastodon.script import Asked, Reply, Script, statuses
from tuisocial.model.printable import printable_line
from tuisocial.model.timeline import HOME, Timeline, TimelineKind
from tuisocial.sdk.adapter import Session
from tuisocial.sdk.errors import (
    BadAnswer,
    CursorExpired,
    NotFound,
    NotSupported,
    Refused,
    SignInNeeded,
)
from tuisocial.sdk.page import Cursor

PATH = "/api/v1/timelines/home"


async def keys(session: Session, timeline: Timeline = HOME, limit: int = 3) -> list[str]:
    """The keys of all rows, by following the cursors to the end."""
    found: list[str] = []
    cursor: Cursor | None = None
    for _ in range(20):
        page = await session.timeline(timeline, cursor=cursor, limit=limit)
        found += [row.key.rpartition("/")[2] for row in page.items]
        cursor = page.older
        if cursor is None:
            return found
    raise AssertionError("there is no end")


def linked(url: str, cursors: dict[str | None, tuple[list[Any], str | None]]) -> Any:
    """Answers whose Link header leads by `after`, a parameter of the server's own making."""

    def answer(asked: Asked) -> Reply:
        rows, following = cursors[asked.query.get("after")]
        links = [f'<{url}{asked.path}?min_id=99>; rel="prev"']
        if following:
            links.insert(0, f'<{url}{asked.path}?after={following}&limit=3>; rel="next"')
        return Reply(rows, headers={"Link": ", ".join(links)})

    return answer


async def test_pages_follow_the_link_header_and_not_the_ids(script: Script) -> None:
    script.answers[PATH] = linked(
        script.url,
        {
            None: (statuses(9, 7), "z%3D1"),
            "z=1": ([], "y"),
            "y": (statuses(30, 29), None),
        },
    )
    session = await script.session()

    assert await keys(session) == ["9", "8", "7", "30", "29"]
    assert [asked.query.get("max_id") for asked in script.asked if asked.path == PATH] == [None] * 3
    await session.aclose()


async def test_a_server_without_a_link_header_is_paged_by_the_last_id(script: Script) -> None:
    def answer(asked: Asked) -> Reply:
        newest = int(asked.query.get("max_id", "10")) - 1
        return Reply(statuses(newest, max(1, newest - 2)) if newest else [])

    script.answers[PATH] = answer
    session = await script.session()

    assert await keys(session) == [str(number) for number in range(9, 0, -1)]
    await session.aclose()


async def test_a_link_header_without_a_next_is_the_end(script: Script) -> None:
    script.answers[PATH] = linked(script.url, {None: (statuses(9, 7), None)})
    session = await script.session()

    assert await keys(session) == ["9", "8", "7"]
    await session.aclose()


@pytest.mark.parametrize("kind", ["bookmarks", "liked"])
async def test_lists_of_marks_are_never_paged_by_the_ids_of_their_posts(
    script: Script, kind: str
) -> None:
    script.answers["/api/v1/bookmarks"] = script.answers["/api/v1/favourites"] = Reply(
        statuses(9, 7)
    )
    session = await script.session()
    page = await session.timeline(Timeline.parse(kind), cursor=None, limit=3)

    assert len(page.items) == 3
    assert page.older is None
    await session.aclose()


@pytest.mark.parametrize(
    "link",
    [
        '<https://elsewhere.example/api/v1/timelines/home?max_id=1>; rel="next"',
        '<http://127.0.0.1:1/api/v1/bookmarks?max_id=1>; rel="next"',
        '<http://[/api/v1/timelines/home?max_id=1>; rel="next"',
        '<?max_id=1&x= y>; rel="next"',
        '<../bookmarks?max_id=1>; rel="next"',
        '<javascript:alert(1)>; rel="next"',
        "gibberish; ;;, <",
        '<api/v1/timelines/home>; rel="next"',
    ],
)
async def test_a_next_that_leads_elsewhere_is_not_followed(script: Script, link: str) -> None:
    def answer(asked: Asked) -> Reply:
        return Reply([] if "max_id" in asked.query else statuses(9, 7), headers={"Link": link})

    script.answers[PATH] = answer
    session = await script.session()

    assert await keys(session) == ["9", "8", "7"]
    assert {asked.query.get("max_id") for asked in script.asked} <= {None, "7"}
    await session.aclose()


async def test_a_next_may_be_relative(script: Script) -> None:
    def answer(asked: Asked) -> Reply:
        if "after" in asked.query:
            return Reply(statuses(30, 29), headers={"Link": '<?min_id=1>; rel="prev"'})
        return Reply(statuses(9, 7), headers={"Link": '<?after=7>; rel="next"'})

    script.answers[PATH] = answer
    session = await script.session()

    assert await keys(session) == ["9", "8", "7", "30", "29"]
    await session.aclose()


async def test_a_list_that_ends_because_its_next_leads_elsewhere_says_so(script: Script) -> None:
    link = '<https://elsewhere.example/api/v1/bookmarks?max_id=1>; rel="next"'
    script.answers["/api/v1/bookmarks"] = Reply(statuses(9, 7), headers={"Link": link})
    session = await script.session()
    page = await session.timeline(Timeline.parse("bookmarks"), cursor=None, limit=3)

    assert page.older is None
    assert ["elsewhere.example" in skipped.excerpt for skipped in page.skipped] == [True]
    await session.aclose()


async def test_a_next_that_leads_to_itself_is_the_end(script: Script) -> None:
    link = f'<{script.url}{PATH}?max_id=7>; rel="next"'
    script.answers[PATH] = Reply(statuses(9, 7), headers={"Link": link})
    session = await script.session()

    assert await keys(session) == ["9", "8", "7"] * 2
    await session.aclose()


async def test_a_cursor_keeps_to_the_list_it_was_made_for(script: Script) -> None:
    script.answers[PATH] = linked(script.url, {None: (statuses(9, 7), "y")})
    script.answers["/api/v1/timelines/public"] = Reply(statuses(6, 4))
    session = await script.session()
    page = await session.timeline(HOME, cursor=None, limit=3)

    with pytest.raises(CursorExpired):
        await session.timeline(Timeline.parse("local"), cursor=page.older, limit=3)
    await session.aclose()


@pytest.mark.parametrize("status", [400, 404, 410, 422])
async def test_a_place_that_the_server_knows_no_more_has_expired(
    script: Script, status: int
) -> None:
    script.answers[PATH] = Reply({"error": "no such cursor"}, status)
    session = await script.session()

    with pytest.raises(CursorExpired):
        await session.timeline(HOME, cursor=Cursor("home?max_id=7"), limit=3)
    await session.aclose()


async def test_no_bad_row_costs_another(script: Script) -> None:
    good = statuses(9, 7)
    deep: list[Any] = []
    for _ in range(900):
        deep = [deep]
    bad = [
        deep,
        None,
        7,
        "x",
        [],
        {},
        {"id": "1", "reblog": {}},
        {**good[0], "created_at": "soon"},
    ]
    script.answers[PATH] = Reply([*bad, *good])
    session = await script.session()
    page = await session.timeline(HOME, cursor=None, limit=3)

    assert [row.view.remote_key for row in page.items] == ["9", "8", "7"]
    assert len(page.skipped) == len(bad)
    assert all(skipped.reason for skipped in page.skipped)
    assert all(len(skipped.excerpt) <= 200 for skipped in page.skipped)
    await session.aclose()


async def test_a_reply_on_the_same_page_as_its_parent_names_it(script: Script) -> None:
    parent, reply = statuses(2, 1)
    script.answers[PATH] = Reply([{**parent, "in_reply_to_id": "1"}, reply])
    session = await script.session()
    page = await session.timeline(HOME, cursor=None, limit=3)

    first = page.items[0].view.post.reply_to
    assert first is not None
    assert first.post == page.items[1].view.post.id
    await session.aclose()


async def test_a_list_where_none_is_due_is_a_bad_answer(script: Script) -> None:
    script.answers[PATH] = Reply({"error": None})
    session = await script.session()

    with pytest.raises(BadAnswer, match=r"127\.0\.0\.1"):
        await session.timeline(HOME, cursor=None, limit=3)
    await session.aclose()


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("home", "/api/v1/timelines/home"),
        ("local", "/api/v1/timelines/public"),
        ("public", "/api/v1/timelines/public"),
        ("bookmarks", "/api/v1/bookmarks"),
        ("liked", "/api/v1/favourites"),
        ("#caf\u00e9/x", "/api/v1/timelines/tag/caf%C3%A9%2Fx"),
        ("list:12", "/api/v1/timelines/list/12"),
    ],
)
async def test_each_timeline_has_its_endpoint(script: Script, name: str, path: str) -> None:
    script.answers[path] = Reply([])
    session = await script.session()
    await session.timeline(Timeline.parse(name), cursor=None, limit=90)

    assert script.asked[0].path == path
    assert script.asked[0].query == {
        "limit": "40",
        **({"local": "true"} if name == "local" else {}),
    }
    await session.aclose()


@pytest.mark.parametrize("spelled", ["activitypub:{}", "{}"])
async def test_an_account_s_timeline_takes_its_id_or_uri(script: Script, spelled: str) -> None:
    ada = statuses(1, 1)[0]["account"]
    script.answers["/api/v1/accounts/lookup"] = Reply(ada)
    script.answers[f"/api/v1/accounts/{ada['id']}/statuses"] = Reply(statuses(3, 1))
    session = await script.session(guest=True)
    timeline = Timeline.parse("account:" + spelled.format(ada["uri"]))
    page = await session.timeline(timeline, cursor=None, limit=3)

    assert len(page.items) == 3
    assert script.asked[0].query == {"acct": "ada"}
    await session.aclose()


@pytest.mark.parametrize("argument", ["foo", "@ada", "ada@", "two words", "\x1b[2J", "nostr:x y"])
async def test_an_account_that_is_named_by_nothing_is_refused_unasked(
    script: Script, argument: str
) -> None:
    session = await script.session()
    with pytest.raises(Refused) as caught:
        await session.timeline(Timeline(TimelineKind.ACCOUNT, argument), cursor=None, limit=3)
    await session.aclose()

    assert caught.value.field
    assert "account:@ada@example.social" in caught.value.remedy
    assert printable_line(caught.value.message) == caught.value.message
    assert script.asked == []


async def test_a_timeline_that_the_server_lacks_is_not_supported(script: Script) -> None:
    session = await script.session()

    for name in ("bookmarks", "#tag", "relay:wss://x.example"):
        with pytest.raises(NotSupported) as caught:
            await session.timeline(Timeline.parse(name), cursor=None, limit=3)
        assert caught.value.remedy
    with pytest.raises(NotFound) as gone:
        await session.timeline(Timeline.parse("list:1"), cursor=None, limit=3)
    assert gone.value.remedy
    await session.aclose()


async def test_a_guest_has_the_public_timelines_and_is_told_about_the_others(
    script: Script,
) -> None:
    session = await script.session(guest=True)

    assert [str(timeline) for timeline in session.timelines()] == ["local", "public"]
    for name in ("home", "bookmarks", "liked", "list:1"):
        with pytest.raises(NotSupported) as caught:
            await session.timeline(Timeline.parse(name), cursor=None, limit=3)
        assert "sign in" in caught.value.remedy
    assert script.asked == []
    await session.aclose()


@pytest.mark.parametrize("status", [401, 403, 422])
async def test_a_guest_who_may_not_look_is_told_what_to_try(script: Script, status: int) -> None:
    """Mastodon answers 422 or 401, GoToSocial 401, others 403."""
    script.answers["/api/v1/timelines/public"] = Reply(
        {"error": "This method requires an authenticated user"}, status
    )
    session = await script.session(guest=True)

    with pytest.raises(SignInNeeded, match="local timeline only to people who have signed in") as e:
        await session.timeline(Timeline.parse("local"), cursor=None, limit=3)
    assert "another server as a guest" in e.value.remedy
    await session.aclose()


async def test_a_guest_sends_no_token_and_a_login_its_own(script: Script) -> None:
    script.answers["/api/v1/timelines/public"] = Reply([])
    for guest in (True, False):
        session = await script.session(guest=guest)
        await session.timeline(Timeline.parse("public"), cursor=None, limit=3)
        await session.aclose()

    first = script.asked[0].headers
    last = next(asked for asked in reversed(script.asked) if "public" in asked.path).headers
    assert "Authorization" not in first
    assert last["Authorization"] == "Bearer the-token-of-ada"
    assert first["User-Agent"] == "tuisocial"
