"""What a server says of itself: its domain, and how much it accepts.

<https://docs.joinmastodon.org/entities/Instance/>, `V1_Instance/`. Pleroma and Friendica answer
the older form with limits of their own at its top.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from tuisocial.adapters.mastodon.api import Api
from tuisocial.adapters.mastodon.fields import Json, count, record, text
from tuisocial.model.limits import Limits
from tuisocial.model.post import Visibility
from tuisocial.sdk.errors import BadAnswer, NotAllowed, NotFound, Refused, SignInNeeded

POSSIBLE = (
    Visibility.PUBLIC,
    Visibility.UNLISTED,
    Visibility.FOLLOWERS,
    Visibility.DIRECT,
)
"""What a post may be on every server; which of them know local ones, they do not tell."""

PAGE_SIZE = 40
"""The most rows that a list gives at once; no server says so, all documentation does."""


async def instance(api: Api) -> Json:
    """The server's description, in the newer form where it has that.

    Raises: AdapterError.
    """
    try:
        found = await api.record("/api/v2/instance")
        if "domain" in found or "configuration" in found:
            return found
    except (NotFound, Refused, NotAllowed, SignInNeeded, BadAnswer):
        pass
    return await api.record("/api/v1/instance")


def domain_of(description: Json) -> str:
    """The domain in its people's handles, empty if it does not say; Pleroma gives an address."""
    name = (text(description, "domain") or text(description, "uri")).strip()
    try:
        name = urlsplit(name).netloc if "://" in name else name
    except ValueError:
        return ""
    return "" if not name or any(char in "/@" or char.isspace() for char in name) else name.lower()


def limits_of(description: Json) -> Limits:
    """The server's limits, as far as it tells them."""
    configuration = record(description, "configuration")
    statuses = record(configuration, "statuses")
    media = record(configuration, "media_attachments")
    polls = record(configuration, "polls") or record(description, "poll_limits")
    types = media.get("supported_mime_types")
    return Limits(
        text_length=_limit(statuses, "max_characters") or _limit(description, "max_toot_chars"),
        link_length=_limit(statuses, "characters_reserved_per_url"),
        media_count=_limit(statuses, "max_media_attachments")
        or _limit(description, "max_media_attachments"),
        media_size=_limit(media, "image_size_limit") or _limit(description, "upload_limit"),
        media_types=tuple(t for t in types if isinstance(t, str))
        if isinstance(types, list)
        else (),
        poll_options=_limit(polls, "max_options"),
        poll_option_length=_limit(polls, "max_characters_per_option", "max_option_chars"),
        poll_seconds_min=_limit(polls, "min_expiration"),
        poll_seconds_max=_limit(polls, "max_expiration"),
        page_size=PAGE_SIZE,
        visibilities=POSSIBLE,
        # Pleroma has it at the top.
        alt_length=_limit(media, "description_limit") or _limit(description, "description_limit"),
    )


def _limit(where: Json, *names: str) -> int | None:
    """The first of `names` that is a positive number; 0 stands for no limit on some servers."""
    return next((value for name in names if (value := count(where, name))), None)
