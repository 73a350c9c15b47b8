"""Questions as data: what an adapter needs to be told, drawn as flags, prompts or form fields."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FieldKind(StrEnum):
    """How a field is asked for and kept; a `SECRET` is never a flag's value nor shown.

    A `FLAG` is answered by yes or no, and no is its default.
    """

    TEXT = "text"
    URL = "url"
    URLS = "urls"
    SECRET = "secret"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Field:
    """One question.

    `name` is lower case and becomes the flag: `--server URL`, `--relay URL …` for several,
    `--token-stdin` for a secret, which is read from standard input or a prompt. `value` is what
    stands there to begin with.
    """

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    required: bool = True
    placeholder: str = ""
    help: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """A plain setting of one login, kept in `Login.options` under `name`."""

    name: str
    help: str
    default: str = ""
