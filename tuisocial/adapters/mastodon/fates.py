"""What becomes of each part of a post on one server, told before it is sent and without asking.

Refusals are certain ones: whatever is not known to be refused is left to the server.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from datetime import datetime

from tuisocial.adapters.mastodon import wording
from tuisocial.adapters.mastodon.about import SOONEST, About
from tuisocial.model.draft import Ballot, Quotable
from tuisocial.model.post import Visibility
from tuisocial.model.richtext import Mention
from tuisocial.model.submission import Fate, Feature, Measure, Outcome, Submission

REDRAFT = "it is deleted and posted anew, without its answers and marks"
_QUOTED_BY_OTHERS = (Visibility.PUBLIC, Visibility.UNLISTED)
DELETED = Fate(
    Feature.TEXT,
    Outcome.KEPT,
    "its server deletes it and asks others that have it to do so too",
)


def fates(submission: Submission, about: About, measure: Measure, now: datetime) -> Iterator[Fate]:
    """A fate for every feature that a submission has."""
    yield _text(submission, measure)
    if submission.content_warning is not None:
        yield _warning(submission)
    if submission.sensitive:
        yield _kept(Feature.SENSITIVE)
    if submission.language is not None:
        yield _kept(Feature.LANGUAGE)
    if any(isinstance(facet, Mention) for facet in submission.text.facets):
        yield _kept(Feature.MENTION)
    yield from _media(submission, about)
    if submission.ballot is not None:
        yield _poll(submission.ballot, about, media=bool(submission.media))
    if submission.edits is not None:
        yield _edit(about)
        if submission.quotable is not None:
            yield Fate(Feature.QUOTABLE, Outcome.LOST, "an edit leaves it as it was")
        return
    # What follows stays as it was when a post is edited.
    yield _visibility(submission.visibility, about)
    if submission.reply_to is not None:
        yield _kept(Feature.REPLY)
    if submission.quote is not None:
        yield _quote(submission, about)
    if submission.quotable is not None:
        yield _quotable(submission.quotable, submission.visibility, about)
    if submission.at is not None:
        yield _schedule(submission.at, about, now)


def _kept(feature: Feature) -> Fate:
    return Fate(feature, Outcome.KEPT)


def _refused(feature: Feature, text: str, remedy: str) -> Fate:
    return Fate(feature, Outcome.REFUSED, text, remedy)


def _text(submission: Submission, measure: Measure) -> Fate:
    if not measure.fits:
        return _refused(
            Feature.TEXT,
            f"{measure.count} characters, and {measure.limit} are allowed",
            "shorten it, or split it",
        )
    # A poll alone is not enough; an edited post keeps its files.
    others = submission.media or submission.content_warning or submission.quote or submission.edits
    if not others and not submission.text.text.strip():
        return _refused(Feature.TEXT, "there is none", "write something, or attach a file")
    return _kept(Feature.TEXT)


def _warning(submission: Submission) -> Fate:
    if (submission.content_warning or "").strip():
        return _kept(Feature.CONTENT_WARNING)
    return Fate(
        Feature.CONTENT_WARNING,
        Outcome.REPLACED,
        f'becomes the reason "{wording.NO_REASON}", since there must be one',
    )


def _media(submission: Submission, about: About) -> Iterator[Fate]:
    media, limits = [upload.attachment for upload in submission.media], about.limits
    if not media:
        return
    kinds = [kind_of(attachment.path) for attachment in media]
    foreign = [kind for kind in kinds if kind and not accepts(kind, about)]
    moving = [kind for kind in kinds if kind.startswith(("audio/", "video/"))]
    if limits.media_count is not None and len(media) > limits.media_count:
        yield _refused(
            Feature.MEDIA,
            f"{len(media)} files, and {limits.media_count} are allowed",
            "attach fewer",
        )
    elif foreign:
        yield _refused(
            Feature.MEDIA, f"{foreign[0]} is not accepted", "convert it, or leave it out"
        )
    elif about.is_mastodon and moving and len(media) > 1:
        yield _refused(
            Feature.MEDIA, "a film or a sound goes with no other file", "attach it alone"
        )
    else:
        yield _kept(Feature.MEDIA)
    alts = [attachment.alt for attachment in media if attachment.alt]
    if alts:
        # Code points, whatever a text is counted in.
        yield _alt(max(map(len, alts)), limits.alt_length)
    if any(attachment.focus for attachment in media):
        yield _kept(Feature.FOCUS)


def _alt(longest: int, limit: int | None) -> Fate:
    if limit is not None and longest > limit:
        return _refused(Feature.ALT, f"{longest} characters, and {limit} are allowed", "shorten it")
    return _kept(Feature.ALT)


def kind_of(path: str) -> str:
    """The MIME type that a file's name tells, empty for none."""
    return mimetypes.guess_type(path)[0] or ""


def accepts(kind: str, about: About) -> bool:
    """Whether files of a MIME type may be uploaded, as far as is known."""
    types = about.limits.media_types
    # `audio/x-wav` and `audio/wav` are one; servers list some of both.
    bare = kind.replace("/x-", "/")
    return not types or bare in {one.replace("/x-", "/") for one in types}


def _poll(ballot: Ballot, about: About, *, media: bool) -> Fate:
    limits, seconds = about.limits, ballot.lasts.total_seconds()
    longest = max(map(about.counting.length, ballot.options), default=0)
    said = ""
    if about.is_mastodon and media:
        said = "a poll goes with no files"
    elif about.is_mastodon and len({option.strip() for option in ballot.options}) < 2:
        said = "it needs two answers that differ"
    elif limits.poll_options is not None and len(ballot.options) > limits.poll_options:
        said = f"{len(ballot.options)} answers, and {limits.poll_options} are allowed"
    elif limits.poll_option_length is not None and longest > limits.poll_option_length:
        said = f"an answer of {longest} characters, and {limits.poll_option_length} are allowed"
    elif limits.poll_seconds_min is not None and seconds < limits.poll_seconds_min:
        said = f"it must last {limits.poll_seconds_min / 60:.0f} minutes or more"
    elif limits.poll_seconds_max is not None and seconds > limits.poll_seconds_max:
        said = f"it may last {limits.poll_seconds_max / 86_400:.0f} days at most"
    return _refused(Feature.POLL, said, "change the poll") if said else _kept(Feature.POLL)


def _edit(about: About) -> Fate:
    if about.edits:
        return _kept(Feature.EDIT)
    return Fate(Feature.EDIT, Outcome.REPLACED, REDRAFT)


def _visibility(visibility: Visibility, about: About) -> Fate:
    if visibility in about.limits.visibilities:
        return _kept(Feature.VISIBILITY)
    return _refused(
        Feature.VISIBILITY,
        f"no post here can be {visibility}",
        "choose another visibility, or leave this server out",
    )


def _quote(submission: Submission, about: About) -> Fate:
    if not wording.quote_link(submission, about):
        return _kept(Feature.QUOTE)
    return Fate(Feature.QUOTE, Outcome.REPLACED, "becomes a link to it")


def _quotable(quotable: Quotable, visibility: Visibility, about: About) -> Fate:
    if not about.quotable:
        return Fate(Feature.QUOTABLE, Outcome.LOST, "this server lets nobody say who may quote")
    if quotable is not Quotable.NOBODY and visibility not in _QUOTED_BY_OTHERS:
        return Fate(
            Feature.QUOTABLE, Outcome.REPLACED, f"nobody else may quote a post for {visibility}"
        )
    return _kept(Feature.QUOTABLE)


def _schedule(at: datetime, about: About, now: datetime) -> Fate:
    if about.known and not about.schedules:
        return _refused(
            Feature.SCHEDULE,
            "this server is not known to wait",
            "send it when it is time, or leave this server out",
        )
    if at - now < SOONEST:
        return _refused(
            Feature.SCHEDULE,
            f"the time is less than {SOONEST.seconds // 60} minutes ahead",
            "choose a later time, or send it now",
        )
    return _kept(Feature.SCHEDULE)
