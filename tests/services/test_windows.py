"""A window is what a naive reading of everything would give, wherever it is opened."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field, replace
from itertools import product

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tuisocial.model.entry import Entry
from tuisocial.model.ids import LoginId, PostId
from tuisocial.model.post import Post
from tuisocial.model.timeline import HOME
from tuisocial.sdk.page import Cursor, Page
from tuisocial.sdk.testing.making import at, make_entry, make_login, make_post, make_repost
from tuisocial.services.merge import Place
from tuisocial.services.windows import Frame, place_of, position_of, read_window
from tuisocial.store import entries, gaps, logins, migrations, posts
from tuisocial.store.rows import Copy, Gap, Item, Position, Row

NAMES = ("ann", "bea", "cyd")
TOP: Place = (-(1 << 62), "")
BOTTOM: Place = (1 << 62, "")


def empty_store() -> bytes:
    """A store with the logins, as a file's content: made once, because examples are many."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrations.migrate(connection)
    for name in NAMES:
        logins.add_login(connection, make_login(name), [HOME])
    content = connection.serialize()
    connection.close()
    return content


EMPTY = empty_store()


@dataclass(frozen=True)
class Shown:
    """What a test compares of an item."""

    place: Place
    logins: tuple[str, ...] = ()
    copies: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass
class World:
    """Some lists, in the store and in plain sight."""

    sources: list[list[Entry]]
    holes: list[list[Place]] = field(default_factory=list)
    deleted: frozenset[PostId] = frozenset()

    def __post_init__(self) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        self.connection.deserialize(EMPTY)
        self.connection.execute("BEGIN")
        numbers = {name: number for number, name in enumerate(NAMES, 1)}
        for index, rows in enumerate(self.sources):
            entries.add_source(self.connection, index + 1, HOME)
            own = tuple(replace(r, view=replace(r.view, login=LoginId(NAMES[index]))) for r in rows)
            page: Page[Entry] = Page(own, Cursor("c"))
            entries.save_older(self.connection, index + 1, page, numbers, at(1e6).timestamp())
        self.holes += [[] for _ in self.sources[len(self.holes) :]]
        for index, places in enumerate(self.holes):
            for place in places:
                below = (place[0] + 1, "")
                gaps.open_gap(self.connection, index + 1, place, below, Cursor("g"))
        posts.delete_posts(self.connection, self.deleted)

    def frame(self, ceiling: Place = TOP, floor: Place = BOTTOM) -> Frame:
        stored = entries.all_sources(self.connection)
        names = {source.number: LoginId(NAMES[source.number - 1]) for source in stored}
        return Frame(stored, names, ceiling, floor)

    # --- the naive model ------------------------------------------------------------------

    def places(self) -> dict[Place, list[str]]:
        """Every row and gap, with the logins that have it."""
        found: dict[Place, list[str]] = {}
        for name, rows, holes in zip(NAMES, self.sources, self.holes, strict=False):
            mine = {place(row) for row in rows if row.view.post.id not in self.deleted}
            mine |= {(rank, key + gaps.MARK) for rank, key in holes}
            for one in mine:
                found.setdefault(one, []).append(name)
        return found

    def declared(self) -> dict[str, set[str]]:
        every = (row.view.post for rows in self.sources for row in rows)
        return {
            str(post.id): {str(other) for other in post.same_as} - {str(post.id)} for post in every
        }

    def visible(self, ceiling: Place, floor: Place) -> list[Shown]:
        placed = {p: names for p, names in self.places().items() if ceiling <= p <= floor}
        declared = self.declared()
        own = {key: p for p in placed if (key := p[1]) in declared}
        names = {key: declared[key] & own.keys() for key in own}
        under: dict[str, list[str]] = {}
        for copy in sorted(own):
            for target in names[copy]:
                if not names[target] or (names[target] == {copy} and target < copy):
                    under.setdefault(target, []).append(copy)
        folded = {copy for copies in under.values() for copy in copies}
        return [
            Shown(
                p,
                () if p[1].endswith(gaps.MARK) else tuple(placed[p]),
                tuple((copy, tuple(placed[own[copy]])) for copy in under.get(p[1], ())),
            )
            for p in sorted(placed)
            if p[1] not in folded
        ]

    def posts_of(self, items: tuple[Item, ...]) -> set[str]:
        rows = [item for item in items if isinstance(item, Row)]
        own = {row.key for row in rows}
        return own | {str(copy.post) for row in rows for copy in row.copies}


def place(row: Entry) -> Place:
    return (-int(row.sort_at.timestamp() * 1000), row.key)


def shown(item: Item) -> Shown:
    if isinstance(item, Gap):
        return Shown(place_of(item.position))
    return Shown(
        place_of(item.position),
        tuple(sighting.login.name for sighting in item.sightings),
        tuple((str(copy.post), tuple(map(str, copy.logins))) for copy in item.copies),
    )


IDS = [PostId("memory", name) for name in "abcdefg"]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Up to three lists of some posts, often in one second, declared copies of each other."""
    known = []
    for number, post in enumerate(IDS):
        same_as = draw(st.lists(st.sampled_from(IDS), max_size=2, unique=True))
        minute = draw(st.integers(0, 3))
        known.append(
            make_post(number, id=post, created_at=at(minute), same_as=tuple(sorted(same_as)))
        )
    rows = [make_entry(post) for post in known]
    rows += [
        make_repost(known[draw(st.integers(0, 6))], name, draw(st.integers(0, 4)))
        for name in draw(st.lists(st.sampled_from(["ada", "bob"]), max_size=2))
    ]
    unique = list({row.key: row for row in rows}.values())
    sources = draw(st.lists(st.lists(st.sampled_from(unique), max_size=9), max_size=3))
    sources = [list({row.key: row for row in rows}.values()) for rows in sources]
    holes = [
        draw(st.lists(st.sampled_from(rows).map(place), max_size=2, unique=True)) if rows else []
        for rows in sources
    ]
    return World(sources, holes, draw(st.frozensets(st.sampled_from(IDS), max_size=1)))


minutes = st.integers(-1, 5)
edges = st.builds(
    lambda minute, key: (-int(at(minute).timestamp() * 1000), key),
    minutes,
    st.sampled_from(["", "memory:a", "memory:d", "memory:d" + gaps.MARK, "memory:z"]),
)


@settings(max_examples=400)
@given(
    world=worlds(),
    ceiling=st.just(TOP) | edges,
    floor=st.just(BOTTOM) | edges,
    where=st.none() | edges,
    before=st.integers(0, 4),
    after=st.integers(0, 5),
)
def test_a_window_is_what_a_naive_reading_gives(
    world: World, ceiling: Place, floor: Place, where: Place | None, before: int, after: int
) -> None:
    assume(ceiling <= floor)
    visible = world.visible(ceiling, floor)
    if where is None:
        newer, middle, older = [], [], visible
    else:
        newer = [item for item in visible if item.place < where]
        middle = [item for item in visible if item.place == where]
        older = [item for item in visible if item.place > where]
    expected = [*newer[len(newer) - before :], *middle, *older[:after]]
    if before >= len(newer):
        expected = [*newer, *middle, *older[:after]]

    window = read_window(
        world.connection,
        world.frame(ceiling, floor),
        None if where is None else position_of(where),
        before,
        after,
    )

    assert [shown(item) for item in window.items] == expected
    assert window.more_newer == (len(newer) > before)
    assert window.more_older == (len(older) > after)
    whole = world.visible(TOP, floor)
    waiting = [i for i in whole if i.place < ceiling and not i.place[1].endswith(gaps.MARK)]
    assert window.newer == len(waiting)
    assert 0 <= window.index <= window.total


@settings(max_examples=150)
@given(world=worlds(), step=st.integers(1, 4), floor=st.just(BOTTOM) | edges)
def test_paging_down_and_up_visits_every_item_once(world: World, step: int, floor: Place) -> None:
    frame = world.frame(floor=floor)
    expected = [item.place for item in world.visible(TOP, floor)]

    window = read_window(world.connection, frame, None, 0, step)
    down = list(window.items)
    while window.more_older:
        window = read_window(world.connection, frame, down[-1].position, 0, step)
        # The item at the place is part of the window.
        assert len(window.items) > 1
        down += window.items[1:]
    assert [place_of(item.position) for item in down] == expected

    up: list[Item] = []
    here, more = position_of((1 << 61, "")), True
    while more:
        window = read_window(world.connection, frame, here, step, 0)
        up = [*(item for item in window.items if item.position != here), *up]
        more = window.more_newer
        if more:
            here = up[0].position
    assert [place_of(item.position) for item in up] == expected


@settings(max_examples=200)
@given(world=worlds(), ceiling=st.just(TOP) | edges, floor=st.just(BOTTOM) | edges)
def test_no_declaration_loses_a_post(world: World, ceiling: Place, floor: Place) -> None:
    window = read_window(world.connection, world.frame(ceiling, floor), None, 0, 99)
    every = {
        key
        for (rank, key) in world.places()
        if ceiling <= (rank, key) <= floor and not key.endswith(gaps.MARK)
    }
    assert world.posts_of(window.items) == every


# --- copies, case by case -----------------------------------------------------------------


def post(name: str, minute: int = 0, same_as: str = "") -> Post:
    return make_post(
        0,
        id=PostId("memory", name),
        created_at=at(minute),
        same_as=tuple(PostId("memory", other) for other in same_as),
    )


def keys(world: World, ceiling: Place = TOP, floor: Place = BOTTOM) -> dict[str, str]:
    """Rows by the letter of their posts, each with the letters of its copies."""
    window = read_window(world.connection, world.frame(ceiling, floor), None, 0, 99)
    return {
        item.post.id.uri: "".join(copy.post.uri for copy in item.copies)
        for item in window.items
        if isinstance(item, Row)
    }


def of(*posts: Post) -> World:
    return World([[make_entry(post) for post in posts]])


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


# --- edges --------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["above", "below"])
def test_a_place_outside_the_frame_shows_the_rows_at_that_edge(where: str) -> None:
    world = of(*(post(name, minute) for minute, name in enumerate("abcdef")))
    ceiling, floor = (-int(at(minute).timestamp() * 1000) for minute in (4, 1))
    frame = world.frame((ceiling, "memory:e"), (floor, "memory:b"))
    beyond = Position(int(at(9 if where == "above" else -9).timestamp() * 1000), "memory:x")
    window = read_window(world.connection, frame, beyond, 2, 2)
    letters = [item.key[-1] for item in window.items]
    assert letters == (["e", "d"] if where == "above" else ["c", "b"])
    assert (window.more_newer, window.more_older) == (where == "below", where == "above")


def test_a_hostile_key_that_ends_like_a_gap_is_still_a_row() -> None:
    for ending in (gaps.MARK, gaps.MARK.replace("\0", "\ufffd"), "~gap", "gap"):
        name = f"a{ending}"
        world = of(post(name))
        window = read_window(world.connection, world.frame(), None, 0, 9)
        assert [type(item) for item in window.items] == [Row]
        around = read_window(world.connection, world.frame(), window.items[0].position, 0, 9)
        assert around.items == window.items


def test_a_gap_stands_right_below_the_row_above_it() -> None:
    world = of(*(post(name) for name in ("a", "a!", "a~", "b")))
    gaps.open_gap(
        world.connection, 1, (-int(at(0).timestamp() * 1000), "memory:a"), (0, "x"), Cursor("g")
    )
    window = read_window(world.connection, world.frame(), None, 0, 9)
    kinds = [type(item).__name__ for item in window.items]
    assert kinds == ["Row", "Gap", "Row", "Row", "Row"]


@given(st.integers(0, 200), st.integers(0, 200))
@example(64, 64)
def test_windows_of_any_size_hold_what_there_is(count: int, asked: int) -> None:
    world = of(*(post(f"{number:03}", number) for number in range(count)))
    window = read_window(world.connection, world.frame(), None, 0, asked)
    assert len(window.items) == min(count, asked)
    assert window.more_older == (count > asked)
    assert (window.index, window.total) == (0, count)


def test_the_estimate_is_exact_at_both_ends() -> None:
    world = of(*(post(f"{number:03}", number) for number in range(100)))
    bottom = read_window(world.connection, world.frame(), position_of(BOTTOM), 10, 0)
    assert (bottom.index, bottom.total) == (90, 100)
    for before, after in product((0, 5), (0, 5)):
        middle = position_of((-int(at(50).timestamp() * 1000), "memory:050"))
        window = read_window(world.connection, world.frame(), middle, before, after)
        assert abs(window.index - (49 - before)) <= 6
