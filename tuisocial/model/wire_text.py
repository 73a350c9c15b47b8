"""The JSON form of text and accounts: the part of `model.wire` that everything else is built on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tuisocial.model.account import Account, ProfileField
from tuisocial.model.ids import AccountId, PostId
from tuisocial.model.richtext import (
    EMPTY,
    CustomEmoji,
    Facet,
    Hashtag,
    Link,
    Mention,
    PostReference,
    RichText,
)

Json = dict[str, Any]


def time_to_json(time: datetime) -> str:
    """RFC 3339 in UTC, with a fraction only where there is one."""
    if time.tzinfo is not UTC:
        time = time.astimezone(UTC)
    # In two parts: asking the zone for its offset takes Python as long as both together.
    return f"{time.date().isoformat()}T{time.time().isoformat()}Z"


def time_from_json(text: str) -> datetime:
    """Read RFC 3339; a time without a zone is refused."""
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"time without a zone: {text!r}")
    return time.astimezone(UTC)


def optional_time(text: str | None) -> datetime | None:
    """Read a time that may be left out."""
    return None if text is None else time_from_json(text)


def present(**values: Any) -> Json:
    """A dict without what is unknown or empty."""
    return {name: value for name, value in values.items() if value is not None and value != ()}


def facet_to_json(facet: Facet) -> Json:
    """A facet with its `type` first."""
    match facet:
        case Mention():
            out = {
                "type": "mention",
                "start": facet.start,
                "end": facet.end,
                "account": str(facet.account),
            }
            if facet.url is not None:
                out["url"] = facet.url
            return out
        case Link():
            return {"type": "link", "start": facet.start, "end": facet.end, "url": facet.url}
        case Hashtag():
            return {"type": "hashtag", "start": facet.start, "end": facet.end, "tag": facet.tag}
        case CustomEmoji():
            return {
                "type": "emoji",
                "start": facet.start,
                "end": facet.end,
                "shortcode": facet.shortcode,
                "url": facet.url,
            }
        case PostReference():
            return {
                "type": "post",
                "start": facet.start,
                "end": facet.end,
                "post": str(facet.post),
            }


_FACETS: dict[str, Callable[[int, int, Json], Facet]] = {
    "mention": lambda s, e, j: Mention(s, e, AccountId.parse(j["account"]), j.get("url")),
    "link": lambda s, e, j: Link(s, e, j["url"]),
    "hashtag": lambda s, e, j: Hashtag(s, e, j["tag"]),
    "emoji": lambda s, e, j: CustomEmoji(s, e, j["shortcode"], j["url"]),
    "post": lambda s, e, j: PostReference(s, e, PostId.parse(j["post"])),
}


def facet_from_json(json: Json) -> Facet:
    """The facet that `facet_to_json` wrote."""
    return _FACETS[json["type"]](json["start"], json["end"], json)


def richtext_to_json(text: RichText) -> Json:
    """`{"text", "facets"?}`."""
    if not text.facets:
        return {"text": text.text}
    return {"text": text.text, "facets": [facet_to_json(facet) for facet in text.facets]}


def richtext_from_json(json: Json) -> RichText:
    """The text that `richtext_to_json` wrote."""
    facets = json.get("facets")
    if not facets:
        return RichText(json["text"])
    return RichText(json["text"], tuple(facet_from_json(facet) for facet in facets))


def account_to_json(account: Account) -> Json:
    """An account, whole."""
    out = present(
        id=str(account.id),
        handle=account.handle,
        name=account.name or None,
        handle_verified=account.handle_verified,
        url=account.url,
        avatar_url=account.avatar_url,
        followers=account.followers,
        following=account.following,
        posts=account.posts,
        bot=account.bot,
        locked=account.locked,
    )
    if not account.fetched:
        out["fetched"] = False
    if account.bio.text:
        out["bio"] = richtext_to_json(account.bio)
    if account.fields:
        out["fields"] = [
            present(
                name=field.name,
                value=richtext_to_json(field.value),
                verified_at=field.verified_at and time_to_json(field.verified_at),
            )
            for field in account.fields
        ]
    if account.created_at is not None:
        out["created_at"] = time_to_json(account.created_at)
    if account.same_as:
        out["same_as"] = [str(other) for other in account.same_as]
    return out


def account_from_json(json: Json) -> Account:
    """The account that `account_to_json` wrote."""
    bio = json.get("bio")
    return Account(
        id=AccountId.parse(json["id"]),
        handle=json["handle"],
        name=json.get("name", ""),
        fetched=json.get("fetched", True),
        handle_verified=json.get("handle_verified"),
        url=json.get("url"),
        bio=richtext_from_json(bio) if bio else EMPTY,
        avatar_url=json.get("avatar_url"),
        fields=tuple(
            ProfileField(
                field["name"],
                richtext_from_json(field["value"]),
                optional_time(field.get("verified_at")),
            )
            for field in json.get("fields", ())
        ),
        followers=json.get("followers"),
        following=json.get("following"),
        posts=json.get("posts"),
        created_at=optional_time(json.get("created_at")),
        bot=json.get("bot"),
        locked=json.get("locked"),
        same_as=tuple(AccountId.parse(other) for other in json.get("same_as", ())),
    )
