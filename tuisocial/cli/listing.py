"""Posts and people as text for a person to read, in neutral words. Printing is `output`'s."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from tuisocial.cli import output
from tuisocial.cli.output import Style
from tuisocial.model.account import Account
from tuisocial.model.media import Media
from tuisocial.model.poll import Poll
from tuisocial.model.post import Counts, Post
from tuisocial.store.rows import Row

if TYPE_CHECKING:
    from tuisocial.services.threads import ThreadView

_INDENT = 2
_DEEPEST = 8


def rows(shown: Iterable[Row]) -> None:
    """A timeline; a post with a content warning shows the warning only."""
    for row in shown:
        _row(row, indent=0, opened=row.post.content_warning is None)
        output.line()


def thread(view: ThreadView) -> None:
    """A conversation, answers indented; warnings do not hide the posts, which were asked for."""
    for item in view.items:
        indent = _INDENT * min(item.depth, _DEEPEST)
        if item.row is not None:
            _row(item.row, indent, opened=True)
        elif item.missing is not None:
            reason = item.missing.reason.value
            output.line((Style.QUIET, f"({reason}: {item.missing.post})"), indent=indent)
        output.line()


def profile(account: Account) -> None:
    """An account."""
    output.line((Style.STRONG, account.display_name), " ", account.handle)
    if account.bio.text:
        output.paragraph(account.bio.text)
    for field in account.fields:
        output.line((Style.QUIET, field.name), ": ", field.value.text)
    numbers = {
        "posts": account.posts,
        "following": account.following,
        "followers": account.followers,
    }
    known = [f"{word} {count}" for word, count in numbers.items() if count is not None]
    if known:
        output.line(", ".join(known))
    for fact in (account.url, str(account.id)):
        if fact:
            output.line((Style.QUIET, fact))


def moment(time: datetime) -> str:
    """A time where the reader is."""
    local = time.astimezone()
    return f"{local.year:04}-{local:%m-%d %H:%M}"


def _row(row: Row, indent: int, *, opened: bool) -> None:
    post, inner = row.post, indent + _INDENT
    logins = dict.fromkeys(
        [sighting.login.name for sighting in row.sightings]
        + [login.name for copy in row.copies for login in copy.logins]
    )
    output.line(
        (Style.STRONG, post.author.display_name),
        f" {post.author.handle}  {moment(post.created_at)}  ",
        (Style.QUIET, ", ".join(logins)),
        indent=indent,
    )
    if row.reposters:
        first, others = row.reposters[0], len(row.reposters) - 1
        rest = f" and {others} {'other' if others == 1 else 'others'}" if others else ""
        output.line(
            (Style.QUIET, f"reposted by {first.display_name} {first.handle}{rest}"), indent=inner
        )
    if post.content_warning is not None:
        output.paragraph(f"content warning: {post.content_warning or 'no reason given'}", inner)
    if opened:
        _body(post, inner)
    for name in (str(post.id), *(str(copy.post) for copy in row.copies)):
        output.line((Style.QUIET, name), indent=inner)


def _body(post: Post, indent: int) -> None:
    if post.title:
        output.line((Style.STRONG, post.title), indent=indent)
    if post.text.text:
        output.paragraph(post.text.text, indent)
    if post.quote is not None:
        author = post.quote.author.handle if post.quote.author else "somebody"
        said = post.quote.text.text if post.quote.text else post.quote.state or "not shown"
        output.paragraph(f"quoting {author}: {said}", indent + _INDENT)
    for media in post.media:
        output.paragraph(_media(media), indent, Style.QUIET)
    if post.poll is not None:
        for line in _poll(post.poll):
            output.paragraph(line, indent)
    if post.card is not None:
        output.paragraph(f"{post.card.title} <{post.card.url}>", indent, Style.QUIET)
    counted = _counts(post.counts)
    if counted:
        output.line((Style.QUIET, counted), indent=indent)


def _media(media: Media) -> str:
    described = {None: "", "": ", not described"}.get(media.alt, f": {media.alt}")
    return f"[{media.kind.value}{described}] {media.url}"


def _poll(poll: Poll) -> Iterable[str]:
    for option in poll.options:
        votes = "" if option.votes is None else f" ({option.votes})"
        yield f"({'x' if option.chosen else ' '}) {option.title}{votes}"


def _counts(counts: Counts) -> str:
    told = ((counts.replies, "replies"), (counts.reposts, "reposts"), (counts.likes, "likes"))
    return ", ".join(f"{word} {count}" for count, word in told if count)
