"""The one JSON form of the model: plain dicts, lists, strings, numbers.

What scripts print, what golden pairs hold, what the store keeps and what an adapter in another
process speaks. A field at its default is left out, a time is RFC 3339 in UTC. Written by hand
because the intake of thousands of posts a second passes through it.

Readers raise ValueError, KeyError or TypeError for what is not of the form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tuisocial.model.account import Account
from tuisocial.model.entry import Entry, FollowedTag, Pinned, Reason, Reposted
from tuisocial.model.ids import AccountId, LoginId, PostId
from tuisocial.model.media import Media, MediaKind
from tuisocial.model.poll import Poll, PollOption
from tuisocial.model.post import (
    UNCOUNTED,
    UNKNOWN_MARK,
    Action,
    Card,
    Counts,
    Mark,
    Off,
    On,
    Post,
    PostKind,
    PostView,
    Quote,
    Reaction,
    ReplyTo,
    Viewer,
    Visibility,
)
from tuisocial.model.richtext import RichText
from tuisocial.model.thread import Missing, MissingReason, Thread
from tuisocial.model.wire_text import (
    Json,
    account_from_json,
    account_to_json,
    facet_from_json,
    facet_to_json,
    optional_time,
    present,
    richtext_from_json,
    richtext_to_json,
    time_from_json,
    time_to_json,
)

__all__ = [
    "Json",
    "account_from_json",
    "account_to_json",
    "counts_from_json",
    "counts_to_json",
    "entry_from_json",
    "entry_to_json",
    "facet_from_json",
    "facet_to_json",
    "media_from_json",
    "media_to_json",
    "poll_from_json",
    "poll_to_json",
    "post_body_to_json",
    "post_from_body",
    "post_from_json",
    "post_to_json",
    "richtext_from_json",
    "richtext_to_json",
    "thread_from_json",
    "thread_to_json",
    "time_from_json",
    "time_to_json",
    "view_from_json",
    "view_to_json",
    "viewer_from_json",
    "viewer_to_json",
]


# A member of an enumeration is looked for anew each time that it is named.
_NOTE, _UNKNOWN = PostKind.NOTE, Visibility.UNKNOWN


def _account_id(text: str | None) -> AccountId | None:
    return None if text is None else AccountId.parse(text)


def _post_id(text: str | None) -> PostId | None:
    return None if text is None else PostId.parse(text)


# --- parts of a post ----------------------------------------------------------------------


def media_to_json(media: Media) -> Json:
    """One attachment."""
    return present(
        kind=media.kind.value,
        url=media.url,
        preview_url=media.preview_url,
        alt=media.alt,
        mime_type=media.mime_type,
        width=media.width,
        height=media.height,
        duration=media.duration,
        size=media.size,
        blurhash=media.blurhash,
    )


def media_from_json(json: Json) -> Media:
    """The attachment that `media_to_json` wrote."""
    return Media(**{**json, "kind": MediaKind(json["kind"])})


def poll_to_json(poll: Poll) -> Json:
    """A poll with its options."""
    return present(
        key=poll.key,
        options=[present(title=o.title, votes=o.votes, chosen=o.chosen) for o in poll.options],
        multiple=poll.multiple,
        closes_at=poll.closes_at and time_to_json(poll.closes_at),
        closed=poll.closed,
        votes=poll.votes,
        voters=poll.voters,
        voted=poll.voted,
    )


def poll_from_json(json: Json) -> Poll:
    """The poll that `poll_to_json` wrote."""
    return Poll(
        **{
            **json,
            "options": tuple(PollOption(**option) for option in json["options"]),
            "closes_at": optional_time(json.get("closes_at")),
        }
    )


def counts_to_json(counts: Counts) -> Json:
    """The totals that are known."""
    out = present(
        replies=counts.replies, reposts=counts.reposts, likes=counts.likes, quotes=counts.quotes
    )
    if counts.reactions:
        out["reactions"] = [
            present(name=r.name, count=r.count, url=r.url) for r in counts.reactions
        ]
    return out


def counts_from_json(json: Json) -> Counts:
    """The totals that `counts_to_json` wrote."""
    reactions = tuple(Reaction(**reaction) for reaction in json.get("reactions", ()))
    return Counts(**{**json, "reactions": reactions})


def _quote_to_json(quote: Quote) -> Json:
    return present(
        post=quote.post and str(quote.post),
        author=quote.author and account_to_json(quote.author),
        text=quote.text and richtext_to_json(quote.text),
        url=quote.url,
        state=quote.state,
    )


def _quote_from_json(json: Json) -> Quote:
    author, text = json.get("author"), json.get("text")
    return Quote(
        post=_post_id(json.get("post")),
        author=account_from_json(author) if author else None,
        text=richtext_from_json(text) if text else None,
        url=json.get("url"),
        state=json.get("state"),
    )


# --- posts --------------------------------------------------------------------------------


def post_body_to_json(post: Post) -> Json:
    """A post without its id, author and native record, for a holder that keeps those apart."""
    out: Json = {"text": post.text.text, "created_at": time_to_json(post.created_at)}
    if post.text.facets:
        out["facets"] = [facet_to_json(facet) for facet in post.text.facets]
    if post.kind is not _NOTE:
        out["kind"] = post.kind.value
    if post.visibility is not _UNKNOWN:
        out["visibility"] = post.visibility.value
    if post.title is not None:
        out["title"] = post.title
    if post.content_warning is not None:
        out["content_warning"] = post.content_warning
    if post.sensitive is not None:
        out["sensitive"] = post.sensitive
    if post.language is not None:
        out["language"] = post.language
    if post.url is not None:
        out["url"] = post.url
    if post.edited_at is not None:
        out["edited_at"] = time_to_json(post.edited_at)
    if post.reply_to is not None:
        parent = post.reply_to
        out["reply_to"] = present(
            post=parent.post and str(parent.post),
            author=parent.author and str(parent.author),
            key=parent.key or None,
        )
    if post.quote is not None:
        out["quote"] = _quote_to_json(post.quote)
    if post.media:
        out["media"] = [media_to_json(media) for media in post.media]
    if post.poll is not None:
        out["poll"] = poll_to_json(post.poll)
    if post.card is not None:
        card = post.card
        out["card"] = present(
            url=card.url,
            title=card.title,
            description=card.description or None,
            author=card.author or None,
            image_url=card.image_url,
        )
    if post.tags:
        out["tags"] = list(post.tags)
    if post.mentions:
        out["mentions"] = [str(account) for account in post.mentions]
    if post.counts is not UNCOUNTED:
        out["counts"] = counts_to_json(post.counts)
    if post.same_as:
        out["same_as"] = [str(other) for other in post.same_as]
    return out


def post_from_body(post: PostId, json: Json, author: Account, native: str = "") -> Post:
    """Put a post together from `post_body_to_json` and what its holder kept apart."""
    get = json.get
    reply_to, quote, poll, card, counts = (
        get("reply_to"),
        get("quote"),
        get("poll"),
        get("card"),
        get("counts"),
    )
    return Post(
        id=post,
        author=author,
        text=RichText(json["text"], tuple(facet_from_json(f) for f in get("facets", ()))),
        created_at=time_from_json(json["created_at"]),
        kind=PostKind(get("kind", "note")),
        title=get("title"),
        edited_at=optional_time(get("edited_at")),
        content_warning=get("content_warning"),
        sensitive=get("sensitive"),
        visibility=Visibility(get("visibility", "unknown")),
        language=get("language"),
        reply_to=None
        if reply_to is None
        else ReplyTo(
            _post_id(reply_to.get("post")),
            _account_id(reply_to.get("author")),
            reply_to.get("key", ""),
        ),
        quote=_quote_from_json(quote) if quote is not None else None,
        media=tuple(media_from_json(media) for media in get("media", ())),
        poll=poll_from_json(poll) if poll else None,
        card=Card(**card) if card else None,
        tags=tuple(get("tags", ())),
        mentions=tuple(AccountId.parse(account) for account in get("mentions", ())),
        counts=counts_from_json(counts) if counts else UNCOUNTED,
        url=get("url"),
        same_as=tuple(PostId.parse(other) for other in get("same_as", ())),
        native=native,
    )


def post_to_json(post: Post) -> Json:
    """A post, whole but for its native record."""
    author = account_to_json(post.author)
    return {"id": str(post.id), **post_body_to_json(post), "author": author}


def post_from_json(json: Json) -> Post:
    """The post that `post_to_json` wrote."""
    return post_from_body(PostId.parse(json["id"]), json, account_from_json(json["author"]))


# --- views, entries, threads --------------------------------------------------------------


def _mark_to_json(mark: Mark) -> Json | None:
    match mark:
        case On():
            return {"on": True, "undo": mark.undo}
        case Off():
            return {"on": False}
        case _:
            return None


def _mark_from_json(json: Json | None) -> Mark:
    if json is None:
        return UNKNOWN_MARK
    return On(json.get("undo", "")) if json["on"] else Off()


def viewer_to_json(viewer: Viewer) -> Json:
    """The marks that are known and the actions that are allowed, sorted."""
    return present(
        liked=_mark_to_json(viewer.liked),
        reposted=_mark_to_json(viewer.reposted),
        bookmarked=_mark_to_json(viewer.bookmarked),
        allowed=tuple(sorted(action.value for action in viewer.allowed)),
    )


def viewer_from_json(json: Json) -> Viewer:
    """The marks that `viewer_to_json` wrote."""
    return Viewer(
        liked=_mark_from_json(json.get("liked")),
        reposted=_mark_from_json(json.get("reposted")),
        bookmarked=_mark_from_json(json.get("bookmarked")),
        allowed=frozenset(Action(action) for action in json.get("allowed", ())),
    )


def view_to_json(view: PostView) -> Json:
    """A post and how one login sees it."""
    return {
        "login": view.login.name,
        "post": post_to_json(view.post),
        **present(remote_key=view.remote_key or None, viewer=viewer_to_json(view.viewer) or None),
    }


def view_from_json(json: Json) -> PostView:
    """The view that `view_to_json` wrote."""
    return PostView(
        LoginId(json["login"]),
        post_from_json(json["post"]),
        json.get("remote_key", ""),
        viewer_from_json(json.get("viewer", {})),
    )


def _reason_to_json(reason: Reason | None) -> Json | None:
    match reason:
        case None:
            return None
        case Reposted():
            return {"type": "reposted", "by": account_to_json(reason.by)}
        case FollowedTag():
            return {"type": "tag", "tag": reason.tag}
        case Pinned():
            return {"type": "pinned"}


def _reason_from_json(json: Json | None) -> Reason | None:
    if json is None:
        return None
    match json["type"]:
        case "reposted":
            return Reposted(account_from_json(json["by"]))
        case "tag":
            return FollowedTag(json["tag"])
        case "pinned":
            return Pinned()
        case other:
            raise ValueError(f"unknown reason {other!r}")


def entry_to_json(entry: Entry) -> Json:
    """A timeline's row, whole."""
    return {
        "key": entry.key,
        "sort_at": time_to_json(entry.sort_at),
        "view": view_to_json(entry.view),
        **present(reason=_reason_to_json(entry.reason)),
    }


def entry_from_json(json: Mapping[str, Any]) -> Entry:
    """The row that `entry_to_json` wrote."""
    return Entry(
        view_from_json(json["view"]),
        time_from_json(json["sort_at"]),
        json["key"],
        _reason_from_json(json.get("reason")),
    )


def thread_to_json(thread: Thread) -> Json:
    """A thread with its holes."""
    return {
        "focus": str(thread.focus),
        "posts": [view_to_json(view) for view in thread.posts],
        "missing": [{"post": str(m.post), "reason": m.reason.value} for m in thread.missing],
        "complete": thread.complete,
    }


def thread_from_json(json: Json) -> Thread:
    """The thread that `thread_to_json` wrote."""
    return Thread(
        PostId.parse(json["focus"]),
        tuple(view_from_json(view) for view in json["posts"]),
        tuple(
            Missing(PostId.parse(m["post"]), MissingReason(m["reason"])) for m in json["missing"]
        ),
        json["complete"],
    )
