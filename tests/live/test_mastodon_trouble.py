"""A real server in trouble: what the session says, and that it reads on afterwards."""

import threading
from collections.abc import Callable

import pytest

from tests.live import faulty as faults
from tests.live.faulty import Fault, FaultyProxy
from tests.live.servers import LiveMastodon
from tests.live.test_mastodon_reading import open_session
from tuisocial.model.timeline import HOME
from tuisocial.sdk.errors import (
    AdapterError,
    BadAnswer,
    NotAllowed,
    NotSupported,
    RateLimited,
    SignInNeeded,
    Unreachable,
)

pytestmark = pytest.mark.live

PutInFront = Callable[[str], FaultyProxy]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (faults.html(), BadAnswer),
        (faults.html(503), Unreachable),
        (faults.status(401), SignInNeeded),
        (faults.status(403), NotAllowed),
        (faults.status(404), NotSupported),
        (faults.rate_limited(), RateLimited),
        (faults.status(500), Unreachable),
        (faults.redirect("https://elsewhere.example/"), BadAnswer),
        (faults.broken_json(), BadAnswer),
        (faults.close(), Unreachable),
        (faults.cut_short(), Unreachable),
    ],
    ids=[
        "page", "page-503", "401", "403", "404", "429", "500", "redirect", "broken-json",
        "closing", "cut-short",
    ],
)  # fmt: skip
async def test_trouble_is_named_and_passes(
    mastodon_server: LiveMastodon,
    faulty: PutInFront,
    fault: Fault,
    expected: type[AdapterError],
) -> None:
    mastodon_server.post("ada", "still here")
    proxy = faulty(mastodon_server.url)
    session = await open_session(proxy.url, mastodon_server.tokens["ada"])
    first = await session.timeline(HOME, cursor=None, limit=5)

    proxy.break_with(fault, path="/api/")
    with pytest.raises(AdapterError) as caught:
        await session.timeline(HOME, cursor=None, limit=5)
    assert type(caught.value) is expected
    assert "127.0.0.1" in caught.value.message
    assert mastodon_server.tokens["ada"] not in f"{caught.value.message}{caught.value.remedy}"

    proxy.mend()
    again = await session.timeline(HOME, cursor=None, limit=5)
    assert [row.key for row in again.items] == [row.key for row in first.items]
    await session.aclose()


async def test_a_server_that_goes_down_is_read_again_when_it_is_back(
    own_mastodon_server: LiveMastodon,
) -> None:
    for number in range(4):
        own_mastodon_server.post("ada", f"number {number}")
    session = await open_session(own_mastodon_server.url, own_mastodon_server.tokens["ada"])
    first = await session.timeline(HOME, cursor=None, limit=2)

    own_mastodon_server.stop()
    with pytest.raises(Unreachable, match="accepts no connection"):
        await session.timeline(HOME, cursor=first.older, limit=2)

    own_mastodon_server.start()
    second = await session.timeline(HOME, cursor=first.older, limit=2)
    texts = [row.view.post.text.text for row in (*first.items, *second.items)]
    assert texts == ["number 3", "number 2", "number 1", "number 0"]
    await session.aclose()


async def test_a_fault_on_the_way_to_the_limits_costs_no_page(
    mastodon_server: LiveMastodon, faulty: PutInFront
) -> None:
    mastodon_server.post("ada", "still here")
    proxy = faulty(mastodon_server.url)
    session = await open_session(proxy.url, mastodon_server.tokens["ada"])
    release = threading.Event()
    proxy.break_with(faults.stall(release), path="/api/v2/instance")

    for _ in range(3):
        assert (await session.timeline(HOME, cursor=None, limit=5)).items
    await session.aclose()
    release.set()
