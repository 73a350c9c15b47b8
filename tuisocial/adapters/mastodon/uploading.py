"""Uploading a file and waiting until its server has made of it what it shows.

<https://docs.joinmastodon.org/methods/media/>
"""

from __future__ import annotations

import asyncio
import os
import stat
from itertools import chain, repeat

from tuisocial.adapters.mastodon import fates as fate
from tuisocial.adapters.mastodon.about import About
from tuisocial.adapters.mastodon.bodies import FileBody, FilePart, unreadable
from tuisocial.adapters.mastodon.fields import identifier, web
from tuisocial.adapters.mastodon.session import MastodonSession
from tuisocial.model.draft import Attachment
from tuisocial.model.printable import printable_line
from tuisocial.model.submission import Feature
from tuisocial.sdk.errors import NotFound, NotSupported, Refused, Unreachable
from tuisocial.sdk.writing import Progress

_WAITS = (0.5, 1.0, 2.0, 3.0)
_LONG_WAIT = 5.0
_MOST_WAITS = 120
"""Seconds between two questions whether a file is ready, and how often it is asked: 10 minutes."""


class Uploading(MastodonSession):
    """Uploads as one login."""

    async def upload(self, attachment: Attachment, progress: Progress) -> str:
        """Send a file, piece by piece, and wait for the server.

        Raises: Refused naming `media`, or `alt text`.
        """
        about = await self._server.know()
        name = printable_line(os.path.basename(attachment.path))
        kind = fate.kind_of(attachment.path)
        _check_words(attachment, about)
        if kind and not fate.accepts(kind, about):
            raise Refused(
                f"{self._api.where} does not accept {name}, which is {kind}",
                field=Feature.MEDIA,
                remedy="convert it, or leave it out",
            )
        fields = {}
        if attachment.alt:
            fields["description"] = attachment.alt
        if attachment.focus:
            fields["focus"] = ",".join(f"{part:.4f}" for part in attachment.focus)
        size = await asyncio.to_thread(_size, attachment.path, name)
        self._check_size(size, name, kind, about)
        file = FilePart(attachment.path, size, name, kind or "application/octet-stream")
        try:
            answer = await self._api.upload("/api/v2/media", FileBody(fields, file, progress))
        except (NotFound, NotSupported):
            answer = await self._api.upload("/api/v1/media", FileBody(fields, file, progress))
        except Refused as error:
            error.field = error.field if error.field == Feature.ALT else Feature.MEDIA
            raise
        made = answer.json if isinstance(answer.json, dict) else {}
        key = identifier(made, "id")
        if not key:
            raise Unreachable(f"{self._api.where} did not say what it calls {name}")
        if answer.status == 202 or web(made, "url") is None:
            await self._finished(key, name)
        return key

    def _check_size(self, size: int, name: str, kind: str, about: About) -> None:
        moving = kind.startswith(("audio/", "video/"))
        limit = about.video_size if moving else about.limits.media_size
        if not size:
            raise Refused(f"{name} is empty", field=Feature.MEDIA, remedy="leave it out")
        if limit is not None and size > limit:
            raise Refused(
                f"{name} has {size / 1e6:.1f} MB, and {self._api.where} accepts {limit / 1e6:.1f}",
                field=Feature.MEDIA,
                remedy="make it smaller",
            )

    async def _finished(self, key: str, name: str) -> None:
        """Return once a file can be used: 206 says not yet."""
        waits = chain(_WAITS, repeat(_LONG_WAIT, _MOST_WAITS))
        trouble: Unreachable | None = None
        for wait in waits:
            await asyncio.sleep(wait)
            try:
                answer = await self._api.get(f"/api/v1/media/{key}")
            except Unreachable as error:
                # The file is there: what is asked is only whether it is ready.
                trouble = error
                continue
            except (NotFound, Refused) as error:
                raise Refused(
                    f"{self._api.where} could not make anything of {name} ({error.message})",
                    field=Feature.MEDIA,
                    remedy="convert it, or leave it out",
                ) from None
            trouble = None
            if answer.status != 206:
                return
        raise trouble or Unreachable(f"{self._api.where} is still at work on {name}")


def _size(path: str, name: str) -> int:
    """The bytes of a file that is to be sent.

    Raises: Refused.
    """
    try:
        found = os.stat(path)
        # A pipe or a device may have no end, or make everybody wait.
        said = "" if stat.S_ISREG(found.st_mode) else "it is no file"
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or "its name cannot be"
    if said:
        raise unreadable(name, said)
    return found.st_size


def _check_words(attachment: Attachment, about: About) -> None:
    limit, length = about.limits.alt_length, len(attachment.alt or "")
    if limit is not None and length > limit:
        raise Refused(
            f"a description of {length} characters, and {limit} are allowed",
            field=Feature.ALT,
            remedy="shorten it",
        )
