"""Secrets in one JSON file, in plain text: the person's explicit choice.

The file and its folder must be the person's own and closed to everybody else; one that is not is
refused and left as it is.
"""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tuisocial.model.ids import LoginId
from tuisocial.sdk.secret import Secret
from tuisocial.store.secrets.place import SecretsUnavailable, entry

try:
    import fcntl
except ImportError:
    # Not on Windows, where this is for one process at a time.
    fcntl = None  # type: ignore[assignment]

_FOLDER, _FILE = 0o700, 0o600
# Neither exists on Windows. Without NONBLOCK, opening a pipe would wait for its other end.
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class FileSecrets:
    """`file`, of mode 0600 in a folder of mode 0700."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def get(self, login: LoginId, name: str) -> Secret | None:
        """Read the file, refusing it if others could."""
        value = self._read().get(entry(login, name))
        return None if value is None else Secret(value)

    def set(self, login: LoginId, name: str, secret: Secret) -> None:
        """Write the file anew, whole."""
        with self._alone():
            self._write({**self._read(), entry(login, name): secret.reveal()})

    def forget(self, login: LoginId, name: str) -> None:
        """Write the file anew without it."""
        if not self._file.exists():
            return
        with self._alone():
            values = self._read()
            if values.pop(entry(login, name), None) is not None:
                self._write(values)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from writing meanwhile: each writes the file whole."""
        try:
            self._file.parent.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
            self._refuse_folder()
            how = os.O_RDWR | os.O_CREAT | _NO_LINK
            lock = os.open(self._file.with_suffix(".lock"), how, _FILE)
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
            self._refuse_folder()
            values = json.loads(self._bytes())
        except FileNotFoundError:
            return {}
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise self._is_a_link(self._file) from None
            raise SecretsUnavailable(
                f"{self._file} cannot be read: {error.strerror}", "check its owner"
            ) from None
        except ValueError:
            # Not chained: the parser's error holds the text.
            values = None
        if not isinstance(values, dict):
            raise SecretsUnavailable(
                f"{self._file} is not the JSON object it was written as",
                "move it away and sign in again",
            )
        return {key: value for key, value in values.items() if isinstance(value, str)}

    def _bytes(self) -> bytes:
        handle = os.open(self._file, os.O_RDONLY | _NO_LINK)
        try:
            # What was opened is judged, and not what has its name by now.
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                raise SecretsUnavailable(
                    f"{self._file} cannot be read: it is not a file", "move it away"
                )
            self._refuse_others(self._file, found, _FILE)
            with open(handle, "rb", closefd=False) as file:
                return file.read()
        finally:
            os.close(handle)

    def _write(self, values: dict[str, str]) -> None:
        new = self._file.with_suffix(".new")
        try:
            new.unlink(missing_ok=True)
            handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE)
            with os.fdopen(handle, "w") as file:
                json.dump(values, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            os.replace(new, self._file)
            self._settle_folder()
        except OSError as error:
            raise self._cannot_be_written(error) from None

    def _settle_folder(self) -> None:
        """Have the new name on the disk, too: a power cut would bring the old file back."""
        if os.name != "posix":
            return
        folder = os.open(self._file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # not on every file system
                raise
        finally:
            os.close(folder)

    def _cannot_be_written(self, error: OSError) -> SecretsUnavailable:
        return SecretsUnavailable(
            f"{self._file} cannot be written: {error.strerror}",
            "check the free space and the permissions of its folder",
        )

    # --- whose it is ----------------------------------------------------------------------

    def _refuse_folder(self) -> None:
        folder = self._file.parent
        found = folder.lstat()
        if stat.S_ISLNK(found.st_mode):
            raise self._is_a_link(folder)
        self._refuse_others(folder, found, _FOLDER)

    def _is_a_link(self, path: Path) -> SecretsUnavailable:
        return SecretsUnavailable(
            f"{path} is a symbolic link, which may lead where others can read",
            "put what it leads to in its place",
        )

    def _refuse_others(self, path: Path, found: os.stat_result, mode: int) -> None:
        if os.name != "posix":
            return
        if found.st_uid != os.geteuid():
            raise SecretsUnavailable(
                f"{path} belongs to somebody else (user number {found.st_uid})",
                f"run as that user, or make it yours: sudo chown {os.geteuid()} {path}",
            )
        wide = stat.S_IMODE(found.st_mode)
        if wide & ~mode:
            raise SecretsUnavailable(
                f"{path} is open to others (mode {wide:04o})", f"run: chmod {mode:o} {path}"
            )
