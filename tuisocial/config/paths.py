"""Where configuration, data, cache and state live on this machine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

HOME_VARIABLE = "TUISOCIAL_HOME"


@dataclass(frozen=True, slots=True)
class Paths:
    """The four folders, and the files with fixed names in them.

    `home` is the one folder that holds all four when the person chose one.
    """

    config_dir: Path
    data_dir: Path
    cache_dir: Path
    state_dir: Path
    home: Path | None = None

    @property
    def config_file(self) -> Path:
        """The settings, which the person may edit and need not have."""
        return self.config_dir / "config.toml"

    @property
    def themes_dir(self) -> Path:
        """The person's own themes."""
        return self.config_dir / "themes"

    @property
    def store_file(self) -> Path:
        """The SQLite store."""
        return self.data_dir / "store.sqlite3"

    @property
    def secrets_file(self) -> Path:
        """Where `secrets.backend = "file"` keeps secrets, in a folder of its own."""
        return self.data_dir / "secrets" / "secrets.json"

    @property
    def moving_note(self) -> Path:
        """What says, while it exists, that secrets are half way from one place to another."""
        return self.data_dir / "secrets-moving"

    @property
    def senders_dir(self) -> Path:
        """One locked file for each process that may be sending something."""
        return self.state_dir / "senders"

    @property
    def log_file(self) -> Path:
        """What went wrong in detail, without secrets."""
        return self.state_dir / "tuisocial.log"


def find_paths(home: Path | None = None) -> Paths:
    """Everything under `home` or `$TUISOCIAL_HOME` if either is given, else the platform's places.

    Nothing is created.
    """
    if home is None and os.environ.get(HOME_VARIABLE):
        home = Path(os.environ[HOME_VARIABLE])
    if home is not None:
        home = home.expanduser().absolute()
        return Paths(home / "config", home / "data", home / "cache", home / "state", home)
    # 0.02 s, and needed only without a home of one's own.
    from platformdirs import PlatformDirs

    dirs = PlatformDirs("tuisocial", appauthor=False)
    return Paths(
        Path(dirs.user_config_dir),
        Path(dirs.user_data_dir),
        Path(dirs.user_cache_dir),
        Path(dirs.user_state_dir),
    )
