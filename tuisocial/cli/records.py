"""What scripts read: JSON with every key always there, null or [] for what is not known.

`SCHEMA` counts up when a key changes its meaning or goes; new keys may come at any time. The
JSON Schemas in `tuisocial/schemas` describe the same, and tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tuisocial.model.account import Account
from tuisocial.model.limits import Limits
from tuisocial.model.media import Media
from tuisocial.model.poll import Poll
from tuisocial.model.post import Card, Counts, Post, Quote
from tuisocial.model.richtext import RichText
from tuisocial.model.wire import facet_to_json, time_to_json
from tuisocial.store.rows import Gap, Row, SourceState

if TYPE_CHECKING:
    from tuisocial.registry import AdapterInfo
    from tuisocial.sdk.capabilities import Rights
    from tuisocial.services.checking import LoginReport
    from tuisocial.services.threads import ThreadItem, ThreadView
    from tuisocial.store.logins import StoredLogin

Json = dict[str, Any]

SCHEMA = 1


def timeline(rows: Sequence[Row], states: Sequence[SourceState], gaps: Sequence[Gap]) -> Json:
    """`timeline --json`."""
    return {
        "schema": SCHEMA,
        "entries": [entry(row) for row in rows],
        "sources": [source(state) for state in states],
        "gaps": [gap(hole) for hole in gaps],
    }


def thread(view: ThreadView) -> Json:
    """`thread --json`."""
    return {
        "schema": SCHEMA,
        "focus": str(view.focus),
        "complete": view.complete,
        "error": _text(view.error),
        "remedy": _text(view.remedy),
        "items": [_thread_item(item) for item in view.items],
    }


def profile(account: Account) -> Json:
    """`account --json`."""
    return {
        "schema": SCHEMA,
        "account": {
            **_person(account),
            "handle_verified": account.handle_verified,
            "url": account.url,
            "bio": account.bio.text,
            "facets": _facets(account.bio),
            "avatar_url": account.avatar_url,
            "fields": [
                {
                    "name": field.name,
                    "text": field.value.text,
                    "facets": _facets(field.value),
                    "verified_at": _time(field.verified_at),
                }
                for field in account.fields
            ],
            "followers": account.followers,
            "following": account.following,
            "posts": account.posts,
            "created_at": _time(account.created_at),
            "bot": account.bot,
            "locked": account.locked,
            "same_as": [str(other) for other in account.same_as],
        },
    }


def logins(known: Sequence[StoredLogin], now: datetime) -> Json:
    """`login list --json`."""
    return {"schema": SCHEMA, "logins": [_login(login, now) for login in known]}


def checks(reports: Sequence[LoginReport]) -> Json:
    """`login check --json`."""
    return {"schema": SCHEMA, "checks": [_check(report) for report in reports]}


def adapters(infos: Sequence[AdapterInfo]) -> Json:
    """`adapter list --json`."""
    return {
        "schema": SCHEMA,
        "adapters": [
            {
                "name": info.name,
                "network": _text(info.network),
                "package": _text(info.package),
                "version": _text(info.version),
                "error": _text(info.error),
            }
            for info in infos
        ],
    }


# --- a timeline's parts -------------------------------------------------------------------


def entry(row: Row) -> Json:
    """One row: `timeline --jsonl` prints nothing else."""
    seen_by = [sighting.login.name for sighting in row.sightings]
    return {
        **_post(row.post),
        "login": seen_by[0] if seen_by else None,
        "logins": seen_by,
        "key": row.key,
        "sort_at": _moment(row.position.sort_at),
        "reposted_by": row.reposted_by and _person(row.reposted_by),
        "reposters": [_person(account) for account in row.reposters],
        "copies": [
            {"id": str(copy.post), "logins": [login.name for login in copy.logins]}
            for copy in row.copies
        ],
    }


def source(state: SourceState) -> Json:
    """How one source stands; `state` is one of the words of `SourceStatus`, with underscores."""
    return {
        "login": state.source.login.name,
        "source": str(state.source.timeline),
        "state": state.status.name.lower(),
        "error": _text(state.error),
        "remedy": _text(state.remedy),
        "fetched_at": _time(state.fetched_at),
        "ended": state.ended,
    }


def gap(hole: Gap) -> Json:
    """A hole in one source, between the two times."""
    return {
        "login": hole.source.login.name,
        "source": str(hole.source.timeline),
        "newest": time_to_json(hole.newest),
        "oldest": time_to_json(hole.oldest),
    }


def _thread_item(item: ThreadItem) -> Json:
    missing = item.missing
    return {
        "depth": item.depth,
        "entry": item.row and entry(item.row),
        "missing": missing and {"id": str(missing.post), "reason": missing.reason.value},
    }


# --- posts --------------------------------------------------------------------------------


def _post(post: Post) -> Json:
    parent = post.reply_to
    return {
        "id": str(post.id),
        "network": post.id.network,
        "kind": post.kind.value,
        "author": _person(post.author),
        "title": post.title,
        "text": post.text.text,
        "facets": _facets(post.text),
        "language": post.language,
        "created_at": time_to_json(post.created_at),
        "edited_at": _time(post.edited_at),
        "content_warning": post.content_warning,
        "sensitive": post.sensitive,
        "visibility": post.visibility.value,
        "reply_to": str(parent.post) if parent and parent.post else None,
        "reply_to_author": str(parent.author) if parent and parent.author else None,
        "quote": post.quote and _quote(post.quote),
        "media": [_media(media) for media in post.media],
        "poll": post.poll and _poll(post.poll),
        "card": post.card and _card(post.card),
        "tags": list(post.tags),
        "mentions": [str(account) for account in post.mentions],
        "counts": _counts(post.counts),
        "url": post.url,
        "same_as": [str(other) for other in post.same_as],
    }


def _person(account: Account) -> Json:
    return {"id": str(account.id), "handle": account.handle, "name": account.name}


def _facets(text: RichText) -> list[Json]:
    return [
        {"url": None, **json} if (json := facet_to_json(facet))["type"] == "mention" else json
        for facet in text.facets
    ]


def _quote(quote: Quote) -> Json:
    return {
        "id": str(quote.post) if quote.post else None,
        "author": quote.author and _person(quote.author),
        "text": quote.text.text if quote.text else None,
        "url": quote.url,
        "state": quote.state,
    }


def _media(media: Media) -> Json:
    return {
        "kind": media.kind.value,
        "url": media.url,
        "preview_url": media.preview_url,
        "alt": media.alt,
        "mime_type": media.mime_type,
        "width": media.width,
        "height": media.height,
        "duration": media.duration,
        "size": media.size,
        "blurhash": media.blurhash,
    }


def _poll(poll: Poll) -> Json:
    return {
        "options": [
            {"title": option.title, "votes": option.votes, "chosen": option.chosen}
            for option in poll.options
        ],
        "multiple": poll.multiple,
        "closes_at": _time(poll.closes_at),
        "closed": poll.closed,
        "votes": poll.votes,
        "voters": poll.voters,
        "voted": poll.voted,
    }


def _card(card: Card) -> Json:
    return {
        "url": card.url,
        "title": card.title,
        "description": card.description,
        "author": card.author,
        "image_url": card.image_url,
    }


def _counts(counts: Counts) -> Json:
    return {
        "replies": counts.replies,
        "reposts": counts.reposts,
        "likes": counts.likes,
        "quotes": counts.quotes,
        "reactions": [
            {"name": reaction.name, "count": reaction.count, "url": reaction.url}
            for reaction in counts.reactions
        ],
    }


# --- logins -------------------------------------------------------------------------------


def _login(stored: StoredLogin, now: datetime) -> Json:
    login = stored.login
    muted = stored.muted_until if stored.muted(now.timestamp()) else None
    return {
        "name": login.id.name,
        "adapter": login.adapter,
        "network": login.network,
        "account": str(login.account) if login.account else None,
        "handle": _text(login.handle),
        "guest": login.guest,
        "options": dict(login.options),
        "colour": stored.colour + 1,
        "signed_out": stored.signed_out,
        "enabled": stored.enabled,
        "posts": stored.posts,
        "show": stored.share.value,
        "muted_until": _time(None if muted is None else datetime.fromtimestamp(muted, UTC)),
    }


def _check(report: LoginReport) -> Json:
    error = report.error
    return {
        "login": report.login.id.name,
        "ok": error is None,
        "account": report.account and _person(report.account),
        "error": error and error.message,
        "remedy": _text(error.remedy) if error else None,
        "endpoints": [
            {
                "url": endpoint.url,
                "state": endpoint.state.value,
                "detail": _text(endpoint.detail),
                "latency": endpoint.latency,
                "rights": list(endpoint.rights),
            }
            for endpoint in report.endpoints
        ],
        "rights": report.rights and _rights(report.rights),
        "limits": _limits(report.limits),
    }


def _rights(rights: Rights) -> Json:
    return {
        "granted": None if rights.granted is None else list(rights.granted),
        "lacking": list(rights.lacking),
        "skew": rights.skew,
    }


def _limits(limits: Limits) -> Json:
    return {
        field.name: list(value) if isinstance(value, tuple) else value
        for field in fields(limits)
        for value in [getattr(limits, field.name)]
    }


def _text(text: str) -> str | None:
    return text or None


def _moment(milliseconds: int) -> str:
    """Always as long, so that sorting the texts sorts the times."""
    time = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _time(time: datetime | None) -> str | None:
    return None if time is None else time_to_json(time)
