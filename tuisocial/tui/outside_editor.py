"""A draft in the person's own editor, as a file with a header block, while the screen waits."""

from __future__ import annotations

import asyncio
import os
import shlex
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import App, SuspendNotSupported

from tuisocial.errors import UserError
from tuisocial.services import header

if TYPE_CHECKING:
    from tuisocial.tui.screens.compose import ComposeScreen

_HINTS = ("To", "CW", "Visibility", "Lang", "Attach")


async def edit_outside(screen: ComposeScreen) -> None:
    """Let the draft be edited; a file that cannot be meant is opened again, or left as it was."""
    # Should the editor, or the machine, take everything with it.
    await screen.keeper.keep()
    await _edit(screen, header.write(screen.draft, _HINTS))


async def _edit(screen: ComposeScreen, text: str) -> None:
    try:
        answer = await screen.program.edit_outside(text)
    except (OSError, ValueError, subprocess.SubprocessError, SuspendNotSupported) as error:
        screen.program.say(f"the editor could not be used: {error}; EDITOR names it", trouble=True)
        return
    try:
        draft = header.read(answer, screen.draft)
    except UserError as error:
        _ask_again(screen, answer, error)
        return
    if draft != screen.draft:
        screen.change(draft)


def _ask_again(screen: ComposeScreen, text: str, error: UserError) -> None:
    from tuisocial.tui.screens.choice import Choice, ChoiceScreen

    choices = [
        Choice("Edit it again", f"{error.message}; {error.remedy}"),
        Choice("Take it as plain text", "All that is in the file becomes the text of the post."),
    ]

    def chosen(index: int | None) -> None:
        if index == 0:
            screen.call_later(_edit, screen, text)
        else:
            # What was typed there is not lost, however little of it can be meant.
            screen.replace_text(text)

    screen.program.push_screen(ChoiceScreen("The header cannot be read", choices), chosen)


async def edited(app: App[str | None], text: str) -> str:
    """What the editor made of a text.

    Raises: OSError, ValueError, SubprocessError, SuspendNotSupported.
    """
    command = shlex.split(editor_of(os.environ))
    name = await asyncio.to_thread(_written, text)
    try:
        # Nothing may be painted over the editor, while what is being sent goes on.
        with app.batch_update(), app.suspend():
            await asyncio.to_thread(subprocess.run, [*command, name], check=True)
        return await asyncio.to_thread(_read, name)
    finally:
        await asyncio.to_thread(os.unlink, name)


def _written(text: str) -> str:
    number, name = tempfile.mkstemp(prefix="tuisocial-", suffix=".txt")
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(text)
    return name


def _read(name: str) -> str:
    return Path(name).read_text(encoding="utf-8", errors="replace")


def editor_of(environment: Mapping[str, str]) -> str:
    """The person's editor, as the system's other programs find it."""
    return environment.get("VISUAL") or environment.get("EDITOR") or "vi"
