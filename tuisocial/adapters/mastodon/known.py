"""What one session has learnt of its server's own ids: which global names they stand for.

A status says what it answers by the server's id only, and acting on one takes that id; both are
looked up here. Bounded, in memory, and no more than a help: what is forgotten is asked again.
"""

from __future__ import annotations

from tuisocial.adapters.mastodon import NETWORK
from tuisocial.adapters.mastodon.fields import Json, identifier, record, text, uri
from tuisocial.model.ids import AccountId, PostId

_MOST = 20_000


class _Bounded(dict[str, str]):
    """A mapping that forgets what was set first."""

    def __setitem__(self, key: str, value: str) -> None:
        if key not in self and len(self) >= _MOST:
            del self[next(iter(self))]
        super().__setitem__(key, value)


class Known:
    """Ids on one server, both ways."""

    def __init__(self) -> None:
        self._posts = _Bounded()
        self._post_keys = _Bounded()
        self._handles = _Bounded()
        self._accounts = _Bounded()
        self._account_keys = _Bounded()

    def learn(self, status: Json) -> None:
        """Note the ids of a status, of what it boosts and quotes, and of their authors."""
        for post in (
            status,
            record(status, "reblog"),
            record(status, "quote"),
            record(record(status, "quote"), "quoted_status"),
        ):
            key = identifier(post, "id")
            if not key or not isinstance(post.get("account"), dict):
                continue
            if name := post_uri(post):
                self._posts[key] = name
                self._post_keys[name] = key
                if page := uri(post, "url"):
                    self._post_keys[page] = key
            self.learn_account(record(post, "account"))

    def learn_account(self, account: Json) -> None:
        """Note the ids of an account."""
        key, name = identifier(account, "id"), account_uri(account)
        if key and name:
            self._accounts[key] = name
            self._account_keys[name] = key
            if acct := text(account, "acct").strip().lstrip("@"):
                self._handles[name] = acct
            if page := uri(account, "url"):
                self._account_keys[page] = key

    def post(self, key: str) -> PostId | None:
        """The post that the server calls `key`."""
        name = self._posts.get(key)
        return PostId(NETWORK, name) if name else None

    def account(self, key: str) -> AccountId | None:
        """The account that the server calls `key`."""
        name = self._accounts.get(key)
        return AccountId(NETWORK, name) if name else None

    def post_key(self, name: str) -> str | None:
        """The server's id of a post, by its global name or the address of its page."""
        return self._post_keys.get(name)

    def handle(self, name: str) -> str | None:
        """How the server calls an account: `user`, or `user@host` for one of elsewhere."""
        return self._handles.get(name)

    def account_key(self, name: str) -> str | None:
        """The server's id of an account, by its global name or the address of its page."""
        return self._account_keys.get(name)


def post_uri(status: Json) -> str:
    """A status's global name: its ActivityPub object id, or else its page; empty if neither."""
    return uri(status, "uri") or uri(status, "url")


def account_uri(account: Json) -> str:
    """An account's global name: its actor id where told (`uri`, Pleroma's `ap_id`), or its page."""
    return (
        uri(account, "uri") or uri(record(account, "pleroma"), "ap_id") or uri(account, "url") or ""
    )
