"""Names that begin like what is being typed, as the server knows them."""

from __future__ import annotations

from collections.abc import Sequence

from tuisocial.adapters.mastodon.fields import records, text
from tuisocial.adapters.mastodon.session import MastodonSession
from tuisocial.model.account import Account
from tuisocial.sdk.errors import BadAnswer, NotAllowed, NotFound, Refused


class Completing(MastodonSession):
    """Asks for people, hashtags and emoji."""

    _emoji: tuple[str, ...] | None = None

    async def people(self, start: str, limit: int) -> Sequence[Account]:
        """<https://docs.joinmastodon.org/methods/accounts/#search>"""
        wanted = {"q": start.lstrip("@"), "limit": str(limit), "resolve": "false"}
        if not wanted["q"]:
            return ()
        found = {"accounts": (await self._api.get("/api/v1/accounts/search", wanted)).json}
        people = []
        for one in records(found, "accounts")[:limit]:
            self._known.learn_account(one)
            try:
                people.append(self._account(one))
            except BadAnswer as error:
                self._log.info("an account was left out: %s", error.message)
        return people

    async def hashtags(self, start: str, limit: int) -> Sequence[str]:
        """<https://docs.joinmastodon.org/methods/search/>"""
        wanted = {"q": start.lstrip("#"), "type": "hashtags", "limit": str(limit)}
        if not wanted["q"]:
            return ()
        found = records(await self._api.record("/api/v2/search", wanted), "hashtags")
        names = (text(one, "name").strip().lstrip("#") for one in found)
        return tuple(dict.fromkeys(name for name in names if name))[:limit]

    async def emoji(self) -> Sequence[str]:
        """<https://docs.joinmastodon.org/methods/custom_emojis/>; asked for once a session."""
        if self._emoji is None:
            try:
                found = {"all": (await self._api.get("/api/v1/custom_emojis")).json}
            except (NotFound, NotAllowed, Refused):
                found = {}
            codes = (text(one, "shortcode") for one in records(found, "all"))
            self._emoji = tuple(dict.fromkeys(code for code in codes if code))
        return self._emoji
