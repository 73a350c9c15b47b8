"""A terminal that goes away takes the application with it."""

import os
import sys
from pathlib import Path

from tests.packaging.terminal import Terminal


def test_a_closed_window_ends_the_application(tmp_path: Path) -> None:
    environment = {**os.environ, "TUISOCIAL_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "tuisocial"]
    with Terminal(command, environment=environment, folder=tmp_path) as terminal:
        terminal.wait_for("Welcome")
        assert terminal.hang_up() == 0
