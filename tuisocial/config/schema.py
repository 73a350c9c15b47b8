"""Every setting there is, with its type, default and meaning: the only place that knows them.

`config.load` reads them from TOML, `docs/configuration.md` lists them.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class SecretsBackend(StrEnum):
    """Where tokens and keys are kept."""

    KEYRING = "keyring"
    FILE = "file"
    COMMAND = "command"


class Density(StrEnum):
    """How much of a post a list shows."""

    COMPACT = "compact"
    COMFORTABLE = "comfortable"
    FULL = "full"


def about(meaning: str, check: Callable[[Any], str | None] | None = None) -> dict[str, Any]:
    """A field's metadata: its meaning and, where its type says too little, a check."""
    return {"meaning": meaning, "check": check}


def _seconds(value: int) -> str | None:
    return None if 5 <= value <= 86_400 else "must be from 5 to 86400"


def _undo(value: int) -> str | None:
    return None if 0 <= value <= 600 else "must be from 0 to 600"


def _rows(value: int) -> str | None:
    return None if 1 <= value <= 200 else "must be from 1 to 200"


def _hosts(value: tuple[str, ...]) -> str | None:
    for host in value:
        if not host or any(char in host for char in "/:@ ?#*"):
            return f"holds {host!r}, which is not the name of a host such as nas.lan"
    return None


def _command(value: str) -> str | None:
    if value and "{login}" not in value:
        return "must contain {login}"
    try:
        words = shlex.split(value)
    except ValueError:
        return "has a quotation mark without its pair"
    return "holds a NUL, which no command can" if any("\0" in word for word in words) else None


@dataclass(frozen=True, slots=True)
class SecretSettings:
    """`[secrets]`: where tokens and keys are kept."""

    backend: SecretsBackend = field(
        default=SecretsBackend.KEYRING,
        metadata=about(
            "`keyring` (the system's), `file` (a file that only you may read, in plain text), or "
            "`command`"
        ),
    )
    command: str = field(
        default="",
        metadata=about(
            "with `command`: what prints a secret on its first line; `{login}` and `{name}` are "
            "filled in, as in `pass show tuisocial/{login}`",
            _command,
        ),
    )


@dataclass(frozen=True, slots=True)
class UiSettings:
    """`[ui]`: how the application looks."""

    theme: str = field(
        default="dark", metadata=about("a theme's name: `dark`, `light`, or a file of your own")
    )
    ascii: bool | None = field(
        default=None,
        metadata=about("plain ASCII marks instead of glyphs; left out, the locale decides"),
    )
    density: Density = field(
        default=Density.COMFORTABLE,
        metadata=about("`compact`, `comfortable` or `full` rows"),
    )


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """`[fetch]`: how often and how much is asked of servers."""

    refresh_seconds: int = field(
        default=60, metadata=about("how long to wait between looks for new posts", _seconds)
    )
    page_size: int = field(default=40, metadata=about("how many posts to ask for at a time", _rows))


@dataclass(frozen=True, slots=True)
class ComposeSettings:
    """`[compose]`: how posts are written and sent."""

    undo_seconds: int = field(
        default=5,
        metadata=about("how long a post waits in the outbox before it goes out, to undo", _undo),
    )
    require_alt: bool = field(
        default=False, metadata=about("send no picture, film or sound without a description")
    )


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """`[network]`: what servers may lead us to."""

    private_hosts: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "hosts of a private network that servers may lead to, by name, as in "
            '`["nas.lan"]`; all others there are refused',
            _hosts,
        ),
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings."""

    secrets: SecretSettings = field(default_factory=SecretSettings)
    ui: UiSettings = field(default_factory=UiSettings)
    fetch: FetchSettings = field(default_factory=FetchSettings)
    compose: ComposeSettings = field(default_factory=ComposeSettings)
    network: NetworkSettings = field(default_factory=NetworkSettings)
