"""The servers of the live tests: the demo's own, empty or seeded, and two that misbehave.

Sessions share the real servers, since each takes a second or two to start. A test that stops one
asks for `own_mastodon_server` or `own_relay`, which nobody else uses.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from tests.live import mastodon_writing, servers
from tests.live.fake_relay import FakeRelay
from tests.live.faulty import FaultyProxy
from tests.live.mastodon_writing import Reader
from tests.live.servers import LiveMastodon, LiveRelay
from tuisocial import demo as demos
from tuisocial.adapters.mastodon.member import MemberSession
from tuisocial.demo import pictures


@pytest.fixture(scope="session")
def mastodon_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveMastodon]:
    """A shared server without posts of its own; leave it running."""
    with servers.mastodon(tmp_path_factory.mktemp("mastodon")) as server:
        yield server


@pytest.fixture
def ada(mastodon_server: LiveMastodon) -> Iterator[Reader]:
    """Ada, seen by another client."""
    reader = Reader(mastodon_server, "ada")
    yield reader
    reader.close()


@pytest.fixture
async def ada_session(mastodon_server: LiveMastodon) -> AsyncIterator[MemberSession]:
    """Ada, signed in."""
    async with mastodon_writing.member(mastodon_server.url, mastodon_server) as opened:
        yield opened


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A picture file."""
    pictures.draw_all(tmp_path / "media")
    return min((tmp_path / "media").rglob("*.png"))


@pytest.fixture
def own_mastodon_server(tmp_path: Path) -> Iterator[LiveMastodon]:
    """A server to stop, start and fill as the test likes."""
    directory = tmp_path / "mastodon-server"
    directory.mkdir()
    with servers.mastodon(directory) as server:
        yield server


@pytest.fixture(scope="session")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveRelay]:
    """A shared relay, empty but for what tests publish; leave it running."""
    with servers.relay(tmp_path_factory.mktemp("relay")) as server:
        yield server


@pytest.fixture
def own_relay(tmp_path: Path) -> Iterator[LiveRelay]:
    """A relay to stop, start and fill as the test likes."""
    directory = tmp_path / "relay"
    directory.mkdir()
    with servers.relay(directory) as server:
        yield server


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[demos.Demo]:
    """Both servers with the demo's two days of posts; read from it, and leave it running."""
    with demos.running(tmp_path_factory.mktemp("demo")) as running_demo:
        yield running_demo


@pytest.fixture
def own_demo(tmp_path: Path) -> Iterator[demos.Demo]:
    """A demo whose servers a test may stop and start: `own_demo.mastodon.stop()`."""
    with demos.running(tmp_path / "demo-home") as running_demo:
        yield running_demo


@pytest.fixture
def faulty() -> Iterator[Callable[[str], FaultyProxy]]:
    """Puts a proxy that can misbehave in front of a URL: `proxy = faulty(server.url)`."""
    proxies: list[FaultyProxy] = []

    def put_in_front(url: str) -> FaultyProxy:
        proxies.append(FaultyProxy(url))
        return proxies[-1]

    yield put_in_front
    for proxy in proxies:
        proxy.stop()


@pytest.fixture
def fake_relay() -> Iterator[FakeRelay]:
    """A relay that says what the test writes."""
    relay = FakeRelay()
    yield relay
    relay.stop()


@pytest.fixture
def fake_relays() -> Iterator[Callable[[], FakeRelay]]:
    """Makes as many fake relays as the test asks for."""
    relays: list[FakeRelay] = []

    def make() -> FakeRelay:
        relays.append(FakeRelay())
        return relays[-1]

    yield make
    for relay in relays:
        relay.stop()
