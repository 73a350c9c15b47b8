"""Secrets are kept where the person said, and nowhere else, or it is said why not."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null
from keyring.errors import KeyringLocked

from tuisocial.config.paths import find_paths
from tuisocial.config.schema import SecretsBackend, SecretSettings
from tuisocial.errors import ExitCode
from tuisocial.model.ids import LoginId
from tuisocial.sdk.secret import Secret
from tuisocial.store.secrets import (
    CommandSecrets,
    FileSecrets,
    KeyringSecrets,
    Secrets,
    SecretsUnavailable,
    open_secrets,
)

ME, YOU = LoginId("me"), LoginId("you")
SECRET = Secret("hunter2 é")
ROOT = Path(__file__).parents[2]


class MemoryKeyring(KeyringBackend):
    """A keyring in memory, which breaks in the way it is told to."""

    priority = 1  # type: ignore[assignment]

    def __init__(self, broken: Exception | None = None) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.broken = broken

    def get_password(self, service: str, username: str) -> str | None:
        if self.broken:
            raise self.broken
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.broken:
            raise self.broken
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class PlaintextKeyring(MemoryKeyring):
    """As the one in keyrings.alt is called."""


@pytest.fixture(autouse=True)
def ring() -> Iterator[MemoryKeyring]:
    """The keyring of the system, for the time of a test."""
    before = keyring.get_keyring()
    ring = MemoryKeyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "secrets"


@pytest.fixture(params=["keyring", "file"])
def secrets(request: pytest.FixtureRequest, folder: Path) -> Secrets:
    """A place that keeps what it is given."""
    return KeyringSecrets("x") if request.param == "keyring" else FileSecrets(folder / "s.json")


def test_what_is_set_is_got_until_it_is_forgotten(secrets: Secrets) -> None:
    assert secrets.get(ME, "token") is None
    secrets.set(ME, "token", SECRET)
    secrets.set(YOU, "token", Secret("other"))
    secrets.set(ME, "token", Secret("newer"))
    assert secrets.get(ME, "token") == Secret("newer")
    secrets.forget(ME, "token")
    secrets.forget(ME, "token")
    assert secrets.get(ME, "token") is None
    assert secrets.get(YOU, "token") == Secret("other")


def test_the_settings_choose_the_place(tmp_path: Path) -> None:
    paths = find_paths(tmp_path)
    kinds = {
        SecretsBackend.KEYRING: KeyringSecrets,
        SecretsBackend.FILE: FileSecrets,
        SecretsBackend.COMMAND: CommandSecrets,
    }
    for backend, kind in kinds.items():
        assert isinstance(open_secrets(SecretSettings(backend, "x {login}"), paths), kind)
    assert list(tmp_path.iterdir()) == []


# --- keyring ------------------------------------------------------------------------------


def test_two_homes_share_no_secret(tmp_path: Path, ring: MemoryKeyring) -> None:
    one, two = (
        open_secrets(SecretSettings(), find_paths(tmp_path / name)) for name in ("one", "two")
    )
    one.set(ME, "token", SECRET)
    assert two.get(ME, "token") is None


def chain(*backends: KeyringBackend) -> KeyringBackend:
    class Chain(chainer.ChainerBackend):
        pass

    Chain.backends = list(backends)  # type: ignore[assignment,misc]
    return Chain()


@pytest.mark.parametrize(
    ("ring", "words"),
    [
        (fail.Keyring(), "there is no keyring"),
        (null.Keyring(), "does not keep"),
        (PlaintextKeyring(), "in plain text"),
        (chain(PlaintextKeyring(), MemoryKeyring()), "in plain text"),
        (MemoryKeyring(KeyringLocked("locked")), "is locked"),
        (MemoryKeyring(RuntimeError("D-Bus: hunter2 é")), "RuntimeError"),
    ],
    ids=["none", "null", "plain", "plain first", "locked", "broken"],
)
def test_a_keyring_that_cannot_be_used_is_said_with_the_choices(
    ring: KeyringBackend, words: str
) -> None:
    keyring.set_keyring(ring)
    with pytest.raises(SecretsUnavailable, match=words) as caught:
        KeyringSecrets("x").set(ME, "token", SECRET)
    assert caught.value.exit_code is ExitCode.SIGN_IN
    assert "hunter2" not in caught.value.message + caught.value.remedy
    assert caught.value.__cause__ is None
    if "locked" not in words:
        assert 'backend = "file"' in caught.value.remedy
        assert "command = " in caught.value.remedy


def test_a_plain_keyring_behind_a_good_one_does_not_matter() -> None:
    keyring.set_keyring(chain(MemoryKeyring(), PlaintextKeyring()))
    KeyringSecrets("x").set(ME, "token", SECRET)
    assert KeyringSecrets("x").get(ME, "token") == SECRET


def test_a_keyring_that_cannot_even_be_found_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> KeyringBackend:
        raise ModuleNotFoundError("a backend named in keyringrc.cfg")

    monkeypatch.setattr(keyring, "get_keyring", broken)
    with pytest.raises(SecretsUnavailable, match="ModuleNotFoundError"):
        KeyringSecrets("x").get(ME, "token")


# --- file ---------------------------------------------------------------------------------


def test_the_file_is_its_owner_s_alone(folder: Path) -> None:
    FileSecrets(folder / "s.json").set(ME, "token", SECRET)
    assert folder.stat().st_mode & 0o777 == 0o700
    for path in folder.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("which", ["file", "folder"])
def test_a_place_open_to_others_is_refused_with_what_to_run(folder: Path, which: str) -> None:
    secrets = FileSecrets(folder / "s.json")
    secrets.set(ME, "token", SECRET)
    path, mode = (folder / "s.json", 0o640) if which == "file" else (folder, 0o755)
    path.chmod(mode)
    for act in (
        lambda: secrets.get(ME, "token"),
        lambda: secrets.set(ME, "token", SECRET),
        lambda: secrets.forget(ME, "token"),
    ):
        with pytest.raises(SecretsUnavailable, match=f"{mode:04o}") as caught:
            act()
    command = caught.value.remedy.removeprefix("run: ")
    subprocess.run(shlex.split(command), check=True)
    assert secrets.get(ME, "token") == SECRET


def test_a_write_that_fails_leaves_the_old_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = FileSecrets(folder / "s.json")
    secrets.set(ME, "token", SECRET)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(SecretsUnavailable, match="No space left"):
            secrets.set(YOU, "token", Secret("other"))
    assert secrets.get(ME, "token") == SECRET
    secrets.set(YOU, "token", Secret("other"))
    assert secrets.get(YOU, "token") == Secret("other")


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff\xfe", b"1"], ids=repr)
def test_a_file_that_is_something_else_is_said_and_left_alone(folder: Path, content: bytes) -> None:
    folder.mkdir(mode=0o700)
    file = folder / "s.json"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(SecretsUnavailable, match=r"s\.json is not"):
        FileSecrets(file).set(ME, "token", SECRET)
    assert file.read_bytes() == content


def test_a_folder_in_the_file_s_place_is_said(folder: Path) -> None:
    (folder / "s.json").mkdir(parents=True, mode=0o600)
    folder.chmod(0o700)
    (folder / "s.json").chmod(0o600)
    with pytest.raises(SecretsUnavailable, match="cannot be read"):
        FileSecrets(folder / "s.json").get(ME, "token")


def test_processes_that_write_at_once_lose_no_secret(folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from tuisocial.store.secrets import FileSecrets\n"
        "from tuisocial.sdk.secret import Secret; from tuisocial.model.ids import LoginId\n"
        f"s = FileSecrets(Path({str(folder / 's.json')!r}))\n"
        "for n in range(20): s.set(LoginId(sys.argv[1]), str(n), Secret('x'))\n"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, name], cwd=ROOT) for name in ("a", "b")
    ]
    assert [process.wait(60) for process in started] == [0, 0]
    assert len(json.loads((folder / "s.json").read_bytes())) == 40


# --- command ------------------------------------------------------------------------------


def printing(what: str, *more: str) -> str:
    return shlex.join([sys.executable, "-c", what, "{login}", "{name}", *more])


def test_the_command_s_first_line_is_the_secret() -> None:
    program = "import sys; print(' '.join(sys.argv[1:3])); print('second')"
    assert CommandSecrets(printing(program)).get(ME, "token") == Secret("me token")


def test_no_shell_sees_the_command() -> None:
    program = "import sys; print(sys.argv[3])"
    command = printing(program, "$(echo no); `id` && *")
    assert CommandSecrets(command).get(ME, "token") == Secret("$(echo no); `id` && *")


@pytest.mark.parametrize("output", ["", "print()", "print('   ')"])
def test_a_command_that_prints_nothing_has_no_secret(output: str) -> None:
    assert CommandSecrets(printing(output)).get(ME, "token") is None


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("/no/such/program {login}", "No such file"),
        (f"{ROOT} {{login}}", "Permission denied"),
        (printing("import sys; print('hunter2'); sys.exit(3)"), "status 3"),
        (printing("import time; time.sleep(60)"), "did not end within"),
        ("pass 'unpaired {login}", "quotation"),
        ("  ", "names no program"),
        ("pass {login}\0", "null byte"),
    ],
    ids=["missing", "a folder", "failing", "hanging", "unpaired", "empty", "NUL"],
)
def test_a_command_that_does_not_work_is_said(command: str, words: str) -> None:
    with pytest.raises(SecretsUnavailable, match=words) as caught:
        CommandSecrets(command, patience=1 if "sleep" in command else 60).get(ME, "token")
    assert "hunter2" not in caught.value.message + caught.value.remedy
    assert caught.value.remedy


def test_a_command_is_told_nothing_and_must_know_already() -> None:
    secrets = CommandSecrets(printing("print('hunter2')"))
    secrets.set(ME, "token", Secret("hunter2"))
    with pytest.raises(SecretsUnavailable, match="does not print the token of the login me"):
        secrets.set(ME, "token", Secret("another"))
    secrets.forget(ME, "token")
