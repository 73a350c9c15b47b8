"""How plans and deliveries are told to people, and the exit code that they come to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tuisocial.cli import diagnostics, listing, output
from tuisocial.cli.output import Style
from tuisocial.errors import ExitCode
from tuisocial.model.submission import Outcome
from tuisocial.sdk.errors import Unreachable
from tuisocial.store.outbox import Act, Delivery, State

if TYPE_CHECKING:
    from tuisocial.model.submission import Fate
    from tuisocial.services.plan import TargetPlan

_FOR_A_PERSON = 12 * 3_600_000
"""Milliseconds. What waits longer than that waits for its login to be signed in again."""
_EXCERPT = 50
_DONE = {Act.POST: "sent", Act.EDIT: "changed", Act.DELETE: "deleted"}


def plans(found: Sequence[TargetPlan]) -> None:
    """What each target would get."""
    for one in found:
        output.line((Style.STRONG, one.login.name))
        for number, (part, measure) in enumerate(zip(one.parts, one.measures, strict=True), 1):
            limit = "" if measure.limit is None else f" of {measure.limit}"
            of = f"part {number} of {len(one.parts)}, " if len(one.parts) > 1 else ""
            unit = measure.unit or "characters"
            output.line(
                (Style.QUIET, f"{of}{measure.count}{limit} {unit}, {part.visibility.value}"),
                indent=2,
            )
            if part.content_warning is not None:
                output.paragraph(f"content warning: {part.content_warning}", 4)
            if part.text.text:
                output.paragraph(part.text.text, 4)
            for upload in part.media:
                alt = upload.attachment.alt
                output.line(Path(upload.attachment.path).name, f": {alt}" if alt else "", indent=4)
        kept = [fate.feature.value for fate in one.fates if fate.outcome is Outcome.KEPT]
        for fate in one.fates:
            if fate.outcome is not Outcome.KEPT:
                output.line(f"{fate.feature.value} {fate.outcome.value}: {_words(fate)}", indent=2)
        if kept:
            output.line((Style.QUIET, f"kept: {', '.join(kept)}"), indent=2)


def refusals(found: Sequence[TargetPlan]) -> None:
    """Why it cannot be sent, a line for each reason."""
    for one in found:
        for fate in one.refused:
            diagnostics.say(f"{one.login}: {fate.feature.value} refused: {fate.text}", fate.remedy)


def deliveries(found: Sequence[Delivery], now: datetime, *, silent: bool = False) -> None:
    """How each target stands, with what every server said where there are several.

    `silent` tells only what went wrong.
    """
    for one in () if silent else found:
        part = f" {one.part + 1}/{one.parts}" if one.parts > 1 else ""
        output.line((Style.STRONG, f"{one.login}{part}"), f": {standing(one)}")
        places(one)
    for one in found:
        if one.problem:
            diagnostics.say(f"{one.login}: {one.problem}", _remedy(one, now))


def standing(one: Delivery) -> str:
    """How a delivery stands, in a few words."""
    match one.state:
        case State.SENT:
            return _done(one)
        case State.FAILED:
            return f"waits in the outbox as {one.number}, next try {_moment(one.due)}"
        case State.UNKNOWN:
            return f"sent or not, unknown; in the outbox as {one.number}"
        case State.REFUSED:
            return f"refused; in the outbox as {one.number}"
        case State.SENDING:
            return f"is being sent; in the outbox as {one.number}"
        case State.QUEUED:
            return f"in the outbox as {one.number}"


def places(one: Delivery) -> None:
    """What each server said."""
    words = {True: "accepted", False: "refused", None: "no answer"}
    for place in one.receipt.places if one.receipt else ():
        said = f": {place.said}" if place.said else ""
        output.line((Style.QUIET, f"{place.url} {words[place.accepted]}{said}"), indent=2)


def excerpt(text: str) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else f"{line[: _EXCERPT - 1]}…"


def code(found: Sequence[Delivery], now: datetime) -> ExitCode:
    """The gravest code of several deliveries."""
    return diagnostics.worst(_code(one, now) for one in found)


def _code(one: Delivery, now: datetime) -> ExitCode:
    match one.state:
        case State.SENT:
            return ExitCode.OK
        case State.REFUSED:
            return ExitCode.FAILED
        case State.UNKNOWN:
            return ExitCode.UNKNOWN
        case State.QUEUED if one.after is not None:
            # It follows one that says itself why both wait.
            return ExitCode.OK
        case State.FAILED if _needs_a_person(one, now):
            return ExitCode.SIGN_IN
        case _:
            return ExitCode.UNREACHABLE


def _needs_a_person(one: Delivery, now: datetime) -> bool:
    return one.state is State.FAILED and one.due - now.timestamp() * 1000 > _FOR_A_PERSON


def _remedy(one: Delivery, now: datetime) -> str:
    if _needs_a_person(one, now):
        return f"sign in again by: tuisocial login again {one.login}"
    if one.remedy == Unreachable.remedy:
        # "Try again" would be taken for the same command, which posts a second time.
        return f"it is kept: tuisocial outbox retry {one.number} tries it again"
    return one.remedy


def _done(one: Delivery) -> str:
    receipt = one.receipt
    words = _DONE[one.act]
    if receipt is None:
        return words
    if receipt.waits:
        at = one.submission.at
        words = f"waits at its server{'' if at is None else f' until {listing.moment(at)}'}"
    elif receipt.view is not None:
        words = f"{words} {receipt.view.post.url or receipt.view.post.id}"
    return f"{words} ({receipt.note})" if receipt.note else words


def _words(fate: Fate) -> str:
    return "; ".join(filter(None, (fate.text, fate.remedy)))


def _moment(milliseconds: int) -> str:
    return listing.moment(datetime.fromtimestamp(milliseconds / 1000, UTC))
