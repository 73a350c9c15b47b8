"""`tuisocial adapter`: what can be reached."""

from __future__ import annotations

import click

from tuisocial.cli import output, records
from tuisocial.cli.passing import pass_program
from tuisocial.cli.program import Program


@click.group("adapter")
def command() -> None:
    """Show which networks can be reached."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def list_(program: Program, as_json: bool) -> None:
    """Print every adapter, where it comes from, and why it cannot be used if it cannot."""
    program.name_missing_adapters()
    infos = program.registry.listing()
    if as_json:
        output.document(records.adapters(infos))
        return
    output.table(
        [
            ("name", "network", "package", "state"),
            *(
                (info.name, info.network, f"{info.package} {info.version}", info.error or "ready")
                for info in infos
            ),
        ]
    )
