"""What the demo puts on its Mastodon-API server, read back as any client would."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.live.reading import Status, every_page, get
from tuisocial.demo import Demo
from tuisocial.demo.cast import ON_MASTODON, READER

pytestmark = pytest.mark.live

PNG = b"\x89PNG\r\n\x1a\n"
EVERYONE = {person.name for person in (READER, *ON_MASTODON)}


@pytest.fixture(scope="module")
def home(demo: Demo) -> list[Status]:
    return every_page(f"{demo.mastodon_url}/api/v1/timelines/home?limit=40", demo.mastodon_token)


def own(home: list[Status]) -> Iterator[Status]:
    return (status for status in home if status["reblog"] is None)


def by_text(home: list[Status], text: str) -> Status:
    return next(status for status in own(home) if text in status["content"])


def test_everyone_has_said_a_hundred_and_twenty_things_within_two_days(home: list[Status]) -> None:
    said = Counter(status["account"]["username"] for status in own(home))
    assert len(ON_MASTODON) >= 6
    assert all(said[person.name] >= 120 for person in ON_MASTODON)
    moments = [datetime.fromisoformat(status["created_at"]) for status in home]
    assert moments == sorted(moments, reverse=True)
    assert moments[0] - moments[-1] > timedelta(hours=47)
    assert datetime.now(UTC) - moments[-1] < timedelta(hours=49)
    assert moments[0] < datetime.now(UTC)


def test_pages_join_without_a_repeat_or_a_tie_lost(home: list[Status]) -> None:
    ids = [status["id"] for status in home]
    assert len(set(ids)) == len(ids)
    seconds = Counter(status["created_at"] for status in own(home))
    assert max(seconds.values()) > 1


def test_everyone_follows_everyone(demo: Demo) -> None:
    me = get(f"{demo.mastodon_url}/api/v1/accounts/verify_credentials", demo.mastodon_token).json()
    following = f"{demo.mastodon_url}/api/v1/accounts/{me['id']}/following?limit=80"
    people = get(following, demo.mastodon_token).json()
    assert {one["username"] for one in people} == EVERYONE - {READER.name}
    for one in people:
        theirs = f"{demo.mastodon_url}/api/v1/accounts/{one['id']}/following?limit=80"
        followed = {other["username"] for other in get(theirs, demo.mastodon_token).json()}
        assert followed == EVERYONE - {one["username"]}


def test_every_local_person_can_sign_in(demo: Demo) -> None:
    assert set(demo.tokens) == {"reader"} | {p.name for p in ON_MASTODON if p.domain is None}
    for name, token in demo.tokens.items():
        me = get(f"{demo.mastodon_url}/api/v1/accounts/verify_credentials", token).json()
        assert me["username"] == name


def test_a_reply_chain_is_seven_deep_and_branches(demo: Demo, home: list[Status]) -> None:
    last = by_text(home, "Frame this thread")
    address = f"{demo.mastodon_url}/api/v1/statuses"
    ancestors = get(f"{address}/{last['id']}/context").json()["ancestors"]
    assert len(ancestors) == 7
    root = ancestors[0]
    assert root["in_reply_to_id"] is None
    replies = get(f"{address}/{root['id']}/context").json()["descendants"]
    assert len([reply for reply in replies if reply["in_reply_to_id"] == root["id"]]) >= 2


def test_there_are_boosts_and_a_quote(home: list[Status]) -> None:
    boosts = [status["reblog"] for status in home if status["reblog"]]
    assert len(boosts) > 20
    assert max(Counter(boost["id"] for boost in boosts).values()) >= 2
    quoting = by_text(home, "what a loop promises")
    assert "Note G" in quoting["quote"]["quoted_status"]["content"]


def test_polls_are_open_and_closed_and_voted_on(home: list[Status]) -> None:
    open_, closed = (status["poll"] for status in home if status["poll"])
    assert not open_["expired"]
    assert closed["expired"]
    assert [option["votes_count"] for option in open_["options"]] == [1, 4, 2, 1]
    assert closed["multiple"]


def test_warnings_are_with_and_without_pictures(home: list[Status]) -> None:
    warned = [status for status in own(home) if status["spoiler_text"]]
    assert all(status["sensitive"] for status in warned)
    assert any(status["media_attachments"] for status in warned)
    assert any(not status["media_attachments"] for status in warned)


def test_pictures_can_be_fetched_and_most_are_described(home: list[Status]) -> None:
    pictures = [one for status in own(home) for one in status["media_attachments"]]
    descriptions = [picture["description"] for picture in pictures]
    assert sum(text is not None for text in descriptions) >= 3
    assert None in descriptions
    assert max(len(status["media_attachments"]) for status in home) >= 2
    for picture in pictures:
        assert get(picture["url"]).content.startswith(PNG)
        assert picture["meta"]["original"]["width"] > picture["meta"]["original"]["height"]


def test_custom_emoji_are_declared_where_they_are_used_and_can_be_fetched(
    demo: Demo, home: list[Status]
) -> None:
    known = get(f"{demo.mastodon_url}/api/v1/custom_emojis").json()
    for emoji in known:
        assert get(emoji["url"]).content.startswith(PNG)
    shortcodes = {emoji["shortcode"] for emoji in known}
    used = 0
    for status in own(home):
        declared = {emoji["shortcode"] for emoji in status["emojis"]}
        written = set(re.findall(r":([a-z]+):", status["content"])) & shortcodes
        assert declared == written
        used += len(declared)
    assert used > 20
    ada = by_text(home, "Note G is done")["account"]
    assert [emoji["shortcode"] for emoji in ada["emojis"]] == ["engine"]
    assert get(ada["avatar"]).content.startswith(PNG)


@pytest.mark.parametrize(
    "part",
    [
        "全角の幅",
        "한국어도",
        "مرحبًا بالجميع",
        "👩🏽‍🚀",
        "👨‍👩‍👧‍👦",
        "🏳️‍🌈",
        "\x1b[31mred\x1b[0m",
        "\x1b]0;title\x07",
        "\x1b]52;c;",
        "\x9b31m",
        "\u202e",
        "[@click=app.quit]",
        "[/nope]",
        "&lt;script&gt;",
    ],
)
def test_hard_text_is_there_as_it_was_written(home: list[Status], part: str) -> None:
    assert any(part in status["content"] for status in own(home))


def test_one_post_is_very_long(home: list[Status]) -> None:
    assert max(len(status["content"]) for status in own(home)) > 4000


def test_one_post_was_edited_and_remembers_how_it_was(demo: Demo, home: list[Status]) -> None:
    (edited,) = (status for status in own(home) if status["edited_at"])
    history = get(f"{demo.mastodon_url}/api/v1/statuses/{edited['id']}/history").json()
    assert [("posibly" in version["content"]) for version in history] == [True, False]


def test_every_visibility_occurs(demo: Demo, home: list[Status]) -> None:
    assert {status["visibility"] for status in home} == {"public", "unlisted", "private"}
    conversations = get(f"{demo.mastodon_url}/api/v1/timelines/direct", demo.mastodon_token).json()
    assert [status["visibility"] for status in conversations] == ["direct"]


def test_html_is_what_a_mastodon_server_writes(home: list[Status]) -> None:
    calendars = by_text(home, "three calendars")
    assert {mention["acct"] for mention in calendars["mentions"]} == {
        "ada",
        "seki@wasan.example",
        "khwarizmi@hikma.example",
    }
    assert [tag["name"] for tag in calendars["tags"]] == ["calendars", "和算", "جبر"]
    assert 'class="u-url mention">@<span>ada</span>' in calendars["content"]
    assert '<span class="invisible">https://</span>' in calendars["content"]
    assert any('<span class="ellipsis">' in status["content"] for status in own(home))


def test_cards_are_of_links_and_never_of_mentions(home: list[Status]) -> None:
    cards = [status["card"] for status in own(home) if status["card"]]
    assert {card["title"] for card in cards} >= {"Eighty-eight frequencies"}
    assert not any("127.0.0.1" in card["url"] for card in cards)


def test_local_and_federated_timelines_differ(demo: Demo) -> None:
    address = f"{demo.mastodon_url}/api/v1/timelines/public?limit=40"
    assert not any("@" in one["account"]["acct"] for one in get(f"{address}&local=true").json())
    assert any("@" in one["account"]["acct"] for one in get(address).json())


def test_hashtag_list_bookmarks_and_favourites_have_posts(demo: Demo) -> None:
    address, token = f"{demo.mastodon_url}/api/v1", demo.mastodon_token
    (friends,) = get(f"{address}/lists", token).json()
    listed = get(f"{address}/timelines/list/{friends['id']}?limit=40", token).json()
    assert {one["account"]["username"] for one in listed} == {"ada", "grace", "katherine"}
    assert get(f"{address}/timelines/tag/orbits").json()
    assert get(f"{address}/bookmarks", token).json()
    assert get(f"{address}/favourites", token).json()
    kinds = {one["type"] for one in get(f"{address}/notifications", token).json()}
    assert "mention" in kinds


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("{uri}", "statuses"),
        ("{url}/@ada", "accounts"),
        ("@ada@{host}", "accounts"),
        ("ada@{host}", "accounts"),
        ("hedy@spectrum.example", "accounts"),
        ("{url}/@hedy@spectrum.example", "accounts"),
        ("{url}/@ada/1", None),
        ("nobody@{host}", None),
    ],
)
def test_search_finds_what_an_address_or_a_full_handle_names(
    demo: Demo, home: list[Status], query: str, kind: str | None
) -> None:
    url = demo.mastodon_url
    wanted = query.format(uri=home[0]["uri"], url=url, host=url.removeprefix("http://"))
    answer = httpx.get(
        f"{url}/api/v2/search",
        params={"q": wanted, "resolve": "true"},
        headers={"Authorization": f"Bearer {demo.mastodon_token}"},
    )
    found = {name: len(some) for name, some in answer.json().items()}
    assert found == {"accounts": 0, "statuses": 0, "hashtags": 0} | ({kind: 1} if kind else {})


def test_new_posts_come_above_the_seeded_ones(demo: Demo, home: list[Status]) -> None:
    posted = httpx.post(
        f"{demo.mastodon_url}/api/v1/statuses",
        json={"status": "said just now", "visibility": "direct"},
        headers={"Authorization": f"Bearer {demo.tokens['grace']}"},
    ).json()
    assert int(posted["id"]) > int(home[0]["id"])
