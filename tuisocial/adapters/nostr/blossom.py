"""Files for notes: uploads to Blossom servers (BUD-01, BUD-02), named by a note as NIP-B7 says.

Which servers is `standing`'s knowledge (BUD-03). The key of an upload is JSON: its url, sha256,
type, size and dim (width x height, for pictures whose format tells).
"""

from __future__ import annotations

import asyncio
import base64
import json
import mimetypes
import os
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from tuisocial.adapters.nostr import pixels
from tuisocial.adapters.nostr.endings import said
from tuisocial.adapters.nostr.signers import Signer, Unsigned
from tuisocial.model.draft import Attachment
from tuisocial.sdk.errors import (
    AdapterError,
    BadAnswer,
    NotAllowed,
    RateLimited,
    Refused,
    SignInNeeded,
    Unreachable,
)
from tuisocial.sdk.http import Http, Response, host
from tuisocial.sdk.status import error_for_status
from tuisocial.sdk.writing import Progress

AUTHORIZATION = 24_242
LIST = 10_063
_VALID_SECONDS = 3600
_CHUNK = 65_536
_FIELD = "media"
_LONGEST_ADDRESS = 1000


@dataclass(frozen=True, slots=True)
class Server:
    """A media server; `by` is None for one that the login's own settings name (see `Http`)."""

    url: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    size: int
    sha256: str
    type: str
    dim: str


class Blossom:
    """Uploads for one login."""

    def __init__(self, http: Http, signer: Signer, now: Callable[[], datetime]) -> None:
        self._http = http
        self._signer = signer
        self._now = now

    async def upload(
        self, attachment: Attachment, servers: Sequence[Server], progress: Progress
    ) -> str:
        """Upload a file to the first server that takes it: its key.

        Raises: AdapterError; Refused naming `media`.
        """
        if not servers:
            raise Refused("this login has no media server", field=_FIELD, remedy=NO_SERVER)
        file = await asyncio.to_thread(_read, attachment.path)
        failures: list[AdapterError] = []
        for server in servers:
            try:
                return await self._upload_to(server, file, progress)
            except (NotAllowed, SignInNeeded) as error:
                failures.append(NotAllowed(error.message))
            except (Refused, RateLimited, Unreachable, BadAnswer) as error:
                failures.append(error)
        # What may work later is worth another try; a refusal is certain only if all refuse.
        raise next((one for one in failures if isinstance(one, Unreachable)), failures[0])

    async def _upload_to(self, server: Server, file: _File, progress: Progress) -> str:
        where = host(server.url)
        token = await self._token(server, file)
        answer = await self._http.put(
            f"{server.url.rstrip('/')}/upload",
            _chunks(file, progress),
            headers={
                "Authorization": f"Nostr {token}",
                "Content-Type": file.type,
                "Content-Length": str(file.size),
                "X-SHA-256": file.sha256,
            },
            by=server.by,
        )
        if not 200 <= answer.status < 300:
            raise _refusal(answer, where)
        return _key(answer, file, where)

    async def _token(self, server: Server, file: _File) -> str:
        """BUD-11: an event that is good for this file at this server, for a while."""
        now = int(self._now().timestamp())
        tags = (
            ("t", "upload"),
            ("x", file.sha256),
            ("expiration", str(now + _VALID_SECONDS)),
            ("server", urlsplit(server.url).hostname or ""),
        )
        event = await self._signer.sign(Unsigned(now, AUTHORIZATION, tags, "Upload a file"))
        raw = event.raw.encode()
        # At a length of whole triples both spellings of base64 that servers want are the same.
        return base64.urlsafe_b64encode(raw + b" " * (-len(raw) % 3)).decode()


NO_SERVER = "name one in this login's option blossom, or in your account's list of media servers"


def addresses_in(text: str) -> tuple[str, ...]:
    """The servers that a setting names, one after the other."""
    found = (part.strip().rstrip("/") for part in text.split())
    return tuple(dict.fromkeys(url for url in found if url.startswith(("https://", "http://"))))


def _read(path: str) -> _File:
    """Raises: Refused naming `media`."""
    digest, size, head = sha256(), 0, b""
    try:
        with open(path, "rb") as file:
            while chunk := file.read(1_048_576):
                head = head or chunk[: pixels.HEAD]
                digest.update(chunk)
                size += len(chunk)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Refused(
            f"{Path(path).name} cannot be read ({reason})", field=_FIELD, remedy="choose it again"
        ) from None
    if not size:
        raise Refused(f"{Path(path).name} is empty", field=_FIELD)
    kind, pixel_size = pixels.picture(head)
    kind = kind or mimetypes.guess_type(path)[0] or "application/octet-stream"
    dim = "x".join(map(str, pixel_size)) if pixel_size else ""
    return _File(Path(path), size, digest.hexdigest(), kind, dim)


async def _chunks(file: _File, progress: Progress) -> AsyncIterator[bytes]:
    """The file's bytes as the socket takes them.

    Raises: Refused naming `media` where it is another file meanwhile.
    """
    done = 0
    progress(done, file.size)
    stream = await asyncio.to_thread(open, file.path, "rb")
    try:
        while chunk := await asyncio.to_thread(stream.read, _CHUNK):
            done += len(chunk)
            if done > file.size:
                break
            yield chunk
            progress(done, file.size)
    finally:
        stream.close()
    if done != file.size or os.stat(file.path).st_size != file.size:
        raise Refused(f"{file.path.name} changed while it was sent", field=_FIELD)


def _key(answer: Response, file: _File, where: str) -> str:
    """Raises: BadAnswer for a descriptor of something else."""
    told = answer.json()
    url = told.get("url") if isinstance(told, dict) else None
    if not isinstance(url, str) or not _web_address(url):
        raise BadAnswer(f"{where} took the file and does not say where it is")
    if told.get("sha256") != file.sha256:
        raise BadAnswer(f"{where} took another file than it was sent")
    key: dict[str, object] = {"url": url, "sha256": file.sha256, "type": file.type}
    key["size"] = file.size
    if file.dim:
        key["dim"] = file.dim
    return json.dumps(key, separators=(",", ":"))


def _web_address(url: str) -> bool:
    return (
        url.startswith(("https://", "http://"))
        and len(url) <= _LONGEST_ADDRESS
        and url.isascii()
        and url.isprintable()
        and not any(one in url for one in ' <>"')
    )


def _refusal(answer: Response, where: str) -> AdapterError:
    """BUD-01: the reason is in a header; 402, 413 and 415 are about the file."""
    headers = answer.headers
    words = said(headers.get("x-reason") or headers.get("blossom-upload-message") or "")
    if answer.status in (400, 402, 409, 411, 413, 415, 422):
        told = f" ({words})" if words else ""
        return Refused(
            f"{where} does not take that file{told}", field=_FIELD, remedy="try another, or smaller"
        )
    return error_for_status(answer.status, where, headers, words)
