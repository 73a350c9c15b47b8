"""Statuses of the Mastodon API in our words, from Mastodon and from servers that only resemble it.

<https://docs.joinmastodon.org/entities/Status/>. Accounts and attachments have modules of their
own; what may be missing or odd is read by `fields`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tuisocial.adapters.mastodon import NETWORK
from tuisocial.adapters.mastodon.accounts import account_id, account_of
from tuisocial.adapters.mastodon.attachments import card_of, media_of, poll_of, reactions_of
from tuisocial.adapters.mastodon.fields import (
    Json,
    Malformed,
    count,
    flag,
    identifier,
    moment,
    record,
    records,
    spelling,
    text,
    uri,
    web,
)
from tuisocial.adapters.mastodon.known import Known, post_uri
from tuisocial.adapters.mastodon.places import Places
from tuisocial.model.entry import Entry, Reposted
from tuisocial.model.ids import AccountId, LoginId, PostId
from tuisocial.model.post import (
    UNKNOWN_MARK,
    Action,
    Counts,
    Mark,
    Off,
    On,
    Post,
    PostView,
    Quote,
    ReplyTo,
    Viewer,
    Visibility,
)
from tuisocial.model.richtext import RichText
from tuisocial.sdk.html import Anchor, Tag, rich_text
from tuisocial.sdk.reach import Reach
from tuisocial.sdk.text import scalar

_VISIBILITIES = {
    "public": Visibility.PUBLIC,
    "unlisted": Visibility.UNLISTED,
    "local": Visibility.LOCAL,
    "private": Visibility.FOLLOWERS,
    "direct": Visibility.DIRECT,
}

_QUOTE_FALLBACK = frozenset({"quote-inline"})
"""The class of the "RE: address" that servers add for clients which know no quotes."""


@dataclass(frozen=True, slots=True)
class Converter:
    """Converts what one login's server says.

    `server` is its base address, `domain` the one in its people's handles, `me` the login's
    account, None for a guest; `reach` says where the server may lead.
    """

    server: str
    domain: str
    login: LoginId
    me: AccountId | None
    known: Known
    reach: Reach = field(default_factory=Reach)

    @property
    def places(self) -> Places:
        """Where the server's pictures may be."""
        return Places(self.server, self.reach)

    def entry(self, status: Json) -> Entry:
        """A row of a timeline: a status, or somebody's boost of one.

        Raises: Malformed for a record that cannot be one.
        """
        boosted = record(status, "reblog")
        if not boosted:
            view = self.view(status)
            return Entry(view, view.post.created_at, str(view.post.id))
        view = self.view(boosted)
        by = account_of(record(status, "account"), self.domain, self.places)
        name = post_uri(status)
        # Pleroma gives a boost the name of what it boosts; another event needs another key.
        if not name or name == view.post.id.uri:
            name = self._local_name(status)
        return Entry(
            view,
            moment(status, "created_at") or view.post.created_at,
            str(PostId(NETWORK, name)),
            Reposted(by),
        )

    def view(self, status: Json) -> PostView:
        """A status as the login sees it.

        Raises: Malformed for a record that cannot be one.
        """
        post = self.post(status)
        key = identifier(status, "id")
        return PostView(self.login, post, key, self._viewer(status, post, key))

    def post(self, status: Json) -> Post:
        """A status as everybody sees it.

        Raises: Malformed for a record that cannot be one.
        """
        if not isinstance(status.get("account"), dict):
            raise Malformed("a status without an author")
        self.known.learn(status)
        author = account_of(record(status, "account"), self.domain, self.places)
        created_at = moment(status, "created_at")
        if created_at is None:
            raise Malformed("a status without a date")
        quote = self._quote(status)
        replies = count(status, "replies_count")
        return Post(
            id=PostId(NETWORK, post_uri(status) or self._local_name(status)),
            author=author,
            text=self._text(status, quoting=quote is not None),
            created_at=created_at,
            edited_at=moment(status, "edited_at"),
            content_warning=text(status, "spoiler_text").strip() or None,
            sensitive=flag(status, "sensitive"),
            visibility=_visibility(status),
            language=text(status, "language").strip() or None,
            reply_to=self._reply_to(status, author.id),
            quote=quote,
            media=media_of(status, self.places),
            poll=poll_of(status),
            card=card_of(status, self.places),
            tags=_tags(status),
            mentions=tuple(dict.fromkeys(self._mentions(status).values())),
            counts=Counts(
                replies=count(status, "reply_count") if replies is None else replies,
                reposts=count(status, "reblogs_count"),
                likes=count(status, "favourites_count"),
                quotes=count(status, "quotes_count"),
                reactions=reactions_of(status, self.places),
            ),
            url=web(status, "url"),
            native=_native(status),
        )

    def _local_name(self, status: Json) -> str:
        """A lasting name for a record without one of its own: its address on this server."""
        key = identifier(status, "id")
        if not key:
            raise Malformed("a status without a name")
        return f"{self.server}/api/v1/statuses/{key}"

    # --- text -------------------------------------------------------------------------------

    def _mentions(self, status: Json) -> dict[str, AccountId]:
        """Who is mentioned, by the address of their page or actor."""
        found: dict[str, AccountId] = {}
        for mention in records(status, "mentions"):
            known = self.known.account(identifier(mention, "id"))
            try:
                account = known or account_id(mention, self.domain)
            except Malformed:
                continue
            found[uri(mention, "url") or account.uri] = account
        return found

    def _text(self, status: Json, *, quoting: bool) -> RichText:
        mentions = self._mentions(status)
        names = {
            (text(mention, "username").casefold(), _host(uri(mention, "url"))): uri(mention, "url")
            for mention in records(status, "mentions")
        }
        tags = {uri(tag, "url"): text(tag, "name") for tag in records(status, "tags")}

        def mark(anchor: Anchor) -> AccountId | Tag | None:
            address = spelling(anchor.href)
            if account := mentions.get(address):
                return account
            shown = anchor.text.strip()
            if "mention" in anchor.classes and shown.startswith("@"):
                # The page's address is often spelled otherwise in the text than in the list.
                name = shown[1:].partition("@")[0].casefold()
                return mentions.get(names.get((name, _host(address)), ""))
            if shown.startswith("#") and len(shown) > 1 and " " not in shown:
                rel = anchor.classes & {"hashtag", "mention", "tag"}
                return Tag(shown[1:]) if rel or address in tags or "/tag" in address else None
            return Tag(name) if (name := tags.get(address, "")) else None

        return rich_text(
            text(status, "content"),
            emoji=self.places.emoji(status),
            mark=mark,
            without=_QUOTE_FALLBACK if quoting else frozenset(),
        )

    # --- relations --------------------------------------------------------------------------

    def _reply_to(self, status: Json, author: AccountId) -> ReplyTo | None:
        key = identifier(status, "in_reply_to_id")
        if not key:
            return None
        answered = identifier(status, "in_reply_to_account_id")
        to = self.known.account(answered) if answered else None
        if to is None and answered:
            if answered == identifier(record(status, "account"), "id"):
                to = author
            for mention in records(status, "mentions"):
                if identifier(mention, "id") == answered:
                    to = account_id(mention, self.domain)
        return ReplyTo(self.known.post(key), to, key)

    def _quote(self, status: Json) -> Quote | None:
        """A quoted post, as Mastodon (`state`, `quoted_status`) or Pleroma and its kin tell it.

        Pleroma's `quote_url` is the quoted post's object id.
        """
        pleroma = record(status, "pleroma")
        quote = record(status, "quote") or record(pleroma, "quote")
        if "account" in quote:
            return self._quoted(quote, None)
        if quote:
            state = text(quote, "state")
            hidden = state if state != "accepted" else ""
            if quoted := record(quote, "quoted_status"):
                return self._quoted(quoted, hidden or None)
            post = self.known.post(identifier(quote, "quoted_status_id"))
            return Quote(post, state=hidden or None)
        key = identifier(pleroma, "quote_id") or identifier(status, "quote_id")
        address = web(pleroma, "quote_url")
        if not key and address is None:
            return None
        post = self.known.post(key) if key else None
        if post is None and address is not None:
            post = PostId(NETWORK, address)
        return Quote(post, url=address)

    def _quoted(self, quoted: Json, state: str | None) -> Quote:
        try:
            author = account_of(record(quoted, "account"), self.domain, self.places)
            post = PostId(NETWORK, post_uri(quoted) or self._local_name(quoted))
        except Malformed:
            return Quote(None, url=web(quoted, "url"), state=state)
        return Quote(post, author, self._text(quoted, quoting=True), web(quoted, "url"), state)

    # --- what the login sees and may do -----------------------------------------------------

    def _viewer(self, status: Json, post: Post, key: str) -> Viewer:
        return Viewer(
            liked=self._mark(status, "favourited", key),
            reposted=self._mark(status, "reblogged", key),
            bookmarked=self._mark(status, "bookmarked", key),
            allowed=self._allowed(status, post),
        )

    def _mark(self, status: Json, name: str, key: str) -> Mark:
        value = flag(status, name) if self.me is not None else None
        if value is None:
            return UNKNOWN_MARK
        return On(key) if value else Off()

    def _allowed(self, status: Json, post: Post) -> frozenset[Action]:
        if self.me is None:
            return frozenset()
        # A server that begins to tell `uri` renames its accounts from their pages to that.
        mine = self.me.uri in (post.author.id.uri, post.author.url)
        allowed = {Action.BOOKMARK}
        if mine or _permitted(status, "can_reply"):
            allowed.add(Action.REPLY)
        if mine or _permitted(status, "can_favourite"):
            allowed.add(Action.LIKE)
        shared = post.visibility in (Visibility.PUBLIC, Visibility.UNLISTED)
        if shared and (mine or _permitted(status, "can_reblog")):
            allowed.add(Action.REPOST)
        approval = record(status, "quote_approval")
        # Where nothing is said of quotes, a link stands for one.
        if shared and (not approval or text(approval, "current_user") in ("automatic", "manual")):
            allowed.add(Action.QUOTE)
        if "emoji_reactions" in record(status, "pleroma") or "reactions" in status:
            allowed.add(Action.REACT)
        poll = post.poll
        if poll is not None and not mine and not poll.closed and not poll.voted:
            allowed.add(Action.VOTE)
        if mine:
            allowed |= {Action.EDIT, Action.DELETE}
        return frozenset(allowed)


def _native(status: Json) -> str:
    try:
        return scalar(json.dumps(status, ensure_ascii=False, separators=(",", ":")))
    except RecursionError:
        raise Malformed("a status nested too deeply") from None


def _visibility(status: Json) -> Visibility:
    visibility = _VISIBILITIES.get(text(status, "visibility"), Visibility.UNKNOWN)
    # glitch-soc and Hometown mark posts that never leave the server beside their visibility.
    if visibility is Visibility.PUBLIC and flag(status, "local_only"):
        return Visibility.LOCAL
    return visibility


def _permitted(status: Json, name: str) -> bool:
    """Whether GoToSocial's `interaction_policy`, if there is one, leaves an act to others.

    <https://docs.gotosocial.org/en/latest/federation/interaction_policy/>
    """
    policy = record(record(status, "interaction_policy"), name)
    if not policy:
        return True
    allowed: set[object] = set()
    for group in ("always", "with_approval", "automatic_approval", "manual_approval"):
        values = policy.get(group)
        allowed.update(v for v in values if isinstance(v, str)) if isinstance(values, list) else ()
    return bool(allowed - {"author"})


def _tags(status: Json) -> tuple[str, ...]:
    names = (text(tag, "name").strip().lstrip("#") for tag in records(status, "tags"))
    return tuple(dict.fromkeys(name for name in names if name))


def _host(address: str) -> str:
    return urlsplit(address).hostname or ""
