"""Sending a draft from the command line: planned, handed to the outbox, tried, and told.

Whatever happens, the text is in the outbox or among the drafts, and it is said where.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tuisocial.cli import diagnostics, output, telling, written
from tuisocial.errors import ExitCode, UsageError, UserError
from tuisocial.sdk.errors import AdapterError
from tuisocial.services.errors import exit_code_for

if TYPE_CHECKING:
    from tuisocial.cli.flags import Way
    from tuisocial.model.draft import Draft
    from tuisocial.services.plan import TargetPlan
    from tuisocial.services.runtime import Runtime

_SHORT = 8
"""Characters of a draft's id that are enough to name it."""


def short(key: str) -> str:
    """A draft's id as people type it."""
    return key[:_SHORT]


async def send(runtime: Runtime, key: str, draft: Draft, way: Way, *, beside: str = "") -> ExitCode:
    """Send a draft that is kept as `key`, or show what would become of it.

    `beside` is an earlier draft of which some targets have their copy already.

    Raises: UserError.
    """
    if way.dry_run:
        return await _rehearsed(runtime, draft, way)
    with kept(key):
        try:
            numbers = await runtime.composing.send(beside or key, draft)
        except UsageError:
            plans = runtime.composing.plan(draft)
            if not any(one.refused for one in plans):
                raise
            return _refused(key, plans, way)
    if beside not in ("", key):
        await runtime.composing.discard(key)
    return await tried(runtime, beside or key, numbers, way)


async def tried(runtime: Runtime, key: str | None, numbers: Sequence[int], way: Way) -> ExitCode:
    """Have deliveries tried as `way` says, and tell how they stand then."""
    if not way.queue:
        try:
            if way.wait:
                await runtime.outbox.until_settled(numbers)
            else:
                await runtime.outbox.send(numbers)
        except (UserError, asyncio.CancelledError):
            diagnostics.say("what was not sent waits in the outbox", "tuisocial outbox retry --all")
            raise
    found = [runtime.outbox.get(number) for number in numbers]
    now = runtime.now()
    if way.as_json:
        output.document(written.deliveries(key, found))
    telling.deliveries(found, now, silent=way.as_json)
    return ExitCode.OK if way.queue else telling.code(found, now)


@contextmanager
def kept(key: str) -> Iterator[None]:
    """Say of what goes wrong in here that the draft `key` outlives it."""
    try:
        yield
    except (AdapterError, UserError, asyncio.CancelledError):
        say_kept(key)
        raise


def say_kept(key: str) -> None:
    """Say where the text is."""
    if key:
        diagnostics.say(
            f"the text is kept as draft {short(key)}", f"tuisocial draft edit {short(key)}"
        )


async def _rehearsed(runtime: Runtime, draft: Draft, way: Way) -> ExitCode:
    await runtime.composing.prepare(draft.targets)
    plans = runtime.composing.plan(draft)
    if not plans:
        raise UsageError("nobody to post as", "choose a login: see `tuisocial login list`")
    if way.as_json:
        output.document(written.plans(plans))
    else:
        telling.plans(plans)
    return _code(plans)


def _refused(key: str, plans: Sequence[TargetPlan], way: Way) -> ExitCode:
    if way.as_json:
        output.document(written.deliveries(key, ()))
    telling.refusals(plans)
    say_kept(key)
    return _code(plans)


def _code(plans: Sequence[TargetPlan]) -> ExitCode:
    """Why it cannot be sent: a login that cannot be opened has a code of its own."""
    refused = [one for one in plans if one.refused]
    return diagnostics.worst(
        ExitCode.FAILED if one.trouble is None else exit_code_for(one.trouble) for one in refused
    )
