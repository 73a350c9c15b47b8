"""The set-up of the Secret Service installs it where that can be done, and fails nowhere."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / ".ci" / "secret-service.sh"
PROGRAMS = ("gnome-keyring-daemon", "dbus-run-session")


def program(folder: Path, name: str, body: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


@pytest.fixture
def bin_(tmp_path: Path) -> Path:
    """The one folder of programs: what the script needs, run by root, without the service."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "chmod").symlink_to("/bin/chmod")
    program(folder, "id", "echo 0")
    return folder


def run(folder: Path) -> str:
    done = subprocess.run(
        ["/bin/sh", SCRIPT], env={"PATH": str(folder)}, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def apt(folder: Path, *, ends: int = 0, makes: tuple[str, ...] = ()) -> Path:
    """An apt-get that writes down how it was called."""
    calls = folder / "calls"
    made = "\n".join(f": > {folder}/{name}; chmod 755 {folder}/{name}" for name in makes)
    program(folder, "apt-get", f'echo "$@" >> {calls}\n{made}\nexit {ends}')
    return calls


def test_where_the_service_is_nothing_is_done(bin_: Path) -> None:
    calls = apt(bin_)
    for name in PROGRAMS:
        program(bin_, name, "exit 1")
    assert run(bin_) == ""
    assert not calls.exists()


def test_root_with_apt_installs_it(bin_: Path) -> None:
    calls = apt(bin_, makes=PROGRAMS)
    assert run(bin_).count("\n") == 1
    (call,) = calls.read_text().splitlines()
    assert call.endswith("install --yes --no-install-recommends dbus gnome-keyring")


def test_a_user_installs_nothing(bin_: Path) -> None:
    calls = apt(bin_)
    program(bin_, "id", "echo 1000")
    assert run(bin_) == ""
    assert not calls.exists()


def test_without_apt_nothing_is_done(bin_: Path) -> None:
    assert run(bin_) == ""


def test_what_cannot_be_installed_fails_nothing_and_is_said(bin_: Path) -> None:
    calls = apt(bin_, ends=100)
    assert "are skipped" in run(bin_)
    assert len(calls.read_text().splitlines()) == 2, "once as it is, once with new lists"
    assert os.access(SCRIPT, os.X_OK)
