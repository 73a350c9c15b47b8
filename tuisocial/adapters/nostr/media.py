"""Attachments: `imeta` tags (NIP-92, fields of NIP-94) and bare addresses of pictures and films."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tuisocial.adapters.nostr.pictures import Pictures
from tuisocial.model.media import Media, MediaKind
from tuisocial.sdk.text import scalar

_EXTENSIONS = {
    MediaKind.IMAGE: ("jpg", "jpeg", "png", "webp", "avif", "bmp", "svg", "heic"),
    MediaKind.ANIMATION: ("gif",),
    MediaKind.VIDEO: ("mp4", "mov", "webm", "m4v", "mkv"),
    MediaKind.AUDIO: ("mp3", "ogg", "oga", "opus", "wav", "flac", "m4a", "aac"),
}
_BY_EXTENSION = {name: kind for kind, names in _EXTENSIONS.items() for name in names}
_DIMENSIONS = re.compile(r"(\d{1,6})x(\d{1,6})")
_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,6})?")


def attachments(
    links: Sequence[str], imeta: Iterable[Sequence[str]], pictures: Pictures
) -> tuple[Media, ...]:
    """The media among a text's links, in their order; a described link needs no known ending.

    Descriptions of addresses that the text does not hold are ignored, as NIP-92 allows; links
    that `pictures` does not take stay links.
    """
    described = {fields["url"]: fields for fields in map(_fields, imeta) if "url" in fields}
    media: dict[str, Media] = {}
    for url in links:
        fields = described.get(url)
        kind = _BY_EXTENSION.get(_extension(url))
        if url in media or (fields is None and kind is None):
            continue
        if pictures.place(url) is not None:
            media[url] = _described(url, kind, fields or {}, pictures)
    return tuple(media.values())


def _fields(tag: Sequence[str]) -> dict[str, str]:
    """`["imeta", "url https://…", "m image/jpeg", …]` by name; the first of a name counts."""
    fields: dict[str, str] = {}
    for part in tag[1:]:
        name, _, value = part.partition(" ")
        fields.setdefault(name, scalar(value.strip()))
    return fields


def _described(
    url: str, kind: MediaKind | None, fields: dict[str, str], pictures: Pictures
) -> Media:
    mime_type = fields.get("m") or None
    size = _DIMENSIONS.fullmatch(fields.get("dim", ""))
    preview = fields.get("thumb") or fields.get("image") or ""
    return Media(
        kind=_kind_of(mime_type) or kind or MediaKind.UNKNOWN,
        url=scalar(url),
        preview_url=pictures.place(preview),
        alt=fields.get("alt"),
        mime_type=mime_type,
        width=int(size[1]) if size else None,
        height=int(size[2]) if size else None,
        duration=_number(fields.get("duration", "")),
        size=int(_number(fields.get("size", "")) or 0) or None,
        blurhash=fields.get("blurhash") or None,
    )


def _kind_of(mime_type: str | None) -> MediaKind | None:
    if mime_type is None:
        return None
    if mime_type == "image/gif":
        return MediaKind.ANIMATION
    try:
        return MediaKind(mime_type.partition("/")[0])
    except ValueError:
        return None


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _extension(url: str) -> str:
    path = url.partition("?")[0].partition("#")[0]
    return path.rpartition("/")[2].rpartition(".")[2].lower()
