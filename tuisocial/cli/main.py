"""The `tuisocial` command: its global options, its nouns by name, and how it ends.

A noun's module is imported when that noun is used, so that `--help` costs next to nothing.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import click

from tuisocial.cli import diagnostics, logfile
from tuisocial.cli.opening import open_application
from tuisocial.cli.program import Launch, Program
from tuisocial.config.paths import HOME_VARIABLE, find_paths
from tuisocial.errors import UsageError

_READING = {
    "timeline": "Print a timeline: all logins merged, or some of them.",
    "thread": "Print the conversation around a post.",
    "account": "Print an account's profile.",
}
_WRITING = {
    "post": "Post by several logins at once, each by its own rules.",
    "reply": "Answer a post.",
    "quote": "Quote a post.",
    "edit": "Change a post of yours wherever it was sent.",
    "delete": "Take a post of yours back, and its copies.",
    "draft": "List, show, edit, send and discard drafts.",
    "outbox": "List, show, retry, edit and drop what is to be sent.",
}
_ACTING = {
    "like": "Like a post.",
    "unlike": "Like a post no longer.",
    "repost": "Repost a post.",
    "unrepost": "Take a repost back.",
    "bookmark": "Keep a post for later.",
    "unbookmark": "Keep a post no longer.",
    "react": "Answer a post with an emoji.",
    "vote": "Vote in the poll of a post.",
    "follow": "Follow an account.",
    "unfollow": "Follow an account no longer.",
    "mute": "Hear nothing of an account.",
    "unmute": "Mute an account no longer.",
    "block": "Block an account.",
    "unblock": "Block an account no longer.",
}
_SETTING_UP = {
    "login": "Add, list, check, arrange and remove logins.",
    "adapter": "Show which networks can be reached.",
    "config": "Show and check the settings.",
    "demo": "Try everything on servers of your own machine.",
}
_SECTIONS = {
    "Reading": _READING,
    "Writing": _WRITING,
    "Acting on posts and people": _ACTING,
    "Setting up": _SETTING_UP,
}

NOUNS = {noun: line for section in _SECTIONS.values() for noun, line in section.items()}
"""Every noun in the order of the help, with its line there; each is a module of this package, but
for the acts, which are one."""


class _Nouns(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(NOUNS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in NOUNS:
            return None
        if cmd_name in _ACTING:
            act: click.Command = import_module("tuisocial.cli.acts").COMMANDS[cmd_name]
            return act
        command: click.Command = import_module(f"tuisocial.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(map(len, NOUNS))
        for heading, section in _SECTIONS.items():
            with formatter.section(heading):
                formatter.write_dl([(noun.ljust(width), line) for noun, line in section.items()])


class _Folder(click.Path):
    """A folder; an empty name would stand for the one that the command happens to run in."""

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str | bytes | os.PathLike[str]:
        if not os.fspath(value):
            self.fail("it is empty; name a folder, or leave it out", param, ctx)
        return super().convert(value, param, ctx)


@click.group(
    cls=_Nouns,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Without a command the application opens.",
)
@click.option(
    "--home",
    metavar="DIR",
    type=_Folder(file_okay=False, path_type=Path),
    help=f"Keep settings, data, cache and state under DIR (as {HOME_VARIABLE} does).",
)
@click.option(
    "--private-host",
    "private_hosts",
    metavar="NAME",
    multiple=True,
    help="A host of your own network that servers may lead to; repeatable.",
)
@click.option("--no-plugins", is_flag=True, help="Use the built-in adapters only.")
@click.version_option(package_name="tuisocial", message="%(prog)s %(version)s")
@click.pass_context
def root(
    ctx: click.Context, home: Path | None, private_hosts: tuple[str, ...], no_plugins: bool
) -> None:
    """Read and write many decentralized social networks as one, in the terminal and by scripts."""
    ctx.obj = Program(
        find_paths(home), plugins=not no_plugins, private_hosts=private_hosts, launch=ctx.obj
    )
    logfile.log_to(ctx.obj.paths.log_file)
    if ctx.invoked_subcommand is None:
        open_application(ctx.obj)


def _arguments() -> list[str]:
    """What was typed; bytes that are no text stand for no name, address or key anywhere.

    Raises: UsageError.
    """
    for argument in sys.argv[1:]:
        try:
            argument.encode()
        except UnicodeEncodeError:
            raise UsageError(f"this is not UTF-8 text: {argument}") from None
    return sys.argv[1:]


def main(launch: Launch) -> NoReturn:
    """Run `tuisocial` with this process's arguments and exit with the right code.

    `launch` opens the application; it is given, because neither front end knows the other.
    """

    def work() -> int | None:
        with root.make_context("tuisocial", _arguments(), obj=launch) as ctx:
            code: int | None = root.invoke(ctx)
            return code

    diagnostics.run(work)
