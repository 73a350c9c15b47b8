"""`tuisocial account`: one account's profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tuisocial.cli import listing, output, records
from tuisocial.cli.passing import pass_program
from tuisocial.cli.program import Program
from tuisocial.errors import ExitCode

if TYPE_CHECKING:
    from tuisocial.services.runtime import Runtime


@click.command("account")
@click.argument("account", metavar="ID|HANDLE")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--offline", is_flag=True, help="Print what is stored and ask no server.")
@pass_program
def command(program: Program, account: str, as_json: bool, offline: bool) -> int:
    """Print an account's profile.

    The account is named by its id, as `timeline --json` prints it, by its handle, or by its
    address.
    """

    async def show(runtime: Runtime) -> ExitCode:
        found = await runtime.accounts.find(account, offline=offline)
        if as_json:
            output.document(records.profile(found))
        else:
            listing.profile(found)
        return ExitCode.OK

    return program.online(show, offline=offline)
