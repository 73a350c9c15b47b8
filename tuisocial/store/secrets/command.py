"""A program that prints secrets, such as pass or a password manager's command.

It is run without a shell and is told nothing but which secret is meant.
"""

from __future__ import annotations

import shlex
import subprocess

from tuisocial.model.ids import LoginId
from tuisocial.sdk.secret import Secret
from tuisocial.store.secrets.patience import PATIENCE
from tuisocial.store.secrets.place import SecretsUnavailable


class CommandSecrets:
    """What `command` prints, with `{login}` and `{name}` filled in."""

    def __init__(self, command: str, patience: float = PATIENCE) -> None:
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
