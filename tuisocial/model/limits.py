"""What one login's server accepts, and how much of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds; None where the server told nothing.

    `text_length` counts characters as the network counts them and `link_length` is what one link
    counts for; sizes are bytes; `page_size` is how many rows one request may ask for.
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
