"""`tuisocial reply`: an answer to a post, seen by no more people than that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tuisocial.cli import writing
from tuisocial.cli.flags import Flags, Way, WritingCommand, about_posts, about_sending
from tuisocial.cli.passing import pass_program
from tuisocial.cli.post import beginning
from tuisocial.cli.program import Program

if TYPE_CHECKING:
    from tuisocial.model.draft import Draft
    from tuisocial.services.runtime import Runtime


@click.command("reply", cls=WritingCommand)
@click.argument("post", metavar="ID|URL")
@click.argument("text", metavar="[TEXT|-]", required=False)
@about_posts
@about_sending
@pass_program
def command(
    program: Program,
    post: str,
    text: str | None,
    editor: bool,
    flags: Flags,
    way: Way,
) -> int:
    """Answer a post.

    It goes out by the login that has seen the post, unless --to names others, and begins with the
    names of those who are answered where the network wants that.
    """

    async def begin(runtime: Runtime) -> Draft:
        return await beginning(runtime, flags, reply_to=post, quote=None)

    return writing.write(program, text, flags, way, begin, in_editor=editor)
