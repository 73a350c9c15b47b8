"""`tuisocial demo`: servers on this machine, filled with posts, and a throw-away home on them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, mkdtemp

import click

from tuisocial import demo
from tuisocial.cli import diagnostics, output
from tuisocial.cli.passing import pass_program
from tuisocial.cli.program import Program
from tuisocial.config.load import load
from tuisocial.config.paths import find_paths
from tuisocial.demo.logins import sign_in
from tuisocial.errors import UserError
from tuisocial.services.runtime import Runtime

_PREFIX = "tuisocial-demo-"
_SETTINGS = """\
# The demo's secrets open nothing but servers that end with it.
[secrets]
backend = "file"
"""


@click.command("demo")
@click.option(
    "--serve",
    "serve_only",
    is_flag=True,
    help="Open no application: print one line of JSON once all is ready, run until a signal.",
)
@pass_program
def command(program: Program, serve_only: bool) -> None:
    """Try everything on servers of your own machine.

    A server and a relay start on free ports of this machine, full of posts, and the application
    opens on them with a home that is thrown away afterwards.
    """
    if serve_only:
        _serve()
    else:
        show(program)


def show(program: Program) -> None:
    """Run the demo and the application on it, until it is closed; nothing stays."""
    program.require_terminal()
    diagnostics.say("starting the demo's servers")
    with TemporaryDirectory(prefix=_PREFIX) as directory:
        home = Path(directory)
        _furnish(home)
        with _told(), demo.running(home) as running:
            asyncio.run(_sign_in(running))
            program.open_application(find_paths(home))


def _serve() -> None:
    """Run the demo for others; its home stays, so that they can read it without the servers."""
    home = Path(mkdtemp(prefix=_PREFIX))
    _furnish(home)

    def announce(running: demo.Demo) -> None:
        asyncio.run(_sign_in(running))
        output.lines(running.as_json())
        output.flush()

    try:
        with _told():
            demo.serve(home, announce)
    except BaseException:
        rmtree(home)
        raise
    diagnostics.say(f"the servers have ended; the home {home} can be read with --offline")


def _furnish(home: Path) -> None:
    """Make a folder a home in which secrets may be kept in a file, whatever the person's is."""
    file = find_paths(home).config_file
    file.parent.mkdir(parents=True)
    file.write_text(_SETTINGS, encoding="utf-8")


async def _sign_in(running: demo.Demo) -> None:
    paths = find_paths(running.home)
    runtime = Runtime.open(paths, load(paths), plugins=False)
    try:
        await sign_in(running, runtime.logins)
    finally:
        await runtime.aclose()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except demo.DemoUnavailable as error:
        raise UserError(str(error)) from None
