"""Hygiene: what an adapter costs and leaves behind, and what it must never let out."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import time
from collections.abc import Awaitable, Iterable, Iterator
from contextlib import contextmanager

from tuisocial.sdk.errors import AdapterError
from tuisocial.sdk.testing import hostile
from tuisocial.sdk.testing.context import make_context
from tuisocial.sdk.testing.reading import head
from tuisocial.sdk.testing.rule import Group, attempt, require
from tuisocial.sdk.testing.specimen import FaultKind, NotApplicable, Specimen
from tuisocial.sdk.testing.watch import watching

GROUP = Group("hygiene")

_TURNS = 20
_TICK = 0.005
_TRIES = 3

_IMPORTED = """
import json, sys
before = set(sys.modules)
__import__(sys.argv[1])
print(json.dumps(sorted(set(sys.modules) - before)))
"""


@GROUP.rule
async def importing_it_is_cheap(specimen: Specimen) -> None:
    """Importing the adapter imports the standard library, the model, the SDK and itself only."""
    module = specimen.module or type(specimen.adapter).__module__
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _IMPORTED,
        module,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    last = err.decode("utf-8", "replace").strip().rpartition("\n")[2]
    require(process.returncode == 0, f"{module} cannot be imported: {last}")
    own = module.partition(".")[0]
    strangers = {
        top
        for top in (name.partition(".")[0] for name in json.loads(out))
        if top not in sys.stdlib_module_names and top not in ("tuisocial", own)
    }
    require(not strangers, f"importing {module} imports {', '.join(sorted(strangers))}")


@GROUP.rule
async def nothing_is_asked_before_open(specimen: Specimen) -> None:
    """Names, options, flows and `owns` open no connection, look up no name, start no process."""
    adapter = specimen.adapter
    with watching() as watch:
        _ = (adapter.name, adapter.network, adapter.vocabulary, adapter.options)
        adapter.login_flows()
        for text in (*specimen.samples.owned, *specimen.samples.foreign, *hostile.TEXTS):
            adapter.owns(text)
    require(not watch.traffic, f"before open there was {watch.traffic[:1]}")


@GROUP.rule
async def open_asks_nothing(specimen: Specimen) -> None:
    """`open`, `limits` and `timelines` ask no server, nor set anything going that does."""
    context = make_context(specimen.secrets)
    try:
        with watching() as watch:
            session = await specimen.open_session(context)
            session.limits()
            session.timelines()
            for _ in range(_TURNS):
                await asyncio.sleep(0)
        await session.aclose()
    finally:
        await context.http.aclose()
    require(not watch.traffic, f"by opening there was {watch.traffic[:1]}")


@GROUP.rule
async def closing_leaves_nothing_running(specimen: Specimen) -> None:
    """After `aclose` no task of the session goes on."""
    before = asyncio.all_tasks()
    async with specimen.session() as session:
        await head(session, specimen)
    for _ in range(_TURNS):
        await asyncio.sleep(0)
    left = [task.get_name() for task in asyncio.all_tasks() - before if not task.done()]
    require(not left, f"{len(left)} tasks go on after aclose: {left[:3]}")


@GROUP.rule
async def closing_twice_is_closing_once(specimen: Specimen) -> None:
    """`aclose` may come a second time, and without anything having been asked."""
    async with specimen.session() as session:
        await session.aclose()
    async with specimen.session() as session:
        await head(session, specimen)
        await session.aclose()


@GROUP.rule
async def secrets_stay_out_of_reprs(specimen: Specimen) -> None:
    """No secret of the login shows in what the adapter, its session or its rows look like."""
    secrets = _secrets(specimen)
    async with specimen.session() as session:
        rows = await head(session, specimen)
        shown = [repr(x) for x in (specimen.adapter, session, session.login, session.limits())]
        shown += [str(session), repr(session.timelines()), repr(rows)]
        shown += [repr(value) for value in getattr(session, "__dict__", {}).values()]
    _absent(secrets, shown, "in a repr")


@GROUP.rule
async def secrets_stay_out_of_errors(specimen: Specimen) -> None:
    """No secret of the login shows in an error, in its causes or in what it holds."""
    secrets = _secrets(specimen)
    shown: list[str] = []
    for kind in FaultKind:
        if kind in (FaultKind.SILENT, FaultKind.BAD_RECORD):
            continue
        try:
            async with specimen.failing(kind) as session:
                timeline = specimen.samples.timeline
                shown += _told(
                    await attempt(
                        f"timeline from a server {kind}",
                        session.timeline(timeline, cursor=None, limit=5),
                    )
                )
        except NotApplicable:
            continue
    if not shown:
        raise NotApplicable("this specimen has no server that can be made to fail")
    _absent(secrets, shown, "in an error")


@GROUP.rule
async def secrets_stay_out_of_logs(specimen: Specimen) -> None:
    """No secret of the login is logged, by the adapter or by any library it uses, at any level."""
    secrets = _secrets(specimen)
    with _everything_logged() as lines:
        async with specimen.session() as session:
            await head(session, specimen)
            await attempt("me", session.me())
            await session.thread(specimen.samples.post)
        try:
            async with specimen.failing(FaultKind.SIGNED_OUT) as session:
                await attempt(
                    "timeline",
                    session.timeline(specimen.samples.timeline, cursor=None, limit=5),
                )
        except NotApplicable:
            pass
    _absent(secrets, lines, "in a log")


@GROUP.rule
async def the_loop_is_never_blocked(specimen: Specimen) -> None:
    """Reading keeps the event loop turning: nothing blocks in its thread, nothing long computes."""
    pauses = []
    for _ in range(_TRIES):
        # The first time pays for imports, and any time may be disturbed by the machine.
        with watching() as watch:
            pauses.append(await _longest_pause(_read(specimen)))
        require(not watch.blocking, f"the event loop waited in {watch.blocking[:1]}")
        if pauses[-1] <= specimen.longest_pause:
            return
    require(
        min(pauses) <= specimen.longest_pause,
        f"the event loop stood still for {min(pauses):.2f} seconds at a time",
    )


async def _read(specimen: Specimen) -> None:
    async with specimen.session() as session:
        await head(session, specimen)
        await session.thread(specimen.samples.post)


async def _longest_pause(work: Awaitable[None]) -> float:
    """The longest time, in seconds, for which `work` kept a ticking task from its turn."""
    longest = 0.0

    async def tick() -> None:
        nonlocal longest
        while True:
            before = time.monotonic()
            await asyncio.sleep(_TICK)
            longest = max(longest, time.monotonic() - before - _TICK)

    ticking = asyncio.create_task(tick())
    await asyncio.sleep(0)
    try:
        await work
        # Work that never gave way shows in the tick that is due now.
        await asyncio.sleep(2 * _TICK)
    finally:
        ticking.cancel()
    return longest


def _secrets(specimen: Specimen) -> tuple[str, ...]:
    secrets = tuple(secret for secret in specimen.secrets.values() if secret)
    if not secrets:
        raise NotApplicable("the specimen's login has no secret")
    return secrets


def _absent(secrets: Iterable[str], shown: Iterable[str], where: str) -> None:
    for text in shown:
        for secret in secrets:
            require(secret not in text, f"a secret of {len(secret)} characters shows {where}")


def _told(answer: object) -> list[str]:
    told = []
    error = answer if isinstance(answer, BaseException) else None
    while error is not None:
        told += [str(error), repr(error), repr(getattr(error, "__dict__", {}))]
        if isinstance(error, AdapterError):
            told.append(error.remedy)
        error = error.__cause__ or error.__context__
    return told


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(logging.Formatter("%(name)s %(message)s").format(record))


@contextmanager
def _everything_logged() -> Iterator[list[str]]:
    """The lines that all loggers write meanwhile, DEBUG included."""
    handler, root = _Lines(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.NOTSET)
    try:
        yield handler.lines
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
