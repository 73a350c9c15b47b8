"""What a session may offer for writing: a class that has the methods has the capability.

Every method raises nothing but `AdapterError`. `Unreachable(sent=MAYBE)` means that nobody knows
whether the server took it; any other error means that it certainly did not. Each act may be done
again with the same `Attempt` and then happens once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from datetime import datetime

    from tuisocial.model.account import Account
    from tuisocial.model.draft import Attachment, Draft
    from tuisocial.model.ids import AccountId
    from tuisocial.model.post import On
    from tuisocial.model.submission import (
        Attempt,
        Fate,
        Measure,
        PostRef,
        Receipt,
        Submission,
    )

Progress = Callable[[int, int], None]
"""Called from any thread with bytes done and bytes in all."""


@runtime_checkable
class Publishes(Protocol):
    """A session that can post."""

    async def prepare(self) -> None:
        """Learn what `limits`, `measure` and `fates` need to speak of this server.

        What was learnt is kept in the session's memory, so that without a network it still counts.
        """
        ...

    def measure(self, submission: Submission) -> Measure:
        """How long it is by the server's own count, without I/O."""
        ...

    def fates(self, submission: Submission) -> Sequence[Fate]:
        """What becomes of each feature that it has, without I/O; refusals are certain ones."""
        ...

    async def publish(self, submission: Submission, attempt: Attempt) -> Receipt:
        """Post it. All its uploads have keys.

        Raises: Refused naming the field, as `Feature` calls it. `media` means that uploads must
        be made again.
        """
        ...


@runtime_checkable
class FindsAttempts(Protocol):
    """A session that can find out what became of an attempt of which no answer came."""

    async def find(self, submission: Submission, attempt: Attempt) -> Receipt | None:
        """What the attempt came to; None when it certainly came to nothing.

        Raises: AdapterError when that cannot be told now.
        """
        ...


@runtime_checkable
class UploadsMedia(Protocol):
    """A session whose posts carry files."""

    async def upload(self, attachment: Attachment, progress: Progress) -> str:
        """Upload a file and wait until it can be used: the key that names it in a submission.

        Raises: Refused naming `media` for a file that cannot be read or is not accepted.
        """
        ...


@runtime_checkable
class Edits(Protocol):
    """A session whose posts can be changed; `Submission.edits` names the post."""

    async def source(self, post: PostRef) -> Draft:
        """What its author once wrote, to be edited.

        Only what the network keeps of it is set; media are not.
        """
        ...

    async def edit(self, submission: Submission, attempt: Attempt) -> Receipt:
        """Have the post that `submission.edits` names say this from now on.

        Where a network knows no edits, the post that the receipt shows has another id.
        """
        ...


@runtime_checkable
class Deletes(Protocol):
    """A session whose posts can be taken back."""

    def deleting(self, post: PostRef) -> Fate:
        """What taking a post back comes to on this network, said beforehand. No I/O."""
        ...

    async def delete(self, post: PostRef) -> Receipt:
        """Take a post back; one that is gone already is taken back."""
        ...


@runtime_checkable
class Likes(Protocol):
    """A session that can like."""

    async def like(self, post: PostRef) -> On:
        """Like a post; the mark holds what takes it back."""
        ...

    async def unlike(self, post: PostRef, undo: str) -> None:
        """Take a like back; `undo` is its mark's."""
        ...


@runtime_checkable
class Reposts(Protocol):
    """A session that can repost."""

    async def repost(self, post: PostRef) -> On:
        """Repost a post; the mark holds what takes it back."""
        ...

    async def unrepost(self, post: PostRef, undo: str) -> None:
        """Take a repost back; `undo` is its mark's."""
        ...


@runtime_checkable
class Bookmarks(Protocol):
    """A session that can keep posts for later."""

    async def bookmark(self, post: PostRef) -> On:
        """Keep a post; the mark holds what takes it back."""
        ...

    async def unbookmark(self, post: PostRef, undo: str) -> None:
        """Keep a post no longer; `undo` is its mark's."""
        ...


@runtime_checkable
class Reacts(Protocol):
    """A session that can answer a post with an emoji."""

    async def react(self, post: PostRef, emoji: str) -> On:
        """React with an emoji or a custom one's `:code:`; the mark holds what takes it back."""
        ...

    async def unreact(self, post: PostRef, emoji: str, undo: str) -> None:
        """Take a reaction back."""
        ...


@runtime_checkable
class Votes(Protocol):
    """A session that can vote in polls."""

    async def vote(self, post: PostRef, options: Sequence[int]) -> None:
        """Vote for the options at these places, counted from 0."""
        ...


@runtime_checkable
class Follows(Protocol):
    """A session that can follow accounts."""

    async def follow(self, account: AccountId) -> bool:
        """Follow an account: True when it is followed now, False when it has to agree first."""
        ...

    async def unfollow(self, account: AccountId) -> None:
        """Follow an account no longer, or ask no longer to."""
        ...


@runtime_checkable
class Mutes(Protocol):
    """A session that can do without somebody's posts."""

    async def mute(self, account: AccountId, until: datetime | None = None) -> None:
        """Mute an account, until a time where the network can.

        Raises: NotSupported for a time that the network cannot keep.
        """
        ...

    async def unmute(self, account: AccountId) -> None:
        """Mute an account no longer."""
        ...


@runtime_checkable
class Blocks(Protocol):
    """A session that can block accounts."""

    async def block(self, account: AccountId) -> None:
        """Block an account."""
        ...

    async def unblock(self, account: AccountId) -> None:
        """Block an account no longer."""
        ...


@runtime_checkable
class Completes(Protocol):
    """A session that can finish names that are being typed."""

    async def people(self, start: str, limit: int) -> Sequence[Account]:
        """Accounts whose handle or name begins like that, the likeliest first."""
        ...

    async def hashtags(self, start: str, limit: int) -> Sequence[str]:
        """Hashtags that begin like that, without '#'."""
        ...

    async def emoji(self) -> Sequence[str]:
        """The codes of all custom emoji, without colons."""
        ...


@runtime_checkable
class DeclaresCopies(Protocol):
    """A session whose posts can name a copy of themselves on another network."""

    def declares(self, network: str) -> bool:
        """Whether a post can name its copy on that network, if that was posted before it."""
        ...
