"""What one login's server accepts, and how much of it."""

from __future__ import annotations

from dataclasses import dataclass

from tuisocial.model.post import Visibility


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds; None where the server told nothing.

    `text_length` counts characters as the network counts them and `link_length` is what one link
    counts for; sizes are bytes; `page_size` is how many rows one request may ask for.
    `visibilities` are those that a post may have, `markdown` says that texts may be written in it.
    """

    text_length: int | None = None
    link_length: int | None = None
    media_count: int | None = None
    media_size: int | None = None
    media_types: tuple[str, ...] = ()
    poll_options: int | None = None
    poll_option_length: int | None = None
    poll_seconds_min: int | None = None
    poll_seconds_max: int | None = None
    page_size: int | None = None
    message_size: int | None = None
    visibilities: tuple[Visibility, ...] = (Visibility.PUBLIC,)
    markdown: bool = False
    alt_length: int | None = None
