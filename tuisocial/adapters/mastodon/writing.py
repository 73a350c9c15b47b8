"""Posting: what a submission becomes in a request, and what the answer says came of it.

<https://docs.joinmastodon.org/methods/statuses/#create>. What is said beforehand is `fates`', the
text `wording`'s, edits `editing`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tuisocial.adapters.mastodon import fates as fate
from tuisocial.adapters.mastodon import wording
from tuisocial.adapters.mastodon.about import MARKDOWN, About
from tuisocial.adapters.mastodon.fields import Json, identifier
from tuisocial.adapters.mastodon.finding import Finding
from tuisocial.model.post import PostView, Visibility
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
from tuisocial.sdk.errors import BadAnswer, NotFound, Refused, Sent, Unreachable

VISIBILITIES = {
    Visibility.PUBLIC: "public",
    Visibility.UNLISTED: "unlisted",
    Visibility.FOLLOWERS: "private",
    Visibility.DIRECT: "direct",
}
_WIDTH = tuple(Visibility)
_HEEDED = (Feature.VISIBILITY, Feature.SCHEDULE)
"""What a server may get wrong without a word is refused here; the rest it refuses itself."""


class Writing(Finding):
    """Posts as one login."""

    async def prepare(self) -> None:
        """Learn the server's limits and ways."""
        await self._server.learn()

    def measure(self, submission: Submission) -> Measure:
        """Text and warning together, as the server counts them."""
        about = self._server.about
        counted = about.counting.count(
            self._words.text(submission, about), wording.warning(submission)
        )
        return Measure(counted, about.limits.text_length)

    def fates(self, submission: Submission) -> Sequence[Fate]:
        """What becomes of each feature."""
        about, now = self._server.about, self._context.now()
        return tuple(fate.fates(submission, about, self.measure(submission), now))

    async def publish(self, submission: Submission, attempt: Attempt) -> Receipt:
        """Post it.

        Raises: Refused naming the field.
        """
        about = await self._server.know()
        self._heed(submission, _HEEDED)
        await self._learn_names(submission)
        wanted = self._said(submission, about)
        wanted["visibility"] = VISIBILITIES[submission.visibility]
        if submission.reply_to is not None:
            wanted["in_reply_to_id"] = await self._key(submission.reply_to, Feature.REPLY)
        if submission.quote is not None and not wording.quote_link(submission, about):
            wanted[about.quotes] = await self._key(submission.quote, Feature.QUOTE)
        if submission.quotable is not None and about.quotable:
            wanted["quote_approval_policy"] = submission.quotable.value
        if submission.at is not None:
            wanted["scheduled_at"] = submission.at.isoformat()
        if submission.media:
            wanted["media_ids"] = [upload.key for upload in submission.media]
            try:
                for upload in submission.media:
                    await self._usable(upload.key)
            except NotFound:
                # A post that was made has taken its files, and must not be made again.
                found = await self.find(submission, attempt)
                if found is not None:
                    return found
                raise Refused(
                    f"{self._api.where} no longer has a file that was uploaded for this post",
                    field=Feature.MEDIA,
                    remedy="upload it again",
                ) from None
        return await self._post(wanted, attempt, submission)

    def _heed(self, submission: Submission, features: Iterable[Feature]) -> None:
        """Raises: Refused for what is foreseen of some features."""
        for one in self.fates(submission):
            if one.outcome is Outcome.REFUSED and one.feature in features:
                raise Refused(
                    f"{self._api.where} cannot take this: {one.text}",
                    field=one.feature,
                    remedy=one.remedy,
                )

    async def _learn_names(self, submission: Submission) -> None:
        """Find out how those mentioned are called, where that is only guessed."""
        for account in self._words.unnamed(submission):
            try:
                await self._lookup.account(account)
            except NotFound:
                continue

    def _said(self, submission: Submission, about: About) -> Json:
        """What is the same for a new post and for an edit."""
        warning = wording.warning(submission)
        said: Json = {
            "status": self._words.text(submission, about),
            "spoiler_text": warning,
            "sensitive": submission.sensitive or bool(warning),
        }
        if submission.language is not None:
            said["language"] = submission.language
        if submission.markdown:
            said["content_type"] = MARKDOWN
        elif about.plain:
            # Else an account's own setting may have it read as Markdown.
            said["content_type"] = "text/plain"
        if submission.ballot is not None:
            said["poll"] = {
                "options": list(submission.ballot.options),
                "expires_in": round(submission.ballot.lasts.total_seconds()),
                "multiple": submission.ballot.multiple,
                "hide_totals": submission.ballot.hide_totals,
            }
        return said

    async def _key(self, post: PostRef, feature: Feature) -> str:
        try:
            return await self._lookup.post_key(post.post, post.key)
        except NotFound:
            raise self._gone(feature) from None

    def _gone(self, feature: Feature) -> Refused:
        return Refused(
            f"{self._api.where} does not have the post for which this is a {feature}",
            field=feature,
            remedy="it may be deleted: post this by itself",
        )

    async def _usable(self, upload: str) -> bool:
        """Whether an upload is ready by now.

        Raises: NotFound for one that expired or is in a post.
        """
        return (await self._api.get(f"/api/v1/media/{upload}")).status != 206

    async def _post(self, wanted: Json, attempt: Attempt, submission: Submission) -> Receipt:
        try:
            answer = await self._api.send(
                "POST", "/api/v1/statuses", wanted, headers={"Idempotency-Key": attempt.key}
            )
        except NotFound:
            # There is a place to post to: what is missing is what the post refers to.
            if "in_reply_to_id" in wanted:
                raise self._gone(Feature.REPLY) from None
            if submission.quote is not None:
                raise self._gone(Feature.QUOTE) from None
            raise
        made = answer.json
        waits = isinstance(made, dict) and "scheduled_at" in made and "account" not in made
        if waits and (key := identifier(made, "id")):
            return Receipt(waits=key)
        view = self._made(made)
        await self._made_by.note(view.remote_key, attempt.key)
        notes = []
        if submission.at is not None:
            notes.append("it was posted at once")
        if _WIDTH.index(view.post.visibility) < _WIDTH.index(submission.visibility):
            notes.append(f"the server made it {view.post.visibility}")
        return Receipt(view, note=" and ".join(notes))

    def _made(self, status: object) -> PostView:
        """The post that an answer shows.

        Raises: Unreachable where it shows none, since there may be one.
        """
        try:
            if isinstance(status, dict):
                return self._view(status)
        except BadAnswer:
            pass
        raise Unreachable(
            f"{self._api.where} did not show what it made of this post", sent=Sent.MAYBE
        )
