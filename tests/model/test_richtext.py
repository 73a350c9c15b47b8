"""Rich text holds only facets that fit its text."""

import pytest
from hypothesis import given

from tests.strategies import rich_texts
from tuisocial.model.richtext import Hashtag, Link, RichText


@given(rich_texts())
def test_spans_lie_in_the_text_in_order_and_apart(text: RichText) -> None:
    end = 0
    for facet in text.facets:
        assert end <= facet.start < facet.end <= len(text.text)
        end = facet.end


@pytest.mark.parametrize(
    ("facets", "complaint"),
    [
        ((Hashtag(0, 6, "a"),), "ends at 6"),
        ((Hashtag(-1, 2, "a"),), "out of order"),
        ((Hashtag(2, 2, "a"),), "empty"),
        ((Hashtag(3, 1, "a"),), "empty"),
        ((Hashtag(2, 4, "a"), Hashtag(0, 2, "b")), "out of order"),
        ((Link(0, 3, "u"), Hashtag(2, 4, "b")), "overlapping"),
    ],
)
def test_a_facet_that_does_not_fit_is_refused(
    facets: tuple[Hashtag | Link, ...], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        RichText("12345", facets)


def test_neighbours_may_touch() -> None:
    facets = (Hashtag(0, 2, "a"), Hashtag(2, 5, "b"))
    assert RichText("12345", facets).facets == facets


@pytest.mark.parametrize("text", ["\ud800", "a\udfff", "😀\ud83d"])
def test_a_lone_surrogate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="surrogate"):
        RichText(text)


def test_offsets_count_code_points() -> None:
    assert RichText("👩🏽‍🚀#a", (Hashtag(4, 6, "a"),)).text[4:6] == "#a"
