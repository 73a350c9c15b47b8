"""`tuisocial config`: the settings file."""

from __future__ import annotations

import click

from tuisocial.cli import diagnostics, output
from tuisocial.cli.passing import pass_program
from tuisocial.cli.program import Program
from tuisocial.config.load import show, validate


@click.group("config")
def command() -> None:
    """Show and check the settings."""


@command.command("path")
@pass_program
def path(program: Program) -> None:
    """Print the path of the settings file, whether or not there is one."""
    output.lines(str(program.paths.config_file))


@command.command("show")
@pass_program
def show_(program: Program) -> None:
    """Print the settings in force, as TOML."""
    output.lines(show(program.settings))


@command.command("validate")
@pass_program
def validate_(program: Program) -> None:
    """Check the settings file; the first mistake is named with its file, line and key."""
    file = program.paths.config_file
    validate(program.paths)
    if file.exists():
        diagnostics.say(f"{file} is valid")
    else:
        diagnostics.say(f"there is no {file}, so the defaults hold")
