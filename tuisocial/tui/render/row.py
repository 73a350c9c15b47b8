"""A post as lines: who, where, when, what it says, and its counts; `render.reason` says why.

Everything remote passes `render.safe` on its way in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tuisocial.config.schema import Density
from tuisocial.model.media import MediaKind
from tuisocial.model.poll import Poll
from tuisocial.model.post import On, Post, PostKind, Quote, Visibility
from tuisocial.model.richtext import (
    CustomEmoji,
    Facet,
    Hashtag,
    Link,
    Mention,
    PostReference,
    RichText,
)
from tuisocial.store.rows import Row
from tuisocial.tui.render.lines import Line, Piece, count_lines, fitted, spread, wrapped
from tuisocial.tui.render.links import label_of, shown
from tuisocial.tui.render.look import Look, Mark, Role, Tone
from tuisocial.tui.render.reason import reason_lines
from tuisocial.tui.render.safe import safe, safe_line, spans
from tuisocial.tui.render.times import ago, ahead
from tuisocial.tui.render.width import Safe, cut

BODY_WIDTH = 88
BODY_LINES = 12
_NAME_WIDTH = 60
_QUOTE_LINES = 3
_MOST_LINES = 2000
"""Lines of one body that are ever laid out, however long a post is."""

_MARKS = 2
_POLL_OPTIONS = 12

_FACET_TONES: dict[type, Tone] = {
    Mention: Role.MENTION,
    Link: Role.LINK,
    Hashtag: Role.TAG,
    CustomEmoji: Role.DIM,
    PostReference: Role.LINK,
}

_VISIBILITY = {
    Visibility.UNLISTED: "unlisted",
    Visibility.LOCAL: "this server only",
    Visibility.FOLLOWERS: "followers only",
    Visibility.DIRECT: "direct",
}
_MEDIA_WORDS = {
    MediaKind.IMAGE: ("picture", "pictures"),
    MediaKind.VIDEO: ("video", "videos"),
    MediaKind.ANIMATION: ("animation", "animations"),
    MediaKind.AUDIO: ("sound", "sounds"),
    MediaKind.UNKNOWN: ("attachment", "attachments"),
}


def post_lines(
    row: Row,
    look: Look,
    width: int,
    now: datetime,
    *,
    opened: bool = False,
    whole: bool = False,
    under_parent: bool = False,
) -> list[Line]:
    """The lines of a row in `width` cells.

    `opened` shows what is behind a content warning, `whole` a body to its end; what stands
    `under_parent` need not say whom it answers.
    """
    post = row.post
    opened = opened or look.density is Density.FULL
    whole = whole or look.density is Density.FULL
    warned = post.content_warning is not None and not opened
    if look.density is Density.COMPACT and not whole:
        return _compact(row, look, width, now, warned=warned)
    lines = [*reason_lines(row, look, width, now), _author(row, look, width, now)]
    if not under_parent:
        lines += _parent(post, look, width)
    if post.content_warning is not None:
        lines.append(_warning(post, look, width, closed=warned))
    if not warned:
        lines += _content(post, look, min(width, BODY_WIDTH), now, whole=whole)
    counts = _counts(row, look, width, hidden=warned)
    return [*lines, counts] if counts else lines


def _content(post: Post, look: Look, width: int, now: datetime, *, whole: bool) -> list[Line]:
    lines: list[Line] = []
    if post.title:
        lines += wrapped([(safe_line(post.title), Role.STRONG)], width, 2)[:2]
    if post.kind is PostKind.UNKNOWN and not post.text.text:
        lines.append([(Safe("a record of a kind that is not known here"), Role.DIM)])
    lines += _body(post.text, look, width, _MOST_LINES if whole else BODY_LINES)
    if post.quote is not None:
        lines += _quote(post.quote, look, width)
    if post.poll is not None:
        lines += _poll(post.poll, look, width, now)
    if post.card is not None:
        lines.append(_card(post, look, width))
    return lines


def _compact(row: Row, look: Look, width: int, now: datetime, *, warned: bool) -> list[Line]:
    post = row.post
    name = cut(safe_line(post.author.display_name), 24, look.glyphs.more)
    left: Line = [(name, Role.STRONG), _space(2)]
    if row.reposters:
        left.insert(0, (Safe(f"{look.glyphs.repost} "), Role.DIM))
    if warned:
        left += _warning(post, look, width, closed=True)
    else:
        first = _pieces(post.text, look)
        flat = [(Safe(" ".join(text.split("\n"))), tone) for text, tone in first]
        lines = wrapped(flat, max(width, 20), 1)
        left += lines[0] if lines else []
        if len(lines) > 1:
            left.append((Safe(look.glyphs.more), Role.DIM))
    right = [_space(1), *_where(row, look), *_when(post, look, now)]
    return [spread(left, right, width, look.glyphs.more)]


# --- the lines above the body -------------------------------------------------------------


def _author(row: Row, look: Look, width: int, now: datetime) -> Line:
    author = row.post.author
    name, handle = safe_line(author.display_name), safe_line(author.handle)
    left: Line = [(cut(name, _NAME_WIDTH, look.glyphs.more), Role.STRONG)]
    if author.handle_verified:
        left.append((Safe(f"  {look.glyphs.verified}"), Role.OK))
    if handle and handle != name:
        left += [_space(1 if author.handle_verified else 2), (handle, Role.DIM)]
    if author.bot:
        left.append((Safe(f" {look.glyphs.dot} bot"), Role.DIM))
    return spread(left, [*_where(row, look), *_when(row.post, look, now)], width, look.glyphs.more)


def _where(row: Row, look: Look) -> Line:
    """The marks of the logins that see the post."""
    out: Line = []
    for sighting in row.sightings[:_MARKS]:
        mark = look.marks.get(sighting.login)
        if mark is not None:
            out += [(mark_text(mark, look), mark.colour), _space(1)]
    beyond = len(row.sightings) - _MARKS
    if beyond > 0:
        out.append((Safe(f"+{beyond} "), Role.DIM))
    return out


def mark_text(mark: Mark, look: Look) -> Safe:
    """A login's mark: its network's glyph and its name."""
    glyph = mark.vocabulary.letter if look.glyphs.plain else mark.vocabulary.glyph
    return Safe(f"{safe_line(glyph) or ' '} {mark.name}")


def _when(post: Post, look: Look, now: datetime) -> Line:
    return [(Safe(f"{look.glyphs.dot} {ago(post.created_at, now)}"), Role.DIM)]


def _parent(post: Post, look: Look, width: int) -> list[Line]:
    if post.reply_to is None:
        return []
    author = post.reply_to.author
    name = safe_line(look.name_of(author)) if author is not None else Safe("")
    if author == post.author.id:
        words = "goes on"
    else:
        words = f"to {name}" if name else "a reply"
    return [fitted([(Safe(f"{look.glyphs.reply} {words}"), Role.DIM)], width, look.glyphs.more)]


def _warning(post: Post, look: Look, width: int, *, closed: bool) -> Line:
    reason = safe_line(post.content_warning or "") or Safe("content warning")
    hint = f" {look.glyphs.dot} Enter opens" if closed else ""
    room = max(width - len(hint), 8)
    line: Line = [(Safe(f"{look.glyphs.warning} {reason}"), Role.WARNING)]
    return [*fitted(line, room, look.glyphs.more), (Safe(hint), Role.DIM)]


# --- the body -----------------------------------------------------------------------------


def _pieces(text: RichText, look: Look) -> list[Piece]:
    more = look.glyphs.more
    return [(_said(piece, facet, more), _tone(facet)) for piece, facet in spans(text)]


def _said(piece: Safe, facet: Facet | None, more: str) -> Safe:
    return label_of(piece, facet.url, more) if isinstance(facet, Link) else piece


def _tone(facet: Facet | None) -> Tone:
    return Role.TEXT if facet is None else _FACET_TONES[type(facet)]


def _body(text: RichText, look: Look, width: int, limit: int) -> list[Line]:
    pieces = _pieces(text, look)
    lines = wrapped(pieces, width, limit)
    if len(lines) <= limit:
        return lines
    beyond = max(count_lines(pieces, width) - limit + 1, 2)
    more = f"{look.glyphs.more} {beyond} more lines {look.glyphs.dot} Enter"
    return [*lines[: limit - 1], [(Safe(more), Role.DIM)]]


def _quote(quote: Quote, look: Look, width: int) -> list[Line]:
    bar: Piece = (Safe(f"{look.glyphs.trunk} "), Role.DIM)
    lines: list[Line] = []
    if quote.author is not None:
        lines.append([(safe_line(quote.author.display_name), Role.STRONG)])
    if quote.text is not None and quote.text.text:
        said = wrapped([(safe(quote.text.text), Role.TEXT)], width - 2, _QUOTE_LINES)
        lines += said[:_QUOTE_LINES]
        if len(said) > _QUOTE_LINES:
            more = Safe(look.glyphs.more)
            lines[-1] = [*fitted(lines[-1], width - 2 - len(more), ""), (more, Role.DIM)]
    elif quote.state:
        lines.append([(Safe(f"the quoted post is {safe_line(quote.state)}"), Role.DIM)])
    elif quote.url:
        lines.append([(shown(quote.url, look.glyphs.more), Role.LINK)])
    else:
        lines.append([(Safe("quotes a post that is not shown here"), Role.DIM)])
    return [fitted([bar, *line], width, look.glyphs.more) for line in lines]


def _poll(poll: Poll, look: Look, width: int, now: datetime) -> list[Line]:
    total = sum(option.votes or 0 for option in poll.options)
    told = bool(poll.options) and all(option.votes is not None for option in poll.options)
    lines: list[Line] = []
    for option in poll.options[:_POLL_OPTIONS]:
        share = f"{round(100 * (option.votes or 0) / total):3} %  " if told and total else ""
        chosen = f" {look.glyphs.verified}" if option.chosen else ""
        lines.append(
            fitted(
                [
                    (Safe(f"  {share or '-  '}"), Role.DIM),
                    (safe_line(option.title), Role.TEXT),
                    (Safe(chosen), Role.OK),
                ],
                width,
                look.glyphs.more,
            )
        )
    voters = poll.voters if poll.voters is not None else poll.votes
    words = [] if voters is None else [f"{voters} {'vote' if voters == 1 else 'votes'}"]
    if poll.closed or (poll.closes_at is not None and poll.closes_at <= now):
        words.append("closed")
    elif poll.closes_at is not None:
        words.append(f"closes in {ahead(poll.closes_at, now)}")
    if words:
        lines.append([(Safe("  " + f" {look.glyphs.dot} ".join(words)), Role.DIM)])
    return lines


def _card(post: Post, look: Look, width: int) -> Line:
    assert post.card is not None
    address = shown(post.card.url, look.glyphs.more)
    line: Line = [
        (Safe(f"{look.glyphs.link} "), Role.DIM),
        (safe_line(post.card.title) or address, Role.TEXT),
        (Safe(f" {look.glyphs.dot} {address.split('/')[0]}"), Role.DIM),
    ]
    return fitted(line, width, look.glyphs.more)


# --- the line below -----------------------------------------------------------------------


def _counts(row: Row, look: Look, width: int, *, hidden: bool) -> Line:
    post, glyphs = row.post, look.glyphs
    viewers = [sighting.viewer for sighting in row.sightings]
    line: Line = []
    for glyph, count, is_set in (
        (glyphs.reply, post.counts.replies, False),
        (glyphs.repost, post.counts.reposts, any(isinstance(v.reposted, On) for v in viewers)),
        (glyphs.like, post.counts.likes, any(isinstance(v.liked, On) for v in viewers)),
    ):
        if count is not None or is_set:
            number = "" if count is None else f" {count}"
            line.append((Safe(f"{glyph}{number}   "), Role.ACCENT if is_set else Role.DIM))
    for reaction in post.counts.reactions[:4]:
        name = cut(safe_line(reaction.name), 16, glyphs.more)
        line.append((Safe(f"{name} {reaction.count}   "), Role.DIM))
    if any(isinstance(v.bookmarked, On) for v in viewers):
        line.append((Safe("saved   "), Role.ACCENT))
    if post.media and not hidden:
        line.append((_media(post, look), Role.DIM))
        line.append(_space(3))
    said = _VISIBILITY.get(post.visibility)
    for words in (said, "edited" if post.edited_at else None, *_copies(row, look)):
        if words:
            line.append((Safe(f"{words}   "), Role.DIM))
    if not line:
        return []
    text, tone = line[-1]
    line[-1] = (Safe(text.rstrip()), tone)
    return fitted([_space(2), *line], width, glyphs.more)


def _media(post: Post, look: Look) -> Safe:
    kinds = {media.kind for media in post.media}
    one, several = _MEDIA_WORDS[kinds.pop() if len(kinds) == 1 else MediaKind.UNKNOWN]
    count = len(post.media)
    words = f"{look.glyphs.media} {count} {one if count == 1 else several}"
    if post.sensitive and post.content_warning is None:
        words += ", sensitive"
    first = post.media[0]
    if first.alt:
        quoted = cut(safe_line(first.alt), 40, look.glyphs.more)
        return Safe(f"{words} {look.glyphs.open_quote}{quoted}{look.glyphs.close_quote}")
    return Safe(words if first.alt is None else f"{words}, no alt text")


def _copies(row: Row, look: Look) -> Sequence[str]:
    if not row.copies:
        return ()
    logins = dict.fromkeys(login for copy in row.copies for login in copy.logins)
    names = ", ".join(safe_line(str(login)) for login in logins)
    count = len(row.copies)
    return (f"+ {count} {'copy' if count == 1 else 'copies'}" + (f" on {names}" if names else ""),)


def _space(width: int) -> Piece:
    return (Safe(" " * width), Role.TEXT)
