"""Commands run as processes of their own, in a home of their own, on the network in memory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from json import loads
from pathlib import Path
from typing import Any

import pytest

from tests.cli.network import TOKEN

_ROOT = Path(__file__).parents[2]
IN_PLAIN_TEXT = "the logins' secrets are in plain text in"


@dataclass(frozen=True)
class Ended:
    """How a command ended; `notice` is what it said of a file of secrets, apart from `stderr`."""

    code: int
    stdout: bytes
    stderr: str
    notice: str = ""

    @property
    def out(self) -> str:
        return self.stdout.decode()

    @property
    def json(self) -> Any:
        return loads(self.stdout)

    @property
    def said(self) -> str:
        """The one line on stderr; anything else fails the test."""
        lines = self.stderr.splitlines()
        assert len(lines) == 1, self.stderr
        assert lines[0].startswith("tuisocial: ")
        return lines[0]


class Cli:
    """Runs `tuisocial` in `home`."""

    def __init__(self, home: Path, plugins: Path) -> None:
        self.home = home
        self.environment = {
            **{k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR")},
            "TUISOCIAL_HOME": str(home),
            "TUISOCIAL_ADAPTERS": "memory",
            "PYTHONPATH": os.pathsep.join([str(_ROOT), str(plugins)]),
            "PYTHONWARNINGS": "error",
        }

    def popen(
        self, *arguments: str, environment: Mapping[str, str] | None = None, **how: Any
    ) -> subprocess.Popen[bytes]:
        """Start a command and leave it running."""
        return subprocess.Popen(
            [sys.executable, "-m", "tuisocial", *arguments],
            env={**self.environment, **(environment or {})},
            cwd=self.home,
            **how,
        )

    def __call__(
        self, *arguments: str, stdin: str = "", environment: Mapping[str, str] | None = None
    ) -> Ended:
        pipe = subprocess.PIPE
        process = self.popen(
            *arguments, environment=environment, stdin=pipe, stdout=pipe, stderr=pipe
        )
        out, err = process.communicate(stdin.encode(), timeout=60)
        lines = err.decode().splitlines(keepends=True)
        notice = [line for line in lines if IN_PLAIN_TEXT in line]
        rest = "".join(line for line in lines if line not in notice)
        return Ended(process.returncode, out, rest, "".join(notice))

    def settings(self, text: str) -> Path:
        """Write the settings file."""
        file = self.home / "config" / "config.toml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
        return file

    def sabotage(self, code: str) -> None:
        """Run `code` at the start of every command from now on."""
        folder = self.home / "sabotage"
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(code)
        self.environment["PYTHONPATH"] += os.pathsep + str(folder)

    def sign_in(self, server: str = "", name: str = "me") -> None:
        """Add a login with a token."""
        where = ["--server", server] if server else []
        ended = self(*_ADD, *where, "--token-stdin", "--name", name, stdin=f"{TOKEN}\n")
        assert ended.code == 0, ended.stderr


_ADD: Sequence[str] = ("login", "add", "memory")


@pytest.fixture(scope="session")
def plugins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a package brings the adapter of `tests.cli.network`."""
    folder = tmp_path_factory.mktemp("plugins")
    info = folder / "memory_network-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: memory-network\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[tuisocial.adapters]\nmemory = tests.cli.network:adapter\n"
    )
    return folder


@pytest.fixture
def cli(tmp_path: Path, plugins: Path) -> Cli:
    """A command with an empty home, in which secrets may be kept in a file."""
    home = tmp_path / "home"
    home.mkdir()
    made = Cli(home, plugins)
    made.settings('[secrets]\nbackend = "file"\n')
    return made


@pytest.fixture
def signed_in(cli: Cli) -> Cli:
    """A command with one login, `me`, at a healthy server."""
    cli.sign_in()
    return cli
