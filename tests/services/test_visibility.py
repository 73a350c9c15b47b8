"""Visibility: nobody sees a post who would not have seen it as its author chose."""

from itertools import combinations, product

import pytest

from tuisocial.model.post import Visibility
from tuisocial.services.visibility import narrowed

PUBLIC, UNLISTED, LOCAL, FOLLOWERS, DIRECT, UNKNOWN = Visibility

# People by whether they are on the server, follow the author, are named in the post.
PEOPLE = frozenset(product((False, True), repeat=3))
SEES = {
    PUBLIC: PEOPLE,
    UNLISTED: PEOPLE,
    LOCAL: frozenset(p for p in PEOPLE if p[0]),
    FOLLOWERS: frozenset(p for p in PEOPLE if p[1]),
    DIRECT: frozenset(p for p in PEOPLE if p[2]),
}
LISTED = {PUBLIC: {"everywhere", "here"}, LOCAL: {"here"}}

OFFERS = [
    offer for size in range(len(Visibility) + 1) for offer in combinations(tuple(Visibility), size)
]
BOUNDS = [bounds for size in range(3) for bounds in product(tuple(Visibility), repeat=size)]


def within(inner: Visibility, outer: Visibility) -> bool:
    if outer is UNKNOWN:
        return inner is DIRECT
    listed = LISTED.get(inner, set()) <= LISTED.get(outer, set())
    return listed and SEES[inner] <= SEES[outer]


def width(visibility: Visibility) -> tuple[int, int]:
    return len(SEES[visibility]), len(LISTED.get(visibility, ()))


@pytest.mark.parametrize("chosen", Visibility)
def test_nothing_is_wider_than_what_was_chosen_and_nothing_wider_would_do(
    chosen: Visibility,
) -> None:
    for offered, bounds in product(OFFERS, BOUNDS):
        found = narrowed(chosen, offered, bounds)
        possible = [
            each
            for each in offered
            if each is not UNKNOWN
            and within(each, chosen)
            and all(each is DIRECT or within(each, bound) for bound in bounds)
        ]
        assert (found in possible) if possible else found is None
        assert found is None or width(found) == max(map(width, possible))


@pytest.mark.parametrize("chosen", Visibility)
def test_the_order_of_offers_and_bounds_does_not_matter(chosen: Visibility) -> None:
    for offered, bounds in product(OFFERS, BOUNDS):
        assert narrowed(chosen, offered, bounds) is narrowed(chosen, offered[::-1], bounds[::-1])


@pytest.mark.parametrize("chosen", Visibility)
def test_another_bound_never_widens(chosen: Visibility) -> None:
    for offered, bounds, another in product(OFFERS, BOUNDS, Visibility):
        without, found = (
            narrowed(chosen, offered, bounds),
            narrowed(chosen, offered, (*bounds, another)),
        )
        assert found is None or (without is not None and width(found) <= width(without))


@pytest.mark.parametrize(
    ("chosen", "offered", "bounds", "found"),
    [
        (PUBLIC, (PUBLIC,), (), PUBLIC),
        (UNLISTED, (PUBLIC,), (), None),
        (FOLLOWERS, (PUBLIC, UNLISTED, DIRECT), (), None),
        (PUBLIC, (PUBLIC, UNLISTED, FOLLOWERS, DIRECT), (FOLLOWERS,), FOLLOWERS),
        (PUBLIC, (PUBLIC, UNLISTED, FOLLOWERS, DIRECT), (UNKNOWN,), DIRECT),
        (DIRECT, (PUBLIC, DIRECT), (FOLLOWERS,), DIRECT),
        (FOLLOWERS, (PUBLIC, UNLISTED, FOLLOWERS, DIRECT), (DIRECT,), None),
        (PUBLIC, (UNLISTED, LOCAL), (), UNLISTED),
        (UNLISTED, (PUBLIC, LOCAL), (), None),
        (UNKNOWN, (PUBLIC, UNKNOWN), (), None),
    ],
)
def test_the_cases_that_people_meet(
    chosen: Visibility,
    offered: tuple[Visibility, ...],
    bounds: tuple[Visibility, ...],
    found: Visibility | None,
) -> None:
    assert narrowed(chosen, offered, bounds) is found
