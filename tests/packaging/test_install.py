"""When `.venv` is made and filled: what a second run skips, and what makes it start over.

The interpreter is a stand-in that makes an environment of nothing but itself and writes down what
pip was asked for.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-build.lock")

STAND_IN = f"""#!/bin/sh
case "$1 $2" in
"-m venv")
    echo venv >> "$LOG"
    rm -rf .venv && mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
"-m pip")
    echo "$@" >> "$LOG"
    case "$*" in *"$FAIL"*) exit 1 ;; esac ;;
*)
    exec "{sys.executable}" "$@" ;;
esac
"""


class Checkout:
    """A copy of what the installer reads, with a stand-in for Python."""

    def __init__(self, folder: Path, log: Path) -> None:
        self.folder = folder
        self.log = log
        shutil.copytree(TOP / ".ci", folder / ".ci")
        for name in (*LOCKS, "pyproject.toml"):
            shutil.copy(TOP / name, folder / name)
        self.python = folder / "python"
        self.python.write_text(STAND_IN)
        self.python.chmod(0o755)

    def install(self, *, fail: str = "nothing fails") -> list[str]:
        """Run the installer and return what it had Python do."""
        self.log.write_text("")
        environment = {
            "PATH": "/usr/bin:/bin",
            "PYTHON": str(self.folder / "python"),
            "LOG": str(self.log),
            "FAIL": fail,
        }
        done = subprocess.run(
            [".ci/install.sh", "requirements.lock"],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode == 0) == (fail == "nothing fails"), done.stderr
        return self.log.read_text().splitlines()


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    folder = tmp_path / "a clone"
    folder.mkdir()
    return Checkout(folder, tmp_path / "log")


def test_everything_fetched_is_held_to_a_hash(checkout: Checkout) -> None:
    made, *installs = checkout.install()
    assert made == "venv"
    fetched = [line for line in installs if "--requirement" in line]
    assert [line.split()[-1] for line in fetched] == [
        "requirements-build.lock",
        "requirements.lock",
    ]
    assert all("--require-hashes" in line for line in fetched)
    (project,) = [line for line in installs if line not in fetched]
    assert "--no-deps" in project
    assert "--no-build-isolation" in project


def test_a_second_run_does_nothing(checkout: Checkout) -> None:
    checkout.install()
    assert checkout.install() == []


def test_touching_a_lock_does_nothing(checkout: Checkout) -> None:
    checkout.install()
    (checkout.folder / "requirements.lock").touch()
    assert checkout.install() == []


@pytest.mark.parametrize("name", [*LOCKS, "pyproject.toml"])
def test_a_changed_lock_or_description_is_installed_again(checkout: Checkout, name: str) -> None:
    checkout.install()
    with (checkout.folder / name).open("a") as file:
        file.write("# changed\n")
    again = checkout.install()
    assert "venv" not in again
    assert len(again) == 3
    assert checkout.install() == []


def test_an_install_that_failed_is_tried_again(checkout: Checkout) -> None:
    checkout.install(fail="--editable")
    again = checkout.install()
    assert "venv" not in again
    assert len(again) == 3


def test_an_environment_that_was_moved_is_made_anew(checkout: Checkout) -> None:
    checkout.install()
    checkout.folder = checkout.folder.rename(checkout.folder.with_name("elsewhere"))
    assert checkout.install()[0] == "venv"


def test_an_environment_whose_python_is_gone_is_made_anew(checkout: Checkout) -> None:
    checkout.install()
    (checkout.folder / ".venv" / "bin" / "python").unlink()
    assert checkout.install()[0] == "venv"


def test_an_environment_whose_python_was_replaced_by_another_version_is_made_anew(
    checkout: Checkout,
) -> None:
    checkout.install()
    python = checkout.folder / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "$@"\n')
    assert checkout.install()[0] == "venv"
