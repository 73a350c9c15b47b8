"""A draft as a text file for an editor: header lines as mail has them, an empty line, the text.

    To: masto, nos
    CW: Looms
    Visibility: unlisted
    Attach: /home/ada/mill.png  Drawing of the mill

    The engine weaves algebraic patterns.

    [[nos]]
    What nos gets instead.

A line that begins with white space goes on with the one above. There are no comments. A header
that is taken out or left empty means the default, except that no post gets wider that way: who may
see it and who may quote it stay as they were.
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from tuisocial.errors import UsageError
from tuisocial.model.draft import Attachment, Ballot, Draft, Overflow, Own, Quotable
from tuisocial.model.ids import LoginId, PostId
from tuisocial.model.post import Visibility
from tuisocial.services import header_values as values
from tuisocial.services import sections

NAMES = (
    "To",
    "CW",
    "Sensitive",
    "Visibility",
    "Quotable",
    "Lang",
    "Format",
    "Attach",
    "Focus",
    "Poll",
    "Poll-Lasts",
    "Poll-Multiple",
    "Poll-Hide-Totals",
    "Reply-To",
    "Quote",
    "At",
    "Too-Long",
)
"""Every header, in the order in which they are written. A Focus is of the Attach above it."""

_NAMED = {name.casefold(): name for name in NAMES}
_FORMATS = ("plain", "markdown")
_REPEATED = ("Attach", "Focus")
_PLACES = {name: "Attach" if name == "Focus" else name for name in NAMES}
_LINE = re.compile(r"([^\s:]+)[ \t]*:(.*)", re.DOTALL)
_BLANK = " \t\r"
_APART = re.compile(r" {2,}|\t+ *")

Value = TypeVar("Value")


class HeaderError(UsageError):
    """A header line that cannot be meant; `line` counts from 1."""

    def __init__(self, line: int, what: str, remedy: str) -> None:
        super().__init__(f"line {line}: {what}", remedy)
        self.line = line
        self.what = what


def write(draft: Draft, hints: Sequence[str] = ()) -> str:
    """The draft as a file's text; `hints` are `NAMES` to be shown even where they are empty.

    What a person does not write by hand (addresses, the post that is edited) is not in it.
    """
    headers = list(_headers(draft))
    given = {name for name, _ in headers}
    headers += [(hint, "") for hint in hints if hint not in given]
    headers.sort(key=lambda header: NAMES.index(_PLACES[header[0]]))
    lines = [f"{name}: {value}".rstrip(" ") for name, value in headers]
    return "\n".join([*lines, "", *sections.write(draft.text, draft.own), ""])


def read(text: str, draft: Draft) -> Draft:
    """What a file that `write` made of `draft` has become.

    Raises: HeaderError for the first line that cannot be meant; nothing of the file is passed over.
    """
    lines = _lines(text)
    blank = (at for at, line in enumerate(lines) if not line.strip())
    end = next(blank, len(lines))
    header = _Header(lines[:end])
    targets = header.targets()
    try:
        body, own = sections.read(lines[end + 1 :], {*targets, *draft.own})
    except sections.SectionError as error:
        raise HeaderError(end + 2 + error.line, error.what, error.remedy) from None
    nothing = {login: each for login, each in draft.own.items() if each == Own()}
    return replace(
        draft,
        text=body,
        targets=targets,
        own={**nothing, **own},
        content_warning=header.one("CW", values.unescaped, None),
        sensitive=header.answer("Sensitive"),
        language=header.one("Lang", values.unescaped, None),
        markdown=header.one("Format", _markdown, False, _choice(_FORMATS)),
        visibility=header.one("Visibility", _visibility, draft.visibility, _VISIBILITIES),
        quotable=header.one("Quotable", _quotable, draft.quotable, _choice(Quotable)),
        media=header.media(),
        ballot=header.ballot(),
        reply_to=header.one("Reply-To", _post, None, _ID),
        quote=header.one("Quote", _post, None, _ID),
        at=header.one("At", values.read_time, None, "write a day and a time: 2026-12-24 18:00"),
        overflow=header.one("Too-Long", _overflow, Overflow.SPLIT, _choice(Overflow)),
    )


def _lines(text: str) -> list[str]:
    """The lines of a file, whatever its editor ends them with; a last one that is empty is none."""
    text = text.removeprefix("\ufeff")
    if text.partition("\n")[0].endswith("\r"):
        text = text.replace("\r\n", "\n")
    return text.removesuffix("\n").split("\n")


def _headers(draft: Draft) -> Iterator[tuple[str, str]]:
    yield "To", ", ".join(map(str, draft.targets))
    if draft.content_warning is not None:
        yield "CW", values.escaped(draft.content_warning)
    if draft.sensitive:
        yield "Sensitive", "yes"
    yield "Visibility", draft.visibility.value
    if draft.quotable is not None:
        yield "Quotable", draft.quotable.value
    if draft.language is not None:
        yield "Lang", values.escaped(draft.language)
    if draft.markdown:
        yield "Format", "markdown"
    for each in draft.media:
        yield "Attach", _attached(each)
        if each.focus is not None:
            yield "Focus", "{!r}, {!r}".format(*each.focus)
    if draft.ballot is not None:
        yield "Poll", values.listed(draft.ballot.options)
        yield "Poll-Lasts", values.duration(draft.ballot.lasts)
        if draft.ballot.multiple:
            yield "Poll-Multiple", "yes"
        if draft.ballot.hide_totals:
            yield "Poll-Hide-Totals", "yes"
    if draft.reply_to is not None:
        yield "Reply-To", values.escaped(str(draft.reply_to))
    if draft.quote is not None:
        yield "Quote", values.escaped(str(draft.quote))
    if draft.at is not None:
        yield "At", draft.at.isoformat(" ")
    if draft.overflow is not Overflow.SPLIT:
        yield "Too-Long", draft.overflow.value


def _attached(attachment: Attachment) -> str:
    path = re.sub(" (?= )", r"\\s", values.escaped(attachment.path))
    return path if attachment.alt is None else f"{path}  {values.escaped(attachment.alt)}"


def _visibility(value: str) -> Visibility:
    return Visibility(value.casefold())


def _quotable(value: str) -> Quotable:
    return Quotable(value.casefold())


def _markdown(value: str) -> bool:
    return bool(_FORMATS.index(value.casefold()))


def _overflow(value: str) -> Overflow:
    return Overflow(value.casefold())


def _post(value: str) -> PostId:
    return PostId.parse(values.unescaped(value))


_ID = "write the post's whole id, as `timeline --json` prints it"
_ANSWER = "write yes or no"


def _choice(kind: Iterable[str]) -> str:
    return f"write one of {', '.join(kind)}"


_VISIBILITIES = _choice(each for each in Visibility if each is not Visibility.UNKNOWN)


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    name: str
    value: str

    def read(self, convert: Callable[[str], Value], remedy: str) -> Value:
        try:
            return convert(self.value)
        except (ValueError, OverflowError, OSError):
            what = f"{self.name} cannot be {self.value[:80]!r}"
            raise HeaderError(self.number, what, remedy) from None


class _Header:
    """The lines of a header block, each known and none of them twice that may stand only once."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._all: list[_Line] = []
        self._one: dict[str, _Line] = {}
        for line in _unfolded(lines):
            if line.name not in _REPEATED and line.name in self._one:
                remedy = "leave one of the two lines"
                raise HeaderError(line.number, f"{line.name} stands here a second time", remedy)
            self._one[line.name] = line
            self._all.append(line)

    def one(
        self, name: str, convert: Callable[[str], Value], default: Value, remedy: str = ""
    ) -> Value:
        line = self._one.get(name)
        return line.read(convert, remedy) if line and line.value else default

    def answer(self, name: str) -> bool:
        return self.one(name, values.read_answer, False, _ANSWER)

    def targets(self) -> tuple[LoginId, ...]:
        remedy = "write the names of logins, with commas between them"
        return self.one("To", _targets, (), remedy)

    def media(self) -> tuple[Attachment, ...]:
        media: list[Attachment] = []
        for line in self._all:
            if line.name == "Attach" and line.value:
                remedy = "write the whole path, two spaces, and what is to be seen or heard"
                media.append(line.read(_attachment, remedy))
            elif line.name == "Focus" and line.value:
                point = line.read(values.read_point, "write two numbers from -1 to 1: 0, 0.5")
                if not media:
                    raise HeaderError(
                        line.number, "Focus has no Attach above it", "move it below its Attach"
                    )
                media[-1] = replace(media[-1], focus=point)
        return tuple(media)

    def ballot(self) -> Ballot | None:
        options = self.one("Poll", values.unlisted, None)
        if options is not None:
            return Ballot(
                options,
                self.one("Poll-Lasts", values.read_duration, Ballot(()).lasts, "write 1d 12h"),
                self.answer("Poll-Multiple"),
                self.answer("Poll-Hide-Totals"),
            )
        for line in self._all:
            if line.name.startswith("Poll-") and line.value:
                remedy = "write the options as Poll: one | two, or take this line out"
                raise HeaderError(line.number, f"{line.name} has no Poll", remedy)
        return None


def _unfolded(lines: Sequence[str]) -> Iterator[_Line]:
    found: list[_Line] = []
    for number, raw in enumerate(lines, 1):
        if raw[0] in " \t" and found:
            value = f"{found[-1].value} {raw.strip(_BLANK)}"
            found[-1] = replace(found[-1], value=value.strip(_BLANK))
            continue
        match = _LINE.fullmatch(raw)
        if not match:
            remedy = "write Name: value here; the text begins below the first empty line"
            raise HeaderError(number, f"{raw.strip()[:80]!r} is not a header", remedy)
        name = _NAMED.get(match[1].casefold())
        if name is None:
            what = f"there is no header {match[1][:80]}"
            raise HeaderError(number, what, f"the headers are {', '.join(NAMES)}")
        found.append(_Line(number, name, match[2].strip(_BLANK)))
    yield from found


def _targets(value: str) -> tuple[LoginId, ...]:
    return tuple(dict.fromkeys(map(LoginId.parse, re.split(r"[\s,]+", value.strip(" ,")))))


def _attachment(value: str) -> Attachment:
    path, *alt = _APART.split(value, maxsplit=1)
    whole = os.path.expanduser(values.unescaped(path))
    if not os.path.isabs(whole):
        raise ValueError(path)
    return Attachment(whole, values.unescaped(alt[0]) if alt else None)
