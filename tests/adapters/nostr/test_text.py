"""Text keeps every character that is not a code, whatever it holds, and in little time."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.adapters.nostr.signing import Author
from tuisocial.adapters.nostr.text import rich
from tuisocial.model.richtext import Link

PIECES = st.sampled_from(
    [
        "nostr:",
        Author("ada").npub,
        "@",
        "#",
        "#[0]",
        "#tag",
        ":wave:",
        "https://a.b/c",
        ").",
        " ",
        "\n",
        "é",
        "👩‍👩‍👧",
        "\x1b",
        "note1",
        "x",
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_any_mixture_gives_text_whose_facets_fit(content: str) -> None:
    text = rich(content, [["p", Author("ada").pubkey]], lambda key: "@ada", {"wave": "https://w"})

    for facet in text.facets:
        assert 0 <= facet.start < facet.end <= len(text.text)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="#:@"), max_size=80))
def test_plain_text_stays_as_it_is(content: str) -> None:
    assert rich(content, [], str).text == content.strip()


@pytest.mark.parametrize(
    ("content", "url"),
    [
        ("see https://a.example.", "https://a.example"),
        ("(https://a.example/x)", "https://a.example/x"),
        ("https://a.example/(x)", "https://a.example/(x)"),
        ("https://a.example/?q=1,2;", "https://a.example/?q=1,2"),
        ('"https://a.example/x"', "https://a.example/x"),
        ("[a](https://a.example/x)", "https://a.example/x"),
        ("https://a.example/x…", "https://a.example/x"),
    ],
)
def test_a_links_end_is_where_the_sentence_goes_on(content: str, url: str) -> None:
    links = [facet.url for facet in rich(content, [], str).facets if isinstance(facet, Link)]

    assert links == [url]


@pytest.mark.parametrize(
    "flood",
    [
        lambda n: "https://a" + "." * n,
        lambda n: "https://a" + ")" * n,
        lambda n: "#a " * n,
        lambda n: ":" * n,
        lambda n: f"nostr:{Author('ada').npub} " * (n // 60),
        lambda n: "nostr:npub1" + "q" * n,
        lambda n: "@" * n,
    ],
    ids=["dots", "brackets", "hashtags", "colons", "codes", "one long code", "ats"],
)
def test_a_flood_costs_no_more_than_its_length(flood: Callable[[int], str]) -> None:
    short, long = (cost(flood(length)) for length in (40_000, 320_000))

    assert long < 32 * short  # eight times as long; 64 would be its square


def cost(content: str) -> float:
    def once() -> float:
        began = time.process_time()
        rich(content, [], str)
        return time.process_time() - began

    return min(once() for _ in range(3))
