"""Finding one post or account on a server by its global name, its page or its handle.

A session has often seen it and knows the server's id; else the address tells, or the server is
asked to search, which for what it has never met takes a sign-in.
"""

from __future__ import annotations

from urllib.parse import quote

from tuisocial.adapters.mastodon import NETWORK
from tuisocial.adapters.mastodon.accounts import account_id, qualified
from tuisocial.adapters.mastodon.addresses import (
    account_in,
    author_in,
    handle_in,
    is_full_handle,
    netloc_of,
    post_key_in,
)
from tuisocial.adapters.mastodon.api import Api
from tuisocial.adapters.mastodon.fields import (
    Json,
    Malformed,
    identifier,
    record,
    records,
    spelling,
    uri,
)
from tuisocial.adapters.mastodon.known import Known, account_uri, post_uri
from tuisocial.model.ids import AccountId, PostId
from tuisocial.sdk.errors import NotAllowed, NotFound, Refused


class Lookup:
    """Finds raw records on one server; `domain` is the one in its people's handles."""

    def __init__(self, api: Api, domain: str, known: Known) -> None:
        self._api = api
        self._domain = domain
        self._known = known
        self._own = {domain.lower(), netloc_of(api.server)}

    async def status(self, post: PostId, hint: str = "") -> Json:
        """The status that is `post`, which the server may call `hint`.

        Raises: NotFound, and what the server answers.
        """
        name = spelling(post.uri) if post.network == NETWORK else ""
        if name:
            known = self._known.post_key(name)
            for key in dict.fromkeys((known, quote(hint, safe=""), self._guessed_key(name))):
                found = await self._by_key("/api/v1/statuses", key)
                if found is not None and self._names(found, name):
                    return found
            for found in await self._search(name, "statuses"):
                if self._names(found, name):
                    self._known.learn(found)
                    return found
        raise NotFound(f"{self._api.where} has no such post", remedy=self._remedy(name))

    async def account(self, account: AccountId) -> Json:
        """The profile that is `account`.

        Raises: NotFound, and what the server answers.
        """
        name = account.uri if account.network == NETWORK else ""
        name = spelling(name) or (handle_in(name) or "")
        if name:
            found = await self._by_key("/api/v1/accounts", self._known.account_key(name))
            if found is not None and self._is(found, name):
                return found
            if (acct := self._guessed_acct(name)) is not None:
                found = await self._by_acct(acct)
                if found is not None and self._is(found, name):
                    return found
            for found in await self._search(name, "accounts"):
                if self._is(found, name):
                    self._known.learn_account(found)
                    return found
        raise NotFound(f"{self._api.where} has no such account", remedy=self._remedy(name))

    async def post_key(self, post: PostId, hint: str = "") -> str:
        """The server's id of a post, as far as possible without asking.

        Raises: as `status`.
        """
        name = spelling(post.uri) if post.network == NETWORK else ""
        return self._known.post_key(name) or identifier(await self.status(post, hint), "id")

    async def account_key(self, account: AccountId) -> str:
        """The server's id of an account, as far as possible without asking.

        Raises: as `account`.
        """
        name = account.uri if account.network == NETWORK else ""
        return self._known.account_key(name) or identifier(await self.account(account), "id")

    async def meant(self, text: str) -> PostId | AccountId | None:
        """What a pasted address or handle means; None if nothing of this network is known by it.

        Raises: NotFound for a full handle of nobody, and what the server answers.
        """
        text = text.strip()
        if (handle := handle_in(text)) is not None:
            return await self._meant_by_handle(handle, certain=is_full_handle(text))
        name = spelling(text)
        if netloc_of(name) is None:
            return None
        if (key := self._known.post_key(name)) and (post := self._known.post(key)):
            return post
        if (key := self._known.account_key(name)) and (account := self._known.account(key)):
            return account
        found = await self._by_key("/api/v1/statuses", self._guessed_key(name))
        if found is not None and (self._names(found, name) or self._shows(found, name)):
            return PostId(NETWORK, post_uri(found) or name)
        acct = self._guessed_acct(name) if netloc_of(name) in self._own else None
        found = await self._by_acct(acct) if acct else None
        if found is not None:
            return self._named(found)
        for found in await self._search(name, "statuses"):
            if post_uri(found):
                self._known.learn(found)
                return PostId(NETWORK, post_uri(found))
        for found in await self._search(name, "accounts"):
            return self._named(found)
        return None

    async def _meant_by_handle(self, handle: str, *, certain: bool) -> AccountId | None:
        acct = self._guessed_acct(handle) or handle
        found = await self._by_acct(acct)
        if found is None:
            for candidate in await self._search(f"@{handle}", "accounts"):
                if qualified(candidate, self._domain).lower() == handle.lower():
                    found = candidate
        if found is not None:
            return self._named(found)
        if certain:
            raise NotFound(
                f"{self._api.where} knows nobody called @{handle}", remedy=self._remedy("")
            )
        return None

    # --- ways to ask ------------------------------------------------------------------------

    async def _by_key(self, path: str, key: str | None) -> Json | None:
        if not key:
            return None
        try:
            found = await self._api.record(f"{path}/{key}")
        except (NotFound, Refused):
            return None
        if path.endswith("statuses"):
            self._known.learn(found)
        else:
            self._known.learn_account(found)
        return found

    async def _by_acct(self, acct: str) -> Json | None:
        """<https://docs.joinmastodon.org/methods/accounts/#lookup>; absent on some servers."""
        try:
            found = await self._api.record("/api/v1/accounts/lookup", {"acct": acct})
        except (NotFound, Refused):
            return None
        self._known.learn_account(found)
        return found

    async def _search(self, text: str, kind: str) -> list[Json]:
        """Let the server search, and fetch what it does not have; nothing for guests, who may not.

        <https://docs.joinmastodon.org/methods/search/>
        """
        if not self._api.signed_in:
            return []
        wanted = {"q": text, "type": kind, "resolve": "true", "limit": "5"}
        for version in ("v2", "v1"):
            try:
                return records(await self._api.record(f"/api/{version}/search", wanted), kind)
            except (NotFound, Refused, NotAllowed):
                continue
        return []

    # --- reading names ----------------------------------------------------------------------

    def _guessed_key(self, name: str) -> str | None:
        return post_key_in(name) if netloc_of(name) in self._own else None

    def _guessed_acct(self, name: str) -> str | None:
        """What to call an account when asking this server: its own people without a host."""
        host = netloc_of(name)
        if host is None:
            user, _, host = name.rpartition("@")
        else:
            user = account_in(name) or ""
        if not user:
            return None
        return user if host in self._own or "@" in user else f"{user}@{host}"

    def _names(self, status: Json, name: str) -> bool:
        """Whether `name` is a status's; one that has none was named by its address here."""
        own = post_uri(status) or f"{self._api.server}/api/v1/statuses/{identifier(status, 'id')}"
        return name in (own, uri(status, "url"))

    def _shows(self, status: Json, name: str) -> bool:
        """Whether `name` is this server's own page of a status: its author's, with its id."""
        author = author_in(name)
        if author is None or post_key_in(name) != identifier(status, "id"):
            return False
        shown = author if "@" in author else f"{author}@{self._domain}"
        return shown.lower() == qualified(record(status, "account"), self._domain).lower()

    def _is(self, account: Json, name: str) -> bool:
        return name in (
            account_uri(account),
            uri(account, "url"),
            qualified(account, self._domain),
        )

    def _named(self, account: Json) -> AccountId | None:
        self._known.learn_account(account)
        try:
            return account_id(account, self._domain)
        except Malformed:
            return None

    def _remedy(self, name: str) -> str:
        elsewhere = netloc_of(name)
        if self._api.signed_in or elsewhere in self._own:
            return "it may be deleted, or hidden from this login"
        return f"guests see only what {self._api.where} has already: sign in there to fetch more"
