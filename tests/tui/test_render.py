"""Lines of text: wrapped by cells, times as people say them, addresses as they are."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuisocial.tui.render.glyphs import ASCII, UNICODE, Glyphs, glyphs_for
from tuisocial.tui.render.lines import Line, fitted, width_of, wrapped
from tuisocial.tui.render.links import label_of, may_open, shown
from tuisocial.tui.render.look import Role
from tuisocial.tui.render.safe import safe, safe_line
from tuisocial.tui.render.times import ago, ahead, clock, span
from tuisocial.tui.render.width import cell_len, cut

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def words(lines: list[Line]) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


def wrap(text: str, width: int) -> list[str]:
    return words(wrapped([(safe(text), Role.TEXT)], width))


@given(text=st.text(max_size=200), width=st.integers(4, 60))
def test_wrapping_loses_nothing_and_keeps_to_its_width(text: str, width: int) -> None:
    clean = safe(text)
    lines = wrapped([(clean, Role.TEXT)], width)
    assert [width_of(line) for line in lines if width_of(line) > width] == []
    assert "".join("".join(words(lines)).split()) == "".join(clean.split())


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one two three", ["one two", " three"]),
        ("a\n\nb", ["a", "", "b"]),
        ("incomprehensible", ["incompre", "hensible"]),
        ("我们只能看到", ["我们只能", "看到"]),
        ("好的，好的，好的。", ["好的，好", "的，好", "的。"]),
        ("abc 中文字", ["abc 中文", "字"]),
    ],
)
def test_lines_break_where_a_reader_would(text: str, lines: list[str]) -> None:
    assert [line.strip() for line in wrap(text, 8)] == [line.strip() for line in lines]


def test_what_follows_a_mention_without_a_blank_stays_with_it() -> None:
    pieces = [
        (safe("hello "), Role.TEXT),
        (safe("@ada"), Role.MENTION),
        (safe(", dear"), Role.TEXT),
    ]
    assert words(wrapped(pieces, 10)) == ["hello ", "@ada, dear"]


@given(text=st.text(max_size=60), width=st.integers(1, 40))
def test_cutting_keeps_to_its_width(text: str, width: int) -> None:
    assert cell_len(cut(safe(text.replace("\n", " ")), width)) <= width


@given(
    texts=st.lists(st.text(st.characters(codec="utf-8"), max_size=20), max_size=6),
    width=st.integers(3, 40),
    mark=st.sampled_from([UNICODE.more, ASCII.more]),
)
def test_a_line_that_is_cut_ends_in_the_whole_mark(texts: list[str], width: int, mark: str) -> None:
    line: Line = [(safe_line(text), Role.TEXT) for text in texts]
    kept = fitted(line, width, mark)
    assert width_of(kept) <= width
    if width_of(line) > width:
        assert words([kept])[0].endswith(mark)
    else:
        assert kept == line


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (timedelta(hours=2), timedelta(minutes=5), "between 10:00 and 11:55"),
        (timedelta(seconds=50), timedelta(seconds=20), "between 11:59:10 and 11:59:40"),
        (timedelta(seconds=20), timedelta(seconds=20), "of 11:59:40"),
        (timedelta(hours=13), timedelta(hours=1), "between yesterday 23:00 and today 11:00"),
        (timedelta(hours=14), timedelta(hours=13), "between yesterday 22:00 and 23:00"),
        (timedelta(days=9), timedelta(days=8), "between 6 Jun 12:00 and 7 Jun 12:00"),
    ],
)
def test_a_stretch_of_time_says_as_much_as_tells_its_ends_apart(
    start: timedelta, end: timedelta, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    assert span(NOW - start, NOW - end, NOW) == said


@pytest.mark.parametrize(
    ("past", "said"),
    [
        (timedelta(seconds=-90), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(minutes=3), "3 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(days=6, hours=23), "6 d"),
        (timedelta(days=30), "16 May"),
        (timedelta(days=400), "11 May 2025"),
    ],
)
def test_times_are_said_as_people_say_them(past: timedelta, said: str) -> None:
    assert ago(NOW - past, NOW) == said


def test_times_to_come_and_times_of_day() -> None:
    assert ahead(NOW + timedelta(hours=5), NOW) == "5 h"
    assert clock(NOW, NOW).count(":") == 1
    assert clock(NOW - timedelta(days=1), NOW).startswith("yesterday ")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://www.example.org/notes/?utm_source=a&id=3&fbclid=x", "example.org/notes?id=3"),
        ("https://user:pass@example.org/", "example.org"),
        ("web+x:abc", "web+x:abc"),
        ("https://[broken", "https://[broken"),
        ("https://example.org/\x1b[2J\u202ex", "example.org/[2Jx"),
    ],
)
def test_addresses_are_shown_without_what_is_not_theirs(url: str, said: str) -> None:
    assert shown(url) == said


def test_words_never_hide_where_a_link_leads() -> None:
    assert label_of(safe("my bank"), "https://evil.example/x") == "my bank (evil.example)"
    assert label_of(safe("example.org/a…"), "https://example.org/abc") == "example.org/abc"


@pytest.mark.parametrize("url", ["", "x", "http://", "https://a\u202eb", "data:text/html,x", "1:2"])
def test_only_addresses_of_the_web_may_be_opened(url: str) -> None:
    assert not may_open(url, lambda text: False)
    assert may_open("http://127.0.0.1:8080/x", lambda text: False)


def test_every_glyph_is_one_cell_and_has_an_ascii_twin() -> None:
    names = [
        name for name, value in vars(Glyphs).items() if isinstance(value, str) and name[0] != "_"
    ]
    assert [name for name in names if cell_len(getattr(UNICODE, name)) != 1] == []
    assert [name for name in names if not getattr(ASCII, name).isascii()] == []


@pytest.mark.parametrize(
    ("environment", "plain"),
    [({"LANG": "de_DE.UTF-8"}, False), ({"LC_ALL": "C", "LANG": "de_DE.UTF-8"}, True)],
)
def test_the_locale_decides_unless_the_setting_does(
    environment: dict[str, str], plain: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert glyphs_for(None, environment).plain is plain
    assert glyphs_for(True, environment).plain
    assert not glyphs_for(False, environment).plain
