"""What the tests of writing share: a server that describes itself, a member's session, a post."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.adapters.mastodon.script import Reply, Script, statuses
from tuisocial.adapters.mastodon.member import MemberSession
from tuisocial.model.ids import PostId
from tuisocial.model.richtext import RichText
from tuisocial.model.submission import Attempt, PostRef, Submission

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
"""By this machine's clock and the server's."""

TRIED = Attempt("the-key-of-the-attempt", NOW)
STATUSES = "/api/v1/statuses"
ME = str(statuses(1, 1)[0]["account"]["id"])
OWN = f"/api/v1/accounts/{ME}/statuses"

MASTODON: dict[str, Any] = {
    "domain": "example.social",
    "version": "4.5.0",
    "api_versions": {"mastodon": 7},
    "configuration": {
        "statuses": {
            "max_characters": 500,
            "max_media_attachments": 4,
            "characters_reserved_per_url": 23,
        },
        "media_attachments": {
            "supported_mime_types": ["image/png", "video/mp4", "audio/wav"],
            "image_size_limit": 1_000,
            "video_size_limit": 100_000,
            "description_limit": 100,
        },
        "polls": {
            "max_options": 4,
            "max_characters_per_option": 50,
            "min_expiration": 300,
            "max_expiration": 2_629_746,
        },
    },
}
OLD_MASTODON = {**MASTODON, "version": "3.4.10", "api_versions": {}}
PLEROMA: dict[str, Any] = {
    "uri": "https://example.social",
    "version": "2.7.2 (compatible; Pleroma 2.9.0)",
    "max_toot_chars": 5_000,
    "description_limit": 5_000,
    "upload_limit": 16_000_000,
    "pleroma": {
        "metadata": {
            "features": ["pleroma_emoji_reactions", "quote_posting", "editing"],
            "post_formats": ["text/plain", "text/markdown"],
        }
    },
}
GOTOSOCIAL = {
    **MASTODON,
    "version": "0.19.1+git-1234567",
    "source_url": "https://codeberg.org/superseriousbusiness/gotosocial",
}
GLITCH: dict[str, Any] = {
    **MASTODON,
    "version": "4.5.0+glitch",
    "configuration": {
        **MASTODON["configuration"],
        "statuses": {
            **MASTODON["configuration"]["statuses"],
            "supported_mime_types": ["text/plain", "text/markdown", "text/html"],
        },
    },
}
"""A fork of Mastodon that reads Markdown."""


def describe(script: Script, description: dict[str, Any] = MASTODON) -> None:
    """Have the server say that of itself."""
    script.clock = NOW
    script.answers["/api/v2/instance"] = Reply(description)
    script.answers["/api/v1/instance"] = Reply(description)


async def member(
    script: Script,
    description: dict[str, Any] = MASTODON,
    now: Callable[[], datetime] = lambda: NOW,
    **options: str,
) -> MemberSession:
    """A session that knows its server."""
    describe(script, description)
    session = await script.session(now=now, **options)
    assert isinstance(session, MemberSession)
    await session.prepare()
    return session


def status(number: int = 7, **parts: Any) -> dict[str, Any]:
    """A status of ada's."""
    return {**statuses(number, number)[0], **parts}


def post(number: int = 7) -> PostRef:
    """What names that status."""
    name = f"https://example.social/users/ada/statuses/{number}"
    return PostRef(PostId("activitypub", name), str(number))


def submission(text: str = "Engines", **parts: Any) -> Submission:
    """A submission of plain text."""
    return Submission(RichText(text), **parts)
