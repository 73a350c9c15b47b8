"""Every author is asked for somewhere, at few relays, and mostly where they write."""

import json

from hypothesis import given
from hypothesis import strategies as st

from tests.adapters.nostr.signing import Author
from tuisocial.adapters.nostr import outbox
from tuisocial.adapters.nostr.events import verified

OWN = ("wss://mine",)
AUTHORS = [f"{number:064x}" for number in range(12)]
RELAYS = [f"wss://r{number}" for number in range(20)]
WRITES = st.dictionaries(
    st.sampled_from(AUTHORS), st.lists(st.sampled_from(RELAYS), unique=True, max_size=5)
)


@given(WRITES, st.integers(1, 15), st.sets(st.sampled_from(RELAYS)))
def test_everybody_is_asked_for_within_the_connections_allowed(
    writes: dict[str, list[str]], most: int, resting: set[str]
) -> None:
    plan = outbox.plan(AUTHORS, writes, OWN, resting=resting, most=most)

    assert len(plan) <= most
    assert plan["wss://mine"] == frozenset(AUTHORS)
    for url, served in plan.items():
        assert url in OWN or url not in resting
        assert url in OWN or all(url in writes[author] for author in served)


@given(WRITES)
def test_each_author_is_asked_for_at_two_of_their_relays_while_there_are_connections(
    writes: dict[str, list[str]],
) -> None:
    plan = outbox.plan(AUTHORS, writes, OWN, most=1000)

    for author, urls in writes.items():
        asked = [url for url in urls if author in plan.get(url, ())]
        assert len(asked) >= min(2, len(urls))


def test_the_relay_that_serves_most_is_chosen_first() -> None:
    writes = {AUTHORS[0]: ["wss://r1", "wss://r2"], AUTHORS[1]: ["wss://r2"]}

    assert list(outbox.plan(AUTHORS[:2], writes, OWN, most=2)) == ["wss://mine", "wss://r2"]


def test_of_a_list_only_write_relays_that_may_be_dialled_are_taken() -> None:
    ada = Author("ada")
    tags = [
        ["r", "wss://both.example"],
        ["r", "wss://Write.example/", "write"],
        ["r", "wss://read.example", "read"],
        ["r", "ws://127.0.0.1:22"],
        ["r", "wss://10.0.0.1"],
        ["r"],
        ["r", "wss://both.example"],
    ]
    (event,) = verified([json.dumps(ada.event(tags=tags, kind=10_002))])

    urls = outbox.write_relays(event, loopback_allowed=False)

    assert urls == ("wss://both.example", "wss://write.example")
