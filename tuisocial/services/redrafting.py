"""A post of mine that is taken back to be written anew, as a draft.

Networks keep the words of a post and some of what went with it. What its author had at hand when it
was sent is taken from the outbox; what nobody has any more is said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tuisocial.model.draft import Attachment, Ballot, Draft

if TYPE_CHECKING:
    from tuisocial.model.ids import LoginId
    from tuisocial.model.post import Post


@dataclass(frozen=True, slots=True)
class Redraft:
    """The draft `key` that a post became, and the `deliveries` that take the post back.

    `notes` are clauses on what could not be taken along.
    """

    key: str
    draft: Draft
    deliveries: tuple[int, ...]
    notes: tuple[str, ...] = ()


def anew(
    source: Draft,
    post: Post,
    files: Sequence[Attachment],
    targets: Sequence[LoginId],
    is_there: Callable[[str], bool] = lambda path: Path(path).is_file(),
) -> tuple[Draft, tuple[str, ...]]:
    """The draft of a post, and what of it is lost: `source` is what its network kept of it.

    `files` are those that it was sent with.
    """
    notes: list[str] = []
    there = tuple(each for each in files if is_there(each.path))
    gone = len(post.media) - len(there) if not files else len(files) - len(there)
    if gone > 0:
        what = "1 file" if gone == 1 else f"{gone} files"
        notes.append(f"{what} of it cannot be found on this machine, and must be attached again")
    text = source.text
    if there and len(there) == len(post.media):
        # A network without attachments has their addresses in the text.
        for media in post.media:
            text = text.replace(media.url, "")
        text = text if text == source.text else text.rstrip()
    ballot = None
    if post.poll is not None:
        options = tuple(option.title for option in post.poll.options)
        ballot = Ballot(options, multiple=bool(post.poll.multiple))
        notes.append("its poll begins anew, without its votes, and is open for a day")
    draft = replace(
        source,
        text=text,
        targets=tuple(targets),
        visibility=post.visibility,
        media=there,
        ballot=ballot,
        reply_to=post.reply_to.post if post.reply_to else None,
        quote=post.quote.post if post.quote else None,
        edits=None,
    )
    return draft, tuple(notes)
