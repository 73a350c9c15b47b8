"""Every way in which a keyring cannot be used has a sentence and a next step of its own."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import SecretService, fail, null
from keyring.errors import InitError, KeyringLocked, PasswordSetError

from tests.store.rings import ME, SECRET, MemoryKeyring, PlaintextKeyring, chain
from tuisocial.errors import ExitCode
from tuisocial.sdk.secret import Secret
from tuisocial.store.secrets import SecretsUnavailable
from tuisocial.store.secrets.keyring import KeyringSecrets

SETTINGS = Path("/home/ada/config.toml")


def secrets(patience: float = 60) -> KeyringSecrets:
    return KeyringSecrets("x", SETTINGS, patience)


class PromptDismissedException(Exception):
    """As secretstorage's is called."""


class OfWindows(Exception):
    """As pywin32's: a number and the call that failed."""

    def __init__(self, number: int) -> None:
        super().__init__(number, "CredWrite", "hunter2 é")
        self.winerror = number


class Unlockable(SecretService.Keyring):
    """As a Secret Service's that never gets its D-Bus."""

    priority = 1  # type: ignore[assignment]

    def get_password(self, service: str, username: str) -> str | None:
        raise InitError("Failed to create the collection: hunter2 é.")


Unlockable.__module__ = "keyring.backends.SecretService"

BROKEN: dict[str, tuple[KeyringBackend, str, str]] = {
    "none": (fail.Keyring(), "there is no keyring", "start one"),
    "null": (null.Keyring(), "does not keep", "--list-backends"),
    "plain": (PlaintextKeyring(), "PlaintextKeyring.* in plain text", "that encrypts"),
    "plain first": (chain(PlaintextKeyring(), MemoryKeyring()), "in plain text", "that encrypts"),
    "locked": (
        MemoryKeyring(KeyringLocked("Failed to unlock the collection!")),
        "is locked",
        "unlock it",
    ),
    "denied, macOS": (
        MemoryKeyring(KeyringLocked("Can't get password: (-128, 'Keychain Access Denied')")),
        "access was denied",
        "allow it",
    ),
    "denied, KWallet": (
        MemoryKeyring(PasswordSetError("Cancelled by user")),
        "access was denied",
        "allow it",
    ),
    "denied, Secret Service": (
        MemoryKeyring(PromptDismissedException("hunter2 é")),
        "access was denied",
        "allow it",
    ),
    "out of reach": (
        MemoryKeyring(InitError("Failed to open keyring: hunter2 é.")),
        "cannot be reached",
        "D-Bus",
    ),
    "Windows, by network": (
        MemoryKeyring(OfWindows(1312)),
        "session over the network",
        "at the machine",
    ),
    "Windows, too long": (MemoryKeyring(OfWindows(1783)), "too long", "elsewhere"),
    "Windows, other": (MemoryKeyring(OfWindows(5)), "to keep the secret", "other programs"),
    "its own error": (MemoryKeyring(RuntimeError("D-Bus: hunter2 é")), "RuntimeError", "programs"),
}


@pytest.mark.parametrize(("ring", "words", "step"), BROKEN.values(), ids=BROKEN.keys())
def test_a_keyring_that_cannot_be_used_is_said_with_the_choices(
    ring: KeyringBackend, words: str, step: str
) -> None:
    keyring.set_keyring(ring)
    with pytest.raises(SecretsUnavailable, match=words) as caught:
        secrets().set(ME, "token", SECRET)
    error = caught.value
    assert error.exit_code is ExitCode.SIGN_IN
    assert "hunter2" not in error.message + error.remedy
    assert step in error.remedy
    # A traceback that follows the chain, or shows what its frames hold, has no secret to show.
    assert (error.__cause__, error.__context__) == (None, None)
    assert str(SETTINGS) in error.remedy
    for line in ("[secrets]", 'backend = "file"', 'command = "pass show tuisocial/{login}"'):
        assert line in error.remedy


def test_a_back_end_of_keyring_s_own_is_named_as_people_know_it() -> None:
    keyring.set_keyring(Unlockable())
    with pytest.raises(SecretsUnavailable, match=r"\(SecretService\) cannot be reached"):
        secrets().get(ME, "token")


def test_a_plain_keyring_behind_a_good_one_does_not_matter() -> None:
    keyring.set_keyring(chain(MemoryKeyring(), PlaintextKeyring()))
    secrets().set(ME, "token", SECRET)
    assert secrets().get(ME, "token") == SECRET


def test_a_keyring_that_cannot_even_be_found_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> KeyringBackend:
        raise ModuleNotFoundError("a backend named in keyringrc.cfg")

    monkeypatch.setattr(keyring, "get_keyring", broken)
    with pytest.raises(SecretsUnavailable, match=r"none was found.*ModuleNotFoundError"):
        secrets().get(ME, "token")


@pytest.fixture
def unanswered() -> Iterator[MemoryKeyring]:
    """A keyring whose prompt nobody answers while the test runs."""
    answered = threading.Event()

    class Prompting(MemoryKeyring):
        def get_password(self, service: str, username: str) -> str | None:
            answered.wait()
            return None

    yield Prompting()
    answered.set()


def test_a_prompt_that_nobody_answers_is_not_waited_for_for_ever(
    unanswered: MemoryKeyring,
) -> None:
    keyring.set_keyring(unanswered)
    with pytest.raises(SecretsUnavailable, match="did not answer within") as caught:
        secrets(patience=0.01).get(ME, "token")
    assert "prompt" in caught.value.remedy


def test_a_prompt_that_nobody_answers_does_not_keep_the_program_from_ending() -> None:
    program = (
        "import asyncio, keyring, threading\n"
        "from tests.store.rings import ME, MemoryKeyring\n"
        "from tuisocial.store.secrets.patience import beside\n"
        "asked = threading.Event()\n"
        "class Prompting(MemoryKeyring):\n"
        "    def get_password(self, service, username):\n"
        "        asked.set(); threading.Event().wait()\n"
        "keyring.set_keyring(Prompting())\n"
        "from tests.store.test_secrets_keyring import secrets\n"
        "async def main():\n"
        "    waiting = asyncio.wrap_future(beside(lambda: secrets().get(ME, 'token')))\n"
        "    while not asked.is_set(): await asyncio.sleep(0.01)\n"
        "    waiting.cancel()\n"
        "asyncio.run(main()); print('ended')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        timeout=50,
    )
    assert (done.stdout, done.stderr) == (b"ended\n", b"")


def test_a_secret_of_any_text_is_kept(ring: MemoryKeyring) -> None:
    for text in ("é\n\0", " ", "x" * 10_000):
        secrets().set(ME, "token", Secret(text))
        assert secrets().get(ME, "token") == Secret(text)
