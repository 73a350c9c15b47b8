"""Posts and profiles: whatever they hold is stored, newer readings win, nothing known is erased."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import strategies
from tuisocial.model.account import Account
from tuisocial.model.entry import Entry, FollowedTag, Reposted
from tuisocial.model.ids import AccountId, LoginId, PostId
from tuisocial.model.media import Media, MediaKind
from tuisocial.model.post import (
    Action,
    Card,
    Counts,
    On,
    Post,
    PostView,
    ReplyTo,
    Viewer,
    Visibility,
)
from tuisocial.model.richtext import RichText
from tuisocial.model.thread import Missing, MissingReason
from tuisocial.model.timeline import HOME, Timeline, TimelineKind
from tuisocial.sdk.page import Cursor, Page
from tuisocial.sdk.testing.making import at, make_account, make_login, make_post, make_view
from tuisocial.store import accounts, entries, logins, migrations, positions, posts
from tuisocial.store.rows import Position
from tuisocial.store.text import dumps, storable

NUMBERS = {"me": 1, "you": 2}
NOW = at(10_000).timestamp()


def empty_store() -> bytes:
    """A store with the logins `me` and `you`, as a file's content."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrations.migrate(connection)
    for name in NUMBERS:
        logins.add_login(connection, make_login(name), [HOME])
    entries.add_source(connection, 1, HOME)
    content = connection.serialize()
    connection.close()
    return content


EMPTY = empty_store()


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    """A store of this test's own with the logins `me` and `you`."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.deserialize(EMPTY)
    yield connection
    connection.close()


def save(connection: sqlite3.Connection, *some: Post, login: str = "me") -> list[int]:
    views = [make_view(post, login) for post in some]
    return [saved.number for saved in posts.save_views(connection, views, NUMBERS, NOW)]


def load(connection: sqlite3.Connection, number: int) -> Post:
    return posts.load_posts(connection, [number])[number]


def bare(post: Post) -> Post:
    """A post as lists read it: without its native record."""
    return replace(post, native="")


# --- whatever they hold -------------------------------------------------------------------


def test_a_post_is_read_back_as_it_was(connection: sqlite3.Connection) -> None:
    post = make_post(
        1,
        "Ein Wort über 日本 und 👩‍👩‍👧",
        content_warning="food",
        media=(Media(MediaKind.IMAGE, "https://memory.example/1.png", alt="a loaf"),),
        counts=Counts(1, 2, 3),
        card=Card("https://example.org", "A page"),
        same_as=(PostId("other", "x"),),
        reply_to=PostId("memory", "post-0"),
    )
    (number,) = save(connection, post)
    assert load(connection, number) == bare(post)
    assert posts.native(connection, post.id) == post.native


hostile = strategies.hostile_text
hostile_ids = st.builds(PostId, strategies.network, hostile.filter(bool))
hostile_accounts = st.builds(
    Account,
    id=st.builds(AccountId, strategies.network, hostile.filter(bool)),
    handle=hostile,
    name=hostile,
    url=st.none() | hostile,
)
hostile_posts = st.builds(
    Post,
    id=hostile_ids,
    author=hostile_accounts,
    text=st.builds(RichText, strategies.text),
    created_at=strategies.time,
    title=st.none() | hostile,
    content_warning=st.none() | hostile,
    language=st.none() | hostile,
    url=st.none() | hostile,
    reply_to=st.none() | st.builds(ReplyTo, hostile_ids, key=hostile),
    media=st.lists(
        st.builds(Media, st.just(MediaKind.IMAGE), hostile, alt=hostile), max_size=1
    ).map(tuple),
    tags=st.lists(hostile, max_size=2).map(tuple),
    same_as=st.lists(hostile_ids, max_size=1).map(tuple),
    native=hostile,
)
hostile_entries = st.builds(
    Entry,
    st.builds(PostView, st.just(LoginId("me")), hostile_posts, hostile),
    strategies.time,
    hostile,
    st.none() | st.builds(Reposted, hostile_accounts) | st.builds(FollowedTag, hostile),
)


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(row=hostile_entries, cursor=st.none() | hostile, words=hostile)
def test_no_text_keeps_a_row_from_being_stored_found_and_read(
    row: Entry, cursor: str | None, words: str
) -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.deserialize(EMPTY)
    connection.execute("BEGIN")
    older = None if cursor is None else Cursor(storable(cursor))
    post = row.view.post
    for _ in range(2):
        entries.save_head(connection, 1, Page((row,), older), NUMBERS, NOW)
    number = posts.numbers_of(connection, [post.id])[post.id]
    assert load(connection, number).text.text == post.text.text
    assert posts.rank_of(connection, post.id) is not None
    refs = entries.below(connection, 1, (-(1 << 62), ""), 10_000, addressed=False)
    ref = next(ref for ref in refs if ref.post == number)
    assert entries.at(connection, 1, ref.order, addressed=False) == ref
    assert accounts.load_accounts(connection, [str(post.author.id)])
    accounts.account_by_handle(connection, post.author.handle)
    posts.search(connection, words, 5)
    posts.save_missing(connection, [Missing(post.id, MissingReason.NOT_FOUND)])
    assert posts.reasons_missing(connection, [post.id]) == {post.id: MissingReason.NOT_FOUND}
    logins.remember(connection, 1, words, words)
    assert logins.remembered(connection, 1, words) == storable(words)
    positions.save_position(connection, words, Position(1, "x"))
    assert positions.read_position(connection, words) == Position(1, "x")
    posts.delete_posts(connection, [post.id])
    assert posts.numbers_of(connection, [post.id]) == {}
    assert posts.reasons_missing(connection, [post.id]) == {post.id: MissingReason.DELETED}
    # Searching still works: the index forgot exactly what it knew.
    posts.search(connection, post.text.text, 5)
    connection.close()


def test_a_login_s_texts_may_hold_anything(connection: sqlite3.Connection) -> None:
    bad = "\ud800\0é"
    login = replace(make_login("bad"), handle=bad, options={"server": bad})
    timelines = [Timeline(TimelineKind.LIST, bad, bad)]
    logins.add_login(connection, login, timelines)
    logins.keep_timelines(connection, login.id, timelines)
    entries.add_source(connection, 3, timelines[0])
    stored = logins.all_logins(connection)[-1]
    assert stored.login.handle == "\ufffd\ufffdé"
    source = entries.source_of(connection, 3, timelines[0])
    assert source is not None
    assert source.timeline.title == "\ufffd\ufffdé"


def test_a_text_of_a_million_characters_is_stored_and_found(connection: sqlite3.Connection) -> None:
    text = "needle " + "hay " * 250_000
    (number,) = save(connection, make_post(1, text))
    assert load(connection, number).text.text == text
    assert posts.search(connection, "needle hay", 5) == [number]


@given(strategies.hostile_text)
def test_storable_text_is_what_sqlite_can_hold_and_is_settled(text: str) -> None:
    clean = storable(text)
    clean.encode()
    assert "\0" not in clean
    assert len(clean) == len(text)
    assert storable(clean) == clean
    assert dumps([text]).encode()


def test_a_body_that_this_version_cannot_read_costs_its_row_only(
    connection: sqlite3.Connection,
) -> None:
    first, second = save(connection, make_post(1), make_post(2))
    connection.execute('UPDATE posts SET body = \'{"kind": "hologram"}\' WHERE id = ?', (first,))
    assert list(posts.load_posts(connection, [first, second])) == [second]
    connection.execute("UPDATE accounts SET body = 'garbage'")
    assert posts.load_posts(connection, [second]) == {}
    assert accounts.account_by_handle(connection, "@ada@memory.example") is None


# --- what is known stays known ------------------------------------------------------------


def test_unknown_counts_never_erase_known_ones(connection: sqlite3.Connection) -> None:
    post = make_post(1, counts=Counts(1, 2, 3))
    (number,) = save(connection, post)
    save(connection, replace(post, counts=Counts(likes=7)))
    assert load(connection, number).counts == Counts(1, 2, 7)
    save(connection, replace(post, counts=Counts()))
    assert load(connection, number).counts == Counts(1, 2, 7)
    save(connection, replace(post, counts=Counts(0, 0, 0)))
    assert load(connection, number).counts == Counts(0, 0, 0)


def test_nothing_unknown_erases_what_is_known(connection: sqlite3.Connection) -> None:
    post = make_post(1, language="de", sensitive=False)
    (number,) = save(connection, post)
    vague = replace(post, language=None, sensitive=None, url=None, visibility=Visibility.UNKNOWN)
    save(connection, vague)
    assert load(connection, number) == bare(post)


def test_a_parent_once_known_is_not_forgotten(connection: sqlite3.Connection) -> None:
    post = make_post(2, reply_to=PostId("memory", "post-1"))
    (number,) = save(connection, post)
    save(connection, replace(post, reply_to=ReplyTo(None, key="17")))
    assert load(connection, number).reply_to == post.reply_to
    assert posts.parent_of(connection, str(post.id)) == "memory:post-1"


def test_a_newer_edit_replaces_an_older_one_wholly(connection: sqlite3.Connection) -> None:
    post = make_post(1, "first", content_warning="food")
    (number,) = save(connection, post)
    edited = replace(post, text=RichText("second"), content_warning=None, edited_at=at(5))
    save(connection, edited)
    assert load(connection, number) == bare(edited)


@pytest.mark.parametrize("fraction", [timedelta(0), timedelta(milliseconds=5)], ids=str)
def test_an_older_edit_never_replaces_a_newer_one(
    connection: sqlite3.Connection, fraction: timedelta
) -> None:
    newer = make_post(1, "second", edited_at=at(5) + timedelta(milliseconds=9))
    (number,) = save(connection, newer)
    older = replace(
        newer, text=RichText("first"), content_warning="food", edited_at=at(5) + fraction
    )
    save(connection, older)
    assert load(connection, number) == bare(newer)
    save(connection, replace(older, edited_at=None))
    assert load(connection, number) == bare(newer)


def test_an_older_state_still_tells_counts_nobody_knew(connection: sqlite3.Connection) -> None:
    newer = make_post(1, "second", edited_at=at(5), counts=Counts(likes=4))
    (number,) = save(connection, newer)
    save(connection, replace(newer, edited_at=None, counts=Counts(replies=1, likes=2)))
    assert load(connection, number).counts == Counts(replies=1, likes=4)


def test_the_same_reading_twice_writes_nothing(connection: sqlite3.Connection) -> None:
    post = make_post(1, counts=Counts(1))
    save(connection, post)
    save(connection, make_post(1, counts=Counts()))
    connection.execute("CREATE TRIGGER w BEFORE UPDATE ON posts BEGIN SELECT RAISE(FAIL, 'w'); END")
    save(connection, post)
    save(connection, make_post(1, counts=Counts()))


def test_a_stand_in_never_replaces_a_profile(connection: sqlite3.Connection) -> None:
    real = make_account("ada")
    stand_in = Account(real.id, "npub1…", fetched=False)
    for some in ([real, stand_in], [stand_in, real], [stand_in]):
        accounts.save_accounts(connection, some)
        assert accounts.load_accounts(connection, [str(real.id)]) == {str(real.id): real}


def test_a_profile_replaces_a_stand_in_and_an_older_profile(connection: sqlite3.Connection) -> None:
    real = make_account("ada")
    accounts.save_accounts(connection, [Account(real.id, "npub1…", fetched=False)])
    accounts.save_accounts(connection, [real])
    renamed = replace(real, name="Ada the Second")
    accounts.save_accounts(connection, [renamed])
    assert accounts.account_by_handle(connection, "ada@memory.example") == renamed


def test_each_login_has_marks_of_its_own(connection: sqlite3.Connection) -> None:
    post = make_post(1)
    mine = Viewer(liked=On("undo-1"), allowed=frozenset({Action.REPLY}))
    for view in (make_view(post, "me", mine), make_view(post, "you")):
        posts.save_views(connection, [view], NUMBERS, NOW)
    (number,) = posts.numbers_of(connection, [post.id]).values()
    assert posts.sightings(connection, [number]) == {
        number: {1: ("key-post-1", mine), 2: ("key-post-1", Viewer())}
    }


def test_a_post_twice_in_one_page_is_stored_once(connection: sqlite3.Connection) -> None:
    post = make_post(1)
    assert len(set(save(connection, post, replace(post, counts=Counts(1))))) == 1


# --- search -------------------------------------------------------------------------------


def test_search_finds_text_title_warning_and_descriptions(connection: sqlite3.Connection) -> None:
    (number,) = save(
        connection,
        make_post(
            1,
            "some words",
            title="a headline",
            content_warning="food",
            media=(Media(MediaKind.IMAGE, "u", alt="a loaf of bread"),),
        ),
    )
    for words in ("words", "headline", "FOOD", "loaf bread", "some headline loaf"):
        assert posts.search(connection, words, 5) == [number]
    assert posts.search(connection, "words cake", 5) == []


def test_search_does_not_mind_accents(connection: sqlite3.Connection) -> None:
    (number,) = save(connection, make_post(1, "Ein Café in Zürich"))
    for words in ("cafe", "ZURICH", "Cafe\u0301"):
        assert posts.search(connection, words, 5) == [number]


@pytest.mark.parametrize(
    "words",
    [
        '"', '""', '"unpaired', "a AND b", "NOT", "a OR", "NEAR(a b)", "text:", "a*", "*", "^a",
        "-a", "(", ")", "a)", "{a}", "a:b", "+", ".", ",", "\0", "a\0b", "'; DROP TABLE posts; --",
        "\ud800", "", "   ", "\u202e", "a" * 100_000, "a " * 10_000,
    ],
    ids=lambda words: repr(words)[:20],
)  # fmt: skip
def test_any_words_are_a_question_that_can_be_asked(
    connection: sqlite3.Connection, words: str
) -> None:
    save(connection, make_post(1))
    assert posts.search(connection, words, 5) == []


def test_quotes_and_operators_are_words(connection: sqlite3.Connection) -> None:
    (number,) = save(connection, make_post(1, 'he said "NOT here" and c++'))
    for words in ('"not', "NOT here", 'said "not here"', "c++"):
        assert posts.search(connection, words, 5) == [number]


def test_an_edited_post_is_found_by_its_new_words_only(connection: sqlite3.Connection) -> None:
    post = make_post(1, "apples")
    (number,) = save(connection, post)
    save(connection, replace(post, text=RichText("pears"), edited_at=at(5)))
    assert posts.search(connection, "pears", 5) == [number]
    assert posts.search(connection, "apples", 5) == []


def test_a_deleted_post_is_not_found_and_keeps_no_content(connection: sqlite3.Connection) -> None:
    post = make_post(1, "a secret that was taken back")
    save(connection, post)
    posts.delete_posts(connection, [post.id, PostId("memory", "nobody's")])
    posts.delete_posts(connection, [post.id])
    save(connection, replace(post, counts=Counts(9)))
    assert posts.search(connection, "secret", 5) == []
    assert posts.numbers_of(connection, [post.id]) == {}
    kept = connection.execute("SELECT body, native FROM posts").fetchall()
    assert "secret" not in str(kept)


def test_search_gives_the_newest_first(connection: sqlite3.Connection) -> None:
    found = save(connection, *(make_post(n, "loaf") for n in (3, 1, 2)))
    assert posts.search(connection, "loaf", 2) == [found[0], found[2]]


# --- logins -------------------------------------------------------------------------------


def test_a_number_of_a_removed_login_is_never_used_again(connection: sqlite3.Connection) -> None:
    before = logins.all_logins(connection)[-1].number
    logins.remove_login(connection, LoginId("you"))
    logins.add_login(connection, make_login("you"), [HOME])
    assert logins.all_logins(connection)[-1].number > before


def test_a_removed_login_takes_its_lists_along_and_leaves_the_posts(
    connection: sqlite3.Connection,
) -> None:
    row = Entry(make_view(make_post(1)), at(1), "memory:post-1")
    entries.save_head(connection, 1, Page((row,)), NUMBERS, NOW)
    logins.remember(connection, 1, "key", "value")
    logins.remove_login(connection, LoginId("me"))
    logins.remove_login(connection, LoginId("nobody"))
    for table in ("entries", "sources", "sightings", "memory", "gaps"):
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    assert posts.numbers_of(connection, [PostId("memory", "post-1")])


def test_colours_are_shared_out_before_they_repeat(connection: sqlite3.Connection) -> None:
    for n in range(9):
        logins.add_login(connection, make_login(f"l{n}"), [])
    colours = [each.colour for each in logins.all_logins(connection)]
    assert sorted(colours[:8]) == list(range(8))
    assert all(0 <= colour < 8 for colour in colours)
    logins.remove_login(connection, LoginId("l3"))
