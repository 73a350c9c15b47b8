"""The system's keyring through the keyring package: Secret Service, KWallet, macOS, Windows.

What can be wrong with one is told in a sentence of its own, never in a back end's words, which
may quote what it was given.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from tuisocial.model.ids import LoginId
from tuisocial.sdk.secret import Secret
from tuisocial.store.secrets.patience import PATIENCE, within
from tuisocial.store.secrets.place import SecretsUnavailable, entry

T = TypeVar("T")

_TURNED_DOWN = re.compile(r"(?i)cancel|denied|dismiss|not allowed|interaction")
_NO_SESSION = 1312
"""ERROR_NO_SUCH_LOGON_SESSION: Windows' credentials are not there for a login over the network."""
_TOO_LONG = 1783
"""RPC_X_BAD_STUB_DATA: Windows keeps 2560 bytes (CRED_MAX_CREDENTIAL_BLOB_SIZE of wincred.h)."""


class KeyringSecrets:
    """The keyring, under the name `service`; `settings_file` is where another place is chosen."""

    def __init__(self, service: str, settings_file: Path, patience: float = PATIENCE) -> None:
        self._service = service
        self._patience = patience
        self._choice = (
            f"write into {settings_file}, below a line [secrets], either "
            'command = "pass show tuisocial/{login}" (any program that prints the secret) or '
            'backend = "file" (plain text that only you can read)'
        )

    def get(self, login: LoginId, name: str) -> Secret | None:
        """Ask the keyring, which may ask the person to unlock it."""
        value = self._call("get_password", entry(login, name))
        return None if value is None else Secret(value)

    def set(self, login: LoginId, name: str, secret: Secret) -> None:
        """Put it in the keyring, and see that it is there: a null keyring forgets everything."""
        self._call("set_password", entry(login, name), secret.reveal())
        if self.get(login, name) != secret:
            raise self._unavailable(
                "the keyring in use does not keep what it is given",
                "take it out of keyring's own configuration (`keyring --list-backends` shows it)",
            )

    def forget(self, login: LoginId, name: str) -> None:
        """Take it out of the keyring."""
        if self._call("get_password", entry(login, name)) is not None:
            self._call("delete_password", entry(login, name))

    def _call(self, method: str, *arguments: str) -> str | None:
        try:
            answer = within(self._patience, partial(self._ask, method, arguments))
        except TimeoutError:
            answer = self._unavailable(
                f"the keyring did not answer within {self._patience:g} s",
                "look on the desktop for its prompt, which may wait for the password, and try "
                "again",
            )
        if isinstance(answer, SecretsUnavailable):
            raise answer
        return answer

    def _ask(self, method: str, arguments: tuple[str, ...]) -> str | SecretsUnavailable | None:
        """The keyring's answer, or what is wrong with it.

        That is returned and not raised, since a traceback's frames would hold the arguments.
        """
        # 0.07 s and more, and only when a secret is needed.
        import keyring
        import keyring.errors

        name = ""
        try:
            backend = keyring.get_keyring()
            name = _name(backend)
            if _in_plain_text(backend):
                return self._unavailable(
                    f"the keyring in use ({name}) keeps secrets in plain text",
                    "set up one that encrypts (GNOME Keyring, KWallet, macOS Keychain, Windows)",
                )
            call: Callable[..., str | None] = getattr(backend, method)
            return call(self._service, *arguments)
        except keyring.errors.NoKeyringError:
            return self._unavailable(
                "there is no keyring on this system",
                "start one (GNOME Keyring, KWallet, macOS Keychain, Windows)",
            )
        except keyring.errors.KeyringLocked as error:
            return self._locked(error)
        except keyring.errors.InitError:
            return self._unavailable(
                f"the keyring ({name}) cannot be reached",
                "see that its service runs and that this session has a D-Bus",
            )
        except Exception as error:  # noqa: BLE001 - back ends raise errors of their own
            return self._trouble(name, method, error)

    def _locked(self, error: Exception) -> SecretsUnavailable:
        if _TURNED_DOWN.search(str(error)):
            return self._turned_down()
        return self._unavailable("the keyring is locked", "unlock it and try again")

    def _turned_down(self) -> SecretsUnavailable:
        return self._unavailable(
            "the keyring was asked and access was denied",
            "try again and allow it in the keyring's prompt",
        )

    def _trouble(self, name: str, method: str, error: Exception) -> SecretsUnavailable:
        if type(error).__name__ == "PromptDismissedException" or _TURNED_DOWN.search(str(error)):
            return self._turned_down()
        match getattr(error, "winerror", None):
            case int() as number if number == _NO_SESSION:
                return self._unavailable(
                    f"the keyring ({name}) is not there in a session over the network",
                    "sign in to Windows at the machine itself",
                )
            case int() as number if number == _TOO_LONG:
                return self._unavailable(
                    f"the secret is too long for the keyring ({name})", "keep it elsewhere"
                )
            case _:
                pass
        doing = {"get_password": "read", "set_password": "keep", "delete_password": "forget"}
        return self._unavailable(
            f"the keyring ({name or 'none was found'}) failed to {doing[method]} the secret: "
            f"{type(error).__name__}",
            "see that it works with other programs (`keyring --list-backends` names it)",
        )

    def _unavailable(self, problem: str, remedy: str) -> SecretsUnavailable:
        return SecretsUnavailable(problem, f"{remedy}, or {self._choice}")


def _name(backend: object) -> str:
    """A back end as people know it: its module's name, since most classes are called Keyring."""
    kind = type(backend)
    module = kind.__module__
    ours = module.startswith("keyring.backends.")
    return module.removeprefix("keyring.backends.") if ours else kind.__name__


def _in_plain_text(backend: object) -> bool:
    # A chain writes to its first part; the others are only read.
    chain = list(getattr(backend, "backends", ()) or [backend])
    return "plaintext" in type(chain[0]).__name__.lower()
