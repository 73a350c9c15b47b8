"""A text too long for one target that leads on to the whole of it on another.

The whole text's address is not known before it is there; until then `ADDRESS` stands for it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tuisocial.model.richtext import RichText
from tuisocial.services.splitting import TooLong, split

if TYPE_CHECKING:
    from collections.abc import Callable

    from tuisocial.model.submission import Measure, Submission

ADDRESS = "https://full-text.invalid/" + "x" * 64


def with_link(
    submission: Submission, url: str, measure: Callable[[Submission], Measure]
) -> Submission:
    """As much of the text as fits before `url`, cut where sentences or words end.

    A submission that holds `ADDRESS` is one that was cut before.
    """
    head = _cut(submission.text, submission.text.text.find(f"\n\n{ADDRESS}"))

    def linked(text: RichText) -> Submission:
        return replace(
            submission, text=RichText(f"{text.text.rstrip()} …\n\n{url}".lstrip(), text.facets)
        )

    if measure(linked(head)).fits:
        return linked(head)
    try:
        head = split(head, lambda text: measure(linked(text)).fits, numbered=False)[0]
    except TooLong:
        head = RichText("")
    return linked(head)


def _cut(text: RichText, end: int) -> RichText:
    if end < 0:
        return text
    return RichText(
        text.text[:end].removesuffix(" …"), tuple(f for f in text.facets if f.end <= end)
    )
