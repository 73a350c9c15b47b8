"""Verified events as the model's posts and rows.

Accounts come from the caller, who knows the profiles read so far; counts are `counts`' affair.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from tuisocial.adapters.nostr import entities, media, profiles, replies
from tuisocial.adapters.nostr.entities import is_hex32
from tuisocial.adapters.nostr.events import Event
from tuisocial.adapters.nostr.ids import (
    ARTICLE,
    NETWORK,
    account_id,
    address_id,
    event_id,
    named_account,
    reference_id,
)
from tuisocial.adapters.nostr.nevent import nevent
from tuisocial.adapters.nostr.pictures import ANYBODYS, Pictures
from tuisocial.adapters.nostr.text import rich
from tuisocial.model.account import Account
from tuisocial.model.entry import Entry, Reposted
from tuisocial.model.ids import AccountId, LoginId, PostId
from tuisocial.model.post import (
    STRANGER,
    UNCOUNTED,
    Card,
    Counts,
    Post,
    PostKind,
    PostView,
    Quote,
    ReplyTo,
    Viewer,
    Visibility,
)
from tuisocial.sdk.text import scalar

NOTE, REPOST, GENERIC_REPOST, COMMENT = 1, 6, 16, 1111
POSTS = frozenset({NOTE, ARTICLE})
"""The kinds that stand in a timeline by themselves."""

REPOSTS = frozenset({REPOST, GENERIC_REPOST})
SHOWN = POSTS | REPOSTS
# A member of an enumeration is looked for anew each time that it is named.
_ARTICLE, _UNKNOWN, _PUBLIC = PostKind.ARTICLE, PostKind.UNKNOWN, Visibility.PUBLIC
_KINDS = {NOTE: PostKind.NOTE, COMMENT: PostKind.NOTE, ARTICLE: _ARTICLE}
_MOST_MENTIONS = 500

People = Callable[[str], Account]
"""The account of a key, as far as it is known."""


def post_id(event: Event) -> PostId:
    """A post's global name: an article's is its address, which survives edits."""
    if 30_000 <= event.kind < 40_000:
        return address_id(event.kind, event.pubkey, event.tag("d") or "")
    return event_id(event.id)


def entry(
    event: Event,
    login: LoginId,
    people: People,
    *,
    relay: str = "",
    counts: Counts = UNCOUNTED,
    viewer: Viewer = STRANGER,
    repost: Event | None = None,
) -> Entry:
    """A timeline's row for `event`, because of `repost` where there is one."""
    view = PostView(login, post(event, people, counts), relay, viewer)
    return row(view, event, repost, people)


def row(view: PostView, event: Event, repost: Event | None, people: People) -> Entry:
    """The row of a post that `event` is, because of `repost` where there is one."""
    if repost is None:
        # The event's own time: an article's `created_at` is that of its first version.
        at = view.post.edited_at or view.post.created_at
        return Entry(view, at, f"{NETWORK}:{event.id}")
    reason = Reposted(people(repost.pubkey))
    return Entry(view, _time(repost.created_at), f"{NETWORK}:{repost.id}", reason)


def post(
    event: Event, people: People, counts: Counts = UNCOUNTED, pictures: Pictures = ANYBODYS
) -> Post:
    """The post that an event is; an unknown kind is kept and shown as its content."""
    tags: dict[str, list[list[str]]] = {}
    for tag in event.tags:
        if len(tag) > 1:
            tags.setdefault(tag[0], []).append(tag)
        elif tag:
            tags.setdefault(tag[0], []).append([tag[0], ""])
    links: list[str] = []
    text = rich(
        event.content,
        event.tags,
        lambda pubkey: profiles.called(people(pubkey)),
        profiles.emoji(tags["emoji"], pictures) if "emoji" in tags else None,
        links,
    )
    kind, url = _KINDS.get(event.kind, _UNKNOWN), _url(event)
    created, edited, title, card = _time(event.created_at), None, None, None
    if kind is _ARTICLE:
        title = _first(tags, "title")
        card = _card(tags, url, title, pictures)
        published = _published(tags, event.created_at)
        if published is not None and published != event.created_at:
            created, edited = _time(published), created
    warning = _warning(tags) if "content-warning" in tags else None
    sensitive = None if warning is None else True
    language = _language(tags["l"]) if "l" in tags else None
    reply_to = _reply_to(event) if "e" in tags or "a" in tags else None
    quote = _quote(tags["q"], people) if "q" in tags else None
    found = media.attachments(links, tags.get("imeta", ()), pictures) if links else ()
    hashtags = _hashtags(tags["t"]) if "t" in tags else ()
    mentions = _mentions(tags["p"]) if "p" in tags else ()
    same_as = _same_as(tags["proxy"]) if "proxy" in tags else ()
    # By their order: with names so many values take Python three times as long.
    return Post(
        post_id(event),
        people(event.pubkey),
        text,
        created,
        kind,
        title,
        edited,
        warning,
        sensitive,
        _PUBLIC,
        language,
        reply_to,
        quote,
        found,
        None,  # no polls
        card,
        hashtags,
        mentions,
        counts,
        url,
        same_as,
        event.raw,
    )


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _first(tags: dict[str, list[list[str]]], name: str) -> str | None:
    return scalar(tags[name][0][1]).strip() or None if name in tags else None


def _url(event: Event) -> str:
    if event.kind >= 30_000:
        code = entities.naddr(event.kind, event.pubkey, event.tag("d") or "")
        if event.kind < 40_000 and code is not None:
            return f"nostr:{code}"
    return f"nostr:{nevent(event.id)}"


def _warning(tags: dict[str, list[list[str]]]) -> str:
    """NIP-36: the reason is optional."""
    return scalar(tags["content-warning"][0][1]).strip()


def _language(labels: list[list[str]]) -> str | None:
    """NIP-32: `["l", "en", "ISO-639-1"]`."""
    for label in labels:
        if len(label) > 2 and label[2] == "ISO-639-1" and len(label[1]) == 2:
            return scalar(label[1].lower())
    return None


def _reply_to(event: Event) -> ReplyTo | None:
    parent = replies.place(event).parent
    if parent is None:
        return None
    named = reference_id(parent.id)
    if named is None:
        return None
    return ReplyTo(named, account_id(parent.author) if parent.author else None)


def _quote(quotes: list[list[str]], people: People) -> Quote | None:
    """NIP-18: `["q", id or address, relay, author]`; the first that names a post."""
    for tag in quotes:
        named = reference_id(tag[1])
        if named is not None:
            author = tag[3] if len(tag) > 3 and is_hex32(tag[3]) else None
            return Quote(named, people(author) if author else None)
    return None


def _hashtags(tags: list[list[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(scalar(tag[1].lower()) for tag in tags if tag[1]))


def _mentions(tags: list[list[str]]) -> tuple[AccountId, ...]:
    named = map(named_account, dict.fromkeys(tag[1] for tag in tags[:_MOST_MENTIONS]))
    return tuple(account for account in named if account is not None)


def _same_as(proxies: list[list[str]]) -> tuple[PostId, ...]:
    """NIP-48: of the protocols it names, the one whose objects' ids are another network's posts."""
    return tuple(
        PostId("activitypub", scalar(tag[1]))
        for tag in proxies
        if len(tag) > 2 and tag[2] == "activitypub" and tag[1].startswith(("https://", "http://"))
    )


def _published(tags: dict[str, list[list[str]]], updated: int) -> int | None:
    """NIP-23's `published_at`, unless it is later than the article itself."""
    text = _first(tags, "published_at") or ""
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        return None
    return int(text) if int(text) <= updated else None


def _card(
    tags: dict[str, list[list[str]]], url: str, title: str | None, pictures: Pictures
) -> Card | None:
    """An article's summary and picture."""
    summary, image = _first(tags, "summary"), pictures.place(_first(tags, "image") or "")
    if summary is None and image is None:
        return None
    return Card(url, title or "", summary or "", image_url=image)
