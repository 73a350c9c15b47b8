"""What `printable` lets through: everything people write, nothing that a terminal obeys."""

import unicodedata

import pytest
from hypothesis import example, given

from tests.strategies import HOSTILE, hostile_text
from tuisocial.model.printable import printable, printable_line

BIDI_CONTROLS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
MARKS_ALLOWED = 8


def obeyed(char: str) -> bool:
    """Whether a terminal, or what lies under it, would act on `char`."""
    return (
        (unicodedata.category(char) in ("Cc", "Cs", "Co", "Zl", "Zp") and char != "\n")
        or unicodedata.bidirectional(char) in BIDI_CONTROLS
        or char in "\u200e\u200f\u061c"
    )


def takes_no_cell(char: str) -> bool:
    """Whether a terminal draws `char` upon its neighbour, or not at all."""
    return (
        unicodedata.category(char) in ("Mn", "Me", "Cf")
        or "\u1160" <= char <= "\u11ff"
        or "\ud7b0" <= char <= "\ud7ff"
    )


def longest_run_without_cells(text: str) -> int:
    longest = run = 0
    for char in text:
        run = run + 1 if takes_no_cell(char) else 0
        longest = max(longest, run)
    return longest


def every_hostile_example(test: object) -> object:
    for text in (*HOSTILE, "".join(HOSTILE)):
        test = example(text)(test)
    return test


@every_hostile_example
@given(hostile_text)
def test_nothing_is_left_that_a_terminal_obeys(text: str) -> None:
    assert [char for char in printable(text) if obeyed(char)] == []


@every_hostile_example
@given(hostile_text)
def test_what_is_printable_stays_as_it_is(text: str) -> None:
    assert printable(printable(text)) == printable(text)


@every_hostile_example
@given(hostile_text)
def test_a_line_has_no_newline_and_is_printable(text: str) -> None:
    line = printable_line(text)
    assert "\n" not in line
    assert printable(line) == line


@every_hostile_example
@given(hostile_text)
def test_what_is_printable_can_be_written_in_utf_8(text: str) -> None:
    assert printable(text).encode().decode() == printable(text)


@every_hostile_example
@given(hostile_text)
def test_no_flood_of_marks_or_invisible_characters_is_left(text: str) -> None:
    assert longest_run_without_cells(printable(text)) <= MARKS_ALLOWED


def test_every_single_character_is_refused_or_harmless() -> None:
    everything = "a".join(map(chr, range(0x110000)))
    assert [char for char in printable(everything) if obeyed(char)] == []


@pytest.mark.parametrize(
    "flood",
    ["\u0301", "\u200d", "\ufe0f", "\u20dd", "\u1161", "\u0600", "\u0301\u200d", "\u0301\u1161"],
    ids=lambda text: " ".join(f"{ord(char):04x}" for char in text),
)
def test_a_flood_on_one_letter_is_cut(flood: str) -> None:
    shown = printable("x" + flood * 1000 + "y")
    assert longest_run_without_cells(shown) <= MARKS_ALLOWED
    assert (shown[0], shown[-1]) == ("x", "y")


@pytest.mark.parametrize(
    "text",
    [
        "Plain text, with [markup] and <tags> & all.\nTwo lines.",
        "Größe, naïve, Łódź, İstanbul",
        "日本語の文章、中文，한국어",
        "السلام عليكم ورحمة الله",
        "مُحَمَّدٌ رَسُولُ اللَّهِ",
        "می‌خواهم",
        "בְּרֵאשִׁית בָּרָא אֱלֹהִים",
        "ภาษาไทย กี่ปี ป้ำๆ เป๋อๆ ที่",
        unicodedata.normalize("NFC", "Tiếng Việt được viết"),
        unicodedata.normalize("NFD", "Tiếng Việt được viết"),
        unicodedata.normalize("NFD", "한국어"),
        "हिन्दी क्ष त्र ज्ञ",
        "👩‍👩‍👧‍👦 👩🏽‍🚀 🏳️‍🌈 ❤️ 1️⃣ 👁️‍🗨️",
        "🇩🇪🇯🇵 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏴󠁧󠁢󠁳󠁣󠁴󠁿",
        "𝒜𝓃 𝔦𝔫𝔰𝔠𝔯𝔦𝔭𝔱𝔦𝔬𝔫",
        "→ ▪ ◆ … “quoted” — ½ №5 ©",
        "ᠮᠣᠩᠭᠣᠯ᠋",
    ],
)
def test_what_people_write_survives_unchanged(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[2Jgone", "[2Jgone"),
        ("\x1b]52;c;aGk=\x07x", "]52;c;aGk=x"),
        ("\x9b31mred", "31mred"),
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("a\tb", "a    b"),
        ("pay \u202emoc.elpmaxe", "pay moc.elpmaxe"),
        ("half \ud83d a pair", "half \ufffd a pair"),
        ("hid\u200bd\u00aden", "hidden"),
        ("\U000e0041\U000e0042smuggled", "smuggled"),
    ],
)
def test_what_is_obeyed_is_left_out_and_the_rest_shown(text: str, expected: str) -> None:
    assert printable(text) == expected
