"""`tuisocial draft`: what was begun and not sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from tuisocial.cli import diagnostics, listing, output, sending, telling, writing, written
from tuisocial.cli.flags import Way, about_sending
from tuisocial.cli.passing import pass_program
from tuisocial.cli.program import Program
from tuisocial.errors import ExitCode, UsageError
from tuisocial.services import header

if TYPE_CHECKING:
    from tuisocial.services.runtime import Runtime
    from tuisocial.store.drafts import StoredDraft

_ID = click.argument("key", metavar="ID")


@click.group("draft")
def command() -> None:
    """List, show, edit, send and discard drafts."""


@command.command("list")
@click.argument("words", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def list_(program: Program, words: tuple[str, ...], as_json: bool) -> None:
    """Print the drafts that hold all WORDS, the latest first."""
    with program.stored() as runtime:
        found = runtime.composing.drafts(" ".join(words))
    if as_json:
        output.document(written.drafts(found))
        return
    output.table(
        [
            ("id", "saved", "to", "text"),
            *(
                (
                    sending.short(one.id),
                    listing.moment(datetime.fromtimestamp(one.saved / 1000, UTC)),
                    ", ".join(target.name for target in one.draft.targets),
                    telling.excerpt(one.draft.text),
                )
                for one in found
            ),
        ]
    )


@command.command("show")
@_ID
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def show(program: Program, key: str, as_json: bool) -> None:
    """Print a draft as the editor shows it."""
    with program.stored() as runtime:
        found = runtime.composing.draft(key)
    if as_json:
        output.document(written.draft(found))
    else:
        output.lines(header.write(found.draft))


@command.command("edit")
@_ID
@pass_program
def edit(program: Program, key: str) -> int:
    """Write on in $EDITOR."""

    async def work(runtime: Runtime) -> ExitCode:
        found = _open(runtime, key)
        if await writing.rewritten(runtime, program, found.id, found.draft) is None:
            return ExitCode.FAILED
        name = sending.short(found.id)
        diagnostics.say(f"draft {name} is kept", f"tuisocial draft send {name}")
        return ExitCode.OK

    return program.online(work, offline=True)


@command.command("send")
@_ID
@about_sending
@pass_program
def send(program: Program, key: str, way: Way) -> int:
    """Send a draft as it is."""

    async def work(runtime: Runtime) -> ExitCode:
        found = _open(runtime, key)
        return await sending.send(runtime, found.id, found.draft, way)

    return program.online(work)


@command.command("discard")
@click.argument("keys", metavar="ID…", nargs=-1, required=True)
@pass_program
def discard(program: Program, keys: tuple[str, ...]) -> None:
    """Forget drafts."""

    async def work(runtime: Runtime) -> None:
        for found in [_open(runtime, key) for key in keys]:
            await runtime.composing.discard(found.id)
            diagnostics.say(f"draft {sending.short(found.id)} is discarded")

    program.online(work, offline=True)


def _open(runtime: Runtime, key: str) -> StoredDraft:
    """A draft that waits to be written on. Raises: UsageError."""
    found = runtime.composing.draft(key)
    if found.queued:
        raise UsageError(
            f"draft {sending.short(found.id)} was handed to the outbox already",
            "see `tuisocial outbox list --sent`",
        )
    return found
