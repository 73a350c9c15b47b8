"""Texts are as long as their server counts them, and where that is uncertain no shorter.

Facts are those of Mastodon's `StatusLengthValidator` and the patterns that it uses.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import iter_graphemes

from tests.strategies import text
from tuisocial.adapters.mastodon.counting import Counting, clusters

MASTODON = Counting(link=23, short_mentions=True, clusters=True)
LINK = "https://example.social/a/rather/long/path/to/a/page"


@pytest.mark.parametrize(
    ("content", "count"),
    [
        ("", 0),
        ("abc", 3),
        ("a\r\nb", 3),
        ("Zoe\u0308", 3),
        ("日本語", 3),
        ("👨\u200d👩\u200d👧", 1),
        ("🇩🇪🇫🇷", 2),
        ("👍🏽", 1),
        (LINK, 23),
        ("http://a.co", 23),
        (f"see {LINK}.", 28),
        (f"({LINK})", 25),
        (f"{LINK}?a=b&c=d", 23),
        ("https://en.wikipedia.org/wiki/Wheel_(machine_part)", 23),
        (f"{LINK} {LINK}", 47),
        ("HTTPS://EXAMPLE.SOCIAL/A/B/C/D/E", 23),
        ("語https://a.jp/x", 24),
        ("https://a.jpです", 25),
        ("@ada", 4),
        ("@ada@example.social", 4),
        ("@ada@example.social, hi", 8),
        ("hi @a.b-c@example.social!", 10),
        ("me@example.social", 17),
        ("https://example.social/@ada@example.com", 23),
        ("x/@ada@example.social", 21),
        ("example.social/without/a/scheme", 31),
        ("#engines", 8),
    ],
)
def test_a_text_counts_as_on_mastodon(content: str, count: int) -> None:
    assert MASTODON.count(content) == count


@pytest.mark.parametrize(
    ("content", "least"),
    [
        # No public name: either no link, or one.
        ("http://localhost/a", 23),
        ("http://127.0.0.1:8000/a/b/c/d/e/f", 33),
        ("=http://a.co", 24),
        # Letters that are bound together were two for the Unicode of older servers.
        ("क्षि", 2),
    ],
)
def test_what_is_uncertain_counts_as_the_more(content: str, least: int) -> None:
    assert MASTODON.count(content) >= least


def test_a_content_warning_counts_and_its_links_do_so_in_full() -> None:
    assert MASTODON.count("abc", "de") == 5
    assert MASTODON.count("", LINK) == len(LINK)


def test_other_servers_make_no_concessions() -> None:
    content = f"@ada@example.social {LINK} 👍🏽"

    assert Counting(clusters=True).count(content) == len(content) - 1
    assert Counting().count(content) == len(content)


words = st.sampled_from(
    [
        *(LINK, "@ada@example.social", "http://a.co", "http://localhost", "#x", "@", "://", "/"),
        *("a", " ", "(", ")", ".", "?", "語", "👍🏽", "\u0308", "\r\n", "क्षि", "𝒳"),
    ]
)
mixed = st.lists(words, max_size=20).map("".join)


@given(mixed | text)
def test_links_and_mentions_only_ever_change_their_own_length(content: str) -> None:
    """What is left when no concession is made is the plain number of clusters."""
    plain = Counting(clusters=True).count(content)

    assert plain == clusters(content)
    assert Counting(short_mentions=True, clusters=True).count(content) <= plain


@given(mixed | text)
def test_clusters_are_no_more_than_code_points_and_no_fewer_than_the_standard_s(
    content: str,
) -> None:
    standard = sum(1 for _ in iter_graphemes(content))

    assert standard <= clusters(content) <= len(content)
    assert content.isascii() is False or clusters(content) == standard


@given(mixed, mixed)
def test_words_that_stand_apart_add_up(left: str, right: str) -> None:
    apart = MASTODON.count(f"{left} x {right}")

    assert apart == MASTODON.count(f"{left} ") + 1 + MASTODON.count(f" {right}")


@given(st.text("ab@/.:()?=&#h tps", max_size=200))
def test_counting_ends_on_any_text(content: str) -> None:
    assert MASTODON.count(content) >= 0
