"""`tuisocial login secrets`: where the logins' secrets are kept."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click

from tuisocial.cli import diagnostics
from tuisocial.cli.passing import pass_program
from tuisocial.cli.program import Program
from tuisocial.config.paths import Paths
from tuisocial.config.schema import SecretsBackend
from tuisocial.errors import ExitCode, UsageError
from tuisocial.services.secrets_moving import Moved, SecretsMoving


@click.group("secrets")
def command() -> None:
    """Choose where the logins' secrets are kept."""


@command.command("move")
@click.option(
    "--to",
    "to",
    type=click.Choice([backend.value for backend in SecretsBackend]),
    required=True,
    help="The place that they go to.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_program
def move(program: Program, to: str, yes: bool) -> int:
    """Move every login's secrets to another place, and name it in the settings.

    Close the application first. What is interrupted loses nothing: run it again.
    """
    place = _words(SecretsBackend(to), program.paths)
    with program.stored() as runtime:
        moving = runtime.secrets_moving(SecretsBackend(to))
        if moving.done:
            diagnostics.say(f"the secrets are in {place} already")
            return ExitCode.OK
        if not yes and not _agreed(moving, place):
            diagnostics.say("nothing was moved")
            return ExitCode.FAILED
        return _tell(moving.run(), place)


def _words(place: SecretsBackend, paths: Paths) -> str:
    match place:
        case SecretsBackend.KEYRING:
            return "the system's keyring"
        case SecretsBackend.FILE:
            return f"the file {paths.secrets_file}, in plain text"
        case SecretsBackend.COMMAND:
            return "the program of secrets.command"


def _agreed(moving: SecretsMoving, place: str) -> bool:
    if not sys.stdin.isatty():
        raise UsageError("moving secrets asks first, and there is no terminal", "add --yes")
    whose = f"the secrets of {_listed(moving.logins)}" if moving.logins else "what comes"
    return click.confirm(f"Keep {whose} in {place}?", err=True)


def _tell(moved: Moved, place: str) -> int:
    logins = tuple(dict.fromkeys(login for login, _ in moved.kept))
    if logins:
        diagnostics.say(f"the secrets of {_listed(logins)} are in {place} now")
    else:
        diagnostics.say(f"secrets will be kept in {place}; there were none to move")
    for login, name in moved.missing:
        diagnostics.say(f"{login} had no {name} to move", "sign in again")
    if moved.left is not None:
        diagnostics.say(
            f"they are still in the place they came from as well: {moved.left.message}",
            f"{moved.left.remedy}, then run the same command again",
        )
        return moved.left.exit_code
    return ExitCode.OK


def _listed(names: Iterable[object]) -> str:
    return ", ".join(str(name) for name in names)
