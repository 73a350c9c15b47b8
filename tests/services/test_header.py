"""The draft in an editor: what was written comes back, and what cannot be meant is said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import account_ids, login_ids, post_ids, text
from tuisocial.model.draft import Address, Attachment, Ballot, Draft, Overflow, Own, Quotable
from tuisocial.model.ids import LoginId, PostId
from tuisocial.model.post import Visibility
from tuisocial.services.header import NAMES, HeaderError, read, write

WEB, KEYS = LoginId("web"), LoginId("keys")

AWKWARD = ("\\", '""', "  ", "\r\n", "[[web]]", "[[web: part]]", "\\[[web]]", "To: x", "\ufeff")
awkward = st.lists(st.sampled_from([*AWKWARD, *'|" \n\r\tnsa:,#\u3000\x0b']), max_size=6).map(
    "".join
)
any_text = text | awkward
paths = any_text.map(lambda name: f"/{name}")
unit = st.floats(-1, 1)
times = st.datetimes(
    min_value=datetime.fromisoformat("1900-01-01"),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-9, minutes=-30))]),
)

LINES = (
    *(f"{name}: 1" for name in NAMES),
    *(f"{name}:" for name in NAMES),
    *("  more", "", "[[web]]", "[[web: part]]", "text", "Attach: /a  b", "Poll: |", "Focus: 0,0"),
)

owns = st.builds(Own, st.none() | any_text, st.lists(any_text, max_size=3).map(tuple))
drafts = st.builds(
    Draft,
    text=any_text,
    targets=st.lists(login_ids, max_size=3, unique=True).map(tuple),
    own=st.dictionaries(login_ids | st.just(WEB), owns, max_size=3),
    content_warning=st.none() | any_text,
    sensitive=st.booleans(),
    language=st.none() | st.sampled_from(["en", "de", "pt-BR"]) | any_text,
    markdown=st.booleans(),
    visibility=st.sampled_from(Visibility),
    quotable=st.none() | st.sampled_from(Quotable),
    media=st.lists(
        st.builds(Attachment, paths, st.none() | any_text, st.none() | st.tuples(unit, unit)),
        max_size=3,
    ).map(tuple),
    ballot=st.none()
    | st.builds(
        Ballot,
        st.lists(any_text, max_size=3).map(tuple),
        st.timedeltas(timedelta()),
        st.booleans(),
        st.booleans(),
    ),
    reply_to=st.none() | post_ids,
    quote=st.none() | post_ids,
    edits=st.none() | post_ids,
    at=st.none() | times,
    addresses=st.lists(st.builds(Address, any_text, account_ids), max_size=2).map(tuple),
    overflow=st.sampled_from(Overflow),
)
hints = st.lists(st.sampled_from(NAMES), unique=True)


@given(drafts, hints)
def test_a_draft_comes_back_as_it_was_written(draft: Draft, shown: list[str]) -> None:
    assert read(write(draft, shown), draft) == draft


@given(drafts)
def test_what_an_editor_does_to_the_last_line_and_to_line_ends_changes_no_header(
    draft: Draft,
) -> None:
    draft = replace(draft, text="plain", own={})
    file = write(draft)
    assert read(file.removesuffix("\n"), draft) == draft
    assert read("\ufeff" + file.replace("\n", "\r\n"), draft) == draft


@given(drafts)
def test_headers_stand_in_one_order_each_on_one_line(draft: Draft) -> None:
    lines = write(draft).partition("\n\n")[0].split("\n")
    places = [NAMES.index(line.partition(":")[0].replace("Focus", "Attach")) for line in lines]
    assert places == sorted(places)


@given(st.text(max_size=60) | st.lists(st.sampled_from(LINES)).map("\n".join))
def test_any_text_at_all_is_read_or_refused_by_name(file: str) -> None:
    error = None
    try:
        read(file, Draft())
    except HeaderError as refused:
        error = refused
    if error is not None:
        assert 1 <= error.line <= file.count("\n") + 1
        assert error.message.startswith(f"line {error.line}: ")
        assert error.remedy


def test_the_file_looks_like_mail() -> None:
    draft = Draft(
        "The engine weaves.\n\nSo it does.",
        targets=(WEB, KEYS),
        own={KEYS: Own("It weaves."), WEB: Own(None, ("One.", "Two."))},
        content_warning="looms",
        visibility=Visibility.UNLISTED,
        language="en",
        media=(Attachment("/home/ada/mill 2.png", "Drawing of the mill", (0.5, -0.25)),),
        ballot=Ballot(("warp", "weft"), timedelta(days=1, hours=12), multiple=True),
        reply_to=PostId("net", "https://looms.example/1"),
        at=datetime(2026, 12, 24, 18, tzinfo=UTC),
    )
    assert write(draft, ["Quote"]) == (
        "To: web, keys\n"
        "CW: looms\n"
        "Visibility: unlisted\n"
        "Lang: en\n"
        "Attach: /home/ada/mill 2.png  Drawing of the mill\n"
        "Focus: 0.5, -0.25\n"
        "Poll: warp | weft\n"
        "Poll-Lasts: 1d 12h\n"
        "Poll-Multiple: yes\n"
        "Reply-To: net:https://looms.example/1\n"
        "Quote:\n"
        "At: 2026-12-24 18:00:00+00:00\n"
        "\n"
        "The engine weaves.\n\nSo it does.\n"
        "\n[[keys]]\nIt weaves.\n"
        "\n[[web: part]]\nOne.\n"
        "\n[[web: part]]\nTwo.\n"
    )


def test_what_a_person_may_write_is_read() -> None:
    file = (
        "to: web keys\n"
        "cw:   looms\n"
        "attach: ~/mill.png\t Drawing of\n"
        "   the mill\n"
        "attach: /b.png\n"
        'attach: /c.png  ""\n'
        "poll: warp|weft\n"
        "poll-lasts: 90m\n"
        "Sensitive: Yes\n"
        "Visibility: Followers\n"
        " \t\n"
        "Text.\n[[keys]]\nOther."
    )
    draft = read(file, Draft())
    assert draft.targets == (WEB, KEYS)
    assert draft.content_warning == "looms"
    assert [each.alt for each in draft.media] == ["Drawing of the mill", None, ""]
    assert draft.media[0].path.endswith("/mill.png")
    assert draft.media[0].path.startswith("/")
    assert draft.ballot == Ballot(("warp", "weft"), timedelta(minutes=90))
    assert draft.sensitive
    assert draft.visibility is Visibility.FOLLOWERS
    assert draft.text == "Text."
    assert draft.own == {KEYS: Own("Other.")}


def test_a_time_without_a_zone_is_this_machine_s() -> None:
    at = read("At: 2026-12-24 18:00\n\n", Draft()).at
    assert at == datetime(2026, 12, 24, 18).astimezone()
    assert at.tzinfo is not None


def test_a_header_that_is_taken_out_means_the_default_but_never_a_wider_post() -> None:
    draft = Draft(
        "Text",
        targets=(WEB,),
        content_warning="looms",
        visibility=Visibility.DIRECT,
        own={WEB: Own("x")},
    )
    assert read("\nText", draft) == Draft("Text", visibility=Visibility.DIRECT)


@pytest.mark.parametrize(
    ("file", "line", "what", "remedy"),
    [
        ("To: web\nSubject: x\n\n", 2, "no header Subject", "Visibility"),
        ("To: web\nHello there\n\n", 2, "'Hello there' is not a header", "empty line"),
        (" To: web\n\n", 1, "is not a header", "Name: value"),
        ("To: web\nto: keys\n\n", 2, "To stands here a second time", "one"),
        ("To: my login, käse\n\n", 1, "To cannot be", "logins"),
        ("Visibility: everybody\n\n", 1, "Visibility cannot be 'everybody'", "unlisted, local"),
        ("Attach: mill.png\n\n", 1, "Attach cannot be", "whole path"),
        ("Attach: /a\nFocus: 2, 0\n\n", 2, "Focus cannot be", "-1 to 1"),
        ("Focus: 0, 0\nAttach: /a\n\n", 1, "Focus has no Attach", "below"),
        ("Poll-Lasts: 1d\n\n", 1, "Poll-Lasts has no Poll", "one | two"),
        ("Poll: a | b\nPoll-Lasts: long\n\n", 2, "Poll-Lasts cannot be", "1d"),
        ("Poll: a\nPoll-Lasts: 9999999999d\n\n", 2, "Poll-Lasts cannot be", "1d"),
        ("Sensitive: perhaps\n\n", 1, "Sensitive cannot be", "yes or no"),
        ("Reply-To: 123\n\n", 1, "Reply-To cannot be", "whole id"),
        ("At: tomorrow\n\n", 1, "At cannot be", "2026"),
        ("At: 2026-12-24\n\n", 1, "At cannot be", "time"),
        ("Too-Long: cut\n\n", 1, "Too-Long cannot be", "split, link, refuse"),
        ("To: web\n\nText\n[[keys]]\nOther", 4, "[[keys]] is not a target", "\\[[keys]]"),
        ("To: web\n\nText\n[[web]]\na\n[[web]]\nb", 6, "second time", "[[web: part]]"),
    ],
)
def test_what_cannot_be_meant_is_said_with_its_line(
    file: str, line: int, what: str, remedy: str
) -> None:
    with pytest.raises(HeaderError) as caught:
        read(file, Draft())
    assert caught.value.line == line
    assert what in caught.value.message
    assert remedy in caught.value.remedy
