"""What the seam says an answer is, held against what an adapter did answer.

Only as deep as it takes that a broken adapter can hurt nobody else: that its answers can be
stored, read back and shown. Each check raises TypeError or ValueError.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tuisocial.model.account import Account
from tuisocial.model.entry import Entry, FollowedTag, Pinned, Reposted
from tuisocial.model.ids import AccountId, PostId
from tuisocial.model.media import Media
from tuisocial.model.post import On, Post, PostKind, PostView, ReplyTo, Viewer, Visibility
from tuisocial.model.richtext import RichText
from tuisocial.model.thread import Missing, Thread
from tuisocial.sdk.page import Page, Skipped, Withdrawn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tuisocial.model.ids import LoginId

_POST_TEXTS = ("title", "content_warning", "language", "url")
_ACCOUNT_TEXTS = ("url", "avatar_url")


def page(answer: Page[Entry], login: LoginId) -> None:
    """A page of rows, as `login` sees them."""
    _is(answer, Page)
    _is(answer.older, str, None)
    for row in _all(answer.items, Entry):
        _view(row.view, login)
        _moment(row.sort_at)
        _is(row.key, str)
        _is(row.reason, Reposted, FollowedTag, Pinned, None)
        if isinstance(row.reason, Reposted):
            account(row.reason.by)
    for profile in _all(answer.accounts, Account):
        account(profile)
    for post in _all(answer.deleted, PostId):
        _id(post, PostId)
    for one in _all(answer.withdrawn, Withdrawn):
        _id(one.post, PostId)
        _id(one.by, AccountId)
        if one.at is not None:
            _moment(one.at)
    for _ in _all(answer.skipped, Skipped):
        pass


def thread(answer: Thread, login: LoginId) -> None:
    """A conversation, as `login` sees it."""
    _is(answer, Thread)
    _is(answer.complete, bool, None)
    for view in _all(answer.posts, PostView):
        _view(view, login)
    for hole in _all(answer.missing, Missing):
        _id(hole.post, PostId)


def view(answer: PostView, login: LoginId) -> None:
    """A post, as `login` sees it."""
    _view(answer, login)


def mark(answer: On) -> None:
    """A mark that was set."""
    _is(answer, On)
    _is(answer.undo, str)


def account(answer: Account) -> None:
    """A profile."""
    _is(answer, Account)
    _id(answer.id, AccountId)
    _is(answer.handle, str)
    _is(answer.name, str)
    _is(answer.bio, RichText)
    for name in _ACCOUNT_TEXTS:
        _is(getattr(answer, name), str, None)


def named(answer: PostId | AccountId | None) -> None:
    """What a pasted text means."""
    _is(answer, PostId, AccountId, None)
    if answer is not None:
        _id(answer, type(answer))


def _view(view: PostView, login: LoginId) -> None:
    _is(view, PostView)
    if view.login != login:
        raise ValueError(f"a post for {view.login!r} where {login!r} asked")
    _is(view.remote_key, str)
    _is(view.viewer, Viewer)
    _post(view.post)


def _post(post: Post) -> None:
    _is(post, Post)
    _id(post.id, PostId)
    account(post.author)
    _is(post.text, RichText)
    _moment(post.created_at)
    if post.edited_at is not None:
        _moment(post.edited_at)
    _is(post.kind, PostKind)
    _is(post.visibility, Visibility)
    _is(post.native, str)
    for name in _POST_TEXTS:
        _is(getattr(post, name), str, None)
    _is(post.reply_to, ReplyTo, None)
    if post.reply_to is not None and post.reply_to.post is not None:
        _id(post.reply_to.post, PostId)
    for other in _all(post.same_as, PostId):
        _id(other, PostId)
    for _ in _all(post.media, Media):
        pass


def _is(value: object, *kinds: type | None) -> None:
    if not any(value is None if kind is None else isinstance(value, kind) for kind in kinds):
        names = " or ".join("None" if kind is None else kind.__name__ for kind in kinds)
        raise TypeError(f"{type(value).__name__} where {names} belongs")


def _all(values: Iterable[Any], kind: type) -> Iterable[Any]:
    _is(values, tuple)
    for value in values:
        _is(value, kind)
        yield value


def _id(value: PostId | AccountId, kind: type[PostId] | type[AccountId]) -> None:
    _is(value, kind)
    if kind.parse(str(value)) != value:
        raise ValueError(f"not an id: {value!r:.80}")


def _moment(value: datetime) -> None:
    _is(value, datetime)
    if value.utcoffset() is None:
        raise ValueError("a time without a zone")
