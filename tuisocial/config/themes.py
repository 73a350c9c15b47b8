"""Which themes there are, by name; what is in them is the application's business."""

from __future__ import annotations

from pathlib import Path

import tuisocial
from tuisocial.config.paths import Paths


def shipped_folder() -> Path:
    """Where the themes that come with the program are: in the package, or beside it."""
    package = Path(tuisocial.__file__).parent
    inside = package / "themes"
    return inside if inside.is_dir() else package.parent / "themes"


def theme_names(paths: Paths) -> list[str]:
    """The names of all theme files, the person's own among them, sorted."""
    folders = (shipped_folder(), paths.themes_dir)
    return sorted({file.stem for folder in folders for file in folder.glob("*.toml")})
