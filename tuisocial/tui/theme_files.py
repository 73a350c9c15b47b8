"""Themes: read from TOML, one file each, with a watch on the person's own folder.

A file that cannot be used is named with what is wrong in it, and never keeps the program from
starting. What the colours are used for is `render.look`'s business.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROLES = (
    "text",
    "dim",
    "strong",
    "accent",
    "unread",
    "link",
    "mention",
    "tag",
    "warning",
    "error",
    "ok",
)
"""The roles that are colours of text; the twelfth, `selection`, is one to write them on."""

LOGIN_COLOURS = 8
SIXTEEN = frozenset(
    f"{brightness}{name}"
    for brightness in ("", "bright_")
    for name in ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
)
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
DEFAULT = "dark"


@dataclass(frozen=True, slots=True)
class ThemeFile:
    """A theme as its file says it: `#rrggbb` for each role, and names for 16-colour terminals."""

    name: str
    dark: bool
    background: str
    selection: str
    roles: Mapping[str, str]
    logins: tuple[str, ...]
    sixteen: Mapping[str, str]
    sixteen_logins: tuple[str, ...]


class BrokenTheme(Exception):
    """A theme's file cannot be used; the text names the file and what is wrong."""


class Themes:
    """The themes of some folders by name; one in a later folder replaces one of an earlier."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = tuple(folders)
        self._stamps = self._look()

    def names(self) -> list[str]:
        """The names of all files, sorted, broken ones too."""
        return sorted({path.stem for path in self._stamps})

    def read(self, name: str) -> ThemeFile:
        """The theme called `name`.

        Raises: BrokenTheme.
        """
        found = [path for path in self._stamps if path.stem == name]
        if not found:
            names = ", ".join(self.names())
            raise BrokenTheme(f"there is no theme {name}; there are: {names}")
        return read_theme(found[-1])

    def changed(self) -> bool:
        """Whether any file came, went or was written since the last time this was asked."""
        stamps = self._look()
        changed = stamps != self._stamps
        self._stamps = stamps
        return changed

    def _look(self) -> dict[Path, int]:
        stamps: dict[Path, int] = {}
        for folder in self._folders:
            try:
                for path in sorted(folder.glob("*.toml")):
                    stamps[path] = path.stat().st_mtime_ns
            except OSError:
                continue
        return stamps


def read_theme(path: Path) -> ThemeFile:
    """The theme in a file.

    Raises: BrokenTheme naming the file and the key.
    """
    try:
        document = tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        raise BrokenTheme(f"the theme {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BrokenTheme(f"the theme {path} is not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise BrokenTheme(f"the theme {path} is not TOML: {error}") from None
    return _Reader(path, document).theme()


class _Reader:
    def __init__(self, path: Path, document: dict[str, Any]) -> None:
        self._path = path
        self._document = document

    def theme(self) -> ThemeFile:
        known = {"dark", "background", "selection", "roles", "logins", "sixteen"}
        for key in self._document:
            if key not in known:
                raise self._broken(key, "is not part of a theme")
        dark = self._document.get("dark", True)
        if not isinstance(dark, bool):
            raise self._broken("dark", "must be true or false")
        roles = self._table("roles")
        for role in roles:
            if role not in ROLES:
                raise self._broken(f"roles.{role}", "is not a role")
        logins = self._table("logins").get("colours")
        if not isinstance(logins, list) or len(logins) != LOGIN_COLOURS:
            raise self._broken("logins.colours", f"must be a list of {LOGIN_COLOURS} colours")
        sixteen = self._table("sixteen")
        sixteen_logins = sixteen.pop("logins", [])
        return ThemeFile(
            self._path.stem,
            dark,
            self._colour("background", self._document.get("background")),
            self._colour("selection", self._document.get("selection")),
            {role: self._colour(f"roles.{role}", roles.get(role)) for role in ROLES},
            tuple(self._colour("logins.colours", colour) for colour in logins),
            {role: self._named(f"sixteen.{role}", name) for role, name in sixteen.items()},
            tuple(self._named("sixteen.logins", name) for name in sixteen_logins),
        )

    def _table(self, key: str) -> dict[str, Any]:
        table = self._document.get(key, {})
        if not isinstance(table, dict):
            raise self._broken(key, f"must be a section: [{key}]")
        return dict(table)

    def _colour(self, key: str, value: object) -> str:
        if not isinstance(value, str) or not _HEX.fullmatch(value):
            raise self._broken(key, 'must be a colour like "#1a2b3c"')
        return value

    def _named(self, key: str, value: object) -> str:
        if not isinstance(value, str) or value not in SIXTEEN:
            raise self._broken(key, "must be one of the 16 colours, like bright_blue")
        return value

    def _broken(self, key: str, problem: str) -> BrokenTheme:
        return BrokenTheme(f"the theme {self._path} cannot be used: {key} {problem}")
