"""What each target will get of a draft, and what becomes of each part of it, before it is sent.

Nothing here asks a server or changes anything. `composing` gathers what it takes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tuisocial.model.draft import Draft, Overflow, Own
from tuisocial.model.ids import AccountId, LoginId
from tuisocial.model.post import Visibility
from tuisocial.model.richtext import RichText
from tuisocial.model.submission import (
    Fate,
    Feature,
    Measure,
    Outcome,
    PostRef,
    Submission,
    Upload,
)
from tuisocial.sdk.writing import Edits, Publishes, UploadsMedia
from tuisocial.services import linking
from tuisocial.services.addressing import text_for
from tuisocial.services.splitting import TooLong, divided, split
from tuisocial.services.visibility import narrowed

if TYPE_CHECKING:
    from tuisocial.sdk.adapter import Session
    from tuisocial.services.errors import Trouble

_GRAVITY = list(Outcome)


@dataclass(frozen=True, slots=True)
class Related:
    """A post that a draft answers, quotes or changes, as the target's own network has it.

    `ref` is None where that network has no such post; `url` is then where others can read it.
    `bound` is who can see it at most.
    """

    ref: PostRef | None
    bound: Visibility
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """One login that a draft goes to. `session` is None where it could not be opened: `trouble`."""

    login: LoginId
    network: str
    session: Session | None
    trouble: Trouble | None = None
    reply_to: Related | None = None
    quote: Related | None = None
    edits: Related | None = None
    handles: Mapping[AccountId, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TargetPlan:
    """What one target gets: a post, or several as a thread.

    `fates` come gravest first. `link_from` is the target whose post the only part leads on to.
    `trouble` is what kept its login from being opened.
    """

    login: LoginId
    parts: tuple[Submission, ...]
    measures: tuple[Measure, ...]
    fates: tuple[Fate, ...]
    link_from: LoginId | None = None
    trouble: Trouble | None = None

    @property
    def refused(self) -> tuple[Fate, ...]:
        """What stands in the way of sending it."""
        return tuple(fate for fate in self.fates if fate.outcome is Outcome.REFUSED)


def plan(draft: Draft, targets: Sequence[Target], *, alt_needed: bool = False) -> list[TargetPlan]:
    """What each target gets, in the targets' order."""
    plans = [_plan(draft, target, alt_needed=alt_needed) for target in targets]
    if draft.overflow is Overflow.LINK:
        plans = _linked(targets, plans)
    return plans


def _plan(draft: Draft, target: Target, *, alt_needed: bool) -> TargetPlan:
    session = target.session
    if session is None or not isinstance(session, Publishes):
        trouble = target.trouble
        fate = Fate(
            Feature.TEXT,
            Outcome.REFUSED,
            trouble.message if trouble else f"{target.login} may only read",
            (trouble.remedy if trouble else "") or "take it out of the targets, or sign in anew",
        )
        return TargetPlan(target.login, (), (), (fate,), trouble=trouble)
    fates: list[Fate] = []
    submission = _submission(draft, target, session, fates)
    fates += _files(draft, session, alt_needed=alt_needed)
    said = _said(session, submission)
    if not (submission.text.text.strip() or submission.media or submission.ballot):
        nothing = Fate(Feature.TEXT, Outcome.REFUSED, "there is nothing to post", "write something")
        said = [*(fate for fate in said if fate.feature is not Feature.TEXT), nothing]
    fates += said
    parts = _parts(draft, target, submission, session, fates)
    measures = tuple(session.measure(part) for part in parts)
    return TargetPlan(target.login, parts, measures, _in_order(fates))


def _said(session: Publishes, submission: Submission) -> list[Fate]:
    """What the target says of it, but for who sees it and its length: that is decided here."""
    said = [fate for fate in session.fates(submission) if fate.feature is not Feature.VISIBILITY]
    if session.measure(submission).fits:
        return said
    return [
        fate
        for fate in said
        if fate.feature is not Feature.TEXT or fate.outcome is not Outcome.REFUSED
    ]


def _submission(draft: Draft, target: Target, session: Publishes, fates: list[Fate]) -> Submission:
    own = draft.own.get(target.login, Own())
    words = own.text if own.text is not None else draft.text
    text, said = text_for(words, draft.addresses, target.network, target.handles)
    fates += said
    markdown = draft.markdown and target.session is not None and target.session.limits().markdown
    if draft.markdown:
        fates.append(_of_format(kept=markdown))
    bounds = [one.bound for one in (target.reply_to, target.quote) if one is not None]
    offered = target.session.limits().visibilities if target.session else ()
    visibility = narrowed(draft.visibility, offered, bounds)
    fates.append(_of_visibility(draft, visibility, offered))
    text = _elsewhere(text, target.reply_to, Feature.REPLY, "answers", fates)
    text = _elsewhere(text, target.quote, Feature.QUOTE, "quotes", fates)
    if target.edits is not None and (target.edits.ref is None or not isinstance(session, Edits)):
        fates.append(
            Fate(
                Feature.EDIT,
                Outcome.REFUSED,
                f"{target.login} has no post to change",
                "take it out of the targets",
            )
        )
    return Submission(
        text=text,
        content_warning=draft.content_warning,
        sensitive=draft.sensitive,
        language=draft.language,
        markdown=markdown,
        visibility=visibility or Visibility.UNKNOWN,
        quotable=draft.quotable,
        media=tuple(Upload(one) for one in draft.media),
        ballot=draft.ballot,
        reply_to=target.reply_to.ref if target.reply_to else None,
        quote=target.quote.ref if target.quote else None,
        edits=target.edits.ref if target.edits else None,
        at=draft.at,
    )


def _of_visibility(
    draft: Draft, visibility: Visibility | None, offered: Sequence[Visibility]
) -> Fate:
    if visibility is None:
        said = ", ".join(one.value for one in offered) or "nothing"
        return Fate(
            Feature.VISIBILITY,
            Outcome.REFUSED,
            f"would be seen by more than {draft.visibility.value} allows (only {said} there)",
            "choose another visibility, or take this target out",
        )
    if visibility is not draft.visibility:
        return Fate(Feature.VISIBILITY, Outcome.REPLACED, f"becomes {visibility.value}")
    return Fate(Feature.VISIBILITY, Outcome.KEPT)


def _of_format(*, kept: bool) -> Fate:
    if kept:
        return Fate(Feature.FORMAT, Outcome.KEPT)
    return Fate(Feature.FORMAT, Outcome.REPLACED, "is shown as it is written")


def _elsewhere(
    text: RichText, related: Related | None, feature: Feature, word: str, fates: list[Fate]
) -> RichText:
    """The text, with a link to what it answers or quotes where the network has no such post."""
    if related is None or related.ref is not None:
        return text
    if related.url is None or related.bound not in (Visibility.PUBLIC, Visibility.UNLISTED):
        fates.append(
            Fate(
                feature,
                Outcome.REFUSED,
                f"what it {word} is not on this network",
                "take this target out",
            )
        )
        return text
    fates.append(Fate(feature, Outcome.REPLACED, f"becomes a post with a link to what it {word}"))
    return RichText(f"{text.text}\n\n{related.url}", text.facets)


def _files(draft: Draft, session: Publishes, *, alt_needed: bool) -> list[Fate]:
    fates: list[Fate] = []
    if not draft.media:
        return fates
    if not isinstance(session, UploadsMedia):
        fates.append(
            Fate(
                Feature.MEDIA,
                Outcome.REFUSED,
                "no files can be sent there",
                "take the files or this target out",
            )
        )
    for one in draft.media:
        name = Path(one.path).name
        if not Path(one.path).is_file():
            fates.append(
                Fate(
                    Feature.MEDIA,
                    Outcome.REFUSED,
                    f"{name} is not a file"
                    if Path(one.path).exists()
                    else f"{name} is not there any more",
                    "attach it again, or take it out",
                )
            )
        if alt_needed and not one.alt:
            fates.append(
                Fate(
                    Feature.ALT,
                    Outcome.REFUSED,
                    f"{name} has no description",
                    "describe it for those who cannot see it",
                )
            )
    return fates


def _parts(
    draft: Draft,
    target: Target,
    submission: Submission,
    session: Publishes,
    fates: list[Fate],
) -> tuple[Submission, ...]:
    """The post, or the posts of a thread where it is too long; the first carries what is unique."""
    own = draft.own.get(target.login, Own())
    if own.parts:
        texts = tuple(
            text_for(part, draft.addresses, target.network, target.handles)[0]
            for part in divided(own.parts)
        )
    elif session.measure(submission).fits:
        return (submission,)
    elif draft.overflow is Overflow.SPLIT and draft.edits is None:
        try:
            texts = split(
                submission.text, lambda text: session.measure(replace(submission, text=text)).fits
            )
        except TooLong as error:
            fates.append(
                Fate(Feature.TEXT, Outcome.REFUSED, str(error), "shorten it, or write it as text")
            )
            return (submission,)
    else:
        measure = session.measure(submission)
        if draft.overflow is not Overflow.LINK or draft.edits is not None:
            over = measure.count - (measure.limit or 0)
            fates.append(
                Fate(
                    Feature.TEXT,
                    Outcome.REFUSED,
                    f"{over} {measure.unit or 'characters'} too long",
                    "shorten it, write an own text for this target, or let it be split",
                )
            )
        return (submission,)
    rest = replace(submission, media=(), ballot=None, quote=None, reply_to=None)
    parts = (
        replace(submission, text=texts[0]),
        *(replace(rest, text=text) for text in texts[1:]),
    )
    for place, part in enumerate(parts, 1):
        if not session.measure(part).fits:
            fates.append(
                Fate(
                    Feature.TEXT,
                    Outcome.REFUSED,
                    f"part {place} is too long",
                    "divide it further",
                )
            )
    if len(parts) > 1:
        if draft.at is not None:
            fates.append(
                Fate(
                    Feature.SCHEDULE,
                    Outcome.REFUSED,
                    "a thread cannot be scheduled",
                    "shorten it, or send it now",
                )
            )
        fates.append(Fate(Feature.TEXT, Outcome.REPLACED, f"becomes a thread of {len(parts)}"))
    return parts


def _linked(targets: Sequence[Target], plans: list[TargetPlan]) -> list[TargetPlan]:
    """Have those too long lead on to the first target that takes the whole text."""

    def whole(one: TargetPlan) -> bool:
        return bool(one.parts) and all(m.fits for m in one.measures) and not one.refused

    full = next((one for one in plans if whole(one)), None)
    answer = []
    for target, one in zip(targets, plans, strict=True):
        session = target.session
        if session is None or not isinstance(session, Publishes) or whole(one) or not one.parts:
            answer.append(one)
            continue
        seen_alike = full is not None and full.parts[0].visibility is one.parts[0].visibility
        if full is None or not seen_alike or one.parts[0].at is not None:
            fate = Fate(
                Feature.TEXT,
                Outcome.REFUSED,
                "is too long, and no other target has the whole of it to link to",
                "shorten it, or let it be split",
            )
            answer.append(replace(one, fates=_in_order([*one.fates, fate])))
            continue
        part = linking.with_link(one.parts[0], linking.ADDRESS, session.measure)
        fate = Fate(
            Feature.TEXT, Outcome.REPLACED, f"is cut, with a link to the whole by {full.login}"
        )
        answer.append(
            replace(
                one,
                parts=(part,),
                measures=(session.measure(part),),
                fates=_in_order([*one.fates, fate]),
                link_from=full.login,
            )
        )
    return answer


def _in_order(fates: Sequence[Fate]) -> tuple[Fate, ...]:
    """Each fate once, gravest first; what is kept is only said where nothing else is."""
    otherwise = {fate.feature for fate in fates if fate.outcome is not Outcome.KEPT}
    told = [
        fate
        for fate in dict.fromkeys(fates)
        if fate.outcome is not Outcome.KEPT or fate.feature not in otherwise
    ]
    return tuple(sorted(told, key=lambda fate: -_GRAVITY.index(fate.outcome)))
