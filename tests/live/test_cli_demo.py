"""The command line against the demo's servers, each command a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tuisocial.errors import ExitCode
from tuisocial.model.printable import printable

pytestmark = pytest.mark.live

_ROOT = Path(__file__).parents[2]
_SCHEMAS = _ROOT / "tuisocial" / "schemas"


def _environment(home: str) -> dict[str, str]:
    path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path, "TUISOCIAL_HOME": home}


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    lines: list[str]


def _tuisocial(home: str, *arguments: str, stdin: str = "") -> Ended:
    done = subprocess.run(
        [sys.executable, "-m", "tuisocial", *arguments],
        env=_environment(home), input=stdin.encode(), capture_output=True, timeout=120,
    )  # fmt: skip
    said = [line for line in done.stderr.decode().splitlines() if "in plain text in" not in line]
    return Ended(done.returncode, done.stdout.decode(), said)


@dataclass
class Served:
    """A demo that another process serves."""

    process: subprocess.Popen[bytes]
    said: dict[str, Any]

    @property
    def home(self) -> str:
        return str(self.said["home"])

    @property
    def secrets(self) -> list[str]:
        return [self.said["mastodon"]["token"], self.said["nostr"]["nsec"]]

    def __call__(self, *arguments: str, stdin: str = "") -> Ended:
        return _tuisocial(self.home, *arguments, stdin=stdin)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(60)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tuisocial", "demo", "--serve"],
        env=_environment(str(tmp_path / "own")), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        try:
            announced = Served(process, json.loads(process.stdout.readline()))
            yield announced
            rmtree(announced.home)
        finally:
            process.kill()


def _validate(document: Any, name: str) -> None:
    contents = {file.name: json.loads(file.read_text()) for file in _SCHEMAS.glob("*.json")}
    registry: Registry[Any] = Registry().with_resources(
        [(each, Resource.from_contents(schema)) for each, schema in contents.items()]
    )
    Draft202012Validator({"$ref": name}, registry=registry).validate(document)


def test_both_networks_are_read_by_another_process_and_again_when_the_servers_are_gone(
    served: Served,
) -> None:
    ended = served("timeline", "--json", "--limit", "50")
    assert (ended.code, ended.lines) == (ExitCode.OK, [])
    document = json.loads(ended.out)
    _validate(document, "timeline.json")
    entries = document["entries"]
    assert len(entries) == 50
    assert {entry["login"] for entry in entries} == {"masto", "nos"}
    assert len({entry["network"] for entry in entries}) == 2
    assert len({entry["id"] for entry in entries}) == 50
    times = [entry["sort_at"] for entry in entries]
    assert times == sorted(times, reverse=True)
    assert [source["state"] for source in document["sources"]] == ["up_to_date"] * 2

    assert served.stop() == 0
    stored = served("timeline", "--json", "--limit", "50", "--offline")
    assert (stored.code, stored.lines) == (ExitCode.OK, [])
    stored_entries = json.loads(stored.out)["entries"]
    assert len({entry["id"] for entry in stored_entries}) == 50
    # Nothing waits for a slower source now: reposts of what had to wait are with it, further down.
    missing = [entry for entry in entries if entry not in stored_entries]
    assert all(entry["reposted_by"] for entry in missing)
    kept = [entry for entry in entries if entry not in missing]
    assert stored_entries[: len(kept)] == kept

    cut_off = served("timeline", "--json", "--limit", "50")
    assert cut_off.code == ExitCode.UNREACHABLE
    assert [line.split(":")[1].split()[0] for line in cut_off.lines] == ["masto", "nos"]
    assert json.loads(cut_off.out)["entries"] == stored_entries


def test_everything_in_the_demo_prints_harmlessly_and_by_its_schema(served: Served) -> None:
    ended = served("timeline", "--jsonl", "--limit", "400")
    entries = [json.loads(line) for line in ended.out.splitlines()]
    assert len(entries) == 400
    for entry in entries:
        _validate(entry, "entry.json")
    folded = [entry for entry in entries if entry["copies"]]
    assert folded
    reply = next(entry for entry in entries if entry["reply_to"])
    outs = [ended.out, served("timeline", "--offline", "--limit", "400").out]
    for arguments, schema in (
        (("thread", reply["id"]), "thread.json"),
        (("account", reply["author"]["id"]), "account.json"),
        (("login", "check"), "login-check.json"),
        (("login", "list"), "login-list.json"),
    ):
        as_json, as_text = served(*arguments, "--json"), served(*arguments)
        assert (as_json.code, as_text.code) == (ExitCode.OK, ExitCode.OK), as_json.lines
        _validate(json.loads(as_json.out), schema)
        outs += [as_json.out, as_text.out]
    assert all(printable(out) == out for out in outs)
    assert not any(secret in out for secret in served.secrets for out in outs)


def test_bad_input_to_real_servers_gets_one_line_and_its_exit_code(
    served: Served, tmp_path: Path
) -> None:
    server, relay = served.said["mastodon"]["url"], served.said["nostr"]["relay"]
    post = f"{server}/@ada/999999999999"
    for arguments, stdin, code in (
        (["login", "add", "mastodon", "--server", server, "--token-stdin"], "wrong\n", 3),
        (["login", "add", "mastodon", "--server", "http://127.0.0.1:9", "--guest"], "", 4),
        (["login", "add", "mastodon", "--server", "no server", "--guest"], "", 2),
        (["login", "add", "nostr", "--nsec-stdin", "--relay", relay], "nsec1wrong\n", 2),
        (["login", "add", "nostr", "--npub", "npub1wrong", "--relay", relay], "", 2),
        (["login", "add", "nostr", "--relay", relay], "", 2),
        (["thread", post], "", 1),
        (["account", "@nobody@127.0.0.1:9"], "", 1),
    ):
        ended = served(*arguments, stdin=stdin)
        assert (ended.code, ended.out) == (code, ""), (arguments, ended.lines)
        assert len(ended.lines) == 1, ended.lines
        assert not any(word in ended.lines[0] for word in ("Traceback", "unexpected"))


def test_secrets_are_kept_where_the_settings_say_and_are_gone_when_a_login_is(
    served: Served,
) -> None:
    served("timeline", "--json")
    home = Path(served.home)

    def holding() -> set[str]:
        files = [file for file in home.rglob("*") if file.is_file()]
        return {
            file.relative_to(home).parts[0] + "/" + file.relative_to(home).parts[1]
            for file in files
            if "servers" not in file.relative_to(home).parts
            and any(secret.encode() in file.read_bytes() for secret in served.secrets)
        }

    assert holding() == {"data/secrets"}
    for login in ("masto", "nos"):
        assert served("login", "remove", login).code == ExitCode.OK
    assert holding() == set()
    kept = home / "data" / "secrets" / "secrets.json"
    assert not kept.exists() or json.loads(kept.read_text() or "{}") == {}


def test_guests_read_what_is_public(served: Served, tmp_path: Path) -> None:
    home = str(tmp_path)
    server, relay = served.said["mastodon"]["url"], served.said["nostr"]["relay"]
    for adapter, *flags in (["mastodon", "--server", server], ["nostr", "--relay", relay]):
        added = _tuisocial(home, "login", "add", adapter, "--guest", *flags, "--name", adapter)
        assert (added.code, added.out) == (ExitCode.OK, f"{adapter}\n"), added.lines
        ended = _tuisocial(home, "timeline", "--login", adapter, "--json")
        assert ended.code == ExitCode.OK, ended.lines
        assert len(json.loads(ended.out)["entries"]) == 20


def test_without_the_extra_one_line_says_the_command_that_adds_it(tmp_path: Path) -> None:
    blocker = tmp_path / "sitecustomize.py"
    blocker.write_text(
        "import importlib.util as util\n"
        "find = util.find_spec\n"
        "util.find_spec = lambda name, package=None: (\n"
        "    None if name in ('mastodon_mock', 'nostr_relay') else find(name, package))\n"
    )
    environment = _environment(str(tmp_path))
    environment["PYTHONPATH"] = os.pathsep.join([str(tmp_path), environment["PYTHONPATH"]])
    done = subprocess.run(
        [sys.executable, "-m", "tuisocial", "demo", "--serve"],
        env=environment, capture_output=True, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (ExitCode.FAILED, b"")
    (line,) = done.stderr.decode().splitlines()
    assert "pip install 'tuisocial[demo]'" in line
