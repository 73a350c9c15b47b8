"""A draft's texts: the one for all, and what single targets get instead.

A text divided by hand is shown as one, its parts apart by a line of three dashes.
"""

from __future__ import annotations

import re
from dataclasses import replace

from tuisocial.model.draft import Draft, Own
from tuisocial.model.ids import LoginId
from tuisocial.services.plan import TargetPlan

_APART = "\n\n---\n\n"
_CUT = re.compile(r"\n\s*---\s*(?:\n|$)")


def text_of(draft: Draft, login: LoginId | None) -> str:
    """The text for all, or a target's own as it is shown."""
    own = draft.own.get(login) if login is not None else None
    if own is None:
        return draft.text
    if own.parts:
        return _APART.join(own.parts)
    return draft.text if own.text is None else own.text


def with_text(draft: Draft, login: LoginId | None, text: str) -> Draft:
    """The draft with another text for all, or for one target."""
    if login is None:
        return replace(draft, text=text)
    parts = _CUT.split(text)
    if len(parts) > 1:
        # One of them may be empty for now: it is being written.
        own = Own(parts=tuple(part.strip("\n") for part in parts))
    else:
        own = Own(text=text)
    return replace(draft, own={**draft.own, login: own})


def with_parts(draft: Draft, one: TargetPlan) -> Draft:
    """The draft with a target's text as it was divided, to be divided by hand from now on."""
    many = len(one.parts)
    if many < 2:
        return with_text(draft, one.login, text_of(draft, one.login))
    parts = tuple(
        part.text.text.removesuffix(f" {place}/{many}") for place, part in enumerate(one.parts, 1)
    )
    return replace(draft, own={**draft.own, one.login: Own(parts=parts)})


def without(draft: Draft, login: LoginId) -> Draft:
    """The draft with the text for all in the place of a target's own."""
    own = {each: text for each, text in draft.own.items() if each != login}
    return replace(draft, own=own)


def any_words(draft: Draft) -> bool:
    """Whether there is something to post, by anybody."""
    own = any(one.text or one.parts for one in draft.own.values())
    return bool(draft.text.strip() or draft.media or draft.ballot or own)
