"""The demo's processes live as long as the demo and no longer, however it ends."""

import json
import os
import select
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tuisocial import demo
from tuisocial.demo.server import HOST, DemoUnavailable, Server

pytestmark = pytest.mark.live

ROOT = Path(__file__).parents[2]
SERVE = """
    import json, sys
    from pathlib import Path
    from tuisocial import demo

    def announce(running):
        pids = [running.mastodon.pid, running.relay.pid]
        print(json.dumps({**json.loads(running.as_json()), "pids": pids}), flush=True)

    demo.serve(Path(sys.argv[1]), announce)
"""


@contextmanager
def serving(home: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, object], list[int]]]:
    """A demo in a process of its own: the process, what it announced, its servers' pidfds."""
    command = [sys.executable, "-c", textwrap.dedent(SERVE), str(home)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            announced = json.loads(process.stdout.readline())
            handles = [os.pidfd_open(pid) for pid in announced.pop("pids")]
            try:
                yield process, announced, handles
            finally:
                for handle in handles:
                    os.close(handle)
        finally:
            process.kill()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[demo.Demo]:
    with demo.running(tmp_path_factory.mktemp("home")) as started:
        yield started


def secrets(running: demo.Demo) -> list[str]:
    return [*running.tokens.values(), *running.nsecs.values()]


def ended(handle: int) -> bool:
    """Whether the process behind a pidfd ends; waits for it for a while."""
    return bool(select.select([handle], [], [], 30)[0])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_demo_and_its_servers(tmp_path: Path, number: signal.Signals) -> None:
    with serving(tmp_path) as (process, announced, servers):
        assert announced["home"] == str(tmp_path)
        process.send_signal(number)
        assert process.wait(30) == 0
        assert all(ended(server) for server in servers)


def test_the_servers_end_even_when_the_demo_is_killed(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, _, servers):
        process.kill()
        process.wait(30)
        assert all(ended(server) for server in servers)


def test_the_servers_end_when_the_demo_raises(tmp_path: Path) -> None:
    pids: list[int | None] = []

    def fail() -> None:
        with demo.running(tmp_path) as running:
            pids.extend((running.mastodon.pid, running.relay.pid))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    for pid in pids:
        assert pid is not None
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_two_demos_run_side_by_side(running: demo.Demo, tmp_path: Path) -> None:
    def whoever(at: demo.Demo, token: str) -> httpx.Response:
        address = f"{at.mastodon_url}/api/v1/accounts/verify_credentials"
        return httpx.get(address, headers={"Authorization": f"Bearer {token}"})

    with demo.running(tmp_path) as second:
        assert running.nsec != second.nsec
        for one in (running, second):
            assert whoever(one, one.mastodon_token).json()["url"].startswith(one.mastodon_url)
            relay = httpx.get(
                one.relay_url.replace("ws:", "http:"), headers={"Accept": "application/nostr+json"}
            )
            assert relay.json()["name"] == "tuisocial demo"
        assert whoever(second, running.mastodon_token).status_code == 401


def test_what_is_announced_is_one_line_and_the_repr_keeps_secrets(running: demo.Demo) -> None:
    line = running.as_json()
    assert "\n" not in line
    said = json.loads(line)
    assert said["mastodon"]["token"] == running.mastodon_token
    assert said["nostr"]["nsec"] == running.nsec
    documented = (ROOT / "docs" / "demo.md").read_text()
    for network in ("mastodon", "nostr"):
        assert all(f"`{network}.{key}`" in documented for key in said[network])
    assert not any(secret in repr(running) for secret in secrets(running))


def test_secrets_are_in_no_argument_variable_or_log(running: demo.Demo) -> None:
    seen = b"".join(path.read_bytes() for path in (running.home / "servers").glob("*.log"))
    for server in (running.mastodon, running.relay):
        process = Path(f"/proc/{server.pid}")
        seen += (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
    assert not any(secret.encode() in seen for secret in secrets(running))


def test_a_demo_without_trouble_leaves_its_logs_empty(running: demo.Demo) -> None:
    logs = [path.read_text() for path in (running.home / "servers").glob("*.log")]
    assert logs == ["", ""]


def test_a_server_that_does_not_start_is_named_with_its_log(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    with Server("tuisocial.demo.no_such_server", log=log) as server:
        server.start({})
        with pytest.raises(DemoUnavailable) as raised:
            server.wait()
        assert server.pid is None
    assert str(log) in str(raised.value)
    assert "no_such_server" in log.read_text()


def test_an_interpreter_that_cannot_run_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with (
        Server("tuisocial.demo.relay_server", log=tmp_path / "relay.log") as server,
        pytest.raises(DemoUnavailable, match=f"{tmp_path}/python: No such file"),
    ):
        server.start({})


def test_a_port_that_was_taken_meanwhile_is_named(tmp_path: Path) -> None:
    with (
        Server("tuisocial.demo.relay_server", log=tmp_path / "one.log") as server,
        Server("tuisocial.demo.relay_server", log=tmp_path / "other.log") as other,
    ):
        server.stop()
        server.port = other.port
        with pytest.raises(DemoUnavailable, match=f"{HOST}:{other.port}"):
            server.start()
