"""The wheel: what is in it, and that it is enough to start the program somewhere else."""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.packaging.terminal import Terminal

TOP = Path(__file__).parents[2]

pytestmark = pytest.mark.packaging


def run(*command: str | Path) -> str:
    done = subprocess.run(
        list(command),
        cwd=TOP,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the working tree, built by the locked backend."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, TOP]
    run(sys.executable, "-m", "pip", *build)
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that holds the wheel, what it needs, and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    # pip takes constraints with hashes only where all that it installs has one, the wheel too.
    lock = (TOP / "requirements.lock").read_text().splitlines()
    versions = folder / "constraints.txt"
    versions.write_text(
        "".join(line.removesuffix("\\") + "\n" for line in lock if line[:1] not in {" ", "#"})
    )
    python = folder / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "--constraint", versions, wheel)
    return folder / "bin"


def test_the_wheel_holds_every_theme_style_and_type_marker(wheel: Path) -> None:
    files = set(zipfile.ZipFile(wheel).namelist())
    themes = {f"tuisocial/themes/{path.name}" for path in (TOP / "themes").glob("*.toml")}
    assert {"tuisocial/themes/dark.toml", "tuisocial/themes/light.toml"} <= themes <= files
    package = TOP / "tuisocial"
    data = {
        str(path.relative_to(TOP))
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert "tuisocial/py.typed" in data
    assert data <= files


def test_the_wheel_holds_nothing_but_the_package(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert tops == {"tuisocial", f"{'-'.join(wheel.name.split('-')[:2])}.dist-info"}


def test_the_installed_package_lacks_nothing_it_requires(environment: Path) -> None:
    run(environment / "python", "-m", "pip", "check")


def test_the_adapters_are_found_by_entry_point_and_load(environment: Path) -> None:
    found = run(
        environment / "python",
        "-I",
        "-c",
        "from importlib.metadata import entry_points\n"
        "for point in sorted(entry_points(group='tuisocial.adapters')):\n"
        "    print(point.name == point.load().name, point.name)",
    )
    assert found.split("\n")[:-1] == ["True mastodon", "True nostr"]


def test_the_installed_program_paints_its_first_screen_and_quits(
    environment: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    with Terminal(
        [environment / "tuisocial"],
        environment={"TUISOCIAL_HOME": str(home), "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        folder=tmp_path,
    ) as terminal:
        terminal.wait_for("look around")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
