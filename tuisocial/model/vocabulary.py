"""The words and glyphs by which a network's own users know things; only front ends use them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A network's name and its words for the neutral acts.

    `glyph` is one terminal cell, `letter` its ASCII twin. `names_the_answered` says that an answer
    begins with the names of those whom it answers, who may not hear of it otherwise.
    """

    network: str
    glyph: str
    letter: str
    post: str = "post"
    repost: str = "repost"
    reposted: str = "reposted"
    like: str = "like"
    local: str = "local"
    public: str = "public"
    names_the_answered: bool = False
