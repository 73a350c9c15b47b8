"""`tuisocial thread`: the conversation around one post."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tuisocial.cli import diagnostics, listing, output, records
from tuisocial.cli.passing import pass_program
from tuisocial.cli.program import Program
from tuisocial.errors import ExitCode
from tuisocial.services.errors import exit_code_for

if TYPE_CHECKING:
    from tuisocial.services.runtime import Runtime


@click.command("thread")
@click.argument("post", metavar="ID|URL")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--offline", is_flag=True, help="Print what is stored and ask no server.")
@pass_program
def command(program: Program, post: str, as_json: bool, offline: bool) -> int:
    """Print the conversation around a post.

    The post is named by its id, as `timeline --json` prints it, or by its address.
    """

    async def show(runtime: Runtime) -> ExitCode:
        found = await runtime.threads.find(post)
        trouble = await runtime.threads.fetch(found)
        view = runtime.threads.stored(found)
        if as_json:
            output.document(records.thread(view))
        else:
            listing.thread(view)
        if trouble is None:
            return ExitCode.OK
        diagnostics.say(trouble.message, trouble.remedy)
        return exit_code_for(trouble)

    return program.online(show, offline=offline)
