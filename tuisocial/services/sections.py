"""The text of a draft and what single targets get instead, as the body of a text file.

A target's own text stands below a line `[[name]]`, each part of one that was divided by hand
below `[[name: part]]`. An empty line before such a line belongs to it. A backslash before the
brackets, one more than is meant, has the line be text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from tuisocial.model.draft import Own
from tuisocial.model.ids import LoginId

_MARK = re.compile(r"\[\[([A-Za-z0-9][A-Za-z0-9_.-]{0,31})(: part)?\]\][ \t\r]*")
_ESCAPED = re.compile(rf"\\+{_MARK.pattern}")


class SectionError(ValueError):
    """A section that cannot be; `line` counts from 0."""

    def __init__(self, line: int, what: str, remedy: str) -> None:
        super().__init__(what)
        self.line = line
        self.what = what
        self.remedy = remedy


def write(text: str, own: Mapping[LoginId, Own]) -> list[str]:
    """The lines of a body."""
    lines = list(_text(text))
    for login, instead in own.items():
        if instead.text is not None:
            lines += ["", f"[[{login}]]", *_text(instead.text)]
        for part in instead.parts:
            lines += ["", f"[[{login}: part]]", *_text(part)]
    return lines


def read(lines: list[str], names: Collection[LoginId]) -> tuple[str, dict[LoginId, Own]]:
    """What `write` wrote; sections are for `names` only.

    Raises: SectionError.
    """
    common, texts, parts = "", dict[LoginId, str](), dict[LoginId, list[str]]()
    for line, login, part, text in _sections(lines):
        if login is None:
            common = text
        elif login not in names:
            raise SectionError(
                line,
                f"[[{login}]] is not a target of this post",
                f"name it in To, or write \\[[{login}]] if it is part of the text",
            )
        elif part:
            parts.setdefault(login, []).append(text)
        elif login in texts:
            raise SectionError(
                line,
                f"[[{login}]] stands here for the second time",
                f"make it one text; the parts of a thread are each headed [[{login}: part]]",
            )
        else:
            texts[login] = text
    own = {
        login: Own(texts.get(login), tuple(parts.get(login, ())))
        for login in dict.fromkeys([*texts, *parts])
    }
    return common, own


def _text(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        yield f"\\{line}" if _MARK.fullmatch(line) or _ESCAPED.fullmatch(line) else line


def _sections(lines: list[str]) -> Iterator[tuple[int, LoginId | None, bool, str]]:
    """Each section's line, its target (None for all), whether it is a part, and its text."""
    heads = [(at, _MARK.fullmatch(line)) for at, line in enumerate(lines)]
    marks = [(at, mark) for at, mark in heads if mark]
    ends = [at for at, _ in marks]
    yield 0, None, False, _joined(lines[: ends[0]], followed=True) if ends else _joined(lines)
    for number, (at, mark) in enumerate(marks, 1):
        followed = number < len(marks)
        until = ends[number] if followed else len(lines)
        text = _joined(lines[at + 1 : until], followed=followed)
        yield at, LoginId(mark[1]), bool(mark[2]), text


def _joined(lines: list[str], *, followed: bool = False) -> str:
    if followed and lines and not lines[-1].strip():
        lines = lines[:-1]
    return "\n".join(line[1:] if _ESCAPED.fullmatch(line) else line for line in lines)
