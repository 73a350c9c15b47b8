"""What scripts read of writing: plans, deliveries and drafts as JSON, every key always there.

`records` is the same for what is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tuisocial.cli.records import SCHEMA, Json
from tuisocial.model.wire import time_to_json
from tuisocial.store.outbox import SETTLED, Act, Delivery

if TYPE_CHECKING:
    from tuisocial.model.draft import Attachment, Ballot, Draft
    from tuisocial.model.ids import AccountId, LoginId, PostId
    from tuisocial.model.submission import Fate, Measure, Submission
    from tuisocial.services.interactions import Done
    from tuisocial.services.plan import TargetPlan
    from tuisocial.store.drafts import StoredDraft


def plans(found: Sequence[TargetPlan]) -> Json:
    """`post --dry-run --json`."""
    return {
        "schema": SCHEMA,
        "sendable": bool(found) and not any(one.refused for one in found),
        "targets": [
            {
                "login": one.login.name,
                "link_from": one.link_from and one.link_from.name,
                "parts": [
                    _part(part, measure)
                    for part, measure in zip(one.parts, one.measures, strict=True)
                ],
                "fates": [_fate(fate) for fate in one.fates],
            }
            for one in found
        ],
    }


def deliveries(draft: str | None, found: Iterable[Delivery]) -> Json:
    """What every command that sends prints, and the outbox."""
    return {"schema": SCHEMA, "draft": draft, "deliveries": [_delivery(one) for one in found]}


def deleting(post: PostId, found: Iterable[tuple[LoginId, Fate]]) -> Json:
    """`delete --dry-run --json`."""
    return {
        "schema": SCHEMA,
        "post": str(post),
        "targets": [{"login": login.name, **_fate(fate)} for login, fate in found],
    }


def act(name: str, done: Done, target: PostId | AccountId) -> Json:
    """What came of an act on a post or an account."""
    return {
        "schema": SCHEMA,
        "act": name,
        "login": done.login.name,
        "target": str(target),
        "changed": done.changed,
        "asked": done.asked,
    }


def drafts(found: Iterable[StoredDraft]) -> Json:
    """`draft list --json`."""
    return {"schema": SCHEMA, "drafts": [_draft(one) for one in found]}


def draft(found: StoredDraft) -> Json:
    """`draft show --json`."""
    return {"schema": SCHEMA, "draft": _draft(found)}


# --- parts --------------------------------------------------------------------------------


def _part(part: Submission, measure: Measure) -> Json:
    return {
        "text": part.text.text,
        "content_warning": part.content_warning,
        "markdown": part.markdown,
        "visibility": part.visibility.value,
        "media": len(part.media),
        "count": measure.count,
        "limit": measure.limit,
        "unit": measure.unit or "characters",
        "fits": measure.fits,
    }


def _fate(fate: Fate) -> Json:
    return {
        "feature": fate.feature.value,
        "outcome": fate.outcome.value,
        "text": fate.text or None,
        "remedy": fate.remedy or None,
    }


def _delivery(one: Delivery) -> Json:
    receipt = one.receipt
    view = receipt.view if receipt else None
    edited = one.submission.edits
    post = view.post.id if view else edited.post if edited and one.act is not Act.POST else None
    return {
        "number": one.number,
        "draft": one.draft,
        "login": one.login.name,
        "part": one.part + 1,
        "parts": one.parts,
        "act": one.act.value,
        "state": one.state.value,
        "text": one.submission.text.text,
        "post": post and str(post),
        "url": view.post.url if view else None,
        "places": [
            {"url": place.url, "accepted": place.accepted, "said": place.said or None}
            for place in (receipt.places if receipt else ())
        ],
        "note": (receipt.note or None) if receipt else None,
        "waits": (receipt.waits or None) if receipt else None,
        "problem": one.problem or None,
        "remedy": one.remedy or None,
        "retry_at": None if one.state in SETTLED else _moment(one.due),
    }


def _draft(stored: StoredDraft) -> Json:
    one: Draft = stored.draft
    return {
        "id": stored.id,
        "saved_at": _moment(stored.saved),
        "queued": stored.queued,
        "text": one.text,
        "targets": [target.name for target in one.targets],
        "own": {
            login.name: {"text": own.text, "parts": list(own.parts)}
            for login, own in one.own.items()
        },
        "content_warning": one.content_warning,
        "sensitive": one.sensitive,
        "language": one.language,
        "markdown": one.markdown,
        "visibility": one.visibility.value,
        "quotable": one.quotable and one.quotable.value,
        "media": [_attachment(each) for each in one.media],
        "poll": one.ballot and _ballot(one.ballot),
        "reply_to": one.reply_to and str(one.reply_to),
        "quote": one.quote and str(one.quote),
        "edits": one.edits and str(one.edits),
        "at": one.at and time_to_json(one.at),
        "overflow": one.overflow.value,
    }


def _attachment(one: Attachment) -> dict[str, Any]:
    return {"path": one.path, "alt": one.alt, "focus": one.focus and list(one.focus)}


def _ballot(one: Ballot) -> Json:
    return {
        "options": list(one.options),
        "seconds": int(one.lasts.total_seconds()),
        "multiple": one.multiple,
        "hide_totals": one.hide_totals,
    }


def _moment(milliseconds: int) -> str:
    return time_to_json(datetime.fromtimestamp(milliseconds / 1000, UTC))
