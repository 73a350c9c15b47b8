"""Taking what is not sent out of the outbox again, as a draft to be written on.

A draft answers one post, so that what is left of a thread is a draft of its own: it answers the
part that is out already.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from tuisocial.errors import UsageError
from tuisocial.model.draft import Address, Draft, Own
from tuisocial.model.richtext import Mention
from tuisocial.store import drafts
from tuisocial.store import outbox as stored
from tuisocial.store.drafts import StoredDraft
from tuisocial.store.outbox import State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Connection

    from tuisocial.model.ids import LoginId
    from tuisocial.store.outbox import Delivery


def taken_back(
    connection: Connection, key: str, login: LoginId | None, now: int
) -> StoredDraft | None:
    """Take deliveries of the draft `key` back: the draft that they became, which is kept.

    These are the deliveries of all targets that have nothing of it; where there are none, or where
    `login` has a part of it, the rest of one thread. None where all is sent or on its way.
    Raises: UsageError where there is no text.
    """
    held = drafts.draft(connection, key)
    if held is None:
        raise UsageError("there is no text to write on: a post is taken back", "drop it, or retry")
    rows: dict[LoginId, list[Delivery]] = {}
    for one in stored.deliveries_of(connection, key):
        rows.setdefault(one.login, []).append(one)
    # What may be out is looked for first: written anew it could be there twice.
    rows = {each: own for each, own in rows.items() if not any(one.doubt for one in own)}
    free = [each for each, own in rows.items() if not _has(own, State.SENT, State.SENDING)]
    begun = [each for each, own in rows.items() if _begun(own)]
    if free and login not in begun:
        draft = replace(held.draft, targets=tuple(free))
        stored.drop(connection, [one.number for each in free for one in rows[each]])
        whole = not stored.deliveries_of(connection, key)
    elif begun:
        chosen = login if login in begun else begun[0]
        draft = _rest(held.draft, rows[chosen])
        stored.drop(connection, [one.number for one in rows[chosen]])
        whole = False
    else:
        return None
    # The draft itself is taken for sent as long as some target has it.
    taken = StoredDraft(key if whole else uuid.uuid4().hex, draft, now)
    drafts.save_draft(connection, taken.id, draft, now)
    drafts.mark_queued(connection, taken.id, queued=False)
    return taken


def _has(rows: Sequence[Delivery], *states: State) -> bool:
    return any(one.state in states for one in rows)


def _begun(rows: Sequence[Delivery]) -> bool:
    """Whether a part is out and the next is not on its way."""
    settled = all(one.state is State.SENT for one in rows)
    return _has(rows, State.SENT) and not _has(rows, State.SENDING) and not settled


def _rest(draft: Draft, rows: Sequence[Delivery]) -> Draft:
    """What is left of a thread, a paragraph for each part, as an answer to the last that is out."""
    out = [one for one in rows if one.state is State.SENT]
    left = [one for one in rows if one.state is not State.SENT]
    receipt = out[-1].receipt
    login = out[-1].login
    texts = [_without_number(one) for one in left]
    by_hand = bool(draft.own.get(login, Own()).parts)
    mentions = [
        Address(one.submission.text.text[facet.start : facet.end], facet.account)
        for one in left
        for facet in one.submission.text.facets
        if isinstance(facet, Mention)
    ]
    return replace(
        draft,
        text="\n\n".join(texts),
        targets=(login,),
        own={login: Own(parts=tuple(texts))} if by_hand and len(texts) > 1 else {},
        media=(),
        ballot=None,
        reply_to=receipt.view.post.id if receipt and receipt.view else None,
        quote=None,
        addresses=tuple(dict.fromkeys(mentions)),
    )


def _without_number(one: Delivery) -> str:
    """A part's text without the number that it got when the text was divided."""
    return one.submission.text.text.removesuffix(f" {one.part + 1}/{one.parts}")
