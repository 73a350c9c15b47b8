"""What is really imported, and when, as fresh interpreters tell it.

The import contracts see what could be imported; these tests see what is.
"""

import json
import os
import subprocess
import sys
import tomllib

import pytest

from tests.architecture.source import PACKAGE, ROOT

RUN = """
import json, runpy, sys
before = set(sys.modules)
sys.argv = sys.argv[1:]
try:
    if sys.argv[0] == "import":
        for name in sys.argv[1:]:
            __import__(name)
    else:
        sys.stdout = sys.stderr
        runpy.run_module("tuisocial", run_name="__main__")
except SystemExit as end:
    assert not end.code, end.code
finally:
    print(json.dumps(sorted(set(sys.modules) - before)), file=sys.__stdout__)
"""

WIRE = {
    "httpx",
    "mastodon",
    "nostr_sdk",
    "pynostr",
    "websockets",
    "requests",
    "selectolax",
    "urllib3",
}
SCREEN = {"textual", "rich"}


def imported(*arguments: str) -> set[str]:
    """The full names of the modules that a fresh interpreter came to import."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def tops(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def third_party(modules: set[str]) -> set[str]:
    return tops(modules) - sys.stdlib_module_names - {"tuisocial"}


def every_module(room: str) -> list[str]:
    """The dotted names of a room's modules."""
    names = (path.relative_to(ROOT).with_suffix("") for path in (PACKAGE / room).rglob("*.py"))
    return sorted(".".join(name.parts).removesuffix(".__init__") for name in names)


def test_the_model_imports_the_standard_library_only() -> None:
    assert third_party(imported("import", *every_module("model"))) == set()


def test_the_model_imports_nothing_else_of_ours() -> None:
    ours = {m for m in imported("import", *every_module("model")) if m.startswith("tuisocial.")}
    assert {m for m in ours if not m.startswith("tuisocial.model")} == set()


def test_the_sdk_imports_the_standard_library_only() -> None:
    others = {"tuisocial.sdk.testing.conformance", "tuisocial.sdk.connecting"}
    modules = [m for m in every_module("sdk") if m not in others]
    assert third_party(imported("import", *modules)) == set()


def test_one_module_of_the_sdk_brings_the_client_library() -> None:
    assert "httpx" in imported("import", "tuisocial.sdk.connecting")


def test_only_one_module_of_the_kit_needs_pytest() -> None:
    assert "pytest" in imported("import", "tuisocial.sdk.testing.conformance")
    assert "pytest" not in imported("import", "tuisocial.sdk.testing.rules")


@pytest.mark.parametrize("adapter", ["mastodon", "nostr"])
def test_importing_an_adapter_imports_no_wire_library(adapter: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    place = project["entry-points"]["tuisocial.adapters"][adapter].partition(":")[0]
    assert third_party(imported("import", place)) == set()


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["timeline", "--help"]])
def test_help_imports_neither_screen_nor_wire_nor_store(arguments: list[str]) -> None:
    modules = imported("run", *arguments)
    assert third_party(modules) <= {"click", "platformdirs"}
    assert tops(modules) & {"asyncio", "sqlite3", "ssl"} == set()


def test_a_command_never_imports_the_screen() -> None:
    assert tops(imported("import", *every_module("cli"))) & (SCREEN | WIRE) == set()


@pytest.mark.parametrize("room", ["services", "store", "config"])
def test_a_room_below_the_front_ends_imports_neither_screen_nor_wire(room: str) -> None:
    assert tops(imported("import", *every_module(room))) & (SCREEN | WIRE | {"click"}) == set()


def test_the_screen_s_own_modules_import_no_wire_library() -> None:
    assert tops(imported("import", *every_module("tui"))) & (WIRE | {"click"}) == set()
