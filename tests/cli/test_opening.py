"""`tuisocial` alone opens the application, through the one function that it is given."""

from __future__ import annotations

import os
import pty
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tuisocial.cli import demo, logfile
from tuisocial.cli.main import root
from tuisocial.cli.program import Program
from tuisocial.config.paths import Paths
from tuisocial.config.schema import Settings
from tuisocial.errors import ExitCode

_FAKE_APPLICATION = """
import sys, types
def launch(paths, settings, *, plugins):
    print(f"opened {paths.home} {settings.ui.theme} {plugins}", flush=True)
module = types.ModuleType("tuisocial.launch")
module.launch = launch
sys.modules["tuisocial.launch"] = module
"""


def _on_a_terminal(cli: Cli, *arguments: str) -> tuple[int, str]:
    ours, theirs = pty.openpty()
    process = cli.popen(
        *arguments, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 1000):
            shown += piece
    except OSError:
        pass  # this is how a terminal whose program has ended says so
    os.close(ours)
    return process.wait(60), shown.decode()


def test_on_a_terminal_the_application_opens_on_the_home_with_its_settings(cli: Cli) -> None:
    cli.settings('[ui]\ntheme = "light"\n')
    cli.sabotage(_FAKE_APPLICATION)
    assert _on_a_terminal(cli) == (ExitCode.OK, f"opened {cli.home} light True\r\n")
    assert _on_a_terminal(cli, "--no-plugins")[1].endswith("light False\r\n")


def test_with_broken_settings_the_application_does_not_open(cli: Cli) -> None:
    cli.settings("[ui]\ntheme = 1\n")
    cli.sabotage(_FAKE_APPLICATION)
    code, shown = _on_a_terminal(cli)
    assert code == ExitCode.USAGE
    assert "config.toml:2: ui.theme must be text" in shown
    assert "opened" not in shown


@pytest.mark.parametrize("arguments", [[], ["demo"]])
def test_without_a_terminal_nothing_is_started(cli: Cli, arguments: list[str]) -> None:
    ended = cli(*arguments)
    assert (ended.code, ended.stdout) == (ExitCode.USAGE, b"")
    assert "the application needs a terminal" in ended.said


@pytest.mark.parametrize(("answer", "shown"), [("demo", 1), (None, 0)])
def test_the_demo_runs_when_the_application_asks_for_it(
    answer: str | None, shown: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[Program] = []
    monkeypatch.setattr(demo, "show", runs.append)
    monkeypatch.setattr(logfile, "capture", lambda: None)
    monkeypatch.setattr(logfile, "log_to", lambda file: None)
    monkeypatch.setattr(Program, "require_terminal", lambda self: None)

    def launch(paths: Paths, settings: Settings, *, plugins: bool) -> str | None:
        return answer

    with root.make_context("tuisocial", ["--home", str(tmp_path)], obj=launch) as context:
        root.invoke(context)
    assert len(runs) == shown
