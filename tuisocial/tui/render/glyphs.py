"""Marks of one cell and their ASCII twins."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping


class Glyphs:
    """The marks of the chrome. None is wider than its text is long, none from a private font."""

    plain = False
    reply = "↩"
    repost = "⟲"
    like = "♥"
    media = "▣"
    warning = "⚠"
    verified = "✓"
    link = "→"
    bar = "▌"
    faint_bar = "▏"
    rule = "┄"
    dot = "·"
    more = "…"
    up = "↑"
    open_quote = "“"
    close_quote = "”"
    branch = "├"
    last_branch = "└"
    trunk = "│"
    deeper = "↳"


class AsciiGlyphs(Glyphs):
    """The twins of the marks."""

    plain = True
    reply = "re"
    repost = "rt"
    like = "*"
    media = "[img]"
    warning = "CW"
    verified = "ok"
    link = "->"
    bar = ">"
    faint_bar = ":"
    rule = "-"
    dot = "-"
    more = "..."
    up = "^"
    open_quote = '"'
    close_quote = '"'
    branch = "|"
    last_branch = "`"
    trunk = "|"
    deeper = ">"


UNICODE = Glyphs()
ASCII = AsciiGlyphs()


def glyphs_for(plain: bool | None, environment: Mapping[str, str] = os.environ) -> Glyphs:
    """The marks for a setting; None leaves it to the locale."""
    if plain is None:
        names = ("LC_ALL", "LC_CTYPE", "LANG")
        locale = next((environment[name] for name in names if environment.get(name)), "")
        plain = "utf" not in locale.lower() and sys.platform != "darwin"
    return ASCII if plain else UNICODE
