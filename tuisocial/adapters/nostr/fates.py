"""How a submission will fare on these relays: its length by their count, and each feature's fate.

Nothing is asked here: what relays allow, which servers and emoji there are is `standing`'s.
"""

from __future__ import annotations

from collections.abc import Sequence

from tuisocial.adapters.nostr import blossom, keys, notes
from tuisocial.adapters.nostr.answering import Seen
from tuisocial.adapters.nostr.events import Event
from tuisocial.adapters.nostr.notes import Around
from tuisocial.adapters.nostr.standing import Standing
from tuisocial.model.post import Visibility
from tuisocial.model.richtext import Mention
from tuisocial.model.submission import Fate, Feature, Measure, Outcome, Submission

_ANSWER_BYTES = 3500
"""What the tags of an answer may come to: some 30 people with hints of where they are."""

_FILE_BYTES, _HINT_BYTES = 400, 100
"""What the tag of a file may come to, and a relay that a tag names."""

_REPLACED, _LOST, _REFUSED = Outcome.REPLACED, Outcome.LOST, Outcome.REFUSED


def measure(submission: Submission, me: str, standing: Standing, parent: Event | None) -> Measure:
    """The count that is closest to its limit: characters of the content, or bytes of the message.

    `parent` is the event that is answered, if it is known here.
    """
    unsent = f"{(standing.servers or ('https://blossom.example.com',))[0]}/{'0' * 64}.jpeg"
    content = notes.content(submission, standing.emoji, unsent).content
    characters = [one.max_content_length for one in standing.limits.values()]
    messages = [one.max_message_length for one in standing.limits.values()]
    told = [
        Measure(len(content), min(filter(None, characters), default=None)),
        Measure(
            _message(submission, content, me, standing, parent),
            min(filter(None, messages), default=None),
            "bytes",
        ),
    ]
    limited = [one for one in told if one.limit]
    return max(limited, key=lambda one: one.count / (one.limit or 1), default=told[0])


def _message(
    submission: Submission, content: str, me: str, standing: Standing, parent: Event | None
) -> int:
    reply = Seen(parent) if parent is not None else None
    made = notes.note(submission, 0, me, Around(reply, emoji=standing.emoji))
    size = notes.frame_bytes(made._replace(content=content), me)
    # The time is ten digits; what tags hint at, and say of files, is not known yet.
    unknown = submission.edits if submission.reply_to is None else submission.reply_to
    answers = unknown is not None and parent is None
    files = _FILE_BYTES * sum(not upload.key for upload in submission.media)
    return size + 9 + files + (_ANSWER_BYTES if answers else _HINT_BYTES * len(made.tags))


def fates(submission: Submission, *, servers: bool) -> tuple[Fate, ...]:
    """What becomes of each feature that it has; `servers` says that files can be put somewhere."""
    found = [
        _text(submission),
        _warning(submission),
        _visibility(submission),
        *_media(submission, servers=servers),
        *_rest(submission),
    ]
    return tuple(fate for fate in found if fate is not None)


def first_refusal(found: Sequence[Fate]) -> Fate | None:
    """The first feature that would be refused."""
    return next((fate for fate in found if fate.outcome is _REFUSED), None)


def _text(submission: Submission) -> Fate | None:
    words = (submission.text.text, submission.content_warning or "")
    alts = [upload.attachment.alt or "" for upload in submission.media]
    if any(keys.looks_secret(text) for text in (*words, *alts)):
        return Fate(
            Feature.TEXT,
            _REFUSED,
            "holds a secret key or a signer's address, which nobody is to see",
            "take it out; if it was shown to others, it is theirs now too",
        )
    if not submission.text.text.strip() and not submission.media and submission.quote is None:
        if submission.ballot is not None:
            return None
        return Fate(Feature.TEXT, _REFUSED, "there is nothing in it", "write something")
    return Fate(Feature.TEXT, Outcome.KEPT) if submission.text.text.strip() else None


def _warning(submission: Submission) -> Fate | None:
    if submission.content_warning is not None:
        return Fate(Feature.CONTENT_WARNING, Outcome.KEPT)
    if submission.sensitive:
        return Fate(Feature.SENSITIVE, _REPLACED, "becomes a content warning without a reason")
    return None


def _visibility(submission: Submission) -> Fate | None:
    if submission.visibility is Visibility.PUBLIC:
        return Fate(Feature.VISIBILITY, Outcome.KEPT)
    return Fate(
        Feature.VISIBILITY,
        _REFUSED,
        "notes are read by everybody",
        "make it public, or leave this target out",
    )


def _media(submission: Submission, *, servers: bool) -> list[Fate]:
    if not submission.media:
        return []
    uploaded = all(upload.key for upload in submission.media)
    if not servers and not uploaded:
        text = "this login has no media server"
        return [Fate(Feature.MEDIA, _REFUSED, text, blossom.NO_SERVER)]
    found = [Fate(Feature.MEDIA, Outcome.KEPT)]
    if any(upload.attachment.alt for upload in submission.media):
        found.append(Fate(Feature.ALT, Outcome.KEPT))
    if any(upload.attachment.focus for upload in submission.media):
        found.append(Fate(Feature.FOCUS, _LOST, "notes say nothing of it"))
    return found


def _rest(submission: Submission) -> list[Fate]:
    found: list[Fate] = []
    if submission.language:
        kept = notes.language(submission)
        lost = Fate(Feature.LANGUAGE, _LOST, "only languages with a two-letter code are named")
        found.append(Fate(Feature.LANGUAGE, Outcome.KEPT) if kept else lost)
    if submission.ballot is not None:
        found.append(_poll(submission))
    for feature, there in ((Feature.REPLY, submission.reply_to), (Feature.QUOTE, submission.quote)):
        if there is not None:
            found.append(Fate(feature, Outcome.KEPT))
    if submission.quotable is not None:
        found.append(Fate(Feature.QUOTABLE, _LOST, "anybody may quote a note"))
    if any(isinstance(facet, Mention) for facet in submission.text.facets):
        found.append(Fate(Feature.MENTION, Outcome.KEPT))
    if submission.at is not None:
        found.append(
            Fate(
                Feature.SCHEDULE,
                _REFUSED,
                "Nostr has no scheduling",
                "use --at with another target, or send now",
            )
        )
    if submission.edits is not None:
        text = "posted anew, the old one is asked to be deleted: relays may keep it"
        found.append(Fate(Feature.EDIT, _REPLACED, text))
    return found


def _poll(submission: Submission) -> Fate:
    if submission.text.text.strip() or submission.media:
        return Fate(Feature.POLL, _LOST, "the text is posted without it")
    return Fate(
        Feature.POLL, _REFUSED, "polls are not posted here", "write a text that goes without it"
    )
