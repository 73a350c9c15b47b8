"""What tests of the screen fill a world with: hostile text in every field that is remote."""

from __future__ import annotations

from dataclasses import replace

from tuisocial.model.entry import Reposted
from tuisocial.model.ids import LoginId
from tuisocial.model.media import Media, MediaKind
from tuisocial.model.poll import Poll, PollOption
from tuisocial.model.post import Card, Counts, Post, Quote, Reaction
from tuisocial.model.richtext import Hashtag, Link, RichText
from tuisocial.sdk.testing.making import at, make_account, make_post
from tuisocial.store.rows import Position, Row, Sighting

ATTACK = (
    "\x1b]0;TITLE\x07\x1b]52;c;QUJD\x07\x1b[2J\x9b31m\x90q\x9c\x07\x08\u202egnp.exe\u202c"
    "\u2066x\u2069[@click=app.quit]pay[/] [/nope] a\u0301\u0302\u0303\x00\x7f\u200b"
)
"""Titles, clipboards, screens, colours, overrides and markup, all at once."""


def hostile_post(number: int, text: str = ATTACK) -> Post:
    """A post with `text` in every field that comes from elsewhere."""
    body = text.encode("utf-8", "ignore").decode()
    author = replace(make_account("mallory"), name=text, handle=text)
    other = replace(make_account("other"), name=text, handle=text)
    return make_post(
        number,
        RichText(
            f"{body}|{body}|{body}",
            (
                Link(0, max(len(body), 1), f"https://evil.example/{body}"),
                Hashtag(len(body) + 1, 2 * len(body) + 1, body or "x"),
            )
            if body
            else (),
        ),
        author=author,
        title=text,
        reply_to=make_post(number + 1000, author=other),
        quote=Quote(None, other, RichText(body), None, None),
        card=Card("https://evil.example/card" + text, text, text, text),
        poll=Poll("p", (PollOption(text, 1), PollOption(text, 2)), voters=3, closes_at=at(999)),
        media=(Media(MediaKind.IMAGE, "https://evil.example/picture" + text, alt=text),),
        counts=Counts(1, 2, 3, reactions=(Reaction(text, 4),)),
        tags=(body,),
        url="https://evil.example/" + text,
    )


def hostile_row(text: str, *, warned: bool = False) -> Row:
    """The row of such a post, reposted by somebody as hostile."""
    post = hostile_post(1, text)
    if warned:
        post = Post(
            post.id, post.author, post.text, post.created_at, content_warning=text, media=post.media
        )
    by = replace(make_account("by"), name=text)
    sightings = (Sighting(LoginId("masto")),)
    return Row(Position(0, "k"), post, sightings, Reposted(by), reposters=(by, post.author))
