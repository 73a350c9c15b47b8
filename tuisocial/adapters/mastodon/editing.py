"""Changing posts and taking them back.

An edit leaves out nothing that it is not to take away: servers drop the files and the poll that are
not sent again. Where there are no edits a post is deleted and posted anew, and what it needs for
that is kept until it is done, since with the old post it is gone.
"""

from __future__ import annotations

from tuisocial.adapters.mastodon import fates as fate
from tuisocial.adapters.mastodon.about import MARKDOWN, About
from tuisocial.adapters.mastodon.fields import Json, flag, identifier, moment, record, records, text
from tuisocial.adapters.mastodon.writing import Writing
from tuisocial.model.draft import Draft, Quotable
from tuisocial.model.submission import (
    Attempt,
    Fate,
    Feature,
    PostRef,
    Receipt,
    Submission,
)
from tuisocial.sdk.errors import NotFound, NotSupported, Refused

_SHORTEST_POLL = 300


class Editing(Writing):
    """Edits and deletes as one login."""

    async def source(self, post: PostRef) -> Draft:
        """What its author wrote; where the server does not keep it, what it shows."""
        status = await self._lookup.status(post.post, post.key)
        shown = self._view(status).post
        written, warning, kind = shown.text.text, shown.content_warning, ""
        try:
            found = await self._source(identifier(status, "id"))
            written, warning = text(found, "text"), text(found, "spoiler_text").strip() or None
            kind = text(found, "content_type")
        except NotFound:
            pass
        return Draft(
            text=written,
            content_warning=warning,
            sensitive=bool(shown.sensitive),
            language=shown.language,
            markdown=kind == MARKDOWN,
            visibility=shown.visibility,
            quotable=_quotable(status),
            reply_to=shown.reply_to.post if shown.reply_to else None,
            edits=shown.id,
        )

    async def edit(self, submission: Submission, attempt: Attempt) -> Receipt:
        """Have a post say something else: <https://docs.joinmastodon.org/methods/statuses/#edit>.

        Raises: NotFound for a post that is gone.
        """
        about = await self._server.know()
        if submission.edits is None:
            raise Refused("this edits no post", field=Feature.EDIT)
        await self._learn_names(submission)
        if not about.edits:
            return await self._redraft(submission, submission.edits, attempt, about)
        status = await self._lookup.status(submission.edits.post, submission.edits.key)
        if await self._says(status, submission, about):
            return Receipt(self._view(status))
        key = identifier(status, "id")
        wanted = self._said(submission, about) | self._left(status, submission)
        try:
            answer = await self._api.send("PUT", f"/api/v1/statuses/{key}", wanted)
        except NotFound:
            raise NotSupported(
                f"{self._api.where} lets nobody edit this post",
                remedy="delete it, and post it anew",
            ) from None
        return Receipt(self._made(answer.json))

    def deleting(self, post: PostRef) -> Fate:
        """Deletion is asked for everywhere and checked nowhere."""
        return fate.DELETED

    async def delete(self, post: PostRef) -> Receipt:
        """<https://docs.joinmastodon.org/methods/statuses/#delete>"""
        try:
            key = await self._lookup.post_key(post.post, post.key)
            await self._api.send("DELETE", f"/api/v1/statuses/{key}")
        except NotFound:
            pass
        return Receipt()

    def _left(self, status: Json, submission: Submission) -> Json:
        """What an edit does not change and must be sent again."""
        left: Json = {"media_ids": _media(status)}
        if submission.media:
            left["media_ids"] = [upload.key for upload in submission.media]
        poll = record(status, "poll")
        if poll and submission.ballot is None:
            left["poll"] = self._poll(poll)
        return left

    def _poll(self, poll: Json) -> Json:
        options, ends = records(poll, "options"), moment(poll, "expires_at")
        remaining = (ends - self._context.now()).total_seconds() if ends else 0
        return {
            "options": [text(option, "title") for option in options],
            "expires_in": max(round(remaining), _SHORTEST_POLL),
            "multiple": bool(flag(poll, "multiple")),
            # Its author sees no counts only where they are hidden from everybody.
            "hide_totals": not flag(poll, "expired")
            and any(option.get("votes_count") is None for option in options),
        }

    async def _redraft(
        self, submission: Submission, old: PostRef, attempt: Attempt, about: About
    ) -> Receipt:
        wanted = await self._redrafts.get(attempt.key)
        if made := identifier(wanted, "made"):
            return Receipt(self._view(await self._api.record(f"/api/v1/statuses/{made}")))
        if not wanted:
            # Nothing is deleted for the sake of a post that is sure to be refused.
            self._heed(submission, Feature)
            status = await self._lookup.status(old.post, old.key)
            wanted = self._said(submission, about) | self._left(status, submission)
            for name, value in (
                ("visibility", text(status, "visibility")),
                ("in_reply_to_id", identifier(status, "in_reply_to_id")),
            ):
                if value:
                    wanted[name] = value
            if not wanted["media_ids"]:
                del wanted["media_ids"]
            await self._redrafts.keep(attempt.key, wanted)
        await self.delete(old)
        receipt = await self._post(wanted, attempt, submission)
        if receipt.view is not None:
            await self._redrafts.keep(attempt.key, {"made": receipt.view.remote_key})
        return receipt


def _quotable(status: Json) -> Quotable | None:
    """<https://docs.joinmastodon.org/entities/QuoteApproval/>, None where nothing is said."""
    allowed = record(status, "quote_approval").get("automatic")
    if not isinstance(allowed, list):
        return None
    chosen = (each for each in (Quotable.PUBLIC, Quotable.FOLLOWERS) if each.value in allowed)
    return next(chosen, Quotable.NOBODY)


def _media(status: Json) -> list[str]:
    return [identifier(one, "id") for one in records(status, "media_attachments")]
