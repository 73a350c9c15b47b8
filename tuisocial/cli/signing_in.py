"""`tuisocial login add ADAPTER`: an adapter's ways to sign in, as flags of a command of its own.

A text or address is `--name VALUE`, several addresses repeat their flag, a secret is
`--name-stdin` and never an argument; on a terminal it is asked for without showing it. The flags
that are given choose the way. What comes after the first questions is `steps`' affair.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import click

from tuisocial.cli import diagnostics, echo, output, steps
from tuisocial.cli.program import Program
from tuisocial.config.schema import SecretsBackend
from tuisocial.errors import UsageError, UserError
from tuisocial.model.ids import LoginId
from tuisocial.model.login import Login
from tuisocial.model.printable import printable_line
from tuisocial.registry import AdapterUnavailable, Registry
from tuisocial.sdk.login_steps import Answers, Done, LoginFlow
from tuisocial.sdk.options import Field, FieldKind
from tuisocial.sdk.secret import Secret
from tuisocial.services.runtime import Runtime
from tuisocial.services.signing_in import SignIn, still_valid

_OURS = ("guest", "name", "help", "no_browser")
_MOST = 65_536
"""Bytes of standard input that are looked at."""


class Adapters(click.Group):
    """One command for each adapter, made when it is asked for."""

    def __init__(self, name: str) -> None:
        super().__init__(
            name,
            help="Add a login: sign in, or read as a guest.",
            subcommand_metavar="ADAPTER [FLAGS]",
            invoke_without_command=True,
            callback=_without_adapter,
        )

    def list_commands(self, ctx: click.Context) -> list[str]:
        return _program(ctx).registry.names()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _command(cmd_name, _flows(_program(ctx).registry, cmd_name))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        registry = _program(ctx).registry
        with formatter.section("Adapters"):
            for name in registry.names():
                try:
                    about = "  |  ".join(_way(flow) for flow in _flows(registry, name))
                except UserError as error:
                    about = f"cannot be used: {error.message}"
                formatter.write_dl([(name, printable_line(about))])


@click.pass_context
def _without_adapter(ctx: click.Context) -> None:
    """Ask for everything where somebody can be asked."""
    if ctx.invoked_subcommand is not None:
        return
    if not steps.a_person_is_here():
        raise UsageError("an adapter is missing", f"see `{ctx.command_path} --help`")
    program = _program(ctx)

    async def ask(runtime: Runtime) -> None:
        ways = runtime.logins.flows()
        titled = [
            replace(flow, title=f"{program.registry.get(name).vocabulary.network}: {flow.title}")
            for name, flow in ways
        ]
        at = titled.index(await steps.chosen(titled))
        adapter, flow = ways[at]
        async with runtime.logins.begin(adapter, flow) as sign_in:
            await _finish(program, runtime, sign_in, None, browser=True)

    program.online(ask)


def _program(ctx: click.Context) -> Program:
    program: Program = ctx.find_root().obj
    return program


def _flows(registry: Registry, adapter: str) -> Sequence[LoginFlow]:
    """Raises: UsageError, AdapterUnavailable."""
    found = registry.get(adapter)
    try:
        return tuple(found.login_flows())
    except Exception as error:
        raise AdapterUnavailable(
            f"the adapter {adapter} cannot say how to sign in: {type(error).__name__}: {error}",
            "update or uninstall its package, or start with --no-plugins",
        ) from error


def _command(adapter: str, flows: Sequence[LoginFlow]) -> click.Command:
    fields: dict[str, Field] = {}
    for field in (field for flow in flows for field in flow.fields):
        fields.setdefault(field.name, field)
    clash = next((name for name in fields if name in _OURS), None)
    if clash:
        raise AdapterUnavailable(
            f"the adapter {adapter} asks for --{clash}, which means something else here",
            "tell its author",
        )
    params: list[click.Parameter] = [_option(field) for field in fields.values()]
    for flow in flows:
        if mark := _mark(flow):
            about = f"{flow.title}: {flow.summary}."
            params.append(click.Option([f"--{mark}"], is_flag=True, help=about))
    params.append(
        click.Option(["--no-browser"], is_flag=True, help="Show addresses instead of opening them.")
    )
    params.append(click.Option(["--name"], metavar="NAME", help="What to call the login."))

    @click.pass_context
    def callback(ctx: click.Context, /, **given: Any) -> None:
        _add(_program(ctx), adapter, flows, given)

    return click.Command(
        adapter,
        params=params,
        callback=callback,
        help="\n\n".join([f"Add a login by the adapter {adapter}.", _ways(flows)]),
        short_help=f"By the adapter {adapter}.",
    )


def _option(field: Field) -> click.Option:
    flag, about = _flag(field), field.help or field.label
    match field.kind:
        case FieldKind.SECRET:
            about += " (read from standard input)"
            return click.Option([flag, field.name], is_flag=True, help=about)
        case FieldKind.URLS:
            return click.Option([flag, field.name], metavar="URL", multiple=True, help=about)
        case FieldKind.URL:
            return click.Option([flag, field.name], metavar="URL", help=about)
        case FieldKind.FLAG:
            return click.Option([flag, field.name], is_flag=True, help=about)
        case FieldKind.TEXT:
            return click.Option([flag, field.name], metavar=field.name.upper(), help=about)


def _mark(flow: LoginFlow) -> str:
    """What chooses a way that its fields do not tell."""
    return "guest" if flow.guest else flow.flag


def _flag(field: Field) -> str:
    name = field.name.replace("_", "-")
    return f"--{name}-stdin" if field.kind is FieldKind.SECRET else f"--{name}"


def _way(flow: LoginFlow) -> str:
    """The flags of one way, as a person writes them."""
    parts = [f"--{mark}"] if (mark := _mark(flow)) else []
    for field in flow.fields:
        value = {
            FieldKind.SECRET: "",
            FieldKind.FLAG: "",
            FieldKind.TEXT: f" {field.name.upper()}",
            FieldKind.URL: " URL",
            FieldKind.URLS: " URL …",
        }[field.kind]
        text = _flag(field) + value
        parts.append(text if field.required else f"[{text}]")
    return " ".join(parts)


def _ways(flows: Sequence[LoginFlow]) -> str:
    return "one of: " + "  |  ".join(_way(flow) for flow in flows)


# --- adding -------------------------------------------------------------------------------


def _add(program: Program, adapter: str, flows: Sequence[LoginFlow], given: dict[str, Any]) -> None:
    name = given.pop("name")
    browser = not given.pop("no_browser")
    marks = {mark for flow in flows if (mark := _mark(flow)) and given.pop(mark, False)}
    said = {key for key, value in given.items() if value}
    if not said and not marks and steps.a_person_is_here():
        program.online(lambda runtime: _asked(program, runtime, adapter, flows, name, browser))
        return
    flow = _chosen(adapter, flows, said, marks)
    answers = Answers(
        texts={
            f.name: given[f.name] for f in _of(flow, FieldKind.TEXT, FieldKind.URL) if given[f.name]
        },
        lists={f.name: tuple(given[f.name]) for f in _of(flow, FieldKind.URLS) if given[f.name]},
        flags=frozenset(f.name for f in _of(flow, FieldKind.FLAG) if given[f.name]),
        secrets=_secrets([f for f in _of(flow, FieldKind.SECRET) if given[f.name] or f.required]),
    )

    async def add(runtime: Runtime) -> None:
        async with runtime.logins.begin(adapter, flow, name) as sign_in:
            await sign_in.answer(answers)
            await _finish(program, runtime, sign_in, name, browser=browser)

    program.online(add)


async def _asked(
    program: Program,
    runtime: Runtime,
    adapter: str,
    flows: Sequence[LoginFlow],
    name: str | None,
    browser: bool,
) -> None:
    """Ask for the way, and for everything else."""
    async with runtime.logins.begin(adapter, await steps.chosen(flows), name) as sign_in:
        await _finish(program, runtime, sign_in, name, browser=browser)


async def _finish(
    program: Program, runtime: Runtime, sign_in: SignIn, name: str | None, *, browser: bool
) -> None:
    await steps.walk(sign_in, browser=browser)
    login = await runtime.logins.keep(sign_in, name)
    output.line(login.id.name)
    same = ", ".join(map(str, runtime.logins.same_account(login)))
    words = f"{login.id} was added, {_as_whom(login)}"
    words = f"{words}, which {same} is already" if same else words
    _say_kept(program, runtime, login, sign_in, words)


def _as_whom(login: Login) -> str:
    return "as a guest" if login.guest else f"as {login.handle}"


def _say_kept(
    program: Program, runtime: Runtime, login: Login, sign_in: SignIn, words: str
) -> None:
    kept = ""
    if _in_a_file(program) and runtime.logins.record(login.id).secrets:
        kept = f"its secret is in plain text in {program.paths.secrets_file}"
    diagnostics.say(words, kept)
    end = sign_in.step
    if isinstance(end, Done) and end.warning:
        diagnostics.say(end.warning)


def _in_a_file(program: Program) -> bool:
    return program.settings.secrets.backend is SecretsBackend.FILE


def sign_in_again(program: Program, name: str, *, browser: bool) -> None:
    """Sign a login in once more by one of its adapter's ways; it stays the same login.

    Raises: AdapterError, UserError.
    """

    async def again(runtime: Runtime) -> None:
        login = runtime.logins.get(LoginId(name))
        flow = await steps.chosen(runtime.logins.ways_again(login.id), first_is_likely=True)
        async with runtime.logins.begin(login.adapter, flow, again=login) as sign_in:
            await steps.walk(sign_in, browser=browser)
            renewed = await runtime.logins.keep(sign_in)
        words = f"{name} is signed in again, {_as_whom(renewed)}"
        _say_kept(program, runtime, renewed, sign_in, words)
        if sign_in.unrevoked is not None:
            diagnostics.say(*still_valid(renewed.id, sign_in.unrevoked))

    program.online(again)


def _of(flow: LoginFlow, *kinds: FieldKind) -> list[Field]:
    return [field for field in flow.fields if field.kind in kinds]


def _chosen(
    adapter: str, flows: Sequence[LoginFlow], given: set[str], marks: set[str]
) -> LoginFlow:
    """The one way that takes all flags given and lacks none, or only secrets that can be asked for.

    Raises: UsageError listing the ways.
    """
    fitting = [
        flow
        for flow in flows
        if marks == ({_mark(flow)} - {""}) and given <= {field.name for field in flow.fields}
    ]
    lacking = [
        {field for field in flow.fields if field.required and field.name not in given}
        for flow in fitting
    ]
    complete = [flow for flow, lacks in zip(fitting, lacking, strict=True) if not lacks]
    if not complete and sys.stdin.isatty():
        complete = [
            flow
            for flow, lacks in zip(fitting, lacking, strict=True)
            if all(field.kind is FieldKind.SECRET for field in lacks)
        ]
    if len(complete) == 1:
        return complete[0]
    problem = (
        "these flags fit several ways to sign in"
        if complete
        else ("something is missing to sign in" if fitting else "these flags do not go together")
    )
    raise UsageError(f"{adapter}: {problem}", _ways(flows))


def _secrets(fields: Sequence[Field]) -> dict[str, Secret]:
    """Ask the terminal for each, or read standard input, a line for each."""
    if not fields:
        return {}
    if sys.stdin.isatty():
        values = [echo.secret_line(f"{field.label}: ") for field in fields]
    else:
        values = _stdin().splitlines()
    values = [value.strip() for value in values if value.strip()]
    if len(values) != len(fields):
        flags = ", ".join(_flag(field) for field in fields)
        raise UsageError(
            f"standard input has {len(values)} lines for {flags}", "give one line for each"
        )
    return {field.name: Secret(value) for field, value in zip(fields, values, strict=True)}


def _stdin() -> str:
    try:
        # Whatever the locale: one that is not UTF-8 lets every byte through.
        return sys.stdin.buffer.read(_MOST).decode()
    except UnicodeDecodeError:
        raise UsageError("standard input is not text", "give the secret as text") from None
