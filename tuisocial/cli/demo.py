"""`tuisocial demo`: servers on this machine, filled with posts, and a throw-away home on them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from tuisocial import demo
from tuisocial.cli import diagnostics, output
from tuisocial.cli.program import Program, pass_program
from tuisocial.config.load import load
from tuisocial.config.paths import Paths, find_paths
from tuisocial.demo.logins import sign_in
from tuisocial.errors import UserError
from tuisocial.services.runtime import Runtime

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
    """Run the demo and the application on it, until it is closed."""
    diagnostics.say("starting the demo's servers")
    with _home() as paths, _told(), demo.running(_root(paths)) as running:
        asyncio.run(_sign_in(running, paths))
        program.open_application(paths)


def _serve() -> None:
    with _home() as paths, _told():

        def announce(running: demo.Demo) -> None:
            asyncio.run(_sign_in(running, paths))
            output.lines(running.as_json())
            output.flush()

        demo.serve(_root(paths), announce)


@contextmanager
def _home() -> Iterator[Paths]:
    """A home of its own, whatever the person's is; it ends with the demo."""
    with TemporaryDirectory(prefix="tuisocial-demo-") as directory:
        paths = find_paths(Path(directory))
        paths.config_file.parent.mkdir(parents=True)
        paths.config_file.write_text(_SETTINGS, encoding="utf-8")
        yield paths


def _root(paths: Paths) -> Path:
    assert paths.home is not None
    return paths.home


async def _sign_in(running: demo.Demo, paths: Paths) -> None:
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
