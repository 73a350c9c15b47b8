"""The interpreter that `.venv` is made with: which one is taken, and what is said when none fits.

Each fake is the Python that runs this test, made to look older, newer or stripped, so that the
real probe decides.
"""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / ".ci" / "python.sh"


def fake(folder: Path, name: str, version: tuple[int, int], *, without: str = "") -> Path:
    """Put an interpreter on a path that claims `version` and cannot import the module `without`."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"""#!/bin/sh
exec "{sys.executable}" -c '
import sys
sys.version_info = (*{version}, 0, "final", 0)
sys.modules["{without}"] = None
exec(sys.argv[1])
' "$2"
"""
    )
    path.chmod(0o755)
    return path


def broken(folder: Path, name: str) -> Path:
    """Put a pyenv shim of a version that is not selected on a path."""
    path = folder / name
    path.write_text(f"#!/bin/sh\necho 'pyenv: {name}: command not found' >&2\nexit 127\n")
    path.chmod(0o755)
    return path


def choose(*folders: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    path = ":".join(map(str, folders))
    return subprocess.run(
        [SCRIPT], env={"PATH": path, **environment}, capture_output=True, text=True, check=False
    )


def chosen(*folders: Path, **environment: str) -> Path:
    answer = choose(*folders, **environment)
    assert answer.returncode == 0, answer.stderr
    assert answer.stderr == ""
    return Path(answer.stdout.removesuffix("\n"))


def refused(*folders: Path, **environment: str) -> str:
    answer = choose(*folders, **environment)
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert answer.stderr.count("\n") == 1, "one line, no more"
    return answer.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "with a space"
    folder.mkdir()
    return folder


def test_python3_is_taken_when_it_will_do(folder: Path) -> None:
    fake(folder, "python3.12", (3, 12))
    fake(folder, "python3", (3, 11))
    assert chosen(folder) == folder / "python3"


def test_a_newer_named_python_is_taken_when_python3_is_too_old(folder: Path) -> None:
    fake(folder, "python3", (3, 9))
    fake(folder, "python3.12", (3, 12))
    assert chosen(folder) == folder / "python3.12"


def test_a_shim_that_does_not_run_is_passed_over(folder: Path, tmp_path: Path) -> None:
    broken(folder, "python3")
    broken(folder, "python3.13")
    elsewhere = fake(tmp_path / "bin", "python3", (3, 11))
    assert chosen(folder, tmp_path / "bin") == elsewhere


def test_a_python_that_can_make_environments_is_preferred_to_one_that_cannot(folder: Path) -> None:
    fake(folder, "python3", (3, 13), without="ensurepip")
    fake(folder, "python3.11", (3, 11))
    assert chosen(folder) == folder / "python3.11"


def test_a_python_newer_than_the_wheels_is_the_last_resort(folder: Path) -> None:
    fake(folder, "python3", (3, 14))
    assert chosen(folder) == folder / "python3"
    fake(folder, "python3.13", (3, 13))
    assert chosen(folder) == folder / "python3.13"


def test_PYTHON_overrides_the_search(folder: Path, tmp_path: Path) -> None:  # noqa: N802 - the variable's name
    fake(folder, "python3", (3, 11))
    wanted = fake(tmp_path / "bin", "mine", (3, 12))
    assert chosen(folder, PYTHON=str(wanted)) == wanted


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_without_venv_or_ensurepip_the_package_to_install_is_named(
    folder: Path, module: str
) -> None:
    fake(folder, "python3", (3, 13), without=module)
    assert "apt install python3.13-venv" in refused(folder)
    assert "apt install python3.13-venv" in refused(folder, PYTHON=str(folder / "python3"))


def test_a_python_too_old_is_named_with_its_version_and_what_to_install(folder: Path) -> None:
    fake(folder, "python3", (3, 9))
    for line in (refused(folder), refused(folder, PYTHON=str(folder / "python3"))):
        assert f"{folder / 'python3'} is Python 3.9" in line
        assert "apt install python3.11-venv" in line


def test_where_there_is_no_python_the_package_to_install_is_named(folder: Path) -> None:
    assert "apt install python3-venv" in refused(folder)


@pytest.mark.parametrize("wrong", ["no-such-program", "/bin/true", "/"])
def test_a_PYTHON_that_is_none_is_refused_and_nothing_else_is_taken(  # noqa: N802 - the variable's name
    folder: Path, wrong: str
) -> None:
    fake(folder, "python3", (3, 12))
    assert f"PYTHON={wrong} " in refused(folder, PYTHON=wrong)
