"""Which scopes are asked for, what a grant covers, and which one a question needs."""

import pytest

from tuisocial.adapters.mastodon import scopes

FINE = (*scopes.READS, *scopes.WRITES)


def test_a_server_that_says_nothing_is_asked_for_the_least() -> None:
    assert scopes.asked() == FINE
    assert "write" not in scopes.asked()


def test_a_server_is_not_asked_for_what_it_does_not_know() -> None:
    known = ["read", "write", "write:statuses", "write:media", "profile"]

    assert scopes.asked(known) == ("read", "write:media", "write:statuses")
    assert scopes.asked(["read", "write", "follow", "push"]) == ("read", "write")


def test_reading_asks_for_nothing_else() -> None:
    assert scopes.asked(read_only=True) == scopes.coarse(read_only=True) == ("read",)


@pytest.mark.parametrize(
    ("granted", "scope", "covered"),
    [
        (["read"], "read", True),
        (["read"], "read:statuses", True),
        (["read"], "write:statuses", False),
        (["write"], "write:statuses", True),
        (["write:statuses"], "write:statuses", True),
        (["write:statuses"], "write", False),
        (["follow"], "write:follows", True),
        (["follow"], "read:blocks", True),
        (["follow"], "write:statuses", False),
        ([], "read", False),
    ],
)
def test_a_grant_covers_what_lies_below_it(granted: list[str], scope: str, covered: bool) -> None:
    assert scopes.covers(granted, scope) is covered


def test_what_is_lacking_is_named_and_all_writing_is_one_word() -> None:
    assert scopes.lacking(["read", "write"]) == ()
    assert scopes.lacking(FINE) == ()
    assert scopes.lacking(["read"]) == ("write",)
    assert scopes.lacking(FINE[:-1]) == (FINE[-1],)
    assert scopes.lacking(["write"]) == ("read",)


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/api/v1/timelines/home?limit=5", "read:statuses"),
        ("GET", "/api/v1/timelines/list/1", "read:lists"),
        ("GET", "/api/v1/bookmarks", "read:bookmarks"),
        ("GET", "/api/v2/search?q=x", "read:search"),
        ("GET", "/api/v1/accounts/1/statuses", "read:statuses"),
        ("GET", "/api/v1/accounts/1", "read:accounts"),
        ("GET", "/api/v1/media/1", "read"),
        ("POST", "/api/v1/statuses", "write:statuses"),
        ("POST", "/api/v1/statuses/1/favourite", "write:favourites"),
        ("POST", "/api/v1/statuses/1/unbookmark", "write:bookmarks"),
        ("POST", "/api/v1/statuses/1/reblog", "write:statuses"),
        ("POST", "/api/v1/statuses/1/mute", "write:mutes"),
        ("POST", "/api/v1/accounts/1/follow", "write:follows"),
        ("POST", "/api/v1/accounts/1/block", "write:blocks"),
        ("POST", "/api/v2/media", "write:media"),
        ("DELETE", "/api/v1/conversations/1", "write:conversations"),
        ("POST", "/api/v1/reports", "write:reports"),
        ("GET", "/api/v1/accounts/verify_credentials", ""),
        ("GET", "/api/v1/instance", ""),
        ("GET", "/nodeinfo", ""),
    ],
)
def test_a_question_needs_one_scope(method: str, path: str, scope: str) -> None:
    assert scopes.needed(method, path) == scope


@pytest.mark.parametrize(
    ("granted", "said", "advice"),
    [
        (("read",), "This action is outside the authorized scopes", "grant write:statuses"),
        (("read",), "", "grant write:statuses"),
        (("read", "write"), "Your login is disabled", ""),
        (("write",), "This action is outside the authorized scopes", "grant write:statuses"),
        (None, "Insufficient permissions: write:statuses.", "grant write:statuses"),
        (None, "no", "may lack a right: sign in again to grant write:statuses"),
    ],
)
def test_a_refusal_names_the_scope_that_may_be_missing(
    granted: tuple[str, ...] | None, said: str, advice: str
) -> None:
    remedy = scopes.remedy("POST", "/api/v1/statuses", granted, said)

    assert advice in remedy
    assert bool(remedy) is bool(advice)
