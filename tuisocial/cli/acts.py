"""The acts on posts and people, `like` to `unblock`: one service call each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import TYPE_CHECKING, Generic, TypeVar

import click

from tuisocial.cli import diagnostics, finding, output, times, written
from tuisocial.cli.passing import pass_program
from tuisocial.cli.program import Program
from tuisocial.errors import ExitCode
from tuisocial.model.ids import LoginId
from tuisocial.sdk.errors import Sent, Unreachable
from tuisocial.services.interactions import MarkName, Tie

if TYPE_CHECKING:
    from tuisocial.model.ids import AccountId, PostId
    from tuisocial.services.interactions import Done, Interactions
    from tuisocial.services.runtime import Runtime

T = TypeVar("T", "PostId", "AccountId")


@dataclass(frozen=True, slots=True)
class Act(Generic[T]):
    """An act in two steps, of which only the second changes anything."""

    find: Callable[[Runtime, LoginId | None], Awaitable[T]]
    do: Callable[[Runtime, T, LoginId | None], Awaitable[Done]]


_MARKS = {
    "like": (MarkName.LIKED, True, "Like a post."),
    "unlike": (MarkName.LIKED, False, "Like a post no longer."),
    "repost": (MarkName.REPOSTED, True, "Repost a post."),
    "unrepost": (MarkName.REPOSTED, False, "Take a repost back."),
    "bookmark": (MarkName.BOOKMARKED, True, "Keep a post for later."),
    "unbookmark": (MarkName.BOOKMARKED, False, "Keep a post no longer."),
}
_TIES = {
    "follow": (Tie.FOLLOW, True, "Follow an account."),
    "unfollow": (Tie.FOLLOW, False, "Follow an account no longer."),
    "unmute": (Tie.MUTE, False, "Mute an account no longer."),
    "block": (Tie.BLOCK, True, "Block an account."),
    "unblock": (Tie.BLOCK, False, "Block an account no longer."),
}

_POST = click.argument("post", metavar="ID|URL")
_ACCOUNT = click.argument("account", metavar="ID|HANDLE")


def _act(name: str, line: str) -> Callable[[Callable[..., Act[T]]], click.Command]:
    """Make a command of what makes an act out of its own arguments."""

    def made(make: Callable[..., Act[T]]) -> click.Command:
        @click.option("--login", metavar="NAME", help="The login that does it.")
        @click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
        @pass_program
        @wraps(make)
        def command(program: Program, /, login: str | None, as_json: bool, **given: object) -> int:
            return _done(program, name, make(**given), login, as_json=as_json)

        return click.command(name, help=line)(command)

    return made


def _done(
    program: Program, name: str, act: Act[T], login: str | None, *, as_json: bool
) -> ExitCode:
    async def work(runtime: Runtime) -> ExitCode:
        chosen = None if login is None else runtime.logins.get(LoginId(login)).id
        target = await act.find(runtime, chosen)
        try:
            done = await act.do(runtime, target, chosen)
        except Unreachable as error:
            if error.sent is Sent.NO:
                raise
            diagnostics.say(f"{name} was done or not, unknown: {error.message}", error.remedy)
            return ExitCode.UNKNOWN
        if as_json:
            output.document(written.act(name, done, target))
        else:
            before = "" if done.changed else " (it was so before)"
            asked = " (the account has to agree first)" if done.asked else ""
            diagnostics.say(f"{done.login}: {name} {target}{before}{asked}")
        return ExitCode.OK

    return program.online(work)


def _on_post(
    text: str, do: Callable[[Interactions, PostId, LoginId | None], Awaitable[Done]]
) -> Act[PostId]:
    return Act(
        lambda runtime, login: runtime.threads.find(text, login),
        lambda runtime, post, login: do(runtime.interactions, post, login),
    )


def _on_account(
    text: str, do: Callable[[Interactions, AccountId, LoginId | None], Awaitable[Done]]
) -> Act[AccountId]:
    return Act(
        lambda runtime, login: finding.account(runtime, text, login),
        lambda runtime, account, login: do(runtime.interactions, account, login),
    )


def _mark(name: str, mark: MarkName, line: str, *, on: bool) -> click.Command:
    @_act(name, line)
    @_POST
    def command(post: str) -> Act[PostId]:
        return _on_post(post, lambda acts, found, login: acts.mark(mark, found, on=on, login=login))

    return command


def _tie(name: str, tie: Tie, line: str, *, on: bool) -> click.Command:
    @_act(name, line)
    @_ACCOUNT
    def command(account: str) -> Act[AccountId]:
        return _on_account(
            account, lambda acts, found, login: acts.tie(tie, found, on=on, login=login)
        )

    return command


@_act("react", "Answer a post with an emoji.")
@_POST
@click.argument("emoji")
def _react(post: str, emoji: str) -> Act[PostId]:
    return _on_post(post, lambda acts, found, login: acts.react(found, emoji, login))


@_act("vote", "Vote in the poll of a post.\n\nOptions are counted from 1.")
@_POST
@click.argument("options", metavar="NUMBER…", nargs=-1, required=True, type=click.IntRange(1))
def _vote(post: str, options: tuple[int, ...]) -> Act[PostId]:
    places = [option - 1 for option in options]
    return _on_post(post, lambda acts, found, login: acts.vote(found, places, login))


@_act("mute", "Hear nothing of an account.")
@_ACCOUNT
@click.option("--for", "length", metavar="LENGTH", help="Only for so long, as in 1d.")
def _mute(account: str, length: str | None) -> Act[AccountId]:
    until = None if length is None else datetime.now(UTC) + times.length(length)
    return _on_account(
        account,
        lambda acts, found, login: acts.tie(Tie.MUTE, found, on=True, login=login, until=until),
    )


COMMANDS: dict[str, click.Command] = {
    **{name: _mark(name, mark, line, on=on) for name, (mark, on, line) in _MARKS.items()},
    **{name: _tie(name, tie, line, on=on) for name, (tie, on, line) in _TIES.items()},
    "react": _react,
    "vote": _vote,
    "mute": _mute,
}
"""Every act by its name."""
