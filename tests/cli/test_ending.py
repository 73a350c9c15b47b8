"""How commands end: one line on stderr, the right exit code, and never a traceback."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import IN_PLAIN_TEXT, Cli
from tests.cli.network import TOKEN
from tuisocial.errors import ExitCode

_BAD_INPUT = [
    (["thread", "\udcff\udcfe"], ExitCode.USAGE, "not UTF-8 text"),
    (["timeline", "--limit", "9" * 30], ExitCode.USAGE, "'--limit'"),
    (["thread", "\x1b]0;evil\x07\u202e"], ExitCode.FAILED, "nothing is known by the name"),
    (["nonsense"], ExitCode.USAGE, "no such command 'nonsense'; see `tuisocial --help`"),
    (["login"], ExitCode.USAGE, "see `tuisocial login --help`"),
    (["timeline", "--nonsense"], ExitCode.USAGE, "see `tuisocial timeline --help`"),
    (["timeline", "--limit", "0"], ExitCode.USAGE, "'--limit'"),
    (["timeline", "--json", "--jsonl"], ExitCode.USAGE, "exclude each other"),
    (["timeline", "--source", "nonsense"], ExitCode.USAGE, "not a timeline: 'nonsense'"),
    (["timeline", "--login", "nobody"], ExitCode.USAGE, "no login named nobody"),
    (["thread"], ExitCode.USAGE, "ID|URL"),
    (["thread", "memory:no-such-post"], ExitCode.FAILED, "memory:no-such-post"),
    (["thread", "--offline", "memory:no-such-post"], ExitCode.FAILED, "the store has no post"),
    (["account", "@nobody@memory.example"], ExitCode.FAILED, "@nobody@memory.example"),
    (["account", "--offline", "@nobody@x"], ExitCode.FAILED, "the store has no account"),
    (["login", "remove", "nobody"], ExitCode.USAGE, "no login named nobody"),
    (["login", "check", "nobody"], ExitCode.USAGE, "no login named nobody"),
    (["login", "add", "nonsense", "--guest"], ExitCode.USAGE, "no adapter named nonsense"),
    (["login", "add"], ExitCode.USAGE, "an adapter is missing"),
    (["login", "add", "memory"], ExitCode.USAGE, "one of: "),
    (["timeline", "--limit", "abc"], ExitCode.USAGE, "is not a valid whole number"),
    (["login", "add", "memory", "--guest", "--token-stdin"], ExitCode.USAGE, "one of: "),
    (["login", "add", "memory", "--guest", "--name", "a b"], ExitCode.USAGE, "login's name"),
    (["login", "add", "memory", "--guest", "--name", "me"], ExitCode.USAGE, "named me already"),
    (
        ["login", "add", "memory", "--guest", "--server", "nowhere.example"],
        ExitCode.USAGE,
        "there is no server 'nowhere.example'",
    ),
    ([], ExitCode.USAGE, "needs a terminal"),
]


@pytest.mark.parametrize(("arguments", "code", "words"), _BAD_INPUT, ids=lambda v: str(v)[:50])
def test_bad_input_gets_one_clear_line_and_its_exit_code(
    signed_in: Cli, arguments: list[str], code: ExitCode, words: str
) -> None:
    ended = signed_in(*arguments)
    assert (ended.code, ended.stdout) == (code, b"")
    assert words in ended.said


@pytest.mark.parametrize(
    ("stdin", "words"),
    [
        ("not the token\n", "does not know this token"),
        ("", "standard input has 0 lines for --token-stdin"),
        ("two\nlines\n", "standard input has 2 lines for --token-stdin"),
        ("\x1b]0;evil\x07\n", "does not know this token"),
    ],
)
def test_a_wrong_token_is_refused_in_one_line_and_nothing_is_kept(
    cli: Cli, stdin: str, words: str
) -> None:
    ended = cli("login", "add", "memory", "--token-stdin", stdin=stdin)
    assert (ended.code, ended.stdout) == (ExitCode.USAGE, b"")
    assert words in ended.said
    assert cli("login", "list", "--json").json["logins"] == []


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ('[ui]\ntheme = "dark"\ndensity = "wide"\n', "config.toml:3: ui.density "),
        ("[ui]\n\ntheme = dark\n", "config.toml:3: "),
        ("\n[looks]\n", "config.toml:2: looks "),
        ("[ui]\ncolour = 1\n", "config.toml:2: ui.colour "),
    ],
)
@pytest.mark.parametrize("arguments", [["config", "validate"], ["timeline", "--offline"]])
def test_broken_settings_are_named_by_file_line_and_key(
    cli: Cli, settings: str, words: str, arguments: list[str]
) -> None:
    file = cli.settings(settings)
    ended = cli(*arguments)
    assert (ended.code, ended.stdout) == (ExitCode.USAGE, b"")
    assert str(file) in ended.said
    assert words in ended.said


def test_a_damaged_store_is_kept_aside_and_the_command_goes_on(signed_in: Cli) -> None:
    store = signed_in.home / "data" / "store.sqlite3"
    store.write_bytes(b"this is no database at all, " * 400)
    ended = signed_in("login", "list", "--json")
    assert ended.code == ExitCode.OK
    assert "was damaged; it is kept as " in ended.said
    (kept,) = store.parent.glob("store.sqlite3.damaged-*")
    assert kept.read_bytes().startswith(b"this is no database")


def test_a_store_that_cannot_be_opened_is_named(cli: Cli) -> None:
    (cli.home / "data" / "store.sqlite3").mkdir(parents=True)
    ended = cli("login", "list")
    assert (ended.code, ended.stdout) == (ExitCode.FAILED, b"")
    assert "store.sqlite3 cannot be opened" in ended.said


def test_a_home_that_is_a_file_is_named(tmp_path: Path, cli: Cli) -> None:
    file = tmp_path / "file"
    file.touch()
    for arguments in (["--home", str(file)], []):
        ended = cli(*arguments, "login", "list", environment={"TUISOCIAL_HOME": str(file)})
        assert ended.code in (ExitCode.USAGE, ExitCode.FAILED)
        assert str(file) in ended.said


def test_what_nobody_expected_is_one_line_and_a_traceback_in_the_log_without_secrets(
    cli: Cli,
) -> None:
    cli.sabotage(
        "import tuisocial.services.logins as module\n"
        "async def broken(self, sign_in, name=None):\n"
        "    raise ZeroDivisionError('while holding ' + sign_in.step.secrets['token'].reveal())\n"
        "module.Logins.keep = broken\n"
    )
    ended = cli("login", "add", "memory", "--token-stdin", stdin=TOKEN)
    log = cli.home / "state" / "tuisocial.log"
    assert (ended.code, ended.stdout) == (ExitCode.FAILED, b"")
    assert ended.said.endswith(f"(ZeroDivisionError); the details are in {log}")
    assert "Traceback" in log.read_text()
    assert "while holding ***" in log.read_text()
    assert TOKEN not in log.read_text() + ended.stderr
    assert log.stat().st_mode & 0o077 == 0


def test_a_thread_that_breaks_prints_no_traceback(cli: Cli) -> None:
    cli.sabotage(
        "import threading, tuisocial.services.logins as module\n"
        "def broken(self):\n"
        "    thread = threading.Thread(target=lambda: 1 / 0)\n"
        "    thread.start(); thread.join()\n"
        "    return []\n"
        "module.Logins.stored = broken\n"
    )
    ended = cli("login", "list")
    assert (ended.code, ended.stderr) == (ExitCode.OK, "")
    assert "ZeroDivisionError" in (cli.home / "state" / "tuisocial.log").read_text()


def test_a_reader_who_has_seen_enough_ends_the_command_quietly(signed_in: Cli) -> None:
    signed_in("timeline", "--limit", "80")
    process = signed_in.popen(
        "timeline", "--offline", "--jsonl", "--limit", "80",
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.close()
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (ExitCode.OK, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("arguments", [["--help"], ["config", "show"]])
def test_a_full_disk_is_told(cli: Cli, arguments: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        process = cli.popen(*arguments, stdout=full, stderr=subprocess.PIPE)
        _, err = process.communicate(timeout=60)
    assert process.returncode == ExitCode.FAILED
    assert len(err.splitlines()) == 1
    assert b"standard output" in err


def test_an_interrupt_ends_a_command_that_waits_for_a_silent_server(cli: Cli) -> None:
    cli.sign_in("silent.example")
    process = cli.popen(
        "timeline", stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        # Whoever runs these tests in the background has made them deaf to interrupts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert process.stderr is not None
    # The network in memory writes this when it begins to wait.
    assert IN_PLAIN_TEXT in process.stderr.readline().decode()
    assert process.stderr.readline() == b"waiting\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (ExitCode.INTERRUPTED, b"", b"")


@pytest.mark.parametrize("arguments", [["login", "check"], ["timeline"]])
def test_without_a_login_the_next_step_is_named(cli: Cli, arguments: list[str]) -> None:
    ended = cli(*arguments)
    assert (ended.code, ended.stdout) == (ExitCode.USAGE, b"")
    assert "there is no login yet; add one with: tuisocial login add" in ended.said


@pytest.mark.parametrize(
    ("closed", "code", "said"),
    [
        ("<&-", ExitCode.OK, ""),
        ("2>&-", ExitCode.OK, ""),
        (">&-", ExitCode.FAILED, "standard output cannot be written: it is closed"),
        ("<&- >&- 2>&-", ExitCode.FAILED, ""),
    ],
)
def test_only_a_closed_standard_output_fails(
    signed_in: Cli, closed: str, code: ExitCode, said: str
) -> None:
    signed_in("timeline")
    done = subprocess.run(
        ["sh", "-c", f"exec {sys.executable} -m tuisocial timeline --offline --json {closed}"],
        env=signed_in.environment, cwd=signed_in.home, capture_output=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == code
    assert done.stderr.decode().strip() == (f"tuisocial: {said}" if said else "")


def test_a_secret_that_is_no_text_is_refused_in_one_line(cli: Cli) -> None:
    process = cli.popen(
        "login", "add", "memory", "--token-stdin",
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    out, err = process.communicate(b"\xff\xfe\n", timeout=60)
    assert (process.returncode, out) == (ExitCode.USAGE, b"")
    assert b"standard input is not text" in err


def test_a_module_that_cannot_be_imported_is_one_line_and_a_log(cli: Cli) -> None:
    cli.sabotage("import sys; sys.modules['tuisocial.cli.records'] = None")
    ended = cli("timeline")
    log = cli.home / "state" / "tuisocial.log"
    assert (ended.code, ended.stdout) == (ExitCode.FAILED, b"")
    assert ended.said.endswith(f"the details are in {log}")
    assert "tuisocial.cli.records" in log.read_text()
