"""Whom a login follows, mutes and blocks; <https://docs.joinmastodon.org/methods/accounts/>."""

from __future__ import annotations

import math
from datetime import datetime

from tuisocial.adapters.mastodon.fields import Json, flag
from tuisocial.adapters.mastodon.session import MastodonSession
from tuisocial.model.ids import AccountId
from tuisocial.sdk.errors import NotSupported, Refused, Sent, Unreachable


class Relating(MastodonSession):
    """One login and other accounts; each act may be done twice and is then done once."""

    async def follow(self, account: AccountId) -> bool:
        """Follow; False where the account has to agree first."""
        relation = await self._relate(account, "follow")
        following = flag(relation, "following")
        if following is None:
            raise Unreachable(
                f"{self._api.where} does not say whether it follows now", sent=Sent.MAYBE
            )
        # Some say both while the other side has not answered.
        return following and not flag(relation, "requested")

    async def unfollow(self, account: AccountId) -> None:
        """Follow no longer, or ask no longer to."""
        await self._relate(account, "unfollow")

    async def mute(self, account: AccountId, until: datetime | None = None) -> None:
        """Mute, for good or until a time.

        Raises: NotSupported where the server cannot end it by itself.
        """
        wanted: Json = {}
        if until is not None:
            if not (await self._server.know()).mutes_end:
                raise NotSupported(
                    f"{self._api.where} is not known to end a mute by itself",
                    remedy="mute without a time, and end it yourself",
                )
            seconds = math.ceil((until - self._context.now()).total_seconds())
            if seconds <= 0:
                raise Refused(
                    "that time has passed", field="until", remedy="choose one that is to come"
                )
            wanted["duration"] = seconds
        await self._relate(account, "mute", wanted)

    async def unmute(self, account: AccountId) -> None:
        """Mute no longer."""
        await self._relate(account, "unmute")

    async def block(self, account: AccountId) -> None:
        """Block."""
        await self._relate(account, "block")

    async def unblock(self, account: AccountId) -> None:
        """Block no longer."""
        await self._relate(account, "unblock")

    async def _relate(self, account: AccountId, act: str, wanted: Json | None = None) -> Json:
        key = await self._lookup.account_key(account)
        answer = (await self._api.send("POST", f"/api/v1/accounts/{key}/{act}", wanted or {})).json
        return answer if isinstance(answer, dict) else {}
