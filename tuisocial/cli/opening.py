"""Opening the application: what `tuisocial` does without a command.

It is reached without click, whose loading the first paint would wait for.
"""

from __future__ import annotations

from typing import NoReturn

from tuisocial.cli import diagnostics, logfile
from tuisocial.cli.program import Launch, Program
from tuisocial.config.paths import find_paths


def open_application(program: Program) -> None:
    """Open the application, and what its welcome asks for.

    Raises: UserError.
    """
    if program.open_application() == "demo":
        from tuisocial.cli.demo import show

        show(program)


def main(launch: Launch) -> NoReturn:
    """Run `tuisocial` without arguments and exit with the right code."""

    def work() -> None:
        program = Program(find_paths(), plugins=True, launch=launch)
        logfile.log_to(program.paths.log_file)
        open_application(program)

    diagnostics.run(work)
