"""`tuisocial post`: a new post by one login or several."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from tuisocial.cli import finding, writing
from tuisocial.cli.flags import Flags, Way, WritingCommand, about_posts, about_sending
from tuisocial.cli.passing import pass_program
from tuisocial.cli.program import Program

if TYPE_CHECKING:
    from tuisocial.model.draft import Draft
    from tuisocial.services.runtime import Runtime


@click.command("post", cls=WritingCommand)
@click.argument("text", metavar="[TEXT|-]", required=False)
@about_posts
@click.option("--reply-to", metavar="ID", help="The post that it answers.")
@click.option("--quote", metavar="ID", help="The post that it quotes.")
@about_sending
@pass_program
def command(
    program: Program,
    text: str | None,
    reply_to: str | None,
    quote: str | None,
    editor: bool,
    flags: Flags,
    way: Way,
) -> int:
    """Post by several logins at once, each by its own rules.

    The text is read from standard input where it is - or left out; on a terminal it is written in
    $EDITOR then. Without --to the logins post that are set to.
    """

    async def begin(runtime: Runtime) -> Draft:
        return await beginning(runtime, flags, reply_to, quote)

    return writing.write(program, text, flags, way, begin, in_editor=editor)


async def beginning(
    runtime: Runtime, flags: Flags, reply_to: str | None, quote: str | None
) -> Draft:
    """The draft to start from: a new one, an answer, a quote, or one that is both.

    Raises: UserError, AdapterError.
    """
    login = next(iter(flags.logins()), None)
    composing = runtime.composing
    if reply_to is not None:
        draft = composing.reply(await finding.stored_post(runtime, reply_to), login)
        if quote is None:
            return draft
        return replace(draft, quote=await finding.stored_post(runtime, quote))
    if quote is not None:
        return composing.quote(await finding.stored_post(runtime, quote), login)
    return composing.new()
