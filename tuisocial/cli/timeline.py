"""`tuisocial timeline`: one list of posts, newest first, from the network or from the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tuisocial.cli import diagnostics, output, records
from tuisocial.cli.passing import pass_program
from tuisocial.cli.program import Program
from tuisocial.errors import ExitCode, UsageError
from tuisocial.model.ids import LoginId
from tuisocial.model.timeline import Timeline
from tuisocial.services.errors import exit_code_for
from tuisocial.store.rows import Gap, Position, Row

if TYPE_CHECKING:
    from tuisocial.services.runtime import Runtime
    from tuisocial.services.timelines import View

_FRUITLESS = 5
"""Pages without a new row after which a server's promise of older ones is no longer believed."""

_PATIENCE = 10.0
"""Seconds after which the others' posts are printed without those of a server that is silent."""


@click.command("timeline")
@click.option(
    "--login", "names", metavar="NAME", multiple=True, help="Only this login's; repeatable."
)
@click.option(
    "--source",
    metavar="SOURCE",
    help="home, local, public, bookmarks, liked, #tag, list:ID, account:ID or relay:URL; "
    "left out, each login's main timeline.",
)
@click.option(
    "--limit",
    metavar="N",
    type=click.IntRange(1, 100_000),
    default=20,
    show_default=True,
    help="How many entries to print.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option(
    "--jsonl", "as_lines", is_flag=True, help="Print one JSON object a line for each entry."
)
@click.option("--offline", is_flag=True, help="Print what is stored and ask no server.")
@pass_program
def command(
    program: Program,
    names: tuple[str, ...],
    source: str | None,
    limit: int,
    as_json: bool,
    as_lines: bool,
    offline: bool,
) -> int:
    """Print a timeline: all logins merged, or some of them.

    Rows come newest first and once each. A login that fails is named on standard error and the
    others are printed; only when all of them fail does the command fail, after printing what is
    stored.
    """
    if as_json and as_lines:
        raise UsageError("--json and --jsonl exclude each other", "give one of them")
    logins = [LoginId(name) for name in names]
    timeline = _timeline(source)

    def show(runtime: Runtime, view: View) -> None:
        rows, gaps = _items(runtime, view, limit)
        if as_lines:
            for row in rows:
                output.record(records.entry(row))
        elif as_json:
            output.document(records.timeline(rows, runtime.timelines.states(view), gaps))
        elif rows:
            from tuisocial.cli import listing  # not for scripts, whose time is measured

            listing.rows(rows)
        else:
            diagnostics.say("there is nothing to show")

    async def fetch_and_show(runtime: Runtime) -> ExitCode:
        view = runtime.timelines.view_for(logins, timeline)
        await _fetch(runtime, view, limit)
        show(runtime, view)
        return _outcome(runtime, view)

    if not offline:
        return program.online(fetch_and_show)
    with program.stored() as runtime:
        show(runtime, runtime.timelines.view_for(logins, timeline))
    return ExitCode.OK


def _timeline(source: str | None) -> Timeline | None:
    try:
        return None if source is None else Timeline.parse(source)
    except ValueError as error:
        raise UsageError(f"--source: {error}") from None


async def _fetch(runtime: Runtime, view: View, limit: int) -> None:
    """Fetch every source's newest page, close holes, go further down until there are `limit` rows.

    A source that has failed is not asked again.
    """
    timelines, fruitless = runtime.timelines, 0
    await timelines.refresh(view, patience=_PATIENCE)
    rows, gaps = _items(runtime, view, limit)
    while fruitless < _FRUITLESS:
        hole = next((gap for gap in gaps if timelines.trouble(gap.source) is None), None)
        if hole is not None:
            await timelines.fill(view, hole)
        elif len(rows) >= limit or not await timelines.older(view, patience=_PATIENCE):
            return
        before, (rows, gaps) = (rows, gaps), _items(runtime, view, limit)
        fruitless = fruitless + 1 if (rows, gaps) == before else 0


def _items(runtime: Runtime, view: View, limit: int) -> tuple[list[Row], list[Gap]]:
    """The newest `limit` rows of what is stored, and the gaps among them."""
    rows: list[Row] = []
    gaps: list[Gap] = []
    at: Position | None = None
    while len(rows) < limit:
        window = runtime.timelines.window(view, at=at, after=limit - len(rows))
        # A window around a place holds the item at that place too.
        items = [item for item in window.items if item.position != at]
        rows += [item for item in items if isinstance(item, Row)]
        gaps += [item for item in items if isinstance(item, Gap)]
        if not items or not window.more_older:
            break
        at = items[-1].position
    return rows, gaps


def _outcome(runtime: Runtime, view: View) -> ExitCode:
    """Tell of every source that failed; the gravest of them counts if no other came through."""
    codes: list[ExitCode] = []
    for source in view.sources:
        trouble = runtime.timelines.trouble(source)
        if trouble is not None:
            remedy = diagnostics.remedy_for(source.login, trouble)
            diagnostics.say(f"{source}: {trouble.message}", remedy)
            codes.append(exit_code_for(trouble))
    return diagnostics.worst(codes) if len(codes) == len(view.sources) else ExitCode.OK
