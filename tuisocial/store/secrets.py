"""Tokens and keys: in the system's keyring, or where the person explicitly said.

Nothing here writes a secret anywhere else, and nothing falls back to plain text by itself.
"""

from __future__ import annotations

import json
import os
import shlex
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from tuisocial.config.paths import Paths
from tuisocial.config.schema import SecretsBackend, SecretSettings
from tuisocial.errors import ExitCode, UserError
from tuisocial.model.ids import LoginId
from tuisocial.sdk.secret import Secret

try:
    import fcntl
except ImportError:
    # Not on Windows, where the file backend is for one process at a time.
    fcntl = None  # type: ignore[assignment]

_CHOICES = (
    "unlock or start a keyring (Secret Service, KWallet, macOS Keychain, Windows), or choose in "
    'config.toml under [secrets]: command = "pass show tuisocial/{login}", or backend = "file" '
    "(plain text that only you can read)"
)
_COMMAND_SECONDS = 60.0


class SecretsUnavailable(UserError):
    """Secrets cannot be read or written where they are kept."""

    exit_code = ExitCode.SIGN_IN


class Secrets(Protocol):
    """A place for secrets, by login and name (`token`, `key`). Every call may block."""

    def get(self, login: LoginId, name: str) -> Secret | None:
        """The secret, or None if there is none. Raises: SecretsUnavailable."""
        ...

    def set(self, login: LoginId, name: str, secret: Secret) -> None:
        """Keep a secret. Raises: SecretsUnavailable."""
        ...

    def forget(self, login: LoginId, name: str) -> None:
        """Forget a secret, if it is there. Raises: SecretsUnavailable."""
        ...


def open_secrets(settings: SecretSettings, paths: Paths) -> Secrets:
    """The place that the settings name; nothing is touched yet."""
    match settings.backend:
        case SecretsBackend.FILE:
            return FileSecrets(paths.secrets_file)
        case SecretsBackend.COMMAND:
            return CommandSecrets(settings.command)
        case SecretsBackend.KEYRING:
            # Two homes may each have a login of the same name.
            return KeyringSecrets(f"tuisocial {paths.home}" if paths.home else "tuisocial")


class KeyringSecrets:
    """The system's keyring, through the keyring package."""

    def __init__(self, service: str) -> None:
        self._service = service

    def get(self, login: LoginId, name: str) -> Secret | None:
        """Ask the keyring, which may ask the person to unlock it."""
        value = self._call("get_password", _user(login, name))
        return None if value is None else Secret(value)

    def set(self, login: LoginId, name: str, secret: Secret) -> None:
        """Put it in the keyring, and see that it is there: a null keyring forgets everything."""
        self._call("set_password", _user(login, name), secret.reveal())
        if self.get(login, name) != secret:
            raise SecretsUnavailable("the keyring in use does not keep what it is given", _CHOICES)

    def forget(self, login: LoginId, name: str) -> None:
        """Take it out of the keyring."""
        if self._call("get_password", _user(login, name)) is not None:
            self._call("delete_password", _user(login, name))

    def _call(self, method: str, *arguments: str) -> str | None:
        # 0.07 s and more, and only when a secret is needed.
        import keyring
        import keyring.errors

        backend: object = None
        try:
            backend = keyring.get_keyring()
            if _in_plain_text(backend):
                raise SecretsUnavailable(
                    f"the keyring in use ({type(backend).__name__}) keeps secrets in plain text",
                    _CHOICES,
                )
            answer: str | None = getattr(backend, method)(self._service, *arguments)
        except SecretsUnavailable:
            raise
        except keyring.errors.NoKeyringError:
            raise SecretsUnavailable("there is no keyring on this system", _CHOICES) from None
        except keyring.errors.KeyringLocked:
            raise SecretsUnavailable("the keyring is locked", "unlock it and try again") from None
        except Exception as error:  # noqa: BLE001
            # Back ends raise errors of their own (D-Bus, macOS, Windows); the chain is cut
            # because a traceback could show the arguments.
            raise SecretsUnavailable(
                f"the keyring ({type(backend).__name__}) failed: {type(error).__name__}", _CHOICES
            ) from None
        return answer


def _in_plain_text(backend: object) -> bool:
    # A chain writes to its first part; the others are only read.
    chain = list(getattr(backend, "backends", ()) or [backend])
    return "plaintext" in type(chain[0]).__name__.lower()


class FileSecrets:
    """One JSON file, mode 0600 in a folder of mode 0700: the person's explicit choice."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def get(self, login: LoginId, name: str) -> Secret | None:
        """Read the file, refusing it if others could."""
        value = self._read().get(_user(login, name))
        return None if value is None else Secret(value)

    def set(self, login: LoginId, name: str, secret: Secret) -> None:
        """Write the file anew, whole."""
        with self._alone():
            self._write({**self._read(), _user(login, name): secret.reveal()})

    def forget(self, login: LoginId, name: str) -> None:
        """Write the file anew without it."""
        with self._alone():
            values = self._read()
            if values.pop(_user(login, name), None) is not None:
                self._write(values)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from writing meanwhile: each writes the file whole."""
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(self._file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise self._cannot_be_written(error) from None
        try:
            if fcntl is not None:
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _read(self) -> dict[str, str]:
        try:
            self._refuse_wider(self._file.parent, 0o700)
            self._refuse_wider(self._file, 0o600)
            values = json.loads(self._file.read_bytes())
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise SecretsUnavailable(
                f"{self._file} cannot be read: {error.strerror}", "check its owner"
            ) from None
        except ValueError:
            raise SecretsUnavailable(
                f"{self._file} is not the JSON it was written as", "move it away and sign in again"
            ) from None
        if not isinstance(values, dict):
            raise SecretsUnavailable(
                f"{self._file} is not a JSON object", "move it away and sign in again"
            )
        return {key: value for key, value in values.items() if isinstance(value, str)}

    def _write(self, values: dict[str, str]) -> None:
        new = self._file.with_suffix(".new")
        try:
            self._refuse_wider(self._file.parent, 0o700)
            new.unlink(missing_ok=True)
            handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                json.dump(values, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            os.replace(new, self._file)
        except OSError as error:
            raise self._cannot_be_written(error) from None

    def _cannot_be_written(self, error: OSError) -> SecretsUnavailable:
        return SecretsUnavailable(
            f"{self._file} cannot be written: {error.strerror}",
            "check the free space and the permissions of its folder",
        )

    def _refuse_wider(self, path: Path, mode: int) -> None:
        found = stat.S_IMODE(path.stat().st_mode)
        if os.name == "posix" and found & ~mode:
            raise SecretsUnavailable(
                f"{path} is open to others (mode {found:04o})", f"run: chmod {mode:o} {path}"
            )


class CommandSecrets:
    """A program that prints the secret, such as pass or a password manager's command."""

    def __init__(self, command: str, patience: float = _COMMAND_SECONDS) -> None:
        self._command = command
        self._patience = patience

    def get(self, login: LoginId, name: str) -> Secret | None:
        """Run the command without a shell; the first line it prints is the secret."""
        try:
            arguments = [
                word.replace("{login}", login.name).replace("{name}", name)
                for word in shlex.split(self._command)
            ]
        except ValueError as error:
            raise self._unusable(f"cannot be read: {error}") from None
        if not arguments:
            raise self._unusable("names no program")
        try:
            done = subprocess.run(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=self._patience,
                check=False,
            )
        except (OSError, ValueError) as error:
            problem = error.strerror if isinstance(error, OSError) else error
            raise self._unusable(f"cannot be run: {arguments[0]!r}: {problem}") from None
        except subprocess.TimeoutExpired:
            raise SecretsUnavailable(
                f"secrets.command ({arguments[0]}) did not end within {self._patience:g} s",
                "run it by hand and see what it waits for",
            ) from None
        if done.returncode:
            raise SecretsUnavailable(
                f"secrets.command ({arguments[0]}) failed with status {done.returncode} for the "
                f"login {login}",
                f"run it by hand; it must print the {name} of {login}",
            )
        lines = done.stdout.decode("utf-8", "replace").splitlines()
        return Secret(lines[0].strip()) if lines and lines[0].strip() else None

    def _unusable(self, problem: str) -> SecretsUnavailable:
        return SecretsUnavailable(
            f"secrets.command {problem}", "check secrets.command in config.toml"
        )

    def set(self, login: LoginId, name: str, secret: Secret) -> None:
        """Accept a secret that the command already prints; it cannot be told a new one."""
        if self.get(login, name) != secret:
            raise SecretsUnavailable(
                f"secrets.command does not print the {name} of the login {login}",
                "put it into that program first, then sign in with the same one",
            )

    def forget(self, login: LoginId, name: str) -> None:
        """Leave it: what that program keeps is not ours to remove."""


def _user(login: LoginId, name: str) -> str:
    return f"{login}/{name}"
