"""How trouble on either side of the seam ends a command: one exit code for each remedy."""

from __future__ import annotations

from tuisocial.errors import ExitCode, UsageError, UserError
from tuisocial.sdk.errors import AdapterError, RateLimited, Refused, SignInNeeded, Unreachable

Trouble = AdapterError | UserError
"""What goes wrong on either side of the seam; both have a `message` and a `remedy`."""


def exit_code_for(error: Trouble) -> ExitCode:
    """The exit code that tells a script what to do about `error`."""
    match error:
        case UserError():
            return error.exit_code
        case SignInNeeded():
            return ExitCode.SIGN_IN
        case Unreachable() | RateLimited():
            return ExitCode.UNREACHABLE
        case Refused(field=field) if field:
            return ExitCode.USAGE
        case _:
            return ExitCode.FAILED


__all__ = ["ExitCode", "Trouble", "UsageError", "UserError", "exit_code_for"]
