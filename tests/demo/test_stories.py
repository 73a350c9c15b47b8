"""The demo's stories hold together before any server tells them."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from tuisocial.demo import stories
from tuisocial.demo.cast import ADA
from tuisocial.demo.mastodon_html import hashtags, mentioned, render
from tuisocial.demo.story import SPAN, Post

NOW = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
ON_MASTODON = stories.on_mastodon(NOW)
ON_NOSTR = stories.on_nostr(NOW, ON_MASTODON)


@pytest.fixture(params=[ON_MASTODON, ON_NOSTR], ids=["mastodon", "nostr"])
def story(request: pytest.FixtureRequest) -> list[Post]:
    posts: list[Post] = request.param
    return posts


def test_the_same_moment_gives_the_same_story() -> None:
    again = stories.on_mastodon(NOW)
    assert [(post.at, post.text) for post in again] == [
        (post.at, post.text) for post in ON_MASTODON
    ]


def test_nothing_refers_to_what_was_not_said_before(story: list[Post]) -> None:
    said: set[Post] = set()
    for post in story:
        for other in (post.reply_to, post.repost_of, post.quote_of):
            assert other is None or other in said
        said.add(post)


def test_everything_was_said_within_two_days(story: list[Post]) -> None:
    assert all(NOW - SPAN <= post.at < NOW for post in story)
    assert [post.at for post in story] == sorted(post.at for post in story)


def test_nobody_says_the_same_new_thing_twice(story: list[Post]) -> None:
    new = Counter(
        (post.author.name, post.text)
        for post in story
        if post.repost_of is None and post.reply_to is None
    )
    assert set(new.values()) == {1}


def test_ids_are_unique_and_grow_with_time() -> None:
    ids = stories.mastodon_ids(ON_MASTODON)
    assert len(set(ids.values())) == len(ON_MASTODON)
    in_time = sorted(ON_MASTODON, key=lambda post: post.at)
    assert [ids[post] for post in in_time] == sorted(ids.values())


def test_copies_say_what_the_original_says() -> None:
    copies = [post for post in ON_NOSTR if post.copy_of is not None]
    assert copies
    for post in copies:
        assert post.copy_of in ON_MASTODON
        assert post.author is ADA
        assert (post.text, post.warning) == (post.copy_of.text, post.copy_of.warning)


def test_rendered_html_keeps_hostile_markup_as_text() -> None:
    html = render("<b>&amp; @nobody [x]\n\ny\nz", url="http://h", accts={"ada": "ada"})
    assert html == "<p>&lt;b&gt;&amp;amp; @nobody [x]</p><p>y<br />z</p>"


def test_a_long_link_is_shown_short_and_whole_in_its_address() -> None:
    link = "https://example.org/" + "a" * 40
    html = render(link, url="http://h", accts={})
    assert f'href="{link}"' in html
    assert f'<span class="ellipsis">example.org/{"a" * 18}</span>' in html


def test_mentions_and_hashtags_are_found_once_and_not_inside_links() -> None:
    text = "@ada #Ab #ab https://h.example/@seki#x mail@seki"
    assert mentioned(text, ["ada", "seki"]) == ["ada"]
    assert hashtags(text) == ["ab"]
