"""What is sent with a request, read once and piece by piece, so that a film is never in memory.

It knows whether its last byte was handed over: until then the server cannot have acted on it.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from tuisocial.sdk.errors import Refused, Unreachable
from tuisocial.sdk.writing import Progress


class Body:
    """A body in pieces; requests reads it, and asks for its length first.

    `patience` is how many seconds an answer may take after it, None for the usual.
    """

    content_type = "application/octet-stream"
    patience: float | None = None

    def __init__(self, length: int) -> None:
        self._length = length
        self._pieces: Iterator[bytes] | None = None
        self._given = 0
        self._stopped = False
        self._lock = threading.Lock()

    @property
    def handed_over(self) -> bool:
        """Whether all of it was given to the connection."""
        return self._given >= self._length

    def stop(self) -> None:
        """Give no more of it, so that `handed_over` stays as it is; from any thread."""
        with self._lock:
            self._stopped = True

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.read():
            yield piece

    def read(self, size: int = -1) -> bytes:
        """The next piece, of any size.

        Raises: AdapterError when there is no next one although there should be.
        """
        if self._pieces is None:
            self._pieces = self._parts()
        piece = next(self._pieces, b"")
        with self._lock:
            if self._stopped:
                self._pieces = iter(())
                raise Unreachable("nobody waits for this request any more", remedy="do it again")
            self._given += len(piece)
        return piece

    def _parts(self) -> Iterator[bytes]:
        raise NotImplementedError


class JsonBody(Body):
    """A record as JSON."""

    content_type = "application/json"

    def __init__(self, record: Mapping[str, Any]) -> None:
        self._bytes = json.dumps(record).encode()
        super().__init__(len(self._bytes))

    def _parts(self) -> Iterator[bytes]:
        yield self._bytes


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file of this machine: how many bytes it has, its name for people and its MIME type."""

    path: str
    size: int
    name: str
    kind: str


class FileBody(Body):
    """A form with a file as its last field (RFC 7578), which is open only while it is sent."""

    patience = 120.0
    """Servers look at a picture before they answer."""

    _PIECE = 65_536

    def __init__(self, fields: Mapping[str, str], file: FilePart, progress: Progress) -> None:
        boundary = secrets.token_hex(16)
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self._file, self._progress = file, progress
        heads = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
            for field, value in fields.items()
        ]
        # The name is of no use to anybody and may hold anything: its end tells the kind.
        end = os.path.splitext(file.name)[1]
        end = end if end.isascii() and end[1:].isalnum() else ""
        heads.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="file{end}"\r\n'
            f"Content-Type: {file.kind}\r\n\r\n"
        )
        self._head = "".join(heads).encode()
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        super().__init__(len(self._head) + file.size + len(self._tail))

    def _parts(self) -> Iterator[bytes]:
        size, done = self._file.size, 0
        with self._opened() as file:
            yield self._head
            while done < size:
                piece = self._next(file, min(self._PIECE, size - done))
                done += len(piece)
                yield piece
                self._progress(done, size)
        yield self._tail

    def _opened(self) -> IO[bytes]:
        said = ""
        try:
            return open(self._file.path, "rb")
        except OSError as error:
            said = error.strerror or "it is gone"
        raise unreadable(self._file.name, said)

    def _next(self, file: IO[bytes], size: int) -> bytes:
        said = ""
        try:
            if piece := file.read(size):
                return piece
        except OSError as error:
            said = error.strerror or "it is gone"
        if said:
            raise unreadable(self._file.name, said)
        raise Refused(
            f"{self._file.name} became shorter while it was sent",
            field="media",
            remedy="attach it again when nothing writes to it any more",
        )


def unreadable(name: str, said: str) -> Refused:
    """What is raised for a file that cannot be read; `said` is why."""
    return Refused(f"{name} cannot be read: {said}", field="media", remedy="choose another file")
