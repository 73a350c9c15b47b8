"""The servers that the other live tests stand on do what their fixtures promise."""

import json
import threading
from collections.abc import Callable

import httpx
import pytest
from pynostr.event import Event
from pynostr.key import PrivateKey
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.live import faulty as faults
from tests.live.fake_relay import DISCONNECT, FakeRelay
from tests.live.faulty import FaultyProxy
from tests.live.reading import get, read_relay
from tests.live.servers import LiveMastodon, LiveRelay
from tuisocial.demo import Demo

pytestmark = pytest.mark.live


def note(text: str, created_at: int = 1_700_000_000) -> dict[str, object]:
    key = PrivateKey()
    event = Event(content=text, pubkey=key.public_key.hex(), created_at=created_at)
    event.sign(key.hex())
    return dict(event.to_dict())


def test_a_stopped_mastodon_server_comes_back_on_its_port_with_what_it_had(
    own_mastodon_server: LiveMastodon,
) -> None:
    posted = own_mastodon_server.post("ada", "before")
    own_mastodon_server.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(own_mastodon_server.url)
    own_mastodon_server.start()
    again = httpx.get(f"{own_mastodon_server.url}/api/v1/statuses/{posted['id']}").json()
    assert again["uri"] == posted["uri"]


def test_a_stopped_relay_comes_back_on_its_port_with_what_it_had(own_relay: LiveRelay) -> None:
    kept = note("before")
    own_relay.publish([kept])
    own_relay.stop()
    with pytest.raises(ConnectionRefusedError):
        connect(own_relay.url)
    own_relay.start()
    assert [event["id"] for event in own_relay.read({"kinds": [1]})] == [kept["id"]]


def test_the_demos_servers_can_go_and_come_back_one_by_one(own_demo: Demo) -> None:
    def relay_has() -> int:
        return len(read_relay(own_demo.relay_url, {"kinds": [1]}))

    def server_has() -> int:
        return len(get(f"{own_demo.mastodon_url}/api/v1/timelines/public?limit=40").json())

    notes, statuses = relay_has(), server_has()
    own_demo.mastodon.stop()
    assert relay_has() == notes
    with pytest.raises(httpx.ConnectError):
        server_has()
    own_demo.mastodon.start()
    own_demo.mastodon.wait()
    own_demo.relay.stop()
    assert server_has() == statuses
    with pytest.raises(ConnectionRefusedError):
        relay_has()
    own_demo.relay.start()
    own_demo.relay.wait()
    assert relay_has() == notes


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (faults.html(), 200),
        (faults.html(502), 502),
        (faults.status(401), 401),
        (faults.status(404), 404),
        (faults.rate_limited(), 429),
        (faults.status(500), 500),
        (faults.redirect("/elsewhere"), 302),
        (faults.broken_json(), 200),
    ],
)
def test_a_fault_answers_until_it_is_mended(
    mastodon_server: LiveMastodon,
    faulty: Callable[[str], FaultyProxy],
    fault: faults.Fault,
    code: int,
) -> None:
    proxy = faulty(mastodon_server.url)
    proxy.break_with(fault, path="/api/v1/instance")
    assert httpx.get(f"{proxy.url}/health").status_code == 200
    assert httpx.get(f"{proxy.url}/api/v1/instance").status_code == code
    proxy.mend()
    assert httpx.get(f"{proxy.url}/api/v1/instance").json()["title"]


@pytest.mark.parametrize("fault", [faults.close(), faults.cut_short()])
def test_a_fault_can_break_the_connection_once(
    mastodon_server: LiveMastodon, faulty: Callable[[str], FaultyProxy], fault: faults.Fault
) -> None:
    proxy = faulty(mastodon_server.url)
    proxy.break_with(fault, times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{proxy.url}/health")
    assert httpx.get(f"{proxy.url}/health").text == "OK"


def test_a_fault_can_withhold_the_answer(
    mastodon_server: LiveMastodon, faulty: Callable[[str], FaultyProxy]
) -> None:
    proxy = faulty(mastodon_server.url)
    release = threading.Event()
    proxy.break_with(faults.stall(release))
    try:
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"{proxy.url}/health", timeout=0.1)
    finally:
        release.set()


def test_an_unscripted_fake_relay_filters_as_a_relay_does(fake_relay: FakeRelay) -> None:
    fake_relay.events = [note(f"note {second}", second) for second in range(10, 20)]
    with connect(fake_relay.url) as socket:
        socket.send(json.dumps(["REQ", "s", {"kinds": [1], "until": 15, "limit": 2}]))
        answers = [json.loads(socket.recv(timeout=30)) for _ in range(3)]
    assert [answer[2]["created_at"] for answer in answers[:2]] == [15, 14]
    assert answers[2] == ["EOSE", "s"]
    assert fake_relay.wait_for("REQ")[0][1] == "s"


def test_a_scripted_fake_relay_says_exactly_what_the_test_wrote(fake_relay: FakeRelay) -> None:
    fake_relay.answer_with([["NOTICE", "hm"], '["EVENT","SUB",{', ["CLOSED", "SUB", "no"]])
    with connect(fake_relay.url) as socket:
        socket.send(json.dumps(["REQ", "s", {}]))
        assert [socket.recv(timeout=30) for _ in range(3)] == [
            '["NOTICE", "hm"]',
            '["EVENT","s",{',
            '["CLOSED", "s", "no"]',
        ]


def test_a_fake_relay_can_drop_the_connection_in_the_middle_of_an_answer(
    fake_relay: FakeRelay,
) -> None:
    fake_relay.answer_with([["NOTICE", "wait"], DISCONNECT])
    with connect(fake_relay.url) as socket:
        socket.send(json.dumps(["REQ", "s", {}]))
        socket.recv(timeout=30)
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=30)


def test_a_fake_relay_describes_itself_and_comes_back_on_its_port(fake_relay: FakeRelay) -> None:
    fake_relay.info = {"limitation": {"max_limit": 7}}
    address = fake_relay.url.replace("ws:", "http:")
    assert httpx.get(address).json()["limitation"]["max_limit"] == 7
    fake_relay.stop()
    with pytest.raises(ConnectionRefusedError):
        connect(fake_relay.url)
    fake_relay.start()
    assert httpx.get(address).status_code == 200
