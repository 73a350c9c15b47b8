"""`tuisocial login`: list, check, arrange and remove logins. Adding them is `signing_in`'s."""

from __future__ import annotations

from datetime import datetime

import click

from tuisocial.cli import diagnostics, output, records, secrets, steps
from tuisocial.cli.passing import pass_program
from tuisocial.cli.program import Program
from tuisocial.cli.signing_in import Adapters, sign_in_again
from tuisocial.config.schema import SecretsBackend
from tuisocial.errors import ExitCode, UsageError
from tuisocial.model.ids import LoginId
from tuisocial.model.login import Share
from tuisocial.sdk.capabilities import Rights
from tuisocial.sdk.errors import AdapterError, NotSupported, SignInNeeded
from tuisocial.services.checking import LoginReport
from tuisocial.services.errors import exit_code_for
from tuisocial.services.runtime import Runtime
from tuisocial.store.logins import COLOURS, StoredLogin

_SKEW_WORTH_WORDS = 30
"""Seconds; less is the way that the answer took."""


@click.group("login")
def command() -> None:
    """Add, list, check, arrange and remove logins."""


command.add_command(Adapters("add"))
command.add_command(secrets.command)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def list_(program: Program, as_json: bool) -> None:
    """Print every login."""
    with program.stored() as runtime:
        known, now = runtime.logins.stored(), runtime.now()
    if as_json:
        output.document(records.logins(known, now))
        return
    output.table(
        [
            ("name", "adapter", "account", ""),
            *(
                (
                    each.login.id.name,
                    each.login.adapter,
                    "guest" if each.login.guest else each.login.handle,
                    ", ".join(_remarks(each, now)),
                )
                for each in known
            ),
        ]
    )


def _remarks(login: StoredLogin, now: datetime) -> list[str]:
    remarks = ["signed out"] if login.signed_out else []
    if not login.enabled:
        remarks.append("disabled")
    if login.posts:
        remarks.append("posts")
    if login.share is Share.MENTIONS:
        remarks.append("mentions only")
    if login.muted_until is not None and login.muted(now.timestamp()):
        until = datetime.fromtimestamp(login.muted_until).astimezone()
        remarks.append(f"muted until {until:%Y-%m-%d %H:%M}")
    return remarks


@command.command("again")
@click.argument("name")
@click.option("--no-browser", is_flag=True, help="Show addresses instead of opening them.")
@pass_program
def again(program: Program, name: str, no_browser: bool) -> None:
    """Sign a login in again: it was signed out, or needs more rights."""
    sign_in_again(program, name, browser=not no_browser)


@command.command("rename")
@click.argument("name")
@click.argument("new")
@pass_program
def rename(program: Program, name: str, new: str) -> None:
    """Call a login by another name."""
    program.online(lambda runtime: runtime.arrangement.rename(LoginId(name), new), offline=True)
    diagnostics.say(f"{name} is {new} now")


@command.command("set")
@click.argument("name")
@click.option("--colour", type=click.IntRange(1, COLOURS), help="The colour of its mark.")
@click.option("--place", type=click.IntRange(1), help="Its place among all logins, from 1.")
@click.option("--enable/--disable", "enabled", default=None, help="Whether it is used at all.")
@click.option(
    "--posts/--no-posts", default=None, help="Whether new posts go out by it unless told otherwise."
)
@click.option(
    "--show",
    type=click.Choice([share.value for share in Share]),
    help="What the merged timeline shows of it: all, or only what speaks to you.",
)
@click.option("--mute", is_flag=True, help="Leave it out of the merged timeline for a day.")
@click.option("--unmute", is_flag=True, help="End that.")
@pass_program
def set_(
    program: Program,
    name: str,
    colour: int | None,
    place: int | None,
    enabled: bool | None,
    posts: bool | None,
    show: str | None,
    mute: bool,
    unmute: bool,
) -> None:
    """Change how a login is shown and used."""
    given = (colour, place, enabled, posts, show)
    if all(value is None for value in given) and not mute and not unmute:
        raise UsageError("nothing was said to be changed", "see `tuisocial login set --help`")
    if mute and unmute:
        raise UsageError("--mute and --unmute do not go together")
    login = LoginId(name)

    async def change(runtime: Runtime) -> None:
        arrangement = runtime.arrangement
        await arrangement.change(
            login,
            colour=None if colour is None else colour - 1,
            enabled=enabled,
            posts=posts,
            share=None if show is None else Share(show),
        )
        if place is not None:
            await arrangement.place(login, place)
        if mute:
            await arrangement.mute(login)
        if unmute:
            await arrangement.mute(login, None)

    program.online(change, offline=True)


@command.command("remove")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Ask nothing, and keep its posts.")
@click.option("--forget-posts", is_flag=True, help="Forget what only this login has brought.")
@click.option("--force", is_flag=True, help="Even where its secret cannot be read.")
@pass_program
def remove(program: Program, name: str, yes: bool, forget_posts: bool, force: bool) -> int:
    """Sign a login out, and forget it and its secret."""
    with program.stored() as runtime:
        runtime.logins.get(LoginId(name))
    if not yes and not forget_posts and steps.a_person_is_here():
        forget_posts = steps.agrees(
            f"Forget the posts, too, that only {name} has brought? Otherwise they stay stored."
        )

    async def sign_out(runtime: Runtime) -> AdapterError | None:
        return await runtime.logins.remove(LoginId(name), forget_posts=forget_posts, force=force)

    trouble = program.online(sign_out)
    if trouble is not None:
        diagnostics.say(
            f"the server was not told to forget the sign-in of {name}: {trouble.message}",
            trouble.remedy or "end it on the server's own pages",
        )
    elsewhere = program.settings.secrets.backend is SecretsBackend.COMMAND
    diagnostics.say(
        f"{name} and its secret are forgotten here",
        "remove it from the program of secrets.command, too" if elsewhere else "",
    )
    if trouble is None or isinstance(trouble, NotSupported):
        return ExitCode.OK
    return exit_code_for(trouble)


@command.command("export")
@click.argument("name")
@pass_program
def export(program: Program, name: str) -> None:
    """Print a login's key, locked with a passphrase, to be kept elsewhere.

    The passphrase is asked for, or read from standard input.
    """

    async def locked(runtime: Runtime) -> str:
        return await runtime.logins.export_key(LoginId(name), steps.new_passphrase)

    output.line(program.online(locked, offline=True))


@command.command("check")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def check(program: Program, name: str | None, as_json: bool) -> int:
    """Ask each login's server whether it still lets us in.

    The exit code is that of the gravest trouble found.
    """

    async def ask(runtime: Runtime) -> list[LoginReport]:
        import asyncio

        chosen = [LoginId(name)] if name else [login.id for login in runtime.logins.all()]
        if not chosen:
            raise UsageError("there is no login yet", "add one with: tuisocial login add")
        return await asyncio.gather(*(runtime.logins.check(login) for login in chosen))

    reports = program.online(ask)
    if as_json:
        output.document(records.checks(reports))
    else:
        for report in reports:
            _print(report)
    codes = []
    for report in reports:
        if report.error is not None:
            remedy = diagnostics.remedy_for(report.login.id, report.error)
            diagnostics.say(f"{report.login.id}: {report.error.message}", remedy)
            codes.append(exit_code_for(report.error))
    return diagnostics.worst(codes)


def _standing(report: LoginReport) -> str:
    if isinstance(report.error, SignInNeeded):
        return "signed out"
    return "in trouble" if report.error else "well"


def _print(report: LoginReport) -> None:
    who = report.account.handle if report.account else report.login.handle or "guest"
    output.line(f"{report.login.id}: {_standing(report)}, {who}")
    if report.rights is not None:
        _print_rights(report.rights)
    for endpoint in report.endpoints:
        parts = [endpoint.state.value]
        if endpoint.latency is not None:
            parts.append(f"{endpoint.latency * 1000:.0f} ms")
        parts += [", ".join(endpoint.rights), endpoint.detail]
        output.line(f"{endpoint.url}: {', '.join(filter(None, parts))}", indent=2)


def _print_rights(rights: Rights) -> None:
    granted = "the server does not tell" if rights.granted is None else ", ".join(rights.granted)
    output.line(f"rights: {granted or 'none'}", indent=2)
    if rights.lacking:
        output.line(f"lacking: {', '.join(rights.lacking)}", indent=2)
    if rights.skew is not None:
        output.line(f"clock: {_skew(rights.skew)}", indent=2)


def _skew(seconds: float) -> str:
    if abs(seconds) < _SKEW_WORTH_WORDS:
        return "agrees with the server's"
    way = "ahead of" if seconds > 0 else "behind"
    minutes, rest = divmod(round(abs(seconds)), 60)
    length = f"{minutes} min {rest} s" if minutes else f"{rest} s"
    return f"{length} {way} the server's; set this machine's clock"
