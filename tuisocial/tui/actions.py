"""What can be done with one post that needs no server: its addresses and its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuisocial.model.post import Post
from tuisocial.tui.render.links import links_of

if TYPE_CHECKING:
    from tuisocial.tui.app import TuisocialApp


def open_links(program: TuisocialApp, post: Post) -> None:
    """Open the post's address, or let one of several be chosen."""
    links = links_of(post)
    if not links:
        program.say("this post has no link")
    elif len(links) == 1:
        program.open_address(links[0].url)
    else:
        program.choose_link(links)


def open_post(program: TuisocialApp, post: Post) -> None:
    """Open the post itself."""
    if post.url:
        program.open_address(post.url)
    else:
        program.say("this post has no address of the web")


def copy_link(program: TuisocialApp, post: Post) -> None:
    """Copy the post's address, or its network's name for it where it has none."""
    program.copy(post.url or post.id.uri, "the address")


def copy_text(program: TuisocialApp, post: Post) -> None:
    """Copy what the post says."""
    program.copy(post.text.text, "the text")


ACTIONS = {
    "open-links": open_links,
    "open-post": open_post,
    "copy-link": copy_link,
    "copy-text": copy_text,
}
"""By their commands' names."""
