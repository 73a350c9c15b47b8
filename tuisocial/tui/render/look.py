"""How things look just now: the theme's colours as styles, the glyphs, the density, the logins.

Painters take a `Look` and nothing else of the application.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rich.color import Color
from rich.style import Style

from tuisocial.config.schema import Density
from tuisocial.model.ids import AccountId, LoginId
from tuisocial.model.vocabulary import Vocabulary
from tuisocial.tui.render.glyphs import UNICODE, Glyphs
from tuisocial.tui.render.width import Safe
from tuisocial.tui.theme_files import ROLES, ThemeFile


class Role(StrEnum):
    """What a piece of text is, which decides its colour."""

    TEXT = "text"
    DIM = "dim"
    STRONG = "strong"
    ACCENT = "accent"
    UNREAD = "unread"
    LINK = "link"
    MENTION = "mention"
    TAG = "tag"
    WARNING = "warning"
    ERROR = "error"
    OK = "ok"


Tone = Role | int
"""A role, or the number of a login's colour."""

_BOLD = frozenset({Role.STRONG, Role.UNREAD, Role.ACCENT})


class Colours:
    """A theme as styles: each tone on the background, and on the selection."""

    def __init__(self, theme: ThemeFile, *, sixteen: bool = False) -> None:
        named = theme.sixteen if sixteen else {}
        ground = None if sixteen else Color.parse(theme.background)
        selection = Color.parse(named.get("selection", theme.selection))
        logins = theme.sixteen_logins if sixteen and theme.sixteen_logins else theme.logins
        tones: dict[Tone, str] = {Role(role): theme.roles[role] for role in ROLES}
        tones |= {Role(role): name for role, name in named.items() if role in ROLES}
        tones |= dict(enumerate(logins))
        self._plain = {tone: _style(tone, name, ground) for tone, name in tones.items()}
        self._selected = {tone: _style(tone, name, selection) for tone, name in tones.items()}

    def style(self, tone: Tone, selected: bool = False) -> Style:
        """The style of a tone."""
        return (self._selected if selected else self._plain)[tone]


def _style(tone: Tone, colour: str, ground: Color | None) -> Style:
    return Style(
        color=Color.parse(colour),
        bgcolor=ground,
        bold=True if tone in _BOLD else None,
        underline=True if tone is Role.LINK else None,
    )


@dataclass(frozen=True, slots=True)
class Mark:
    """How a login is shown: its name, its colour's number, and its network's words."""

    name: Safe
    colour: int
    vocabulary: Vocabulary


@dataclass(frozen=True, slots=True)
class Look:
    """Everything that painting a row depends on besides the row.

    `name_of` gives the name of an account if the store knows it.
    """

    colours: Colours
    glyphs: Glyphs = UNICODE
    density: Density = Density.COMFORTABLE
    marks: Mapping[LoginId, Mark] = field(default_factory=dict)
    name_of: Callable[[AccountId], str] = lambda account: ""
