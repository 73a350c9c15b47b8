"""A file of secrets is its owner's alone, or it is refused with what to do about it."""

from __future__ import annotations

import errno
import json
import os
import shlex
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.store.rings import ME, SECRET, YOU
from tuisocial.sdk.secret import Secret
from tuisocial.store.secrets import SecretsUnavailable
from tuisocial.store.secrets.file import FileSecrets

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "secrets"


def every_way(secrets: FileSecrets) -> tuple[Callable[[], object], ...]:
    return (
        lambda: secrets.get(ME, "token"),
        lambda: secrets.set(ME, "token", SECRET),
        lambda: secrets.forget(ME, "token"),
    )


def test_the_file_is_its_owner_s_alone(folder: Path) -> None:
    FileSecrets(folder / "s.json").set(ME, "token", SECRET)
    assert folder.stat().st_mode & 0o777 == 0o700
    for path in folder.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("refused", [None, errno.EINVAL])
def test_a_secret_that_was_kept_is_on_the_disk_by_its_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch, refused: int | None
) -> None:
    done: list[str] = []
    replace, fsync = os.replace, os.fsync

    def replaced(old: Path, new: Path) -> None:
        replace(old, new)
        done.append("named")

    def settled(handle: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(handle).st_mode)
        done.append("folder" if is_folder else "file")
        if is_folder and refused is not None:
            raise OSError(refused, os.strerror(refused))
        fsync(handle)

    monkeypatch.setattr(os, "replace", replaced)
    monkeypatch.setattr(os, "fsync", settled)
    secrets = FileSecrets(folder / "s.json")
    secrets.set(ME, "token", SECRET)
    assert done == ["file", "named", "folder"]
    assert secrets.get(ME, "token") == SECRET


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
    folder.mkdir(mode=0o700)
    (folder / "s.json").mkdir(mode=0o600)
    with pytest.raises(SecretsUnavailable, match="cannot be read"):
        FileSecrets(folder / "s.json").get(ME, "token")


def test_processes_that_write_at_once_lose_no_secret(folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from tuisocial.store.secrets.file import FileSecrets\n"
        "from tuisocial.sdk.secret import Secret; from tuisocial.model.ids import LoginId\n"
        f"s = FileSecrets(Path({str(folder / 's.json')!r}))\n"
        "for n in range(20): s.set(LoginId(sys.argv[1]), str(n), Secret('x'))\n"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, name], cwd=ROOT) for name in ("a", "b")
    ]
    assert [process.wait(60) for process in started] == [0, 0]
    assert len(json.loads((folder / "s.json").read_bytes())) == 40


@pytest.mark.parametrize("which", ["file", "folder"])
def test_a_symbolic_link_is_refused_and_not_written_through(
    folder: Path, tmp_path: Path, which: str
) -> None:
    secrets = FileSecrets(folder / "s.json")
    secrets.set(ME, "token", SECRET)
    path = folder / "s.json" if which == "file" else folder
    elsewhere = path.rename(tmp_path / "elsewhere")
    path.symlink_to(elsewhere)
    kept = (elsewhere / "s.json" if which == "folder" else elsewhere).read_bytes()
    for act in every_way(secrets):
        with pytest.raises(SecretsUnavailable, match="is a symbolic link"):
            act()
    assert path.is_symlink()
    assert (elsewhere / "s.json" if which == "folder" else elsewhere).read_bytes() == kept


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize("which", ["file", "folder"])
def test_a_place_of_somebody_else_is_refused(folder: Path, which: str) -> None:
    secrets = FileSecrets(folder / "s.json")
    secrets.set(ME, "token", SECRET)
    os.chown(folder / "s.json" if which == "file" else folder, 12345, 0)
    for act in every_way(secrets):
        with pytest.raises(SecretsUnavailable, match="belongs to somebody else") as caught:
            act()
        assert "chown" in caught.value.remedy


def test_a_pipe_in_the_file_s_place_is_not_waited_for(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    os.mkfifo(folder / "s.json", 0o600)
    with pytest.raises(SecretsUnavailable, match="not a file"):
        FileSecrets(folder / "s.json").get(ME, "token")
