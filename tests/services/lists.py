"""Some lists in a store and in plain sight, drawn at random or put together by hand."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

from tuisocial.model.entry import Entry, Reposted
from tuisocial.model.ids import LoginId, PostId
from tuisocial.model.post import Post
from tuisocial.model.timeline import HOME
from tuisocial.sdk.page import Cursor, Page
from tuisocial.sdk.testing.making import at, make_entry, make_login, make_post, make_repost
from tuisocial.services.merge import Place
from tuisocial.services.windows import Frame, place_of, read_window
from tuisocial.store import entries, gaps, logins, migrations, posts
from tuisocial.store.rows import Gap, Item, Row

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
    post: str = ""
    reposters: tuple[str, ...] = ()


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

    def rows(self) -> dict[Place, Entry]:
        return {place(row): row for rows in self.sources for row in rows}

    def declared(self) -> dict[str, set[str]]:
        every = (row.view.post for rows in self.sources for row in rows)
        return {
            str(post.id): {str(other) for other in post.same_as} - {str(post.id)} for post in every
        }

    def visible(self, ceiling: Place, floor: Place) -> list[Shown]:
        placed = {p: names for p, names in self.places().items() if ceiling <= p <= floor}
        rows = {p: row for p, row in self.rows().items() if p in placed}
        of_post: dict[str, list[Place]] = {}
        for p in sorted(rows, reverse=True):
            of_post.setdefault(str(rows[p].view.post.id), []).append(p)
        repeated = {p for places in of_post.values() for p in places[1:]}
        declared = self.declared()
        own = {key: p for p in placed if (key := p[1]) in declared and p not in repeated}
        names = {key: declared[key] & own.keys() for key in own}
        under: dict[str, list[str]] = {}
        for copy in sorted(own):
            for target in names[copy]:
                if not names[target] or (names[target] == {copy} and target < copy):
                    under.setdefault(target, []).append(copy)
        folded = {copy for copies in under.values() for copy in copies}
        return [
            Shown(p)
            if p not in rows
            else Shown(
                p,
                tuple(dict.fromkeys(n for q in of_post[post] for n in placed[q])),
                tuple((copy, tuple(placed[own[copy]])) for copy in under.get(p[1], ())),
                post,
                tuple(dict.fromkeys(by for q in of_post[post] if (by := reposter(rows[q])))),
            )
            for p in sorted(placed)
            if p[1] not in folded and p not in repeated
            for post in [str(rows[p].view.post.id) if p in rows else ""]
        ]

    def posts_of(self, items: tuple[Item, ...]) -> set[str]:
        rows = [item for item in items if isinstance(item, Row)]
        own = {str(row.post.id) for row in rows}
        return own | {str(copy.post) for row in rows for copy in row.copies}


def place(row: Entry) -> Place:
    return (-int(row.sort_at.timestamp() * 1000), row.key)


def reposter(row: Entry) -> str:
    return str(row.reason.by.id) if isinstance(row.reason, Reposted) else ""


def shown(item: Item) -> Shown:
    if isinstance(item, Gap):
        return Shown(place_of(item.position))
    return Shown(
        place_of(item.position),
        tuple(sighting.login.name for sighting in item.sightings),
        tuple((str(copy.post), tuple(map(str, copy.logins))) for copy in item.copies),
        str(item.post.id),
        tuple(str(account.id) for account in item.reposters),
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
        for name in draw(st.lists(st.sampled_from(["ada", "bob", "cleo"]), max_size=6))
    ]
    unique = list({row.key: row for row in rows}.values())
    sources = draw(st.lists(st.lists(st.sampled_from(unique), max_size=12), max_size=3))
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


def posts_within(world: World, ceiling: Place, floor: Place) -> set[str]:
    """The posts that have a row there."""
    rows, places = world.rows(), world.places()
    return {str(rows[p].view.post.id) for p in places if p in rows and ceiling <= p <= floor}


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
