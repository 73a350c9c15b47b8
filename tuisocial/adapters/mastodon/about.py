"""What a server says of itself, as far as writing to it depends on that.

Servers of the family name themselves in the version that they claim; what each of them does
otherwise than Mastodon is decided here and nowhere else.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import timedelta

from tuisocial.adapters.mastodon.counting import Counting
from tuisocial.adapters.mastodon.fields import Json, count, record, text
from tuisocial.adapters.mastodon.limits import POSSIBLE, limits_of
from tuisocial.model.limits import Limits
from tuisocial.model.post import Visibility

SOONEST = timedelta(minutes=5)
"""How far ahead a time must be for a server to wait for it; some post at once what is nearer."""

MARKDOWN = "text/markdown"
_LINK = 23
_QUOTES_SINCE = 7
"""The API's version (`api_versions`); <https://docs.joinmastodon.org/client/quotes/>."""

_QUOTED = "quoted_status_id"

_EDITS_SINCE = (3, 5, 0)
_MUTES_END_SINCE = (3, 3, 0)
_COMPATIBLE = re.compile(r"compatible; ([a-z_-]+)", re.IGNORECASE)
_VERSION = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")
_PLEROMA = ("pleroma", "akkoma")
_SCHEDULES = ("mastodon", "gotosocial", "friendica", *_PLEROMA)
"""Those that wait, or say that they cannot; others may post at once."""


@dataclass(frozen=True, slots=True)
class About:
    """A server's limits and ways.

    `software` is in lower case, that of Mastodon's forks `mastodon`, and empty where it is not
    known. `quotes` is the parameter that names a quoted post, empty without quotes.
    """

    limits: Limits
    counting: Counting
    software: str = ""
    video_size: int | None = None
    quotes: str = ""
    edits: bool = True
    schedules: bool = True
    reacts: bool = False
    mutes_end: bool = False
    plain: bool = False
    known: bool = False

    @property
    def quotable(self) -> bool:
        """Whether posts say who may quote them."""
        return self.quotes == _QUOTED

    @property
    def is_mastodon(self) -> bool:
        """Whether it is Mastodon or a fork of it."""
        return self.software == "mastodon"


UNKNOWN = About(Limits(visibilities=POSSIBLE), Counting())


def about(description: Json) -> About:
    """What follows from a server's description (`/api/v2/instance`, `/api/v1/instance`)."""
    software, version = _software(description), _version(description)
    features = _strings(record(record(description, "pleroma"), "metadata"), "features")
    formats = (
        *_strings(record(record(description, "configuration"), "statuses"), "supported_mime_types"),
        *_strings(record(record(description, "pleroma"), "metadata"), "post_formats"),
    )
    is_mastodon, is_pleroma = software == "mastodon", software in _PLEROMA
    limits = replace(limits_of(description), markdown=MARKDOWN in formats)
    if software == "pixelfed":
        # It knows no posts to the mentioned only.
        limits = replace(
            limits, visibilities=tuple(v for v in POSSIBLE if v is not Visibility.DIRECT)
        )
    quoting = is_mastodon and (_api(description) or 0) >= _QUOTES_SINCE
    if not is_mastodon:
        limits = replace(limits, link_length=None)
    media = record(record(description, "configuration"), "media_attachments")
    return About(
        limits=limits,
        counting=Counting(
            link=(limits.link_length or _LINK) if is_mastodon else 0,
            short_mentions=is_mastodon,
            clusters=is_mastodon or is_pleroma,
        ),
        software=software,
        video_size=count(media, "video_size_limit") or limits.media_size,
        quotes=_QUOTED
        if quoting
        else "quote_id"
        if is_pleroma and "quote_posting" in features
        else "",
        edits="editing" in features if is_pleroma else version >= _EDITS_SINCE or not is_mastodon,
        schedules=software in _SCHEDULES,
        reacts=is_pleroma or "pleroma_emoji_reactions" in features,
        mutes_end=(is_mastodon and version >= _MUTES_END_SINCE)
        or is_pleroma
        or software == "gotosocial",
        plain="text/plain" in formats,
        known=True,
    )


def kept(description: Json) -> str:
    """The part of a description that `about` reads, as text to be kept: some hundred bytes."""
    configuration = record(description, "configuration")
    metadata = record(record(description, "pleroma"), "metadata")
    return json.dumps(
        {
            **{name: description[name] for name in _TOP if name in description},
            "configuration": {
                name: configuration[name] for name in _CONFIGURED if name in configuration
            },
            "pleroma": {
                "metadata": {
                    name: _strings(metadata, name)[:200] for name in ("features", "post_formats")
                }
            },
        }
    )


def recalled(text: str | None) -> About:
    """What follows from what `kept` wrote; nothing is known where that cannot be read."""
    try:
        found = json.loads(text or "")
    except ValueError:
        return UNKNOWN
    return about(found) if isinstance(found, dict) else UNKNOWN


_TOP = (
    "version",
    "source_url",
    "api_versions",
    "max_toot_chars",
    "description_limit",
    "poll_limits",
    "upload_limit",
    "max_media_attachments",
)
_CONFIGURED = ("statuses", "media_attachments", "polls")


def _software(description: Json) -> str:
    claimed = text(description, "version")
    if named := _COMPATIBLE.search(claimed):
        return named[1].lower()
    if "gotosocial" in text(description, "source_url").lower():
        return "gotosocial"
    # Nothing of the family but Mastodon is at 1.0 and does not say its name.
    version = _VERSION.match(claimed)
    return "mastodon" if version is not None and int(version[1]) >= 1 else ""


def _version(description: Json) -> tuple[int, int, int]:
    found = _VERSION.match(text(description, "version"))
    return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else (0, 0, 0)


def _api(description: Json) -> int | None:
    return count(record(description, "api_versions"), "mastodon")


def _strings(where: Json, name: str) -> list[str]:
    values = where.get(name)
    return [one for one in values if isinstance(one, str)] if isinstance(values, list) else []
