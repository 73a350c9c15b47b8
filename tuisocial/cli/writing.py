"""Writing from the command line: where the text comes from, and the draft that it becomes."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from tuisocial.cli import diagnostics, editor, sending
from tuisocial.errors import ExitCode, UsageError, UserError
from tuisocial.services.language import guess

if TYPE_CHECKING:
    from tuisocial.cli.flags import Flags, Way
    from tuisocial.cli.program import Program
    from tuisocial.model.draft import Draft
    from tuisocial.services.runtime import Runtime

Beginning = Callable[["Runtime"], Awaitable["Draft"]]
"""What a draft starts from: a new one, an answer, a quote, or a post that is changed."""


def write(
    program: Program,
    text: str | None,
    flags: Flags,
    way: Way,
    begin: Beginning,
    *,
    in_editor: bool,
) -> int:
    """Send what was written, or show what would become of it."""
    typed = _typed(text, in_editor=in_editor)
    in_editor = in_editor or typed is None
    if not (in_editor or (typed or "").strip() or flags.media or flags.poll or flags.own):
        raise UsageError("there is nothing to post", "give a text, or a file by --media")

    async def work(runtime: Runtime) -> ExitCode:
        for login in flags.logins():
            runtime.logins.get(login)
        composing = runtime.composing
        key = ""
        blank = flags.applied(composing.new(), runtime.now())
        if typed and not way.dry_run:
            # Without targets until it is known what it answers: it cannot go out as something else.
            key = await composing.save(replace(blank, text=typed, targets=()))
        with sending.kept(key):
            draft = _begun(await begin(runtime), typed)
            draft = _in_its_language(flags.applied(draft, runtime.now()))
            if key:
                # Whole before an editor opens: what it fails to change can be gone on with.
                key = await composing.save(draft, key)
            if in_editor:
                written = await _edited(runtime, program, key, draft)
                if written is None:
                    await composing.discard(key)
                    return ExitCode.FAILED
                key, draft = written
            elif not key and not way.dry_run:
                key = await composing.save(draft)
        return await sending.send(runtime, key, draft, way)

    return program.online(work)


async def rewritten(runtime: Runtime, program: Program, key: str, draft: Draft) -> Draft | None:
    """What somebody makes of the draft `key` in their editor, kept; None where nothing was left.

    Raises: UserError.
    """
    with sending.kept(key):
        written = await _edited(runtime, program, key, draft)
    return written and written[1]


async def _edited(
    runtime: Runtime, program: Program, key: str, draft: Draft
) -> tuple[str, Draft] | None:
    """A draft out of the editor and its id, kept; None where nothing was left of it.

    Raises: UserError, after which the file that was written is still there.
    """
    draft, file = editor.edited(draft, program.paths.state_dir)
    if draft.empty:
        editor.forget(file)
        diagnostics.say("nothing was written, so nothing is sent")
        return None
    try:
        key = await runtime.composing.save(draft, key)
    except UserError:
        diagnostics.say(f"what was written is in {file}")
        raise
    editor.forget(file)
    return key, draft


def _typed(text: str | None, *, in_editor: bool) -> str | None:
    """The text that was given; None where it is to be written first."""
    if text == "-" or (text is None and not in_editor and not sys.stdin.isatty()):
        try:
            return sys.stdin.buffer.read().decode().rstrip("\n")
        except UnicodeDecodeError:
            raise UsageError("standard input holds no UTF-8 text") from None
    return text


def _in_its_language(draft: Draft) -> Draft:
    return replace(draft, language=draft.language or guess(draft.text))


def _begun(draft: Draft, typed: str | None) -> Draft:
    """The draft with what was typed, and with the names of those who are answered before it."""
    if typed is None:
        return draft
    named = [each.text for each in draft.addresses if each.text not in typed]
    return replace(draft, text=" ".join([*named, typed]))
