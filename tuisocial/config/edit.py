"""Changing the settings file for the person: one setting, and nothing else of what they wrote."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from tuisocial.config.load import ConfigError, load, parse
from tuisocial.config.paths import Paths
from tuisocial.config.schema import SecretsBackend

_MARK = "\ufeff"
"""The byte order mark with which some editors begin a file."""


class BackendChoice:
    """The settings file with another `secrets.backend`, ready to be written.

    Made before anything is moved, so that a file that cannot be changed stops it at once.

    Raises: ConfigError.
    """

    def __init__(self, paths: Paths, backend: SecretsBackend) -> None:
        # Where the file is a link into a person's own collection, that is what is changed.
        self._file = paths.config_file.resolve()
        self._text = _with_backend(paths, backend)
        folder = next(each for each in self._file.parents if each.exists())
        if not os.access(folder, os.W_OK):
            raise _unwritable(self._file, "Permission denied", backend)
        self._backend = backend

    def write(self) -> None:
        """Put the file in its place, whole; a new one is its owner's alone.

        Raises: ConfigError.
        """
        new = self._file.with_name(f"{self._file.name}.new")
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            mode = self._file.stat().st_mode & 0o777 if self._file.exists() else 0o600
            new.unlink(missing_ok=True)
            handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(handle, "wb") as file:
                file.write(self._text.encode())
                file.flush()
                os.fsync(file.fileno())
            new.chmod(mode)
            os.replace(new, self._file)
        except OSError as error:
            raise _unwritable(self._file, error.strerror or str(error), self._backend) from None


def _with_backend(paths: Paths, backend: SecretsBackend) -> str:
    # 0.03 s, and only when a setting is changed.
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    before = load(paths)
    file = paths.config_file
    text = file.read_bytes().decode() if file.exists() else ""
    mark = _MARK if text.startswith(_MARK) else ""
    try:
        document = tomlkit.parse(text.removeprefix(_MARK))
        section = document.setdefault("secrets", tomlkit.table())
        section["backend"] = backend.value
        changed = tomlkit.dumps(document)
        after = parse(file, changed)
    except (TOMLKitError, ConfigError):
        # TOML has corners in which the writer goes wrong; the file is better left alone.
        raise _by_hand(file, backend) from None
    if after != replace(before, secrets=replace(before.secrets, backend=backend)):
        raise _by_hand(file, backend)
    return mark + changed


def _by_hand(file: Path, backend: SecretsBackend) -> ConfigError:
    return ConfigError(
        file, 0, "secrets.backend", "cannot be changed without changing more", _line(backend)
    )


def _unwritable(file: Path, problem: str, backend: SecretsBackend) -> ConfigError:
    return ConfigError(file, 0, "", f"cannot be written: {problem}", _line(backend))


def _line(backend: SecretsBackend) -> str:
    return f'make the file writable, or write backend = "{backend}" below [secrets] by hand'
