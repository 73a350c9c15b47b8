"""stderr and the exit code: one clear line for whatever goes wrong, never a traceback.

Commands raise, and only `run` turns what was raised into words and a code. What nobody
expected goes to the log file with its traceback, and the line on stderr names that file.
"""

from __future__ import annotations

import errno
import os
import sys
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NoReturn

from tuisocial.cli import logfile, output
from tuisocial.errors import ExitCode, UserError
from tuisocial.model.printable import printable_line
from tuisocial.sdk.errors import AdapterError, SignInNeeded, Unreachable
from tuisocial.services.errors import exit_code_for

if TYPE_CHECKING:
    import click

    from tuisocial.model.ids import LoginId

_BY_ITSELF = Unreachable.remedy
"""What the application does about a server's silence; a command that has ended does not."""


def say(message: str, remedy: str = "") -> None:
    """Write one line to stderr: what and where, then what to do next.

    What is shaped like a credential is left out: it may have been pasted into the wrong place.
    """
    from tuisocial.services.credentials import scrubbed  # a pattern that a good end does not need

    if remedy == _BY_ITSELF:
        remedy = "try again later"
    text = "; ".join(part.strip().rstrip(".") for part in (message, remedy) if part.strip())
    line = f"tuisocial: {scrubbed(printable_line(text))}\n"
    encoding = sys.stderr.encoding or "utf-8"
    try:
        sys.stderr.write(line.encode(encoding, "replace").decode(encoding))
        sys.stderr.flush()
    except OSError:
        return  # nobody listens


def remedy_for(login: LoginId, error: AdapterError | UserError) -> str:
    """The next step after a login's trouble, as a command where there is one."""
    if isinstance(error, SignInNeeded) and error.remedy == SignInNeeded.remedy:
        return f"sign in again by: tuisocial login again {login}"
    return error.remedy


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """The gravest of several: the one whose number is the highest."""
    return max(codes, default=ExitCode.OK)


def run(work: Callable[[], int | None]) -> NoReturn:
    """Do the work, then end the process with its code, or with words and a code for what it raised.

    None is a good end.
    """
    _open_what_is_closed()
    sys.excepthook = lambda kind, error, traceback: _log(error)
    threading.excepthook = lambda args: _log(args.exc_value)
    sys.unraisablehook = lambda args: _log(args.exc_value)
    try:
        code = work() or ExitCode.OK
        output.flush()
    except BaseException as error:  # noqa: BLE001 (the last line of defence: it tells and logs)
        code = _tell(error)
    _leave(code)


def _tell(error: BaseException) -> int:
    said = _told_by_click(error)
    if said is not None:
        return said
    match error:
        case SystemExit(code=int() | None as code):
            return code or ExitCode.OK
        case KeyboardInterrupt() | EOFError():
            return ExitCode.INTERRUPTED
        case BrokenPipeError():
            return ExitCode.OK  # who reads our output has seen enough of it
        case UserError() | AdapterError():
            say(error.message, error.remedy)
            return exit_code_for(error)
        case OSError(errno=errno.ENOSPC, filename=None):
            say("standard output cannot be written: there is no space left")
            return ExitCode.FAILED
        case OSError(filename=str() as file):
            logfile.append_error(error)
            say(f"{file}: {error.strerror}", "check that it exists and that you may use it")
            return ExitCode.FAILED
        case _:
            where = logfile.append_error(error)
            say(f"something unexpected went wrong ({type(error).__name__})", where)
            return ExitCode.FAILED


def _told_by_click(error: BaseException) -> int | None:
    """The code for one of click's own errors, which none is where click was not even loaded."""
    if "click" not in sys.modules:
        return None
    import click

    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case click.Abort():
            return ExitCode.INTERRUPTED
        case click.exceptions.NoArgsIsHelpError(ctx=click.Context() as context):
            say(f"{_wanted(context)} is missing", f"see `{context.command_path} --help`")
            return ExitCode.USAGE
        case click.UsageError():
            command = error.ctx.command_path if error.ctx else "tuisocial"
            said = error.format_message().replace("integer range", "whole number")
            say(said[:1].lower() + said[1:], f"see `{command} --help`")
            return ExitCode.USAGE
        case _:
            return None


def _wanted(context: click.Context) -> str:
    """What a group of commands is to be followed by, with its article."""
    metavar = getattr(context.command, "subcommand_metavar", None) or "COMMAND"
    noun = str(metavar).split()[0].lower()
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _open_what_is_closed() -> None:
    """Lead the standard streams that the caller closed nowhere, before a file gets their number."""
    # Writing to the one that is open for reading fails, as it should: nobody gets the data.
    for name, mode in (("stdin", "r"), ("stdout", "r"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115


def _log(error: BaseException | None) -> None:
    if error is not None:
        logfile.append_error(error)


def _leave(code: int) -> NoReturn:
    if "tuisocial.cli.echo" in sys.modules:
        from tuisocial.cli import echo

        echo.restore()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            # The interpreter would try again at its end and print a traceback about it.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    if threading.active_count() > 1:
        # A thread that waits for a silent server would hold the process until its time is out.
        os._exit(code)
    sys.exit(code)
