"""Who is sending: this process, by a name that other processes can see is alive.

The name is a file's that is locked as long as the process lives. A clock cannot lie about that,
and a process that is only asleep keeps its lock, so that nothing is ever sent beside it.
"""

from __future__ import annotations

import os
import uuid
from typing import TYPE_CHECKING

from tuisocial.errors import UserError

try:
    import fcntl
except ImportError:  # not a POSIX system: there is nobody to ask, and everybody counts as gone
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from pathlib import Path


class Owner:
    """This process, as long as it is not closed. `folder` is made when it is needed."""

    def __init__(self, folder: Path) -> None:
        self.name = uuid.uuid4().hex
        self._folder = folder
        self._held: int | None = None

    def begin(self) -> None:
        """Be alive; a second time does nothing.

        Raises: UserError if the folder cannot be written.
        """
        if self._held is not None:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            held = os.open(self._file(self.name), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            if fcntl is not None:
                fcntl.flock(held, fcntl.LOCK_EX)
        except OSError as error:
            raise UserError(
                f"nothing can be sent: {self._folder} cannot be written ({error.strerror})",
                "make that folder writable; what was queued waits",
            ) from None
        self._held = held

    def alive(self, name: str) -> bool:
        """Whether the process of that name lives; what is left of a dead one is cleared away."""
        if name == self.name:
            return self._held is not None
        file = self._file(name)
        try:
            other = os.open(file, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        except OSError:
            return True  # not ours to judge
        try:
            if fcntl is not None:
                fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
            file.unlink(missing_ok=True)
        except OSError:
            return True
        finally:
            os.close(other)
        return False

    def end(self) -> None:
        """Be no more."""
        if self._held is not None:
            self._file(self.name).unlink(missing_ok=True)
            os.close(self._held)
            self._held = None

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.lock"
