"""`tuisocial outbox`: what is to be sent, and what came of what was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tuisocial.cli import diagnostics, listing, output, sending, telling, writing, written
from tuisocial.cli.flags import Way, about_sending
from tuisocial.cli.output import Style
from tuisocial.cli.passing import pass_program
from tuisocial.cli.program import Program
from tuisocial.errors import ExitCode, UsageError
from tuisocial.store.outbox import Act

if TYPE_CHECKING:
    from tuisocial.services.runtime import Runtime

_NUMBER = click.argument("number", type=click.IntRange(1))
_NUMBERS = click.argument("numbers", metavar="[NUMBER…]", nargs=-1, type=click.IntRange(1))


@click.group("outbox")
def command() -> None:
    """List, show, retry, edit and drop what is to be sent."""


@command.command("list")
@click.option("--sent", is_flag=True, help="What was sent lately, too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def list_(program: Program, sent: bool, as_json: bool) -> None:
    """Print what is not sent yet, in the order it was queued."""
    with program.stored() as runtime:
        lately = runtime.outbox.lately_sent()[::-1] if sent else []
        found = [*lately, *runtime.outbox.unsettled()]
    if as_json:
        output.document(written.deliveries(None, found))
        return
    output.table(
        [
            ("number", "login", "act", "", "text"),
            *(
                (
                    str(one.number),
                    one.login.name,
                    one.act.value,
                    one.problem or one.state.value,
                    telling.excerpt(one.submission.text.text),
                )
                for one in found
            ),
        ]
    )


@command.command("show")
@_NUMBER
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def show(program: Program, number: int, as_json: bool) -> None:
    """Print one delivery, and what every server said."""
    with program.stored() as runtime:
        found = runtime.outbox.get(number)
    if as_json:
        output.document(written.deliveries(found.draft, [found]))
        return
    output.line((Style.STRONG, f"{found.number}"), f" {found.act.value} by {found.login}")
    output.line(telling.standing(found), indent=2)
    telling.places(found)
    if found.problem:
        output.paragraph("; ".join(filter(None, (found.problem, found.remedy))), 2)
    if found.submission.at is not None:
        output.line(f"at {listing.moment(found.submission.at)}", indent=2)
    for upload in found.submission.media:
        output.line((Style.QUIET, upload.attachment.path), indent=2)
    if found.submission.text.text:
        output.paragraph(found.submission.text.text, 2)


@command.command("retry")
@_NUMBERS
@click.option("--all", "every", is_flag=True, help="Everything that is not sent.")
@click.option("--wait", is_flag=True, help="Try until it is sent or refused.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def retry(
    program: Program, numbers: tuple[int, ...], every: bool, wait: bool, as_json: bool
) -> int:
    """Try deliveries now, refused ones too."""
    _some(numbers or every)

    async def work(runtime: Runtime) -> ExitCode:
        outbox = runtime.outbox
        wanted = [one.number for one in outbox.unsettled()] if every else _known(runtime, numbers)
        await outbox.retry(wanted)
        return await sending.tried(runtime, None, wanted, Way(wait=wait, as_json=as_json))

    return program.online(work)


@command.command("drop")
@_NUMBERS
@pass_program
def drop(program: Program, numbers: tuple[int, ...]) -> int:
    """Send deliveries never, nor what follows them in their threads.

    A draft of which nothing was sent becomes one to write on.
    """
    _some(numbers)

    async def work(runtime: Runtime) -> ExitCode:
        drafts = {number: runtime.outbox.get(number).draft for number in numbers}
        gone = await runtime.outbox.drop(numbers)
        open_drafts = {draft.id for draft in runtime.composing.drafts()}
        for key in sorted(open_drafts & set(drafts.values())):
            sending.say_kept(key)
        late = [number for number in numbers if number not in gone]
        for number in late:
            diagnostics.say(
                f"{number} is sent already, or on its way", "see `tuisocial outbox show`"
            )
        return ExitCode.FAILED if late else ExitCode.OK

    return program.online(work, offline=True)


@command.command("edit")
@_NUMBER
@about_sending
@pass_program
def edit(program: Program, number: int, way: Way) -> int:
    """Take a post back that is not sent, and write on in $EDITOR.

    It goes to the targets that have nothing of it yet.
    """
    if way.dry_run:
        raise UsageError("--dry-run changes nothing, and this takes a post back")

    async def work(runtime: Runtime) -> ExitCode:
        found = runtime.outbox.get(number)
        if found.act is Act.DELETE:
            raise UsageError(f"{number} deletes a post and has no text", "retry it, or drop it")
        taken = await runtime.composing.take_back(found.draft, found.login)
        rewritten = await writing.rewritten(runtime, program, taken.id, taken.draft)
        if rewritten is None:
            sending.say_kept(taken.id)
            return ExitCode.FAILED
        # The rest of a thread is no copy of its beginning.
        whole = taken.draft.reply_to == runtime.composing.draft(found.draft).draft.reply_to
        beside = found.draft if whole else ""
        return await sending.send(runtime, taken.id, rewritten, way, beside=beside)

    return program.online(work)


def _some(chosen: object) -> None:
    if not chosen:
        raise UsageError("nothing was chosen", "give numbers: see `tuisocial outbox list`")


def _known(runtime: Runtime, numbers: tuple[int, ...]) -> list[int]:
    return [runtime.outbox.get(number).number for number in dict.fromkeys(numbers)]
