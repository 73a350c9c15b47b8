"""Secrets are kept where the person said, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.rings import ME, SECRET, YOU, MemoryKeyring
from tuisocial.config.paths import find_paths
from tuisocial.config.schema import SecretsBackend, SecretSettings
from tuisocial.sdk.secret import Secret
from tuisocial.store.secrets import Secrets, open_secrets
from tuisocial.store.secrets.command import CommandSecrets
from tuisocial.store.secrets.file import FileSecrets
from tuisocial.store.secrets.keyring import KeyringSecrets


@pytest.fixture(params=[SecretsBackend.KEYRING, SecretsBackend.FILE])
def secrets(request: pytest.FixtureRequest, tmp_path: Path, ring: MemoryKeyring) -> Secrets:
    """A place that keeps what it is given."""
    return open_secrets(SecretSettings(request.param), find_paths(tmp_path))


def test_what_is_set_is_got_until_it_is_forgotten(secrets: Secrets) -> None:
    assert secrets.get(ME, "token") is None
    secrets.set(ME, "token", SECRET)
    secrets.set(YOU, "token", Secret("other"))
    secrets.set(ME, "token", Secret("newer"))
    assert secrets.get(ME, "token") == Secret("newer")
    secrets.forget(ME, "token")
    secrets.forget(ME, "token")
    assert secrets.get(ME, "token") is None
    assert secrets.get(YOU, "token") == Secret("other")


def test_forgetting_what_was_never_kept_makes_nothing(tmp_path: Path) -> None:
    open_secrets(SecretSettings(SecretsBackend.FILE), find_paths(tmp_path)).forget(ME, "token")
    assert list(tmp_path.iterdir()) == []


def test_the_settings_choose_the_place(tmp_path: Path) -> None:
    paths = find_paths(tmp_path)
    kinds = {
        SecretsBackend.KEYRING: KeyringSecrets,
        SecretsBackend.FILE: FileSecrets,
        SecretsBackend.COMMAND: CommandSecrets,
    }
    for backend, kind in kinds.items():
        assert isinstance(open_secrets(SecretSettings(backend, "x {login}"), paths), kind)
    assert list(tmp_path.iterdir()) == []


def test_two_homes_share_no_secret(tmp_path: Path, ring: MemoryKeyring) -> None:
    one, two = (
        open_secrets(SecretSettings(), find_paths(tmp_path / name)) for name in ("one", "two")
    )
    one.set(ME, "token", SECRET)
    assert two.get(ME, "token") is None
