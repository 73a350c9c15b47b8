"""What became of a write of which no answer came, read off the login's own posts.

A post is known by its attachments, which no other has, or by its text, warning and parent; servers
keep no name that a client gave. Times are compared by the server's clock.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tuisocial.adapters.mastodon import wording
from tuisocial.adapters.mastodon.about import MARKDOWN, About
from tuisocial.adapters.mastodon.api import Api
from tuisocial.adapters.mastodon.fields import (
    Json,
    flag,
    identifier,
    moment,
    record,
    records,
    text,
)
from tuisocial.adapters.mastodon.made import Made
from tuisocial.adapters.mastodon.redrafts import Redrafts
from tuisocial.adapters.mastodon.session import MastodonSession
from tuisocial.adapters.mastodon.wording import Words
from tuisocial.model.login import Login
from tuisocial.model.post import Visibility
from tuisocial.model.submission import Attempt, PostRef, Receipt, Submission
from tuisocial.sdk.adapter import SessionContext
from tuisocial.sdk.errors import NotFound, NotSupported
from tuisocial.sdk.status import ahead


@dataclass(frozen=True, slots=True)
class _Marks:
    """What a post is known by besides its words.

    `files` are the server's ids of its attachments, `parent` of what it answers: empty for nothing,
    None where that is gone; `options` are its poll's.
    """

    files: tuple[str, ...]
    parent: str | None
    options: tuple[str, ...]


_SLACK = timedelta(minutes=2)
"""Clocks and their readings may be apart that far."""

_PAGES = 10
_FILLED = frozenset({"", ".", "🖼", "📹", "🎵"})
"""What Mastodon writes where a post has a warning and no text."""


class Finding(MastodonSession):
    """Looks for attempts."""

    def __init__(self, login: Login, context: SessionContext, api: Api, domain: str) -> None:
        super().__init__(login, context, api, domain)
        self._words = Words(self._known, api.server, domain)
        self._redrafts = Redrafts(context.memory)
        self._made_by = Made(context.memory)

    async def find(self, submission: Submission, attempt: Attempt) -> Receipt | None:
        """What the attempt came to.

        Raises: NotSupported where the server does not show what it would take to know.
        """
        about = await self._server.know()
        if submission.edits is not None:
            if not about.edits:
                return await self._redrafted(submission, attempt, about)
            try:
                status = await self._lookup.status(submission.edits.post, submission.edits.key)
            except NotFound:
                return None
            same = await self._says(status, submission, about)
            return Receipt(self._view(status)) if same else None
        if submission.at is not None and (waits := await self._waiting(submission, about)):
            return Receipt(waits=waits)
        ballot = submission.ballot
        marks = _Marks(
            tuple(upload.key for upload in submission.media),
            await self._parent(submission.reply_to),
            ballot.options if ballot else (),
        )
        return await self._posted(submission, attempt, about, marks)

    async def _redrafted(
        self, submission: Submission, attempt: Attempt, about: About
    ) -> Receipt | None:
        """The post that was made in place of one that was deleted."""
        kept = await self._redrafts.get(attempt.key)
        if not kept:
            return None
        if made := identifier(kept, "made"):
            return Receipt(self._view(await self._api.record(f"/api/v1/statuses/{made}")))
        options = record(kept, "poll").get("options")
        marks = _Marks(
            tuple(kept.get("media_ids") or ()),
            text(kept, "in_reply_to_id"),
            tuple(options) if isinstance(options, list) else (),
        )
        return await self._posted(submission, attempt, about, marks)

    async def _posted(
        self, submission: Submission, attempt: Attempt, about: About, marks: _Marks
    ) -> Receipt | None:
        async for status in self._own_since(attempt):
            key = identifier(status, "id")
            if await self._made_by.by_another(key, attempt.key):
                continue
            if await self._is(status, submission, about, marks):
                await self._made_by.note(key, attempt.key)
                return Receipt(self._view(status))
        if submission.visibility is Visibility.DIRECT and not about.is_mastodon:
            raise NotSupported(
                f"{self._api.where} may hide posts to the mentioned only from their author's list",
                remedy="look there yourself, then send it again or drop it",
            )
        return None

    async def _parent(self, reply_to: PostRef | None) -> str | None:
        """The server's id of what is answered, empty for nothing, None where that is gone."""
        if reply_to is None:
            return ""
        try:
            return await self._lookup.post_key(reply_to.post, reply_to.key)
        except NotFound:
            return None

    async def _own_since(self, attempt: Attempt) -> AsyncIterator[Json]:
        """The login's posts that are no older than the attempt, newest first."""
        me = await self._own_key()
        path = f"/api/v1/accounts/{me}/statuses"
        older: str | None = None
        for _ in range(_PAGES):
            wanted = {"limit": "40", "exclude_reblogs": "true"}
            page = await self._api.rows(path, wanted, older, by_id=True)
            since = self._on_its_clock(attempt.created_at) - _SLACK
            for row in page.rows:
                if not isinstance(row, dict) or record(row, "reblog"):
                    continue
                made = moment(row, "created_at")
                if made is not None and made < since:
                    return
                yield row
            older = page.older
            if older is None:
                return
        raise NotSupported(
            f"this login has posted too much at {self._api.where} since to look through it",
            remedy="look there yourself, then send it again or drop it",
        )

    def _on_its_clock(self, time: datetime) -> datetime:
        now = self._context.now()
        pulse = self._api.pulse
        skew = ahead({"date": pulse.date}, now) if pulse else None
        # Nothing was tried in the future: the clock has been set back since.
        return min(time, now) - timedelta(seconds=skew or 0)

    async def _own_key(self) -> str:
        account = self._login.account
        known = self._known.account_key(account.uri) if account else None
        if known is None:
            found = await self._api.record("/api/v1/accounts/verify_credentials")
            self._known.learn_account(found)
            known = identifier(found, "id")
        return known

    async def _is(self, status: Json, submission: Submission, about: About, marks: _Marks) -> bool:
        files = _attached(status)
        if files and set(files) == set(marks.files):
            return True
        return (
            len(files) == len(marks.files)
            and (marks.parent is None or identifier(status, "in_reply_to_id") == marks.parent)
            and _options(status) == marks.options
            and await self._reads(status, submission, about)
        )

    async def _says(self, status: Json, submission: Submission, about: About) -> bool:
        """Whether a post that exists is already as an edit wants it."""
        language, ballot = submission.language, submission.ballot
        media = tuple(upload.key for upload in submission.media)
        warned = bool(wording.warning(submission))
        return (
            (language is None or text(status, "language") == language)
            and flag(status, "sensitive") in (None, submission.sensitive or warned)
            and (not media or media == _attached(status))
            and (ballot is None or ballot.options == _options(status))
            and await self._reads(status, submission, about)
            and await self._is_written_so(status, submission, about)
        )

    async def _reads(self, status: Json, submission: Submission, about: About) -> bool:
        """Whether a post has the text and the warning of a submission."""
        ours = wording.alike(self._words.text(submission, about))
        warning = wording.warning(submission)
        theirs = text(status, "spoiler_text").strip()
        if not ours and warning and not theirs:
            # Older ones make the warning the text.
            ours, warning = wording.alike(warning), ""
        if wording.alike(theirs) != wording.alike(warning):
            return False
        shown = wording.alike(wording.shown(self._convert.post(status).text))
        if ours == shown or (not ours and warning and shown in _FILLED):
            return True
        try:
            source = await self._source(identifier(status, "id"))
        except NotFound:
            if submission.markdown:
                raise NotSupported(
                    f"{self._api.where} does not show how a post was written that it read as "
                    "Markdown",
                    remedy="look there yourself, then send it again or drop it",
                ) from None
            return False
        return wording.alike(text(source, "text")) == ours

    async def _is_written_so(self, status: Json, submission: Submission, about: About) -> bool:
        """Whether a post is read as Markdown, or not, as an edit wants it."""
        if not about.limits.markdown:
            return True
        try:
            kind = text(await self._source(identifier(status, "id")), "content_type")
        except NotFound:
            return True
        return not kind or (kind == MARKDOWN) is submission.markdown

    async def _source(self, key: str) -> Json:
        """<https://docs.joinmastodon.org/methods/statuses/#source>

        Raises: NotFound on servers without it.
        """
        return await self._api.record(f"/api/v1/statuses/{key}/source")

    async def _waiting(self, submission: Submission, about: About) -> str:
        """<https://docs.joinmastodon.org/methods/scheduled_statuses/>"""
        answer = (await self._api.get("/api/v1/scheduled_statuses", {"limit": "40"})).json
        ours = wording.alike(self._words.text(submission, about))
        for row in records({"rows": answer}, "rows"):
            params, at = record(row, "params"), moment(row, "scheduled_at")
            written = wording.alike(text(params, "text") or text(params, "status"))
            near = at is not None and submission.at is not None and abs(at - submission.at) < _SLACK
            warned = text(params, "spoiler_text").strip() == wording.warning(submission)
            if near and warned and written == ours:
                return identifier(row, "id")
        return ""


def _attached(status: Json) -> tuple[str, ...]:
    return tuple(identifier(one, "id") for one in records(status, "media_attachments"))


def _options(status: Json) -> tuple[str, ...]:
    return tuple(text(one, "title") for one in records(record(status, "poll"), "options"))
