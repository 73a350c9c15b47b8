"""Tokens and keys: in the system's keyring, or where the person explicitly said.

Nothing here writes a secret anywhere else, and nothing falls back to plain text by itself.
`open_secrets` is the one door; each place has a module of its own, imported when it is chosen.
"""

from __future__ import annotations

from tuisocial.config.paths import Paths
from tuisocial.config.schema import SecretsBackend, SecretSettings
from tuisocial.store.secrets.place import Secrets, SecretsUnavailable

__all__ = ["Secrets", "SecretsUnavailable", "open_secrets"]


def open_secrets(settings: SecretSettings, paths: Paths) -> Secrets:
    """The place that the settings name; nothing is touched yet."""
    match settings.backend:
        case SecretsBackend.FILE:
            from tuisocial.store.secrets.file import FileSecrets

            return FileSecrets(paths.secrets_file)
        case SecretsBackend.COMMAND:
            from tuisocial.store.secrets.command import CommandSecrets

            return CommandSecrets(settings.command)
        case SecretsBackend.KEYRING:
            from tuisocial.store.secrets.keyring import KeyringSecrets

            # Two homes may each have a login of the same name.
            service = f"tuisocial {paths.home}" if paths.home else "tuisocial"
            return KeyringSecrets(service, paths.config_file)
