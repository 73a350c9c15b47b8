"""The lock files: pinned, hashed, naming no place to fetch from, complete."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

TOP = Path(__file__).parents[2]
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text())
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock")

_EXTRAS = PROJECT["project"]["optional-dependencies"]
_RUNTIME = PROJECT["project"]["dependencies"]
_BUILD = PROJECT["dependency-groups"]["build"]
ASKED = {
    "requirements.lock": _RUNTIME + _EXTRAS["demo"],
    "requirements-dev.lock": _RUNTIME + _EXTRAS["demo"] + _EXTRAS["dev"] + _BUILD,
    "requirements-build.lock": _BUILD + PROJECT["build-system"]["requires"],
}


PINNED = re.compile(r"\S+==[^\s*]+( ; .+?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*")


def entries(lock: str) -> list[str]:
    """One string per requirement, its continuation lines joined and comments gone."""
    text = re.sub(r"^\s*#.*\n", "", (TOP / lock).read_text(), flags=re.MULTILINE)
    return text.replace("\\\n", " ").splitlines()


def pins(lock: str) -> dict[str, list[Requirement]]:
    """What a lock pins, by canonical name; of several pins of a name, markers choose one."""
    found: dict[str, list[Requirement]] = {}
    for entry in entries(lock):
        requirement = Requirement(entry.split(" --hash")[0])
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_place_to_fetch_from(lock: str) -> None:
    text = (TOP / lock).read_text()
    assert "://" not in text
    assert not re.search(r"^\s*-", text.replace("    --hash", ""), flags=re.MULTILINE)
    assert " @ " not in text


@pytest.mark.parametrize("lock", LOCKS)
def test_every_entry_is_pinned_to_one_version_and_hashed(lock: str) -> None:
    for entry in entries(lock):
        assert PINNED.fullmatch(entry), entry


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_what_the_project_asks_for(lock: str) -> None:
    pinned = pins(lock)
    for line in ASKED[lock]:
        asked = Requirement(line)
        name = canonicalize_name(asked.name)
        if name == PROJECT["project"]["name"]:
            continue
        assert name in pinned, f"{lock} lacks {asked}: run `make lock`"
        for pin in pinned[name]:
            (version,) = pin.specifier
            assert asked.specifier.contains(version.version), f"{lock} has {pin}, not {asked}"


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
@pytest.mark.parametrize(
    "platform",
    [
        {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
        {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    ],
    ids=["linux", "darwin"],
)
def test_on_each_supported_python_a_name_has_at_most_one_version(
    python: str, platform: dict[str, str]
) -> None:
    environment = {
        **platform,
        "python_version": python,
        "python_full_version": f"{python}.1",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }

    def applies(marker: Marker | None) -> bool:
        return marker is None or marker.evaluate(environment)

    for lock in LOCKS:
        for name, requirements in pins(lock).items():
            assert sum(applies(pin.marker) for pin in requirements) <= 1, f"{name} in {lock}"


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-build.lock"])
def test_the_smaller_locks_agree_with_the_largest(lock: str) -> None:
    largest = pins("requirements-dev.lock")
    for name, requirements in pins(lock).items():
        versions = {str(pin.specifier) for pin in requirements}
        assert versions <= {str(pin.specifier) for pin in largest[name]}, name
