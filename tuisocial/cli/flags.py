"""The flags by which a command line says what a draft is like and how it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import wraps
from typing import Any

import click

from tuisocial.cli import times
from tuisocial.errors import UsageError
from tuisocial.model.draft import Attachment, Ballot, Draft, Overflow, Own, Quotable
from tuisocial.model.ids import LoginId
from tuisocial.model.post import Visibility
from tuisocial.services.header_values import read_point

Command = Callable[..., int]

_FILE = click.Path(exists=True, dir_okay=False, readable=True, resolve_path=True)
_VISIBILITIES = [each.value for each in Visibility if each is not Visibility.UNKNOWN]
_QUOTABLE = [each.value for each in Quotable]


@dataclass(frozen=True, slots=True)
class Flags:
    """What was said of a draft; None, False and () leave it as it is."""

    to: tuple[str, ...] = ()
    cw: str | None = None
    sensitive: bool = False
    visibility: str | None = None
    quotable: str | None = None
    lang: str | None = None
    markdown: bool = False
    media: tuple[Attachment, ...] = ()
    poll: tuple[str, ...] = ()
    poll_for: str | None = None
    poll_multiple: bool = False
    poll_hide: bool = False
    at: str | None = None
    overflow: str | None = None
    own: tuple[str, ...] = ()

    def logins(self) -> tuple[LoginId, ...]:
        """Every login that is named. Raises: UsageError."""
        return (*map(_login, self.to), *(name for name, _ in map(_own, self.own)))

    def applied(self, draft: Draft, now: datetime) -> Draft:
        """The draft with what was said. Raises: UsageError."""
        if not self.poll and (self.poll_for or self.poll_multiple or self.poll_hide):
            raise UsageError("there is no poll to say that of", "name its options by --poll")
        return replace(
            draft,
            targets=tuple(map(_login, self.to)) or draft.targets,
            own={**draft.own, **dict(map(_own, self.own))},
            content_warning=draft.content_warning if self.cw is None else self.cw or None,
            sensitive=draft.sensitive or self.sensitive,
            visibility=Visibility(self.visibility) if self.visibility else draft.visibility,
            quotable=Quotable(self.quotable) if self.quotable else draft.quotable,
            language=self.lang or draft.language,
            markdown=draft.markdown or self.markdown,
            media=self.media or draft.media,
            ballot=self._ballot() if self.poll else draft.ballot,
            at=times.moment(self.at, now) if self.at else draft.at,
            overflow=Overflow(self.overflow) if self.overflow else draft.overflow,
        )

    def _ballot(self) -> Ballot:
        made = Ballot(self.poll, multiple=self.poll_multiple, hide_totals=self.poll_hide)
        return replace(made, lasts=times.length(self.poll_for)) if self.poll_for else made


@dataclass(frozen=True, slots=True)
class Way:
    """How something is sent: tried once unless told otherwise, and how that is printed."""

    wait: bool = False
    queue: bool = False
    as_json: bool = False
    dry_run: bool = False

    def __post_init__(self) -> None:
        if self.wait + self.queue + self.dry_run > 1:
            raise UsageError("--wait, --queue and --dry-run exclude each other")


class WritingCommand(click.Command):
    """A command whose `--alt` and `--focus` are of the `--media` before them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        given = list(args)
        rest = super().parse_args(ctx, args)
        _, _, order = self.make_parser(ctx).parse_args(given)
        names = [param.name for param in order if param.name in ("media", "alt", "focus")]
        values = {name: iter(ctx.params.pop(name)) for name in ("media", "alt", "focus")}
        ctx.params["media"] = tuple(_attachments((name, next(values[name])) for name in names))
        return rest


def _attachments(given: Iterable[tuple[str, str]]) -> Iterator[Attachment]:
    current: Attachment | None = None
    for name, value in given:
        if name == "media":
            if current is not None:
                yield current
            current = Attachment(value)
            continue
        if current is None:
            raise UsageError(f"--{name} has no --media before it")
        if getattr(current, name) is not None:
            raise UsageError(f"{current.path} has two --{name}")
        current = (
            replace(current, alt=value) if name == "alt" else replace(current, focus=_point(value))
        )
    if current is not None:
        yield current


def _point(text: str) -> tuple[float, float]:
    try:
        return read_point(text)
    except ValueError:
        raise UsageError(
            f"not a point: {text[:40]!r}", "write two numbers from -1 to 1: 0,0.5"
        ) from None


def _own(text: str) -> tuple[LoginId, Own]:
    name, equals, instead = text.partition("=")
    if not equals:
        raise UsageError(f"not an own text: {text[:40]!r}", "write NAME=TEXT")
    return _login(name), Own(instead)


def _login(name: str) -> LoginId:
    try:
        return LoginId.parse(name)
    except ValueError:
        raise UsageError(f"there is no login named {name[:40]}") from None


# --- the flags themselves -----------------------------------------------------------------


def about_words(command: Command) -> Command:
    """The flags that a change of a post has; they come as `flags` and `editor`."""
    return _with(_said(command), _WORDS)


def about_posts(command: Command) -> Command:
    """The flags of new posts, answers and quotes; they come as `flags` and `editor`."""
    return _with(_said(command), (*_TARGETS, *_WORDS, *_POSTS))


def about_sending(command: Command) -> Command:
    """How it is sent; that comes as `way`."""

    @wraps(command)
    def inner(*args: Any, **given: Any) -> int:
        said = {name: given.pop(name) for name in ("wait", "queue", "as_json", "dry_run")}
        return command(*args, way=Way(**said), **given)

    return _with(inner, _SENDING)


_WORDS = (
    click.option("--cw", metavar="TEXT", help="A content warning; an empty one takes it away."),
    click.option("--sensitive", is_flag=True, help="Hide its pictures until asked for."),
    click.option("--lang", metavar="CODE", help="Its language, as in en or de."),
    click.option("--markdown", is_flag=True, help="Have servers that know Markdown read it so."),
    click.option(
        "--own",
        metavar="NAME=TEXT",
        multiple=True,
        help="What one login posts instead; repeatable.",
    ),
    click.option("--editor", is_flag=True, help="Write in $EDITOR before it goes out."),
)
_TARGETS = (
    click.option("--to", metavar="NAME", multiple=True, help="A login to post by; repeatable."),
    click.option("--visibility", type=click.Choice(_VISIBILITIES), help="Who may see it."),
    click.option("--quotable", type=click.Choice(_QUOTABLE), help="Who may quote it."),
)
_POSTS = (
    click.option("--media", type=_FILE, multiple=True, help="A file to attach; repeatable."),
    click.option("--alt", metavar="TEXT", multiple=True, help="Describes the --media before."),
    click.option(
        "--focus",
        metavar="X,Y",
        multiple=True,
        help="What thumbnails of the --media before must show, each from -1 to 1.",
    ),
    click.option("--poll", metavar="OPTION", multiple=True, help="An option; repeat for each."),
    click.option("--poll-for", metavar="LENGTH", help="How long it is open, as in 1d."),
    click.option("--poll-multiple", is_flag=True, help="Let several options be chosen."),
    click.option("--poll-hide", is_flag=True, help="Show no totals before it is over."),
    click.option("--at", metavar="TIME", help="Have the servers post it then, as in +2h."),
    *(
        click.option(f"--{flag}", "overflow", flag_value=value.value, help=f"Too long: {does}.")
        for flag, value, does in (
            ("thread", Overflow.SPLIT, "make it a thread, which is the default"),
            ("link", Overflow.LINK, "link to the whole on another target"),
            ("no-split", Overflow.REFUSE, "refuse it"),
        )
    ),
)
_SENDING = (
    click.option("--dry-run", is_flag=True, help="Print what would become of it; send nothing."),
    click.option("--wait", is_flag=True, help="Try until it is sent or refused."),
    click.option("--queue", is_flag=True, help="Leave it to the outbox."),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON document."),
)


def _said(command: Command) -> Command:
    names = {field.name for field in fields(Flags)}

    @wraps(command)
    def inner(*args: Any, **given: Any) -> int:
        said = {name: given.pop(name) for name in names & given.keys()}
        return command(*args, flags=Flags(**said), **given)

    return inner


def _with(command: Command, options: Sequence[Callable[[Command], Command]]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command
