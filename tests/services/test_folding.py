"""What folds: declared copies under what they name, reposts into the oldest row of their post."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.services.lists import (
    BOTTOM,
    IDS,
    TOP,
    World,
    edges,
    keys,
    of,
    place,
    post,
    posts_within,
    reposter,
    worlds,
)
from tuisocial.model.entry import Pinned
from tuisocial.model.ids import LoginId, PostId
from tuisocial.sdk.testing.making import at, make_account, make_entry, make_repost
from tuisocial.services.merge import Place
from tuisocial.services.windows import position_of, read_window
from tuisocial.store.rows import Copy, Row


@settings(max_examples=200)
@given(world=worlds(), ceiling=st.just(TOP) | edges, floor=st.just(BOTTOM) | edges)
def test_no_declaration_loses_a_post(world: World, ceiling: Place, floor: Place) -> None:
    window = read_window(world.connection, world.frame(ceiling, floor), None, 0, 99)
    assert world.posts_of(window.items) == posts_within(world, ceiling, floor)


@settings(max_examples=200)
@given(world=worlds(), ceiling=st.just(TOP) | edges, floor=st.just(BOTTOM) | edges)
def test_each_post_stands_once_with_everybody_who_reposted_it(
    world: World, ceiling: Place, floor: Place
) -> None:
    window = read_window(world.connection, world.frame(ceiling, floor), None, 0, 99)
    rows = [item for item in window.items if isinstance(item, Row)]
    ids = [row.post.id for row in rows]
    assert len(set(ids)) == len(ids)
    assert [item.position.order for item in window.items] == sorted(
        item.position.order for item in window.items
    )
    for row in rows:
        reposts = [r for p, r in world.rows().items() if ceiling <= p <= floor and reposter(r)]
        named = {reposter(repost) for repost in reposts if repost.view.post.id == row.post.id}
        assert {str(account.id) for account in row.reposters} == named
        assert row.reposted_by in (None, *row.reposters[:1])


@settings(max_examples=200)
@given(world=worlds(), index=st.integers(0, 2), post=st.sampled_from(IDS))
def test_a_new_repost_on_top_moves_no_row_that_was_there(
    world: World, index: int, post: PostId
) -> None:
    assume(index < len(world.sources))
    known = {row.view.post.id: row.view.post for rows in world.sources for row in rows}
    assume(post in known)
    repost = make_repost(known[post], "zoe", 9)
    sources = [[*rows, repost] if n == index else rows for n, rows in enumerate(world.sources)]
    later = World(sources, world.holes, world.deleted)
    before, after = (
        [item.position for item in read_window(w.connection, w.frame(), None, 0, 99).items]
        for w in (world, later)
    )
    assert [position for position in after if position.key != repost.key] == before


# --- copies, case by case -----------------------------------------------------------------


def test_a_declared_copy_folds_under_its_target_and_is_listed() -> None:
    world = World([[make_entry(post("a"))], [make_entry(post("b", 1, same_as="a"))]])
    window = read_window(world.connection, world.frame(), None, 0, 99)
    (row,) = window.items
    assert isinstance(row, Row)
    assert row.post.id.uri == "a"
    assert row.copies == (Copy(PostId("memory", "b"), (LoginId("bea"),)),)


def test_declaring_somebody_else_s_post_costs_the_declarer_and_nobody_else() -> None:
    assert keys(of(post("a"), post("z", 1, same_as="a"), post("m"))) == {"a": "z", "m": ""}


def test_of_two_that_declare_each_other_the_smaller_id_stays() -> None:
    assert keys(of(post("a", same_as="b"), post("b", same_as="a"))) == {"a": "b"}


def test_a_post_that_declares_itself_stays() -> None:
    assert keys(of(post("a", same_as="a"))) == {"a": ""}


def test_a_chain_folds_only_under_what_stays() -> None:
    assert keys(of(post("a", same_as="b"), post("b", same_as="c"), post("c"))) == {
        "a": "",
        "c": "b",
    }


def test_a_circle_of_three_stays_as_it_is() -> None:
    world = of(post("a", same_as="b"), post("b", same_as="c"), post("c", same_as="a"))
    assert keys(world) == {"a": "", "b": "", "c": ""}


def test_a_target_that_is_not_in_the_list_folds_nothing() -> None:
    assert keys(of(post("b", same_as="a"))) == {"b": ""}


def test_a_target_above_the_ceiling_folds_nothing_until_it_is_shown() -> None:
    world = of(post("a", 5), post("b", 1, same_as="a"))
    between = (-int(at(3).timestamp() * 1000), "")
    assert keys(world, ceiling=between) == {"b": ""}
    assert keys(world) == {"a": "b"}


def test_a_target_below_the_watermark_folds_nothing_until_it_is_shown() -> None:
    world = of(post("a", 1), post("b", 5, same_as="a"))
    between = (-int(at(3).timestamp() * 1000), "")
    assert keys(world, floor=between) == {"b": ""}
    assert keys(world) == {"a": "b"}


def test_a_repost_of_a_copy_is_a_row_of_its_own() -> None:
    copy = post("b", 1, same_as="a")
    world = World([[make_entry(post("a")), make_repost(copy, "cyd", 2)]])
    assert list(keys(world)) == ["b", "a"]


def test_a_deleted_target_gives_its_copies_back() -> None:
    target, copy = post("a"), post("b", 1, same_as="a")
    world = World([[make_entry(target), make_entry(copy)]], deleted=frozenset({target.id}))
    assert keys(world) == {"b": ""}


def test_a_copy_that_stands_only_as_an_older_repost_is_not_folded() -> None:
    copy = post("b", 3, same_as="a")
    rows = [make_entry(post("a")), make_entry(copy), make_repost(copy, "cyd", 2)]
    assert keys(World([rows])) == {"b": "", "a": ""}


# --- reposts, case by case ----------------------------------------------------------------


def reposters(world: World, ceiling: Place = TOP, floor: Place = BOTTOM) -> dict[str, str]:
    """Rows by their keys, each with who reposted it."""
    window = read_window(world.connection, world.frame(ceiling, floor), None, 0, 99)
    return {
        item.key.removeprefix("memory:"): " ".join(by.id.uri for by in item.reposters)
        for item in window.items
        if isinstance(item, Row)
    }


def people(*names: str) -> str:
    return " ".join(make_account(name).id.uri for name in names)


def test_reposts_fold_into_the_post_s_own_row_which_names_everybody_in_order() -> None:
    original = post("a")
    world = World(
        [
            [make_entry(original), make_repost(original, "bob", 2)],
            [make_repost(original, "bob", 2), make_repost(original, "cleo", 1)],
        ]
    )
    (row,) = read_window(world.connection, world.frame(), None, 0, 9).items
    assert isinstance(row, Row)
    assert (row.key, row.reason) == ("memory:a", None)
    assert row.reposters == (make_account("cleo"), make_account("bob"))
    assert [str(sighting.login) for sighting in row.sightings] == ["ann", "bea"]


def test_of_several_reposts_without_the_post_the_oldest_stays() -> None:
    original = post("a")
    rows = [make_repost(original, name, minute) for name, minute in (("bob", 3), ("cleo", 2))]
    assert reposters(World([rows])) == {rows[1].key[7:]: people("cleo", "bob")}


def test_what_is_above_the_ceiling_or_below_the_watermark_folds_nothing_and_names_nobody() -> None:
    original = post("a", 1)
    repost = make_repost(original, "bob", 5)
    world = World([[make_entry(original), repost]])
    between = (-int(at(3).timestamp() * 1000), "")
    assert reposters(world, ceiling=between) == {"a": ""}
    assert reposters(world, floor=between) == {repost.key[7:]: people("bob")}
    assert reposters(world) == {"a": people("bob")}


def test_a_pinned_row_is_the_post_s_own_and_keeps_its_place_and_its_reason() -> None:
    original = post("a")
    world = World([[make_entry(original, reason=Pinned()), make_repost(original, "bob", 2)]])
    (row,) = read_window(world.connection, world.frame(), None, 0, 9).items
    assert isinstance(row, Row)
    assert (row.key, row.reason, len(row.reposters)) == ("memory:a", Pinned(), 1)


def test_a_list_that_shows_only_what_speaks_to_its_account_folds_by_what_it_shows() -> None:
    plain = post("a")
    spoken = replace(post("b"), mentions=(make_account("ada").id,))
    rows = [row for one in (plain, spoken) for row in (make_entry(one), make_repost(one, "bob", 2))]
    world = World([rows, [make_repost(plain, "cleo", 3)]])
    frame = replace(world.frame(), addressed=frozenset({1}))
    items = read_window(world.connection, frame, None, 0, 9).items
    assert [item.key for item in items] == [make_repost(plain, "cleo", 3).key, "memory:b"]


def test_the_place_of_a_row_that_folded_away_lies_between_its_neighbours() -> None:
    old, repost = post("a"), make_repost(post("a"), "bob", 4)
    world = World([[make_entry(row) for row in (old, post("b", 3), post("c", 5))] + [repost]])
    window = read_window(world.connection, world.frame(), position_of(place(repost)), 1, 1)
    assert [item.key for item in window.items] == ["memory:c", "memory:b"]
