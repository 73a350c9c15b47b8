"""How a command is handed the `Program` it works with."""

from __future__ import annotations

import click

from tuisocial.cli.program import Program

pass_program = click.make_pass_decorator(Program)
