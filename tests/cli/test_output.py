"""Whatever the store holds, stdout gets printable text, and JSON keeps every character."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuisocial.cli import listing, output, records
from tuisocial.cli.wrap import cells, wrapped
from tuisocial.model.account import Account, ProfileField
from tuisocial.model.entry import Reposted
from tuisocial.model.ids import AccountId, LoginId, PostId
from tuisocial.model.media import Media, MediaKind
from tuisocial.model.poll import Poll, PollOption
from tuisocial.model.post import Card, Counts, Post, Quote, Reaction
from tuisocial.model.printable import printable
from tuisocial.model.richtext import RichText
from tuisocial.model.thread import Missing, MissingReason
from tuisocial.model.timeline import HOME
from tuisocial.services.threads import ThreadItem, ThreadView
from tuisocial.store.rows import Copy, Position, Row, Sighting, Source, SourceState

_CONTROLS = (
    "\x07\x08\x7f\x90\r\n\t\x0b\x85\u2028\u202e\u2066\u200b\ufeff\ue000\U000e0041\ufffe\U0010ffff"
)
_WEAPONS = [
    *_CONTROLS,
    "\x1b[2J",
    "\x1b]0;title\x07",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x9b31m",
    "\u200d" * 9,
    "a" + "\u0301" * 30,
    "[@click=app.quit]x[/]",
    "%s{}\\",
    '"',
    "漢",
    "👩\u200d🚀",
    "ﷺ",
]
_HOSTILE = st.lists(
    st.sampled_from(_WEAPONS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
    max_size=6,
).map("".join)
_LONE = _HOSTILE | st.text(max_size=6)
"""May hold lone surrogates as well, which no store and no `RichText` can."""
_OWN_STYLES = re.compile("\x1b\\[[012]m")


@st.composite
def _rows(draw: st.DrawFn) -> Row:
    def text() -> str:
        return draw(_LONE)

    def rich() -> RichText:
        return RichText(draw(_HOSTILE))

    author = Account(AccountId("memory", text()), text(), text(), bio=rich(), url=text())
    author = replace(author, fields=(ProfileField(text(), rich()),))
    now = datetime(2026, 1, 1, tzinfo=UTC)
    post = Post(
        PostId("memory", text()),
        author,
        rich(),
        now,
        title=text(),
        content_warning=draw(st.none() | _LONE),
        language=text(),
        quote=Quote(PostId("memory", text()), author, rich(), text(), text()),
        media=(Media(MediaKind.IMAGE, text(), text(), text(), text()),),
        poll=Poll(text(), (PollOption(text()),)),
        card=Card(text(), text(), text(), text(), text()),
        tags=(text(),),
        mentions=(AccountId("memory", text()),),
        counts=Counts(1, reactions=(Reaction(text(), 1),)),
        url=text(),
        same_as=(PostId("memory", text()),),
    )
    me = LoginId("me")
    copies = (Copy(PostId("memory", text()), (me,)),)
    return Row(Position(0, text()), post, (Sighting(me),), Reposted(author), copies, (author,))


@contextmanager
def _stdout(encoding: str = "utf-8") -> Iterator[io.BytesIO]:
    raw = io.BytesIO()
    with patch.object(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding)) as stdout:
        yield raw
        stdout.flush()
        stdout.detach()


def _thread(row: Row) -> ThreadView:
    missing = Missing(row.post.id, MissingReason.DELETED)
    items = (ThreadItem(0, row), ThreadItem(99, missing=missing))
    return ThreadView(row.post.id, items, error=row.key, remedy=row.key)


@given(_rows())
def test_text_for_people_holds_nothing_that_a_terminal_obeys(row: Row) -> None:
    with _stdout() as out:
        listing.rows([row])
        listing.thread(_thread(row))
        listing.profile(row.post.author)
        output.table([("a", "b"), (row.key, row.post.author.handle)])
    text = out.getvalue().decode()
    assert printable(text) == text


@given(_rows())
def test_in_colour_the_only_escapes_are_our_own(row: Row) -> None:
    with _stdout() as out, patch.object(output, "_in_colour", lambda: True):
        listing.rows([row])
        listing.thread(_thread(row))
        listing.profile(row.post.author)
    text = _OWN_STYLES.sub("", out.getvalue().decode())
    assert "\x1b" not in text
    assert all(printable(line) == line for line in text.split("\n"))


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "ascii"])
@given(row=_rows())
def test_json_holds_nothing_that_a_terminal_obeys_and_loses_nothing(
    encoding: str, row: Row
) -> None:
    state = SourceState(Source(LoginId("me"), HOME), error=row.key, remedy=row.key)
    document = records.timeline([row], [state], [])
    for value, show in (
        (document, output.document),
        (document["entries"][0], output.record),
        (records.thread(_thread(row)), output.document),
        (records.profile(row.post.author), output.document),
    ):
        with _stdout(encoding) as out:
            show(value)
        text = out.getvalue().decode(encoding)
        assert printable(text) == text
        # The same as JSON itself makes of it, which joins two halves of a pair.
        assert json.loads(text) == json.loads(json.dumps(value))


def test_harmless_characters_of_every_script_stay_readable_in_json() -> None:
    with _stdout() as out:
        output.document({"text": "Grüße 漢字 العربية 👍 naïve"})
    assert "Grüße 漢字 العربية 👍 naïve" in out.getvalue().decode()


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
        ({"TERM": "dumb"}, False),
        ({}, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(
    environment: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("TERM", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with _stdout() as out:
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        output.line((output.Style.STRONG, "bold"))
    assert (b"\x1b[1mbold\x1b[0m" in out.getvalue()) is coloured


@given(st.text(st.sampled_from("ab 漢字é\u0301👍\u200d"), max_size=60), st.integers(2, 20))
def test_wrapping_keeps_every_character_and_fits(text: str, width: int) -> None:
    lines = list(wrapped(text, width))
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(cells(line) <= width for line in lines if "\u200d" not in line)


def test_wrapping_takes_time_in_proportion_to_the_text() -> None:
    assert len(list(wrapped("漢" * 200_000, 80))) == 5_000
