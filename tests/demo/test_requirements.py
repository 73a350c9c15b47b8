"""The demo costs nothing until it is started, and says what it lacks in one line."""

import importlib.util
import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from tuisocial import demo

ROOT = Path(__file__).parents[2]
HEAVY = ("fastapi", "uvicorn", "sqlalchemy", "pynostr", "websockets", "httpx", "textual", "click")


def test_importing_the_demo_imports_no_server_and_no_wire_library() -> None:
    script = f"import sys, tuisocial.demo; print([n for n in {HEAVY!r} if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("missing", ["mastodon_mock", "nostr_relay"])
def test_without_the_extra_one_line_says_the_command_that_adds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    find = importlib.util.find_spec

    def without(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == missing else find(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", without)
    with pytest.raises(demo.DemoUnavailable) as raised, demo.running(tmp_path):
        pytest.fail("the demo started without its servers")
    message = str(raised.value)
    assert f"{sys.executable} -m pip install 'tuisocial[demo]'" in message
    assert "\n" not in message
    assert list(tmp_path.iterdir()) == []
