"""What hangs on a status in the Mastodon API, in our words: media, polls, cards, reactions.

<https://docs.joinmastodon.org/entities/MediaAttachment/>, `Poll/`, `PreviewCard/`.
"""

from __future__ import annotations

from tuisocial.adapters.mastodon.fields import (
    Json,
    count,
    flag,
    identifier,
    moment,
    number,
    record,
    records,
    text,
    web,
)
from tuisocial.adapters.mastodon.places import Places
from tuisocial.model.media import Media, MediaKind
from tuisocial.model.poll import Poll, PollOption
from tuisocial.model.post import Card, Reaction

_KINDS = {
    "image": MediaKind.IMAGE,
    "video": MediaKind.VIDEO,
    "gifv": MediaKind.ANIMATION,
    "audio": MediaKind.AUDIO,
}


def media_of(status: Json, places: Places) -> tuple[Media, ...]:
    """The attachments. One that was not fetched has its origin's address, or the post's page.

    So has one at an address to which the server may not lead.
    """
    page = web(status, "url")
    found = []
    for media in records(status, "media_attachments"):
        preview = places.of(media, "preview_url")
        address = places.of(media, "url", "remote_url") or preview or page
        if address is None:
            continue
        original = record(record(media, "meta"), "original")
        found.append(
            Media(
                kind=_KINDS.get(text(media, "type"), MediaKind.UNKNOWN),
                url=address,
                preview_url=preview,
                # Null is how most servers say that the author wrote none.
                alt=text(media, "description") if "description" in media else None,
                mime_type=text(record(media, "pleroma"), "mime_type")
                or text(media, "mime")
                or None,
                width=count(original, "width"),
                height=count(original, "height"),
                duration=number(original, "duration"),
                blurhash=text(media, "blurhash") or None,
            )
        )
    return tuple(found)


def poll_of(status: Json) -> Poll | None:
    """The poll, if there is one with answers."""
    poll = record(status, "poll")
    options = records(poll, "options")
    if not options:
        return None
    own = poll.get("own_votes")
    chosen = own if isinstance(own, list) else None
    return Poll(
        key=identifier(poll, "id"),
        options=tuple(
            PollOption(
                text(option, "title"),
                count(option, "votes_count"),
                None if chosen is None else index in chosen,
            )
            for index, option in enumerate(options)
        ),
        multiple=flag(poll, "multiple"),
        closes_at=moment(poll, "expires_at"),
        closed=flag(poll, "expired"),
        votes=count(poll, "votes_count"),
        voters=count(poll, "voters_count"),
        voted=flag(poll, "voted"),
    )


def card_of(status: Json, places: Places) -> Card | None:
    """The preview of a linked page."""
    card = record(status, "card")
    address = web(card, "url")
    if address is None:
        return None
    authors = records(card, "authors")
    return Card(
        url=address,
        title=text(card, "title").strip(),
        description=text(card, "description").strip(),
        author=text(card, "author_name").strip()
        or (text(authors[0], "name").strip() if authors else ""),
        image_url=places.of(card, "image"),
    )


def reactions_of(status: Json, places: Places) -> tuple[Reaction, ...]:
    """Emoji reactions, under the names that Pleroma, Fedibird and glitch-soc give them."""
    given = (
        records(record(status, "pleroma"), "emoji_reactions")
        or records(status, "emoji_reactions")
        or records(status, "reactions")
    )
    return tuple(
        Reaction(text(one, "name"), total, places.of(one, "url"))
        for one in given
        if text(one, "name") and (total := count(one, "count"))
    )
