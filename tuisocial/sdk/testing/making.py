"""Makers of model values for tests: deterministic, complete enough to show, one line to call.

The higher the number, the newer the post: one a minute from `START` on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tuisocial.model.account import Account
from tuisocial.model.entry import Entry, Reason, Reposted
from tuisocial.model.ids import AccountId, LoginId, PostId
from tuisocial.model.login import Login
from tuisocial.model.post import Post, PostView, ReplyTo, Viewer, Visibility
from tuisocial.model.richtext import RichText

NETWORK = "memory"
START = datetime(2026, 1, 1, 12, tzinfo=UTC)


def at(minute: float) -> datetime:
    """`minute` minutes after `START`."""
    return START + timedelta(minutes=minute)


def make_account(name: str = "ada", *, network: str = NETWORK, **fields: Any) -> Account:
    """The account of `name`; `fields` are any of `Account`'s."""
    host = f"{network}.example"
    return Account(
        **{
            "id": AccountId(network, f"account-{name}"),
            "handle": f"@{name}@{host}",
            "name": name.title(),
            "url": f"https://{host}/people/{name}",
            **fields,
        }
    )


def make_post(
    n: int,
    text: str | RichText | None = None,
    *,
    author: Account | str = "ada",
    reply_to: Post | PostId | None = None,
    network: str = NETWORK,
    **fields: Any,
) -> Post:
    """The post of number `n`, made `n` minutes after `START`; `fields` are any of `Post`'s.

    The same arguments always make an equal post.
    """
    if isinstance(author, str):
        author = make_account(author, network=network)
    if text is None:
        text = f"Post number {n}"
    if isinstance(text, str):
        text = RichText(text)
    parent = None
    if isinstance(reply_to, Post):
        parent = ReplyTo(reply_to.id, reply_to.author.id)
    elif reply_to is not None:
        parent = ReplyTo(reply_to)
    return Post(
        **{
            "id": PostId(network, f"post-{n}"),
            "author": author,
            "text": text,
            "created_at": at(n),
            "visibility": Visibility.PUBLIC,
            "reply_to": parent,
            "url": f"https://{network}.example/posts/{n}",
            "native": json.dumps({"n": n, "text": text.text}),
            **fields,
        }
    )


def make_posts(count: int, *, first: int = 1, network: str = NETWORK) -> tuple[Post, ...]:
    """`count` posts by three authors in turn, newest first."""
    authors = ("ada", "bob", "cleo")
    return tuple(
        make_post(n, author=authors[n % 3], network=network)
        for n in range(first + count - 1, first - 1, -1)
    )


def make_view(post: Post, login: LoginId | str = "me", viewer: Viewer | None = None) -> PostView:
    """`post` as the login sees it."""
    if isinstance(login, str):
        login = LoginId(login)
    return PostView(login, post, f"key-{post.id.uri}", viewer or Viewer())


def make_entry(
    post: Post,
    login: LoginId | str = "me",
    *,
    reason: Reason | None = None,
    sort_at: datetime | None = None,
    key: str | None = None,
) -> Entry:
    """A row for `post`, at its own time unless another is given."""
    return Entry(make_view(post, login), sort_at or post.created_at, key or str(post.id), reason)


def make_repost(post: Post, by: Account | str, minute: float, login: LoginId | str = "me") -> Entry:
    """The row that `by` made by reposting `post` at `minute`."""
    network = post.id.network
    if isinstance(by, str):
        by = make_account(by, network=network)
    key = f"{network}:repost-of-{post.id.uri}-by-{by.id.uri}"
    return make_entry(post, login, reason=Reposted(by), sort_at=at(minute), key=key)


def make_login(
    name: str = "me",
    *,
    account: str | None = "ada",
    adapter: str = NETWORK,
    network: str = NETWORK,
    options: Mapping[str, str] | None = None,
) -> Login:
    """A login as the account of that name; a guest's for None."""
    who = None if account is None else make_account(account, network=network)
    return Login(
        LoginId.parse(name),
        adapter,
        network,
        account=None if who is None else who.id,
        handle="" if who is None else who.handle,
        options=options or {},
    )
