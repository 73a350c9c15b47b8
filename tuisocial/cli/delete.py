"""`tuisocial delete`: a post of one's own and its copies, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tuisocial.cli import diagnostics, finding, output, sending, steps, writing, written
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
@click.option("--redraft", is_flag=True, help="Keep it as a draft, to be written anew.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@about_sending
@pass_program
def command(
    program: Program,
    post: str,
    only: bool,
    redraft: bool,
    yes: bool,
    way: Way,
) -> int:
    """Take a post of yours back, and its copies.

    What that comes to on each network is said before. With --redraft it becomes a draft, which is
    opened in $EDITOR on a terminal.
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
        if redraft:
            return await _redrafted(program, runtime, found, way, only=only)
        numbers = await composing.delete(found, copies_too=not only)
        return await sending.tried(runtime, None, numbers, way)

    return program.online(work)


async def _redrafted(
    program: Program, runtime: Runtime, post: PostId, way: Way, *, only: bool
) -> ExitCode:
    made = await runtime.composing.redraft(post, copies_too=not only)
    with sending.kept(made.key):
        code = await sending.tried(runtime, made.key, made.deliveries, way)
    for note in made.notes:
        diagnostics.say(note)
    if steps.a_person_is_here() and not way.as_json:
        await writing.rewritten(runtime, program, made.key, made.draft)
    name = sending.short(made.key)
    diagnostics.say(f"the post is draft {name} now", f"tuisocial draft send {name}")
    return code


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
