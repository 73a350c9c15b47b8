"""A timeline's name is read back; what is no timeline is refused with what would be one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuisocial.model.timeline import HOME, Timeline, TimelineKind

BARE = ("home", "local", "public", "bookmarks", "liked")
NAMED = (TimelineKind.LIST, TimelineKind.ACCOUNT, TimelineKind.RELAY)


@pytest.mark.parametrize("name", [*BARE, "#tag", "list:12", "account:web:1", "relay:wss://a/b"])
def test_a_name_is_read_and_written_alike(name: str) -> None:
    assert str(Timeline.parse(name)) == name


@given(st.sampled_from(NAMED), st.text(min_size=1))
def test_any_argument_is_read_back(kind: TimelineKind, argument: str) -> None:
    assert Timeline.parse(str(Timeline(kind, argument))) == Timeline(kind, argument)


def test_tags_are_one_however_they_are_written() -> None:
    assert (
        Timeline.parse("#CaTs") == Timeline.parse("tag:Cats") == Timeline(TimelineKind.TAG, "cats")
    )


@pytest.mark.parametrize("text", ["", "#", "nowhere", "home:1", "list", "list:", "HOME"])
def test_what_is_no_timeline_is_refused_with_what_would_be(text: str) -> None:
    with pytest.raises(ValueError, match="say home, local, public"):
        Timeline.parse(text)


@given(st.text())
def test_any_text_is_a_timeline_or_refused(text: str) -> None:
    try:
        assert Timeline.parse(text)
    except ValueError:
        pass


@pytest.mark.parametrize("kind", TimelineKind)
def test_a_kind_takes_an_argument_or_it_does_not(kind: TimelineKind) -> None:
    wrong = "x" if str(kind) in BARE else ""
    with pytest.raises(ValueError, match="argument"):
        Timeline(kind, wrong)


def test_home_is_home() -> None:
    assert Timeline.parse("home") == HOME
