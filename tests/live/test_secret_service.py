"""A token is held, read and forgotten by a real Secret Service, which may be locked."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import keyring
import pytest
from keyring.backends.SecretService import Keyring

from tests.live import secret_service
from tests.live.secret_service import SecretService
from tests.live.servers import LiveMastodon
from tuisocial.errors import ExitCode
from tuisocial.model.ids import LoginId
from tuisocial.sdk.secret import Secret
from tuisocial.store.secrets import SecretsUnavailable
from tuisocial.store.secrets.keyring import KeyringSecrets

pytestmark = [
    pytest.mark.live,
    # keyring leaves its connection to a locked collection to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.skipif(bool(secret_service.missing()), reason=secret_service.missing()),
]

ME, YOU = LoginId("me"), LoginId("you")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    """A service that this process uses as well."""
    with secret_service.running(tmp_path / "desktop") as running:
        name = "DBUS_SESSION_BUS_ADDRESS"
        monkeypatch.setenv(name, running.environment[name])
        before = keyring.get_keyring()
        keyring.set_keyring(Keyring())
        yield running
        keyring.set_keyring(before)
        gc.collect()


def secrets() -> KeyringSecrets:
    return KeyringSecrets("tuisocial test", Path("config.toml"))


def test_a_token_is_held_read_and_forgotten(service: SecretService) -> None:
    assert secrets().get(ME, "token") is None
    secrets().set(ME, "token", Secret("hunter2 é"))
    secrets().set(YOU, "token", Secret("other"))
    secrets().set(ME, "token", Secret("newer é"))
    assert secrets().get(ME, "token") == Secret("newer é")
    assert len(service.labels()) == 2
    secrets().forget(ME, "token")
    secrets().forget(ME, "token")
    assert secrets().get(ME, "token") is None
    assert secrets().get(YOU, "token") == Secret("other")


def test_a_locked_collection_is_said_and_keeps_what_it_has(service: SecretService) -> None:
    secrets().set(ME, "token", Secret("hunter2"))
    service.lock()
    for act in (
        lambda: secrets().get(ME, "token"),
        lambda: secrets().set(ME, "token", Secret("newer")),
        lambda: secrets().forget(ME, "token"),
    ):
        with pytest.raises(SecretsUnavailable, match="the keyring is locked") as caught:
            act()
        assert caught.value.remedy.startswith("unlock it")
        assert "hunter2" not in caught.value.message + caught.value.remedy


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    lines: list[str]


class Desktop:
    """Runs `tuisocial` in a session with a Secret Service and with no settings at all."""

    def __init__(self, service: SecretService, home: Path) -> None:
        self.home = home
        self._environment = {
            **service.environment,
            "PYTHONPATH": str(ROOT),
            "TUISOCIAL_HOME": str(home),
        }

    def __call__(self, *arguments: str, stdin: str = "") -> Ended:
        done = subprocess.run(
            [sys.executable, "-m", "tuisocial", *arguments],
            env=self._environment, input=stdin.encode(), capture_output=True, timeout=120,
        )  # fmt: skip
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode().splitlines())

    def add(self, server: LiveMastodon) -> Ended:
        where = ("--server", server.url, "--token-stdin", "--name", "me")
        return self("login", "add", "mastodon", *where, stdin=f"{token(server)}\n")

    def files_with(self, secret: str) -> list[Path]:
        files = [file for file in self.home.rglob("*") if file.is_file()]
        return [file for file in files if secret.encode() in file.read_bytes()]


def token(server: LiveMastodon) -> str:
    return next(iter(server.tokens.values()))


@pytest.fixture
def desktop(service: SecretService, tmp_path: Path) -> Desktop:
    return Desktop(service, tmp_path / "home")


def test_the_command_line_keeps_a_token_there_and_nowhere_else(
    desktop: Desktop, service: SecretService, mastodon_server: LiveMastodon
) -> None:
    added = desktop.add(mastodon_server)
    assert (added.code, added.out) == (ExitCode.OK, "me\n"), added.lines
    assert len(added.lines) == 1
    (label,) = service.labels()
    assert "me/token" in label
    assert desktop.files_with(token(mastodon_server)) == []

    assert "me" in desktop("login", "list").out
    checked = desktop("login", "check", "me")
    assert checked.code == ExitCode.OK, checked.lines

    removed = desktop("login", "remove", "me")
    assert removed.code == ExitCode.OK, removed.lines
    assert service.labels() == []


def test_a_locked_keyring_ends_a_command_with_one_line_and_the_sign_in_code(
    desktop: Desktop, service: SecretService, mastodon_server: LiveMastodon
) -> None:
    assert desktop.add(mastodon_server).code == ExitCode.OK
    service.lock()
    checked = desktop("login", "check", "me")
    assert checked.code == ExitCode.SIGN_IN
    (line,) = checked.lines
    assert "the keyring is locked; unlock it" in line
    assert token(mastodon_server) not in line + checked.out


def test_secrets_move_out_of_it_and_back(
    desktop: Desktop, service: SecretService, mastodon_server: LiveMastodon
) -> None:
    assert desktop.add(mastodon_server).code == ExitCode.OK
    moved = desktop("login", "secrets", "move", "--to", "file", "--yes")
    assert moved.code == ExitCode.OK, moved.lines
    assert service.labels() == []
    (file,) = desktop.files_with(token(mastodon_server))
    assert file.name == "secrets.json"
    back = desktop("login", "secrets", "move", "--to", "keyring", "--yes")
    assert back.code == ExitCode.OK, back.lines
    assert len(service.labels()) == 1
    assert desktop.files_with(token(mastodon_server)) == []
    assert desktop("login", "check", "me").code == ExitCode.OK
