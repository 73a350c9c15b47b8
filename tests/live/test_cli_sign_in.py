"""Signing in on the command line, over pipes, with a real server's page agreed to elsewhere."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

from tests.live.servers import LiveMastodon
from tuisocial.errors import ExitCode

pytestmark = pytest.mark.live

_ROOT = Path(__file__).parents[2]


class Home:
    """A home that keeps secrets in a file, and commands run on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "config").mkdir(parents=True)
        (folder / "config" / "config.toml").write_text('[secrets]\nbackend = "file"\n')
        path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
        self._environment = {**os.environ, "PYTHONPATH": path, "TUISOCIAL_HOME": str(folder)}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command."""
        return subprocess.Popen(
            [sys.executable, "-m", "tuisocial", *arguments],
            env=self._environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        process = self.start(*arguments)
        out, err = process.communicate("", timeout=60)
        return process.returncode, out, err


def address_shown(process: subprocess.Popen[str]) -> str:
    """The page that a command asks to be opened."""
    assert process.stderr is not None
    for line in process.stderr:
        if line.strip().startswith("http"):
            return line.strip()
    raise AssertionError("no address was shown")


def code_for(address: str, name: str) -> str:
    """Agree on the page as somebody, and read the code that it shows."""
    with httpx.Client(follow_redirects=True, trust_env=False) as browser:
        page = browser.get(address)
        form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text))
        action = str(page.url.copy_with(query=None))
        shown = browser.post(action, data={**form, "username": name}).text
    found = re.search(r"code: (\S+?)<", shown)
    assert found is not None
    return found[1]


def signed_in(home: Home, name: str, arguments: Sequence[str]) -> tuple[int, str, str]:
    """Run a command that signs in, agreeing as `name`."""
    process = home.start(*arguments, "--no-browser")
    code = code_for(address_shown(process), name)
    out, err = process.communicate(f"{code}\n", timeout=60)
    return process.returncode, out, err


def status(server: str, token: str) -> int:
    """What the server answers to who asks with a token who they are."""
    return httpx.get(
        f"{server}/api/v1/accounts/verify_credentials",
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
    ).status_code


def test_a_token_that_is_given_once_more_stays_valid(
    tmp_path: Path, mastodon_server: LiveMastodon
) -> None:
    home = Home(tmp_path / "home")
    server, token = mastodon_server.url, mastodon_server.tokens["ada"]
    process = home.start("login", "add", "mastodon", "--server", server, "--token-stdin")
    _, err = process.communicate(f"{token}\n", timeout=60)
    assert process.returncode == ExitCode.OK, err
    process = home.start("login", "again", "ada")
    _, err = process.communicate(f"{token}\n", timeout=60)
    assert (process.returncode, "still be valid" in err) == (ExitCode.OK, False), err
    assert status(server, token) == 200


def test_a_login_is_signed_in_checked_signed_in_again_and_signed_out(
    tmp_path: Path, own_mastodon_server: LiveMastodon
) -> None:
    home = Home(tmp_path / "home")
    server = own_mastodon_server.url
    code, out, err = signed_in(home, "ada", ["login", "add", "mastodon", "--server", server])
    assert (code, out) == (ExitCode.OK, "ada\n"), err

    code, out, _ = home("login", "check", "--json")
    (check,) = json.loads(out)["checks"]
    assert code == ExitCode.OK
    assert check["account"]["handle"].startswith("@ada@")
    assert "read" in " ".join(check["rights"]["granted"])
    assert abs(check["rights"]["skew"]) < 5

    (kept,) = (tmp_path / "home" / "data" / "secrets").glob("*.json")
    former = json.loads(kept.read_text())["ada/token"]
    code, _, err = signed_in(home, "alan", ["login", "again", "ada"])
    assert code != ExitCode.OK
    assert "and ada is @ada@" in err
    assert status(server, former) == 200
    code, _, err = signed_in(home, "ada", ["login", "again", "ada"])
    assert (code, "signed in again" in err) == (ExitCode.OK, True), err
    assert "still be valid" not in err

    token = json.loads(kept.read_text())["ada/token"]
    assert (status(server, former), status(server, token)) == (401, 200)
    code, _, err = home("login", "remove", "ada", "--yes")
    assert (code, "ada and its secret are forgotten" in err) == (ExitCode.OK, True), err
    assert token not in kept.read_text()
    assert status(server, token) == 401
    assert json.loads(home("login", "list", "--json")[1])["logins"] == []


def test_a_wrong_code_ends_a_script_with_one_line(
    tmp_path: Path, mastodon_server: LiveMastodon
) -> None:
    home = Home(tmp_path / "home")
    arguments = ["login", "add", "mastodon", "--server", mastodon_server.url, "--no-browser"]
    process = home.start(*arguments)
    address_shown(process)
    out, err = process.communicate("not-the-code\n", timeout=60)
    assert (process.returncode, out) == (ExitCode.USAGE, "")
    assert "does not accept the code" in err
    assert "not-the-code" not in err
    assert json.loads(home("login", "list", "--json")[1])["logins"] == []
