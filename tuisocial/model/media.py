"""Pictures, sound and film attached to a post. Fetching and showing them is for others."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MediaKind(StrEnum):
    """What an attachment is; `UNKNOWN` when the network did not say."""

    IMAGE = "image"
    VIDEO = "video"
    ANIMATION = "animation"
    AUDIO = "audio"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Media:
    """One attachment.

    `alt` is the description its author wrote: `""` for certainly none, `None` for unknown.
    `width` and `height` are pixels, `duration` seconds, `size` bytes.
    """

    kind: MediaKind
    url: str
    preview_url: str | None = None
    alt: str | None = None
    mime_type: str | None = None
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    size: int | None = None
    blurhash: str | None = None
