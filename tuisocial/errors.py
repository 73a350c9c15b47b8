"""Trouble on our own side of the seam, told to a person: a sentence, the next step, an exit code.

What goes wrong beyond the seam is in `sdk.errors`.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the command line's exit status means: an interface that scripts rely on."""

    OK = 0
    FAILED = 1
    USAGE = 2
    SIGN_IN = 3
    UNREACHABLE = 4
    UNKNOWN = 5
    INTERRUPTED = 130


class UserError(Exception):
    """Something a person can understand and mend; every error raised on purpose is one.

    `message` says what happened and where, `remedy` what to do next.
    """

    exit_code = ExitCode.FAILED

    def __init__(
        self, message: str, remedy: str = "", *, exit_code: ExitCode | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        if exit_code is not None:
            self.exit_code = exit_code


class UsageError(UserError):
    """Something was asked for that cannot be: a name that does not exist, a malformed value."""

    exit_code = ExitCode.USAGE
