"""A draft in the person's own editor, as a file with a header block.

The file outlives whatever goes wrong, and is named then.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from tuisocial.cli import diagnostics, steps
from tuisocial.errors import UsageError, UserError
from tuisocial.model.draft import Draft
from tuisocial.services import header

_HINTS = ("CW", "Attach")
"""Headers that are shown even where they are empty, as a reminder."""


def edited(draft: Draft, folder: Path) -> tuple[Draft, Path]:
    """What somebody made of a draft, and the file in `folder` to be removed once it is kept.

    Raises: UserError.
    """
    file = _written(header.write(draft, _HINTS), folder)
    while True:
        _open(file)
        try:
            return header.read(file.read_text(encoding="utf-8"), draft), file
        except UnicodeDecodeError:
            raise UserError("the editor wrote no UTF-8 text", _kept(file)) from None
        except header.HeaderError as error:
            if not steps.a_person_is_here():
                raise UsageError(error.message, _kept(file)) from None
            diagnostics.say(error.message, error.remedy)
            if not steps.agrees("Open the editor again?"):
                raise UsageError("the draft was not understood", _kept(file)) from None


def forget(file: Path) -> None:
    """Remove a file that is no longer needed."""
    file.unlink(missing_ok=True)


def _written(text: str, folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(".txt", "draft-", folder)
    with open(handle, "w", encoding="utf-8") as out:
        out.write(text)
    return Path(name)


def _open(file: Path) -> None:
    """Wait for the editor; an interrupt meanwhile is the editor's, as in every shell."""
    words = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        # What stdout leads to may be a script that waits for data.
        out = None if sys.stdout.isatty() else sys.stderr
        ended = subprocess.run([*words, str(file)], stdout=out, check=False)
    except OSError as error:
        raise UserError(
            f"the editor {words[0]} cannot be run: {error.strerror}",
            f"name another in EDITOR; {_kept(file)}",
        ) from None
    finally:
        signal.signal(signal.SIGINT, before)
    if ended.returncode:
        raise UserError(f"the editor {words[0]} ended with {ended.returncode}", _kept(file))


def _kept(file: Path) -> str:
    return f"what was written is in {file}"
