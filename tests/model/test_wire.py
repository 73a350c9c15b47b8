"""The JSON form of every type of the model gives back what it was made from."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import strategies as model
from tuisocial.model import wire
from tuisocial.model.account import Account
from tuisocial.model.entry import Entry
from tuisocial.model.ids import AccountId, PostId
from tuisocial.model.post import Post
from tuisocial.model.richtext import RichText

thorough = settings(suppress_health_check=[HealthCheck.too_slow], max_examples=30, deadline=None)


def carried(value: Any) -> Any:
    """`value` as it arrives at the other end of a pipe: JSON in UTF-8."""
    return json.loads(json.dumps(value, ensure_ascii=False, allow_nan=False).encode())


@pytest.mark.parametrize(
    ("values", "write", "read"),
    [
        (model.rich_texts(), wire.richtext_to_json, wire.richtext_from_json),
        (model.accounts, wire.account_to_json, wire.account_from_json),
        (model.media, wire.media_to_json, wire.media_from_json),
        (model.polls, wire.poll_to_json, wire.poll_from_json),
        (model.counts, wire.counts_to_json, wire.counts_from_json),
        (model.posts, wire.post_to_json, wire.post_from_json),
        (model.viewers, wire.viewer_to_json, wire.viewer_from_json),
        (model.views, wire.view_to_json, wire.view_from_json),
        (model.entries, wire.entry_to_json, wire.entry_from_json),
        (model.threads, wire.thread_to_json, wire.thread_from_json),
    ],
    ids=lambda value: getattr(value, "__name__", "").removesuffix("_to_json"),
)
def test_what_is_read_back_is_what_was_written(
    values: st.SearchStrategy[Any], write: Callable[[Any], Any], read: Callable[[Any], Any]
) -> None:
    @thorough
    @given(values)
    def holds(value: Any) -> None:
        assert read(carried(write(value))) == value

    holds()


@thorough
@given(model.posts, st.text())
def test_a_post_kept_in_four_parts_is_put_together_again(post: Post, native: str) -> None:
    whole = replace(post, native=native)
    body = carried(wire.post_body_to_json(whole))
    assert wire.post_from_body(whole.id, body, whole.author, native) == whole


@thorough
@given(model.entries)
def test_what_is_at_its_default_is_left_out(entry: Entry) -> None:
    def check(value: Any) -> None:
        if isinstance(value, dict):
            assert None not in value.values()
            for part in value.values():
                check(part)
        elif isinstance(value, list):
            for part in value:
                check(part)

    check(carried(wire.entry_to_json(entry)))


def test_a_bare_account_takes_two_fields() -> None:
    bare = Account(AccountId("web", "1"), "@a@b.example")
    assert wire.account_to_json(bare) == {"id": "web:1", "handle": "@a@b.example"}


def test_a_bare_post_takes_four_fields() -> None:
    bare = Post(
        PostId("web", "1"),
        Account(AccountId("web", "2"), "@a@b.example"),
        RichText("hi"),
        datetime(2026, 1, 1, tzinfo=UTC),
    )
    assert wire.post_to_json(bare) == {
        "id": "web:1",
        "text": "hi",
        "created_at": "2026-01-01T00:00:00Z",
        "author": wire.account_to_json(bare.author),
    }


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)), st.integers(-840, 840))  # noqa: DTZ001
def test_a_time_of_any_zone_is_the_same_instant_in_utc(naive: datetime, minutes: int) -> None:
    time = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    text = wire.time_to_json(time)
    assert text.endswith("Z")
    assert wire.time_from_json(text) == time
    assert wire.time_from_json(text).tzinfo is UTC


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        wire.time_from_json("2026-01-01T00:00:00")


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"key": 1},
        {"key": "k", "sort_at": "yesterday", "view": {}},
        {"key": "k", "sort_at": "2026-01-01T00:00:00Z", "view": {"login": "a", "post": {}}},
        {"key": "k", "sort_at": None, "view": None},
    ],
)
def test_what_is_not_of_the_form_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        wire.entry_from_json(broken)
