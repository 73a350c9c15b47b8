"""Marks of one cell and their ASCII twins."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The marks of the chrome. None is wider than its text is long, none from a private font."""

    reply: str = "↩"
    repost: str = "⟲"
    like: str = "♥"
    media: str = "▣"
    warning: str = "⚠"
    verified: str = "✓"
    link: str = "→"
    bar: str = "▌"
    rule: str = "┄"
    dot: str = "·"
    more: str = "…"
    up: str = "↑"
    open_quote: str = "“"
    close_quote: str = "”"
    branch: str = "├"
    last_branch: str = "└"
    trunk: str = "│"
    deeper: str = "↳"
    ascii: bool = False


UNICODE = Glyphs()
ASCII = Glyphs(
    reply="re",
    repost="rt",
    like="*",
    media="[img]",
    warning="CW",
    verified="ok",
    link="->",
    bar=">",
    rule="-",
    dot="-",
    more="...",
    up="^",
    open_quote='"',
    close_quote='"',
    branch="|",
    last_branch="`",
    trunk="|",
    deeper=">",
    ascii=True,
)


def glyphs_for(ascii: bool | None, environment: Mapping[str, str] = os.environ) -> Glyphs:
    """The marks for a setting; None leaves it to the locale."""
    if ascii is None:
        names = ("LC_ALL", "LC_CTYPE", "LANG")
        locale = next((environment[name] for name in names if environment.get(name)), "")
        ascii = "utf" not in locale.lower() and sys.platform != "darwin"
    return ASCII if ascii else UNICODE
