"""The JSON form of drafts, submissions and receipts: what the store holds and scripts print."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tuisocial.model.draft import Address, Attachment, Ballot, Draft, Overflow, Own, Quotable
from tuisocial.model.ids import AccountId, LoginId, PostId
from tuisocial.model.post import Visibility
from tuisocial.model.submission import (
    Fate,
    Place,
    PostRef,
    Receipt,
    Submission,
    Upload,
)
from tuisocial.model.wire import view_from_json, view_to_json
from tuisocial.model.wire_text import (
    Json,
    optional_time,
    present,
    richtext_from_json,
    richtext_to_json,
    time_to_json,
)


def draft_to_json(draft: Draft) -> Json:
    """A draft, whole; what is not set is left out."""
    return {
        "text": draft.text,
        "targets": [target.name for target in draft.targets],
        "visibility": draft.visibility.value,
        "overflow": draft.overflow.value,
        **({"sensitive": True} if draft.sensitive else {}),
        **({"markdown": True} if draft.markdown else {}),
        **present(
            own={
                login.name: present(text=own.text, parts=own.parts)
                for login, own in draft.own.items()
            }
            or None,
            content_warning=draft.content_warning,
            language=draft.language,
            quotable=draft.quotable and draft.quotable.value,
            media=tuple(_attachment_to_json(each) for each in draft.media),
            ballot=draft.ballot and _ballot_to_json(draft.ballot),
            reply_to=draft.reply_to and str(draft.reply_to),
            quote=draft.quote and str(draft.quote),
            edits=draft.edits and str(draft.edits),
            at=draft.at and time_to_json(draft.at),
            addresses=tuple(
                present(
                    text=each.text,
                    account=str(each.account),
                    elsewhere=tuple(str(other) for other in each.elsewhere),
                )
                for each in draft.addresses
            ),
        ),
    }


def draft_from_json(json: Json) -> Draft:
    """The draft that `draft_to_json` wrote.

    Raises: ValueError, KeyError, TypeError for anything else.
    """
    get = json.get
    return Draft(
        text=json["text"],
        targets=tuple(LoginId(name) for name in get("targets", ())),
        own={
            LoginId(name): Own(own.get("text"), tuple(own.get("parts", ())))
            for name, own in get("own", {}).items()
        },
        content_warning=get("content_warning"),
        sensitive=get("sensitive", False),
        language=get("language"),
        markdown=get("markdown", False),
        visibility=Visibility(get("visibility", "public")),
        quotable=_quotable(get("quotable")),
        media=tuple(_attachment_from_json(each) for each in get("media", ())),
        ballot=_ballot_from_json(get("ballot")),
        reply_to=_post(get("reply_to")),
        quote=_post(get("quote")),
        edits=_post(get("edits")),
        at=optional_time(get("at")),
        addresses=tuple(
            Address(
                each["text"],
                AccountId.parse(each["account"]),
                tuple(AccountId.parse(other) for other in each.get("elsewhere", ())),
            )
            for each in get("addresses", ())
        ),
        overflow=Overflow(get("overflow", "split")),
    )


def submission_to_json(submission: Submission) -> Json:
    """A submission, whole; what is not set is left out."""
    return {
        **richtext_to_json(submission.text),
        "visibility": submission.visibility.value,
        **({"sensitive": True} if submission.sensitive else {}),
        **({"markdown": True} if submission.markdown else {}),
        **present(
            content_warning=submission.content_warning,
            language=submission.language,
            quotable=submission.quotable and submission.quotable.value,
            media=tuple(
                present(**_attachment_to_json(each.attachment), key=each.key or None)
                for each in submission.media
            ),
            ballot=submission.ballot and _ballot_to_json(submission.ballot),
            reply_to=_ref_to_json(submission.reply_to),
            quote=_ref_to_json(submission.quote),
            edits=_ref_to_json(submission.edits),
            at=submission.at and time_to_json(submission.at),
            copies=tuple(str(copy) for copy in submission.copies),
        ),
    }


def submission_from_json(json: Json) -> Submission:
    """The submission that `submission_to_json` wrote."""
    get = json.get
    return Submission(
        text=richtext_from_json(json),
        content_warning=get("content_warning"),
        sensitive=get("sensitive", False),
        language=get("language"),
        markdown=get("markdown", False),
        visibility=Visibility(get("visibility", "public")),
        quotable=_quotable(get("quotable")),
        media=tuple(
            Upload(_attachment_from_json(each), each.get("key", "")) for each in get("media", ())
        ),
        ballot=_ballot_from_json(get("ballot")),
        reply_to=_ref_from_json(get("reply_to")),
        quote=_ref_from_json(get("quote")),
        edits=_ref_from_json(get("edits")),
        at=optional_time(get("at")),
        copies=tuple(PostId.parse(copy) for copy in get("copies", ())),
    )


def receipt_to_json(receipt: Receipt) -> Json:
    """A receipt; one without anything to tell is empty."""
    return present(
        view=receipt.view and view_to_json(receipt.view),
        places=tuple(
            present(url=each.url, accepted=each.accepted, said=each.said or None)
            for each in receipt.places
        ),
        note=receipt.note or None,
        waits=receipt.waits or None,
    )


def receipt_from_json(json: Json) -> Receipt:
    """The receipt that `receipt_to_json` wrote."""
    view = json.get("view")
    return Receipt(
        view_from_json(view) if view else None,
        tuple(
            Place(each["url"], each.get("accepted"), each.get("said", ""))
            for each in json.get("places", ())
        ),
        json.get("note", ""),
        json.get("waits", ""),
    )


def fate_to_json(fate: Fate) -> Json:
    """A fate, with `text` and `remedy` where there are any."""
    return {
        "feature": fate.feature.value,
        "outcome": fate.outcome.value,
        **present(text=fate.text or None, remedy=fate.remedy or None),
    }


def _attachment_to_json(attachment: Attachment) -> Json:
    return {
        "path": attachment.path,
        **present(alt=attachment.alt, focus=attachment.focus and list(attachment.focus)),
    }


def _attachment_from_json(json: Json) -> Attachment:
    focus = json.get("focus")
    return Attachment(json["path"], json.get("alt"), (focus[0], focus[1]) if focus else None)


def _ballot_to_json(ballot: Ballot) -> Json:
    return {
        "options": list(ballot.options),
        "seconds": int(ballot.lasts.total_seconds()),
        "multiple": ballot.multiple,
        "hide_totals": ballot.hide_totals,
    }


def _ballot_from_json(json: Json | None) -> Ballot | None:
    if json is None:
        return None
    return Ballot(
        tuple(json["options"]),
        timedelta(seconds=json["seconds"]),
        json.get("multiple", False),
        json.get("hide_totals", False),
    )


def _ref_to_json(ref: PostRef | None) -> Json | None:
    return None if ref is None else present(post=str(ref.post), key=ref.key or None)


def _ref_from_json(json: Any) -> PostRef | None:
    return None if json is None else PostRef(PostId.parse(json["post"]), json.get("key", ""))


def _quotable(text: str | None) -> Quotable | None:
    return None if text is None else Quotable(text)


def _post(text: str | None) -> PostId | None:
    return None if text is None else PostId.parse(text)
