"""`tuisocial login`: list, check and remove logins. Adding them is `signing_in`'s."""

from __future__ import annotations

import click

from tuisocial.cli import diagnostics, output, records, secrets
from tuisocial.cli.passing import pass_program
from tuisocial.cli.program import Program
from tuisocial.cli.signing_in import Adapters
from tuisocial.model.ids import LoginId
from tuisocial.services.errors import exit_code_for
from tuisocial.services.logins import LoginReport
from tuisocial.services.runtime import Runtime


@click.group("login")
def command() -> None:
    """Add, list, check and remove logins."""


command.add_command(Adapters("add"))
command.add_command(secrets.command)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def list_(program: Program, as_json: bool) -> None:
    """Print every login."""
    with program.stored() as runtime:
        known = runtime.logins.all()
    if as_json:
        output.document(records.logins(known))
        return
    output.table(
        [
            ("name", "adapter", "account"),
            *(
                (login.id.name, login.adapter, "guest" if login.guest else login.handle)
                for login in known
            ),
        ]
    )


@command.command("remove")
@click.argument("name")
@pass_program
def remove(program: Program, name: str) -> None:
    """Forget a login and its secret; its posts stay in the store."""

    async def forget(runtime: Runtime) -> None:
        await runtime.logins.remove(LoginId(name))

    program.online(forget, offline=True)
    diagnostics.say(f"{name} and its secret are forgotten")


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
            diagnostics.say(f"{report.login.id}: {report.error.message}", report.error.remedy)
            codes.append(exit_code_for(report.error))
    return diagnostics.worst(codes)


def _print(report: LoginReport) -> None:
    who = report.account.handle if report.account else report.login.handle or "guest"
    output.line(f"{report.login.id}: {'in trouble' if report.error else 'well'}, {who}")
    for endpoint in report.endpoints:
        detail = f", {endpoint.detail}" if endpoint.detail else ""
        output.line(f"{endpoint.url}: {endpoint.state.value}{detail}", indent=2)
