"""Writing on the network in memory: what `memory`'s sessions leave out.

Every act asks its server twice: by its own name before anything is done, and by that name with
`-answer` when it is done. A fault on the first is a request that never arrived, one on the second
an answer that got lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tuisocial.model.account import Account
from tuisocial.model.draft import Attachment, Draft
from tuisocial.model.ids import AccountId, PostId
from tuisocial.model.limits import Limits
from tuisocial.model.login import Login
from tuisocial.model.media import Media, MediaKind
from tuisocial.model.post import (
    Action,
    On,
    Post,
    PostView,
    Quote,
    ReplyTo,
    Viewer,
    Visibility,
)
from tuisocial.model.submission import (
    Attempt,
    Fate,
    Feature,
    Measure,
    Outcome,
    PostRef,
    Receipt,
    Submission,
)
from tuisocial.sdk.adapter import SessionContext
from tuisocial.sdk.errors import NotFound, Refused
from tuisocial.sdk.testing.making import NETWORK
from tuisocial.sdk.testing.memory import MemoryAdapter, MemorySession
from tuisocial.sdk.writing import Progress

_LONGEST = 500


class WritingSession(MemorySession):
    """A session that can do everything `sdk.writing` knows."""

    visibilities: tuple[Visibility, ...] = (
        Visibility.PUBLIC,
        Visibility.UNLISTED,
        Visibility.FOLLOWERS,
        Visibility.DIRECT,
    )

    def limits(self) -> Limits:
        return replace(
            super().limits(), text_length=_LONGEST, visibilities=self.visibilities, markdown=True
        )

    async def prepare(self) -> None:
        await self._ask("prepare")

    def measure(self, submission: Submission) -> Measure:
        return Measure(len(submission.text.text) + len(submission.content_warning or ""), _LONGEST)

    def fates(self, submission: Submission) -> Sequence[Fate]:
        kept = [
            (Feature.TEXT, submission.text.text),
            (Feature.CONTENT_WARNING, submission.content_warning is not None),
            (Feature.MEDIA, submission.media),
            (Feature.REPLY, submission.reply_to),
            (Feature.QUOTE, submission.quote),
            (Feature.QUOTABLE, submission.quotable),
            (Feature.LANGUAGE, submission.language),
        ]
        fates = [Fate(feature, Outcome.KEPT) for feature, there in kept if there]
        if submission.ballot is not None:
            fates.append(Fate(Feature.POLL, Outcome.LOST, "polls are left out"))
        if len(submission.media) > 4:
            fates.append(
                Fate(Feature.MEDIA, Outcome.REFUSED, "takes 4 files at most", "take some out")
            )
        return fates

    async def publish(self, submission: Submission, attempt: Attempt) -> Receipt:
        await self._ask("publish", attempt.key)
        if not self.measure(submission).fits:
            raise Refused(f"{self._server.host} takes {_LONGEST} characters", field="text")
        if attempt.key not in self._server.attempts:
            post = self._made(submission, attempt, PostId(self.network, f"post-{attempt.key}"))
            self._server.add(post)
            self._server.attempts[attempt.key] = post.id
        await self._ask("publish-answer", attempt.key)
        return Receipt(self._mine(self._server.attempts[attempt.key]))

    async def find(self, submission: Submission, attempt: Attempt) -> Receipt | None:
        await self._ask("find", attempt.key)
        found = self._server.attempts.get(attempt.key)
        return None if found is None else Receipt(self._mine(found))

    async def upload(self, attachment: Attachment, progress: Progress) -> str:
        await self._ask("upload", attachment.path)
        size = _size(attachment.path)
        key = f"upload-{len(self._server.uploads) + 1}"
        progress(size, size)
        self._server.uploads[key] = attachment.path
        await self._ask("upload-answer", attachment.path)
        return key

    async def source(self, post: PostRef) -> Draft:
        await self._ask("source", str(post.post))
        held = self._view(post.post).post
        return Draft(text=held.text.text, content_warning=held.content_warning)

    async def edit(self, submission: Submission, attempt: Attempt) -> Receipt:
        assert submission.edits is not None
        await self._ask("edit", attempt.key)
        if attempt.key not in self._server.attempts:
            was = self._view(submission.edits.post).post
            made = self._made(submission, attempt, was.id)
            post = replace(
                made, created_at=was.created_at, edited_at=attempt.created_at, reply_to=was.reply_to
            )
            self._server.remove(was.id)
            self._server.add(post)
            self._server.attempts[attempt.key] = post.id
        await self._ask("edit-answer", attempt.key)
        return Receipt(self._mine(self._server.attempts[attempt.key]))

    def deleting(self, post: PostRef) -> Fate:
        return Fate(Feature.EDIT, Outcome.KEPT, "goes from every server")

    async def delete(self, post: PostRef) -> Receipt:
        await self._ask("delete", str(post.post))
        self._server.remove(post.post)
        await self._ask("delete-answer", str(post.post))
        return Receipt()

    async def like(self, post: PostRef) -> On:
        return await self._marked("like", post)

    async def unlike(self, post: PostRef, undo: str) -> None:
        await self._ask("unlike", str(post.post), key=undo)

    async def repost(self, post: PostRef) -> On:
        return await self._marked("repost", post)

    async def unrepost(self, post: PostRef, undo: str) -> None:
        await self._ask("unrepost", str(post.post), key=undo)

    async def bookmark(self, post: PostRef) -> On:
        return await self._marked("bookmark", post)

    async def unbookmark(self, post: PostRef, undo: str) -> None:
        await self._ask("unbookmark", str(post.post), key=undo)

    async def react(self, post: PostRef, emoji: str) -> On:
        return await self._marked(f"react {emoji}", post)

    async def unreact(self, post: PostRef, emoji: str, undo: str) -> None:
        await self._ask(f"unreact {emoji}", str(post.post), key=undo)

    async def follow(self, account: AccountId) -> bool:
        await self._ask("follow", str(account))
        return self._account(account).locked is not True

    async def unfollow(self, account: AccountId) -> None:
        await self._ask("unfollow", str(account))

    async def people(self, start: str, limit: int) -> Sequence[Account]:
        await self._ask("people", start)
        found = [
            account
            for account in self._server.accounts.values()
            if account.handle.lstrip("@").startswith(start)
        ]
        return sorted(found, key=lambda account: account.handle)[:limit]

    async def hashtags(self, start: str, limit: int) -> Sequence[str]:
        await self._ask("hashtags", start)
        tags = {tag for post in self._server.posts.values() for tag in post.tags}
        return sorted(tag for tag in tags if tag.startswith(start))[:limit]

    async def emoji(self) -> Sequence[str]:
        await self._ask("emoji")
        return ("blobcat", "verified")

    @property
    def network(self) -> str:
        """The network that it is of."""
        return self._login.network

    async def _marked(self, act: str, post: PostRef) -> On:
        await self._ask(act, str(post.post), key=post.key)
        self._view(post.post)
        await self._ask(f"{act}-answer", str(post.post))
        return On(f"undo-{act}")

    def _made(self, submission: Submission, attempt: Attempt, name: PostId) -> Post:
        account = self._login.account
        assert account is not None
        for upload in submission.media:
            if upload.key not in self._server.uploads:
                raise Refused(f"{self._server.host} has no such upload", field="media")
        for ref in (submission.reply_to, submission.quote):
            if ref is not None and ref.post not in self._server.posts:
                raise NotFound(f"{self._server.host} has no post {ref.post}")
        reply, quote = submission.reply_to, submission.quote
        host = self._server.host
        return Post(
            id=name,
            author=self._account(account),
            text=submission.text,
            created_at=attempt.created_at,
            content_warning=submission.content_warning,
            sensitive=submission.sensitive or None,
            visibility=submission.visibility,
            language=submission.language,
            reply_to=ReplyTo(reply.post) if reply else None,
            quote=Quote(quote.post) if quote else None,
            media=tuple(
                Media(
                    MediaKind.IMAGE,
                    f"https://{host}/media/{upload.key}",
                    alt=upload.attachment.alt,
                )
                for upload in submission.media
            ),
            mentions=tuple(facet.account for facet in submission.text.facets),  # type: ignore[union-attr]
            url=f"https://{host}/posts/{name.uri}",
            same_as=submission.copies,
        )

    def _mine(self, post: PostId) -> PostView:
        view = self._view(post)
        marks = Viewer(allowed=frozenset(Action))
        return replace(view, viewer=marks)


class DeclaringSession(WritingSession):
    """One whose posts can name their copies on any other network."""

    def declares(self, network: str) -> bool:
        return network != self.network


class WritingAdapter(MemoryAdapter):
    """The network in memory with sessions that write; guests' sessions do not."""

    def __init__(self, *, network: str = NETWORK, declares: bool = False) -> None:
        super().__init__(network=network)
        self.session_class = DeclaringSession if declares else WritingSession

    async def open(self, login: Login, context: SessionContext) -> MemorySession:
        if login.guest:
            return MemorySession(self._server_of(login.options.get("server", "")), login, None)
        return await super().open(login, context)


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}", field="media") from None
