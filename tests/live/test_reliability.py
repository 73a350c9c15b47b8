"""A part of what `make reliability` runs whole: nothing is lost, and nothing is sent twice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reliability.matrix import ACTS, HTTP, NO_NAME, RELAY, TURNED_AWAY
from tests.reliability.stage import stage

pytestmark = pytest.mark.live

_ROOT = Path(__file__).parents[2]
_SLOW = {"slow body", "never answers", "never answers although done", "truncated JSON"}
_FAULTS = {*HTTP, *RELAY, *TURNED_AWAY, NO_NAME}


def test_every_act_survives_every_fault(tmp_path: Path) -> None:
    chosen = {(act, fault) for act in ACTS for fault in _FAULTS - _SLOW}
    chosen |= {("post", fault) for fault in _FAULTS}
    with stage(tmp_path, proxies=True) as made:
        cells = made.cells(chosen)
    assert len(cells) > 80
    assert [cell for cell in cells if cell.wrong] == []


def test_no_draft_is_lost_or_doubled_by_processes_that_are_killed() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.reliability", "--kills", "--trials", "20"],
        cwd=_ROOT,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Lost: 0. Sent twice: 0." in done.stdout
