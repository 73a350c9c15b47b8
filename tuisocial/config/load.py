"""Reading the settings file strictly: what is wrong is named with its file, line and key."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from tuisocial.config.paths import Paths
from tuisocial.config.schema import SecretsBackend, Settings
from tuisocial.config.themes import theme_names
from tuisocial.errors import UsageError

_LINE_OF_ERROR = re.compile(r"\(at line (\d+), column \d+\)")


class ConfigError(UsageError):
    """The settings file cannot be used; `line` is 0 and `key` empty when neither is to blame."""

    def __init__(self, file: Path, line: int, key: str, problem: str, remedy: str) -> None:
        where = f"{file}:{line}" if line else str(file)
        super().__init__(f"{where}: {key + ' ' if key else ''}{problem}", remedy)
        self.file = file
        self.line = line
        self.key = key


def validate(paths: Paths) -> Settings:
    """As `load`, and what may come and go beside the file is looked for too: the theme.

    The application does without a theme that is gone, so `load` lets its name pass.

    Raises: ConfigError.
    """
    settings = load(paths)
    names = theme_names(paths)
    if settings.ui.theme not in names:
        file = paths.config_file
        line = _Reader(file, _text(file)).line_of("ui", "theme")
        problem = f"names no theme: there is no {settings.ui.theme}"
        raise ConfigError(file, line, "ui.theme", problem, "use one of " + ", ".join(names))
    return settings


def load(paths: Paths) -> Settings:
    """The settings in `paths.config_file`, or the defaults where there is none.

    Raises: ConfigError.
    """
    file = paths.config_file
    try:
        return parse(file, _text(file))
    except FileNotFoundError:
        return Settings()


def _text(file: Path) -> str:
    """Raises: FileNotFoundError, ConfigError."""
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ConfigError(
            file, 0, "", f"cannot be read: {error.strerror}", "check its owner and permissions"
        ) from None
    try:
        # Some editors begin a file with a byte order mark.
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ConfigError(file, line, "", "is not UTF-8 text", "save it as UTF-8") from None


def parse(file: Path, text: str) -> Settings:
    """The settings that `text` holds; `file` is where it is from.

    Raises: ConfigError.
    """
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        at = _LINE_OF_ERROR.search(str(error))
        problem = _LINE_OF_ERROR.sub("", str(error)).strip()
        raise ConfigError(
            file,
            int(at[1]) if at else text.count("\n") + 1,
            "",
            f"is not TOML: {problem}",
            "mend that line; `tuisocial config validate` looks again",
        ) from None
    return _Reader(file, text).settings(document)


class _Reader:
    def __init__(self, file: Path, text: str) -> None:
        self._file = file
        self._lines = text.splitlines()

    def settings(self, document: dict[str, Any]) -> Settings:
        sections = {section.name: section for section in fields(Settings)}
        types = get_type_hints(Settings)
        for name in document:
            if name not in sections:
                self._fail("", name, "is not a section", "use " + ", ".join(sections))
            if not isinstance(document[name], dict):
                self._fail("", name, "must be a section", f"write [{name}] on a line of its own")
        settings = Settings(
            **{name: self._section(name, types[name], document.get(name, {})) for name in sections}
        )
        if settings.secrets.backend is SecretsBackend.COMMAND and not settings.secrets.command:
            self._fail(
                "secrets", "backend", 'is "command" without a command', "set secrets.command"
            )
        return settings

    def _section(self, section: str, kind: type, values: dict[str, Any]) -> Any:
        known = {field.name: field for field in fields(kind)}
        types = get_type_hints(kind)
        checked = {}
        for key, value in values.items():
            if key not in known:
                self._fail(section, key, "is not a setting", "use " + ", ".join(known))
            checked[key] = self._value(section, key, types[key], value)
            check = known[key].metadata["check"]
            problem = check(checked[key]) if check else None
            if problem:
                self._fail(section, key, problem, "change the value")
        if section == "secrets" and checked.get("command") and "backend" not in checked:
            checked["backend"] = SecretsBackend.COMMAND
        return kind(**checked)

    def _value(self, section: str, key: str, kind: Any, value: Any) -> Any:
        if get_origin(kind) is tuple:
            if not isinstance(value, list) or any(type(each) is not str for each in value):
                self._fail(section, key, "must be a list of texts in quotes", "change the value")
            return tuple(value)
        if isinstance(kind, UnionType):
            kind = get_args(kind)[0]
        if issubclass(kind, StrEnum):
            if not isinstance(value, str) or value not in set(kind):
                choices = ", ".join(f'"{choice}"' for choice in kind)
                self._fail(section, key, f"is not one of {choices}", "change the value")
            return kind(value)
        if type(value) is not kind:
            words = {str: "text in quotes", int: "a whole number", bool: "true or false"}
            self._fail(section, key, f"must be {words[kind]}", "change the value")
        return value

    def _fail(self, section: str, key: str, problem: str, remedy: str) -> None:
        name = f"{section}.{key}" if section else key
        raise ConfigError(self._file, self.line_of(section, key), name, problem, remedy)

    def line_of(self, section: str, key: str) -> int:
        """The line that sets `key`; tomllib keeps no lines, so look for it as a person would.

        Where the key itself is not found, as inside `section = { … }`, its section's line.
        """
        path = f"{section}.{key}" if section else key
        begins_here = 0
        current = ""
        for number, line in enumerate(self._lines, 1):
            header = re.match(r"\s*\[+([^\]]+)\]", line)
            assigned = re.match(r"([^=#\[]+)=", line)
            if header:
                found = current = _bare(header[1])
            elif assigned:
                name = _bare(assigned[1])
                found = f"{current}.{name}" if current else name
            else:
                continue
            if found == path or found.startswith(f"{path}."):
                return number
            if found == section:
                begins_here = number
        return begins_here


def _bare(name: str) -> str:
    """A TOML key as `a.b`, without quotes and blanks."""
    return ".".join(part.strip().strip("\"'") for part in name.split("."))


def show(settings: Settings) -> str:
    """The settings in force, as TOML with each one's meaning above it."""
    out: list[str] = []
    for section in fields(settings):
        out.append(f"[{section.name}]")
        values = getattr(settings, section.name)
        for field in fields(values):
            value = getattr(values, field.name)
            out.append(f"# {field.metadata['meaning']}")
            out.append(f"# {field.name} =" if value is None else f"{field.name} = {toml(value)}")
        out.append("")
    return "\n".join(out)


def toml(value: str | int | bool | tuple[str, ...]) -> str:
    """A setting's value as it is written."""
    if isinstance(value, tuple):
        return f"[{', '.join(toml(each) for each in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    # JSON's strings are TOML's, but for DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
