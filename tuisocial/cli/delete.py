"""`tuisocial delete`: a post of one's own and its copies, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tuisocial.cli import diagnostics, finding, output, sending, steps, written
from tuisocial.cli.flags import Way, about_sending
from tuisocial.cli.passing import pass_program
from tuisocial.cli.program import Program
from tuisocial.errors import ExitCode, UsageError
from tuisocial.model.submission import Outcome

if TYPE_CHECKING:
    from tuisocial.model.ids import LoginId, PostId
    from tuisocial.model.submission import Fate
    from tuisocial.services.runtime import Runtime


@click.command("delete")
@click.argument("post", metavar="ID|URL")
@click.option("--only", is_flag=True, help="Leave its copies on other networks.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@about_sending
@pass_program
def command(
    program: Program,
    post: str,
    only: bool,
    yes: bool,
    way: Way,
) -> int:
    """Take a post of yours back, and its copies.

    What that comes to on each network is said before.
    """

    async def work(runtime: Runtime) -> ExitCode:
        composing = runtime.composing
        found = await finding.stored_post(runtime, post)
        fates = (await composing.deleting(found))[: 1 if only else None]
        if way.dry_run:
            return _rehearsed(found, fates, way)
        if not yes and not _agreed(fates):
            diagnostics.say("nothing was deleted")
            return ExitCode.FAILED
        numbers = await composing.delete(found, copies_too=not only)
        return await sending.tried(runtime, None, numbers, way)

    return program.online(work)


def _rehearsed(post: PostId, fates: list[tuple[LoginId, Fate]], way: Way) -> ExitCode:
    if way.as_json:
        output.document(written.deleting(post, fates))
    else:
        for login, fate in fates:
            output.line(f"{login}: {_words(fate)}")
    refused = any(fate.outcome is Outcome.REFUSED for _, fate in fates)
    return ExitCode.FAILED if refused else ExitCode.OK


def _agreed(fates: list[tuple[LoginId, Fate]]) -> bool:
    if not steps.a_person_is_here():
        raise UsageError("deleting asks first, and there is no terminal", "add --yes")
    for login, fate in fates:
        diagnostics.say(f"{login}: {_words(fate)}")
    return steps.agrees("Delete it?")


def _words(fate: Fate) -> str:
    return fate.text or "it is taken back"
