"""Clusters: every place named for a cut is one where UAX #29 allows it."""

from itertools import accumulate, pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from wcwidth import iter_graphemes

from tests.strategies import text
from tuisocial.services.clusters import boundaries

tricky = st.lists(
    st.sampled_from(
        [
            "🇩🇪",
            "🇫",
            "👩\u200d👩\u200d👧",
            "e\u0301",
            "क्षि",
            "ন্ধ",
            "각",
            "\u1100",
            "\u1161",
            "\u11a8",
            "\r",
            "\n",
            "ก็",
            "กำ",
            "\u0600",
            "1",
            "\u0d4e",
            "👍🏽",
            "❤\ufe0f",
            "a",
            "語",
            "\u200b",
            "\u200c",
            "ｶﾞ",
            "\u094d",
            "\u093c",
        ]
    ),
    max_size=12,
).map("".join)


@example("🇫\u0600🇩🇪")
@given(text | tricky)
def test_no_cut_is_inside_a_grapheme_cluster(content: str) -> None:
    allowed = set(accumulate(len(each) for each in iter_graphemes(content)))
    assert set(boundaries(content)) <= allowed


@given(tricky | text)
def test_cuts_are_in_order_and_inside_the_text(content: str) -> None:
    found = list(boundaries(content))
    assert found == sorted(set(found))
    assert all(0 < at < len(content) for at in found)


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ("", [""]),
        ("abc", ["a", "b", "c"]),
        ("日本語", ["日", "本", "語"]),
        ("🇩🇪🇫🇷", ["🇩🇪", "🇫🇷"]),
        ("👍🏽👍", ["👍🏽", "👍"]),
        ("Zoe\u0308!", ["Z", "o", "e\u0308", "!"]),
    ],
)
def test_ordinary_text_may_be_cut_between_any_two_characters(
    content: str, parts: list[str]
) -> None:
    edges = [0, *boundaries(content), len(content)]
    assert [content[a:b] for a, b in pairwise(edges)] == parts
