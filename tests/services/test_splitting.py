"""Splitting: parts that fit, cut where a reader would, with nothing lost and nothing broken."""

import re
from collections.abc import Callable
from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wcwidth import iter_graphemes

from tests.strategies import rich_texts
from tuisocial.model.ids import AccountId
from tuisocial.model.richtext import Hashtag, Link, Mention, RichText
from tuisocial.services.splitting import TooLong, divided, split

Count = Callable[[str], int]
LINK = re.compile(r"https?://\S+")
MENTION = re.compile(r"@(\w+)@[\w.]+\w")
NUMBER = re.compile(r" (\d+)/(\d+)$")

COUNTERS: dict[str, Count] = {
    "characters": len,
    "bytes": lambda text: len(text.encode()),
    "links as 23": lambda text: len(LINK.sub("x" * 23, text)),
    "mentions without domain": lambda text: len(MENTION.sub(r"@\1", text)),
}

UNITS = (
    "https://example.com/a/long/way/to/a/page?with=query&and=more#too",
    "@ada@looms.example",
    "#algebra",
    "@charles",
    "ada@mail.example",
    "looms.example/cards",
    "nostr:npub1sg6plzptd64u62a878hep2kev88swjh3tw00gjsfl8f237lmu63q0uf63m",
    ":weaving_loom:",
)
WORDS = (
    "Weaving", "the", "loom.", "“Yes!”", "it", "goes…", "J.", "3.", "なるほど。これは長い話です",
    "👩\u200d👩\u200d👧", "🇩🇪🇫🇷", "e\u0301tude", "mot\u00a0!", "क्षितिज", "ภาษาไทย",
)  # fmt: skip
GAPS = (" ", " ", " ", "  ", "\n", "\n\n", "\n\n\n", "\t")

prose = st.lists(
    st.tuples(st.sampled_from(WORDS + UNITS), st.sampled_from(GAPS)), min_size=1, max_size=60
).map(lambda made: "".join(word + gap for word, gap in made))
counters = st.sampled_from(sorted(COUNTERS))


def fits(count: Count, limit: int) -> Callable[[RichText], bool]:
    return lambda text: count(text.text) <= limit


def bodies(parts: tuple[RichText, ...]) -> list[str]:
    """What the parts say without their numbers, which are checked on the way."""
    if len(parts) == 1:
        return [parts[0].text]
    for at, part in enumerate(parts, 1):
        assert part.text.endswith(f" {at}/{len(parts)}")
    return [NUMBER.sub("", part.text) for part in parts]


def unspaced(text: str) -> str:
    return re.sub(r"[^\S\u00a0\u2007\u202f]+", "", text)


def edges(text: str, parts: list[str]) -> list[tuple[int, int]]:
    """Where each part stands in the text."""
    spans, at = [], 0
    for part in parts:
        start = text.index(part, at)
        assert text[at:start].strip() == ""
        at = start + len(part)
        spans.append((start, at))
    assert text[at:].strip() == ""
    return spans


@given(prose, counters, st.integers(75, 300))
def test_every_part_fits(text: str, counter: str, limit: int) -> None:
    count = COUNTERS[counter]
    for part in split(RichText(text), fits(count, limit)):
        assert count(part.text) <= limit


@given(prose, counters, st.integers(75, 300))
def test_the_parts_without_their_numbers_are_the_text(text: str, counter: str, limit: int) -> None:
    parts = bodies(split(RichText(text), fits(COUNTERS[counter], limit)))
    edges(text, parts)
    assert all(part.strip() for part in parts)


@given(rich_texts(), st.integers(20, 60))
def test_hostile_text_is_kept_too_or_named(text: RichText, limit: int) -> None:
    named = ""
    try:
        parts = split(text, fits(len, limit))
    except TooLong as error:
        named = error.unit
    if named:
        assert len(named) > limit - len(" 99/99")
        assert named in text.text
    else:
        assert "".join(map(unspaced, bodies(parts))) == unspaced(text.text)


@given(prose, counters, st.integers(75, 300))
def test_no_cut_is_inside_a_unit_or_a_character(text: str, counter: str, limit: int) -> None:
    spans = edges(text, bodies(split(RichText(text), fits(COUNTERS[counter], limit))))
    clusters = {0, *accumulate(len(each) for each in iter_graphemes(text))}
    units = [found.span() for unit in UNITS for found in re.finditer(re.escape(unit), text)]
    for start, end in spans:
        assert {start, end} <= clusters
        assert not any(begin < at < until for begin, until in units for at in (start, end))


@given(rich_texts(), st.integers(20, 60))
def test_facets_mark_the_same_words_in_their_parts(text: RichText, limit: int) -> None:
    try:
        parts = split(text, fits(len, limit))
    except TooLong:
        return

    def marked(whole: RichText) -> list[tuple[str, object]]:
        return [(whole.text[each.start : each.end], type(each)) for each in whole.facets]

    found = [mark for part in parts for mark in marked(part)]
    expected = marked(text)
    if len(parts) == 1:
        assert found == expected
    else:
        assert [(unspaced(words), kind) for words, kind in found if unspaced(words)] == [
            (unspaced(words), kind) for words, kind in expected if unspaced(words)
        ]


def fewest(text: str, count: Count, limit: int) -> int:
    """How many parts there are when each takes all the words that it can."""
    digits = 1
    while True:
        words, parts = list(re.finditer(r"\S+", text)), 0
        while words:
            parts += 1
            number = f" {parts}/{'9' * digits}"
            sizes = range(1, len(words) + 1)
            spans = (text[words[0].start() : words[size - 1].end()] for size in sizes)
            words = words[sum(count(span + number) <= limit for span in spans) :]
        if parts < 10**digits:
            return parts
        digits += 1


@given(
    st.lists(
        st.tuples(st.sampled_from(["loom", "weaves.", "a", *UNITS]), st.sampled_from(GAPS)),
        min_size=1,
        max_size=80,
    ).map(lambda made: "".join(word + gap for word, gap in made)),
    st.integers(75, 200),
)
def test_there_is_at_most_one_part_more_than_need_be(text: str, limit: int) -> None:
    parts = split(RichText(text), fits(len, limit))
    if len(parts) > 1:
        assert len(parts) <= fewest(text, len, limit) + 1


@settings(max_examples=30)
@given(st.integers(1, 3000), st.integers(16, 40))
def test_numbers_of_any_length_are_counted(words: int, limit: int) -> None:
    text = " ".join(["word"] * words)
    parts = split(RichText(text), fits(len, limit))
    assert all(len(part.text) <= limit for part in parts)
    assert " ".join(bodies(parts)) == text


@given(prose, st.integers(75, 300))
def test_without_numbers_the_parts_are_only_the_text(text: str, limit: int) -> None:
    parts = split(RichText(text), fits(len, limit), numbered=False)
    edges(text, [part.text for part in parts])
    assert all(len(part.text) <= limit for part in parts)


def test_as_few_questions_are_asked_as_a_search_needs() -> None:
    asked = 0

    def fits(text: RichText) -> bool:
        nonlocal asked
        asked += 1
        return len(text.text) <= 500

    words = 20_000
    parts = split(RichText("weave " * words), fits)
    assert len(parts) > 200
    assert asked < words


@pytest.mark.parametrize("blob", ["x" * 5000, "語" * 5000, "a\u0301" * 2500, "1-" * 2500])
def test_a_word_of_any_length_is_cut_into_full_parts(blob: str) -> None:
    parts = split(RichText(f"Look: {blob}"), fits(len, 500))
    assert len(parts) == 11
    assert "".join(bodies(parts)).replace(" ", "") == f"Look:{blob}"


def test_a_text_that_fits_is_left_as_it_is() -> None:
    text = RichText(" short \n")
    assert split(text, fits(len, 500)) == (text,)


def test_an_address_too_long_for_a_post_is_named() -> None:
    url = "https://example.com/" + "a" * 600
    with pytest.raises(TooLong) as caught:
        split(RichText(f"See {url} there"), fits(len, 500))
    assert caught.value.unit == url
    assert len(str(caught.value)) < 200


def test_a_mention_too_long_for_a_post_is_named() -> None:
    name = "ada " * 200
    text = RichText(f"Dear {name}", (Mention(5, 5 + len(name), AccountId("net", "ada")),))
    with pytest.raises(TooLong) as caught:
        split(text, fits(len, 100))
    assert caught.value.unit == name


def test_ends_of_paragraphs_are_preferred_to_sentences_and_these_to_words() -> None:
    sentence = "The engine weaves algebraic patterns. "
    two = sentence * 4 + "\n\n" + sentence * 2
    first = split(RichText(two), fits(len, 200))[0].text
    assert first == (sentence * 4).strip() + " 1/2"
    first = split(RichText(sentence * 6), fits(len, 125))[0].text
    assert first == (sentence * 3).strip() + " 1/2"
    words = "weave " * 60
    first = split(RichText(words), fits(len, 200))[0].text
    assert 190 < len(first) <= 200


def test_a_paragraph_s_end_is_no_reason_for_a_needlessly_short_part() -> None:
    text = "Hello.\n\n" + "weave " * 60
    assert len(split(RichText(text), fits(len, 200))[0].text) > 100


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Prof. J. Doe weaves all day and all night", "Prof. J. Doe weaves all day"),
        ("They weave 12 cards. 3. Then they stop", "They weave 12 cards."),
    ],
)
def test_abbreviations_and_list_numbers_end_no_sentence(text: str, first: str) -> None:
    assert split(RichText(text), fits(len, 28), numbered=False)[0].text == first


def test_japanese_is_cut_after_its_full_stops_and_not_before_them() -> None:
    text = "機織りの話をしよう。" * 20
    for part in bodies(split(RichText(text), fits(len, 50))):
        assert part.endswith("。")


def test_facets_move_with_their_words() -> None:
    words = "weave " * 20
    text = RichText(
        f"{words}#loom {words}https://looms.example",
        (
            Hashtag(120, 125, "loom"),
            Link(246, 267, "https://looms.example"),
        ),
    )
    parts = split(text, fits(len, 130))
    marks = [part.text[facet.start : facet.end] for part in parts for facet in part.facets]
    assert marks == ["#loom", "https://looms.example"]


def test_parts_cut_by_hand_are_numbered() -> None:
    assert divided(["One. ", "", "Two."]) == ("One. 1/2", "Two. 2/2")


@pytest.mark.parametrize("parts", [["One (1/2)", "Two (2/2)"], ["alone"], ["a 1/n", "b 2/n"]])
def test_parts_that_need_no_number_get_none(parts: list[str]) -> None:
    assert divided(parts) == tuple(parts)


def test_spans_are_in_order() -> None:
    text = "weave the cloth " * 30
    spans = edges(text, bodies(split(RichText(text), fits(len, 60))))
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
