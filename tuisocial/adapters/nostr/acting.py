"""What a login does to other people's posts and to its own lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from tuisocial.adapters.nostr import acts, completing, lists, notes
from tuisocial.adapters.nostr.changing import Changing
from tuisocial.adapters.nostr.convert import post_id
from tuisocial.adapters.nostr.entities import is_hex32
from tuisocial.adapters.nostr.events import Event
from tuisocial.adapters.nostr.filters import Filter
from tuisocial.adapters.nostr.follows import FOLLOWS, by_authors
from tuisocial.adapters.nostr.ids import event_id
from tuisocial.adapters.nostr.lists import BOOKMARKS, MUTES, Change, Lists
from tuisocial.adapters.nostr.outside import Outside
from tuisocial.adapters.nostr.people import PROFILE
from tuisocial.adapters.nostr.relays import Question, Relays, newest
from tuisocial.adapters.nostr.signers import Signer, Unsigned
from tuisocial.model.account import Account
from tuisocial.model.ids import AccountId, PostId
from tuisocial.model.login import Login
from tuisocial.model.post import UNKNOWN_MARK, Mark, On
from tuisocial.model.submission import PostRef
from tuisocial.sdk.adapter import SessionContext
from tuisocial.sdk.errors import NotFound, NotSupported, Refused

_CODE = re.compile(r":([A-Za-z0-9_-]{1,64}):")
_PROFILES = 300
"""People whose profiles are read at once, of those that I follow."""

_LONGEST_EMOJI = 16
"""Characters of one emoji, as families and flags are made of several."""


class Acting(Changing):
    """A session of an account that can sign, with all that it can do."""

    def __init__(
        self,
        login: Login,
        context: SessionContext,
        relays: Relays,
        signer: Signer,
        outside: Outside,
    ) -> None:
        super().__init__(login, context, relays, signer, outside)
        self._lists = Lists(
            signer.pubkey, relays, context.memory, self._publish_list, outside.indexers
        )
        self._kept: frozenset[str] = frozenset()
        self._gatherer.bookmarked = self._bookmarked

    async def prepare(self) -> None:
        """Learn too what I keep, and whom I follow, for names that are being typed."""
        await super().prepare()
        wanted = Filter(kinds=(BOOKMARKS,), authors=(self._author,), limit=1)
        self._keep(newest(await self._relays.find(self._relays.own, wanted)))
        following = await self._follows.current()
        unknown = self._people.unknown(following.authors)[:_PROFILES]
        questions = [
            Question(url, wanted)
            for url in self._relays.own
            for wanted in by_authors((PROFILE,), unknown, self._relays.authors_at_once(url))
        ]
        for answer in await self._relays.ask(questions) if questions else ():
            self._people.learn(answer.events)

    async def like(self, post: PostRef) -> On:
        """React with `+`."""
        return await self._react(post, acts.LIKE)

    async def unlike(self, post: PostRef, undo: str) -> None:
        """Ask for the reaction to be deleted."""
        await self._take_back(undo, "like")

    async def react(self, post: PostRef, emoji: str) -> On:
        """React with an emoji, or one of mine by its code."""
        code = _CODE.fullmatch(emoji.strip())
        if code is None:
            if not 0 < len(emoji.strip()) <= _LONGEST_EMOJI or emoji.strip() in ("+", "-"):
                raise Refused("that is no emoji", field="emoji")
            return await self._react(post, emoji.strip())
        picture = self._standing.known.emoji.get(code[1])
        if picture is None:
            raise Refused(
                f"there is no emoji {code[0]} among yours",
                field="emoji",
                remedy="add it to your emoji list, or use another",
            )
        return await self._react(post, code[0], picture)

    async def unreact(self, post: PostRef, emoji: str, undo: str) -> None:
        """Ask for the reaction to be deleted."""
        await self._take_back(undo, "reaction")

    async def repost(self, post: PostRef) -> On:
        """Repost (NIP-18)."""
        seen = await self._seen(post)
        await self._audience.learn((seen.event.pubkey,), self._seconds())
        offers = await self._publish(acts.repost(seen, self._seconds()), (seen.event.pubkey,))
        return On(offers[0].event.id)

    async def unrepost(self, post: PostRef, undo: str) -> None:
        """Ask for the repost to be deleted."""
        await self._take_back(undo, "repost")

    async def bookmark(self, post: PostRef) -> On:
        """Add a post to my public bookmarks (kind 10003)."""
        seen = await self._seen(post)
        name, value = _named(post_id(seen.event))
        self._keep(await self._change(BOOKMARKS, lists.with_tag(name, value, seen.relay)))
        return On()

    async def unbookmark(self, post: PostRef, undo: str) -> None:
        """Take a post out of my public bookmarks."""
        self._keep(await self._change(BOOKMARKS, lists.without_tag(*_named(post.post))))

    async def mute(self, account: AccountId, until: datetime | None = None) -> None:
        """Add an account to my public mutes (kind 10000)."""
        if until is not None:
            raise NotSupported(
                "a mute on Nostr has no end", remedy="mute without a time, and unmute later"
            )
        await self._change(MUTES, lists.with_tag("p", _key(account)))

    async def unmute(self, account: AccountId) -> None:
        """Take an account out of my public mutes; what is encrypted there stays as it is.

        Raises: NotSupported where only the encrypted part can name it.
        """
        await self._change(MUTES, _unmuting(_key(account)))

    async def follow(self, account: AccountId) -> bool:
        """Add an account to my follows (kind 3); nobody is asked to agree."""
        key = _key(account)
        await self._audience.learn((key,), self._seconds())
        hint = self._audience.hints((key,)).get(key, "")
        await self._change_follows(lists.with_tag("p", key, hint))
        return True

    async def unfollow(self, account: AccountId) -> None:
        """Take an account out of my follows."""
        await self._change_follows(lists.without_tag("p", _key(account)))

    async def people(self, start: str, limit: int) -> Sequence[Account]:
        """Those whose profile was read in this session."""
        followed = frozenset(self._follows.known())
        return completing.people(start, limit, self._people.known(), followed)

    async def hashtags(self, start: str, limit: int) -> Sequence[str]:
        """Those of posts seen in this session."""
        return completing.hashtags(start, limit, self._relays.seen())

    async def emoji(self) -> Sequence[str]:
        """Those of my emoji list and its sets."""
        return sorted(self._standing.known.emoji)

    def declares(self, network: str) -> bool:
        """Whether NIP-48 has a word for that network."""
        return notes.declares(network)

    def _keep(self, bookmarks: Event | None) -> None:
        if bookmarks is not None:
            named = (tag[1] for tag in bookmarks.tags if len(tag) > 1 and tag[0] in ("e", "a"))
            self._kept = frozenset(named)

    def _bookmarked(self, uri: str) -> Mark:
        """What is not in the public part may be in the other, or was added since."""
        return On() if uri in self._kept else UNKNOWN_MARK

    async def _react(self, post: PostRef, content: str, picture: str = "") -> On:
        seen = await self._seen(post)
        author = (seen.event.pubkey,)
        await self._audience.learn(author, self._seconds())
        made = acts.reaction(seen, content, self._seconds(), picture)
        offers = await self._publish(made, author)
        return On(offers[0].event.id)

    async def _take_back(self, undo: str, what: str) -> None:
        if not is_hex32(undo):
            raise NotFound(f"no {what} of yours is known there")
        await self._delete(PostRef(event_id(undo)), self._seconds())

    async def _change(self, kind: int, change: Change, known: int = 0) -> Event | None:
        await self._audience.learn((), self._seconds())
        mine = self._audience.mine()
        return await self._lists.change(kind, change, mine, self._seconds(), known=known)

    async def _change_follows(self, change: Change) -> None:
        written = await self._change(FOLLOWS, change, await self._follows.listed_at())
        if written is not None:
            await self._follows.listed(written)

    async def _publish_list(self, unsigned: Unsigned, more: Sequence[str]) -> Event:
        offers = await self._publish(unsigned, (), more)
        return offers[0].event


def _named(post: PostId) -> tuple[str, str]:
    return ("e" if is_hex32(post.uri) else "a"), post.uri


def _key(account: AccountId) -> str:
    if not is_hex32(account.uri):
        raise NotFound("that is not a public key")
    return account.uri


def _unmuting(key: str) -> Change:
    taking = lists.without_tag("p", key)

    def change(tags: lists.Tags, content: str) -> lists.Tags | None:
        left = taking(tags, content)
        if left is None and content:
            raise NotSupported(
                "that account is not among your public mutes, and the encrypted ones are not "
                "changed here",
                remedy="unmute it in the program that you muted it with",
            )
        return left

    return change
