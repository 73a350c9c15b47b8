"""What a login does to posts besides writing them: likes, boosts, bookmarks, reactions, votes.

Each may be done twice and is then done once; servers of the family see to that.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from tuisocial.adapters.mastodon.attachments import poll_of
from tuisocial.adapters.mastodon.fields import identifier
from tuisocial.adapters.mastodon.session import MastodonSession
from tuisocial.model.post import On
from tuisocial.model.submission import Feature, PostRef
from tuisocial.sdk.errors import NotFound, NotSupported, Refused


class Acting(MastodonSession):
    """Marks of one login; <https://docs.joinmastodon.org/methods/statuses/>."""

    async def like(self, post: PostRef) -> On:
        """Mark as a favourite."""
        return await self._mark(post, "favourite")

    async def unlike(self, post: PostRef, undo: str) -> None:
        """Be a favourite no longer."""
        await self._unmark(post, undo, "unfavourite")

    async def repost(self, post: PostRef) -> On:
        """Boost."""
        return await self._mark(post, "reblog")

    async def unrepost(self, post: PostRef, undo: str) -> None:
        """Take a boost back."""
        await self._unmark(post, undo, "unreblog")

    async def bookmark(self, post: PostRef) -> On:
        """Keep for later."""
        return await self._mark(post, "bookmark")

    async def unbookmark(self, post: PostRef, undo: str) -> None:
        """Keep no longer."""
        await self._unmark(post, undo, "unbookmark")

    async def react(self, post: PostRef, emoji: str) -> On:
        """React as Pleroma and its kin have it.

        <https://docs.pleroma.social/backend/development/API/pleroma_api/>

        Raises: NotSupported elsewhere.
        """
        key = await self._reacting(post, "")
        await self._api.send("PUT", self._reaction(key, emoji), {})
        return On(key)

    async def unreact(self, post: PostRef, emoji: str, undo: str) -> None:
        """Take a reaction back."""
        key = await self._reacting(post, undo)
        try:
            await self._api.send("DELETE", self._reaction(key, emoji))
        except NotFound:
            pass

    async def vote(self, post: PostRef, options: Sequence[int]) -> None:
        """Vote, unless that very vote was given; <https://docs.joinmastodon.org/methods/polls/>.

        Raises: Refused naming `poll`.
        """
        status = await self._lookup.status(post.post, post.key)
        poll = poll_of(status)
        if poll is None or not poll.key:
            raise Refused(f"this post of {self._api.where} has no poll", field=Feature.POLL)
        chosen = {at for at, option in enumerate(poll.options) if option.chosen}
        if poll.voted and chosen == set(options):
            return
        if not options or not set(options) <= set(range(len(poll.options))):
            raise Refused(
                f"the poll has answers 1 to {len(poll.options)}",
                field=Feature.POLL,
                remedy="choose among them",
            )
        try:
            await self._api.send(
                "POST", f"/api/v1/polls/{poll.key}/votes", {"choices": list(options)}
            )
        except Refused as error:
            # It speaks of validation, and nothing else can be wrong.
            error.field = Feature.POLL
            error.remedy = "the poll may be over, or this login has voted"
            raise

    async def _mark(self, post: PostRef, act: str) -> On:
        key = await self._lookup.post_key(post.post, post.key)
        await self._api.send("POST", f"/api/v1/statuses/{key}/{act}", {})
        return On(key)

    async def _unmark(self, post: PostRef, undo: str, act: str) -> None:
        try:
            key = await self._undone(post, undo)
            await self._api.send("POST", f"/api/v1/statuses/{key}/{act}", {})
        except NotFound:
            # With the post went the mark.
            pass

    async def _undone(self, post: PostRef, undo: str) -> str:
        key = identifier({"id": undo}, "id")
        return key or await self._lookup.post_key(post.post, post.key)

    async def _reacting(self, post: PostRef, undo: str) -> str:
        if not (await self._server.know()).reacts:
            raise NotSupported(
                f"{self._api.where} knows no reactions", remedy="mark it as a favourite instead"
            )
        return await self._undone(post, undo)

    def _reaction(self, key: str, emoji: str) -> str:
        return f"/api/v1/pleroma/statuses/{key}/reactions/{quote(emoji, safe='')}"
