"""`tuisocial edit`: a post of one's own, changed wherever it was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tuisocial.cli import finding, writing
from tuisocial.cli.flags import Flags, Way, about_sending, about_words
from tuisocial.cli.passing import pass_program
from tuisocial.cli.program import Program

if TYPE_CHECKING:
    from tuisocial.model.draft import Draft
    from tuisocial.services.runtime import Runtime


@click.command("edit")
@click.argument("post", metavar="ID|URL")
@click.argument("text", metavar="[TEXT|-]", required=False)
@about_words
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
    """Change a post of yours wherever it was sent.

    The text takes the place of the old one; on a terminal without one, the old one is opened in
    $EDITOR.
    """

    async def begin(runtime: Runtime) -> Draft:
        return await runtime.composing.edit(await finding.stored_post(runtime, post))

    return writing.write(program, text, flags, way, begin, in_editor=editor)
