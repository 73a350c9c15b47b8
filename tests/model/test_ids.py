"""Ids are read back from their text, and nothing else is taken for one."""

import pytest
from hypothesis import given

from tests.strategies import account_ids, login_ids, post_ids
from tuisocial.model.ids import AccountId, LoginId, PostId


@given(post_ids | account_ids | login_ids)
def test_an_id_is_read_back_from_its_text(name: PostId | AccountId | LoginId) -> None:
    assert type(name).parse(str(name)) == name


def test_the_uri_may_hold_colons() -> None:
    assert PostId.parse("web:https://a.example:8080/1") == PostId("web", "https://a.example:8080/1")


@pytest.mark.parametrize(
    "text", ["", "web", "web:", ":1", "Web:1", "1web:1", "we b:1", "a" * 33 + ":1"]
)
def test_what_is_not_network_and_uri_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="network:uri"):
        PostId.parse(text)


def test_a_refused_id_is_quoted_in_part_only() -> None:
    with pytest.raises(ValueError, match="network:uri") as refusal:
        AccountId.parse("x" * 10_000)
    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize("text", ["", "-x", ".x", "a b", "a/b", "a" * 33, "é", "a\n", "a\x1b"])
def test_a_login_s_name_is_safe_in_files_flags_and_status_lines(text: str) -> None:
    with pytest.raises(ValueError, match="1 to 32"):
        LoginId.parse(text)


def test_a_post_and_an_account_of_one_name_are_different() -> None:
    assert PostId("web", "1") != AccountId("web", "1")
