"""A sign-in's steps on a terminal: questions as prompts, addresses as text and QR code.

Everything goes to stderr, so that stdout stays data. Without a terminal only steps that need no
person are taken.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tuisocial.cli import diagnostics, echo
from tuisocial.cli.wrap import wrapped
from tuisocial.errors import UsageError
from tuisocial.model.printable import printable, printable_line
from tuisocial.sdk.errors import AdapterError, Refused
from tuisocial.sdk.login_steps import Answers, Ask, ByHand, Done, Elsewhere, LoginFlow, Show
from tuisocial.sdk.options import Field, FieldKind
from tuisocial.sdk.secret import Secret
from tuisocial.services.signing_in import SignIn

_TRIES = 3


async def walk(sign_in: SignIn, *, browser: bool) -> None:
    """Take every step after the first questions; `browser` allows one to be opened.

    Raises: AdapterError, UsageError where a person is needed and there is no terminal.
    """
    while not isinstance(sign_in.step, Done):
        match sign_in.step:
            case Ask() as ask:
                await _ask(sign_in, ask)
            case Show() as show:
                await _show(sign_in, show)
            case Elsewhere() as elsewhere:
                await _elsewhere(sign_in, elsewhere, browser=browser)


def a_person_is_here() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _tell(text: str = "") -> None:
    for line in printable(text).split("\n"):
        for piece in wrapped(line, 78):
            print(piece, file=sys.stderr)


async def chosen(flows: Sequence[LoginFlow], *, first_is_likely: bool = False) -> LoginFlow:
    """Let one of several ways be chosen; without a terminal, the first if it is likely.

    Raises: UsageError where there is no terminal to choose on.
    """
    if len(flows) == 1 or (first_is_likely and not a_person_is_here()):
        return flows[0]
    if not a_person_is_here():
        raise UsageError("there are several ways to sign in", "run this in a terminal")
    for number, flow in enumerate(flows, 1):
        _tell(f"{number}  {flow.title}: {flow.summary}")
    while True:
        typed = await asyncio.to_thread(_line, "Which? [1]: ")
        number = int(typed or "1") if (typed or "1").isdecimal() else 0
        if 1 <= number <= len(flows):
            return flows[number - 1]


def agrees(question: str) -> bool:
    """Whether a person says yes; no is what Enter means."""
    return _line(f"{question} [y/N]: ").lower().startswith("y")


def new_passphrase() -> Secret:
    """A passphrase to lock something with: asked for twice, or the line of standard input.

    Raises: UsageError if there is none.
    """
    if not a_person_is_here():
        typed = sys.stdin.readline().rstrip("\n")
        if not typed:
            raise UsageError("standard input holds no passphrase", "give it on one line")
        return Secret(typed)
    while True:
        typed = echo.secret_line("Passphrase: ")
        if typed and typed == echo.secret_line("Once more: "):
            return Secret(typed)
        _tell("These were not the same." if typed else "A passphrase is needed.")


# --- questions ----------------------------------------------------------------------------


async def _ask(sign_in: SignIn, ask: Ask) -> None:
    if not a_person_is_here():
        lacking = [field for field in ask.fields if field.required and not field.value]
        known = [field for field in ask.fields if field.value]
        typed = _from_stdin(lacking)
        if typed or (known and typed is not None):
            answers = _as_known(known)
            await sign_in.answer(replace(answers, secrets=typed or {}))
            return
        labels = ", ".join(field.label for field in lacking or ask.fields)
        raise UsageError(f"{sign_in.adapter} asks for more: {labels}", "run this in a terminal")
    if ask.message:
        _tell(ask.message)
    for left in reversed(range(_TRIES)):
        answers = await asyncio.to_thread(_prompted, ask.fields)
        try:
            await sign_in.answer(answers)
        except Refused as refused:
            if not left or not refused.field:
                raise
            diagnostics.say(refused.message, refused.remedy)
        else:
            return


def _from_stdin(fields: Sequence[Field]) -> dict[str, Secret] | None:
    """A line of standard input for each, where only secrets are asked for; None otherwise."""
    if any(field.kind is not FieldKind.SECRET for field in fields):
        return None
    lines = [sys.stdin.readline().strip() for _ in fields]
    return (
        None
        if "" in lines
        else {f.name: Secret(line) for f, line in zip(fields, lines, strict=True)}
    )


def _as_known(fields: Sequence[Field]) -> Answers:
    """What stands in the fields already."""
    several = {f.name: tuple(f.value.split()) for f in fields if f.kind is FieldKind.URLS}
    return Answers({f.name: f.value for f in fields if f.name not in several}, several)


def _prompted(fields: tuple[Field, ...]) -> Answers:
    texts: dict[str, str] = {}
    lists: dict[str, tuple[str, ...]] = {}
    secrets: dict[str, Secret] = {}
    flags: set[str] = set()
    for field in fields:
        if field.help:
            _tell(f"  {field.help}")
        match field.kind:
            case FieldKind.SECRET:
                value = echo.secret_line(f"{field.label}: ")
                if value.strip():
                    secrets[field.name] = Secret(value.strip())
            case FieldKind.FLAG:
                if _line(f"{field.label} [y/N]: ").lower().startswith("y"):
                    flags.add(field.name)
            case FieldKind.URLS:
                typed = _line(_prompt(field)) or field.value
                lists[field.name] = tuple(typed.replace(",", " ").split())
            case FieldKind.TEXT | FieldKind.URL:
                texts[field.name] = _line(_prompt(field)) or field.value
    return Answers(texts, lists, secrets, frozenset(flags))


def _prompt(field: Field) -> str:
    value = printable_line(field.value)
    return f"{field.label} [{value}]: " if value else f"{field.label}: "


def _line(prompt: str) -> str:
    print(printable_line(prompt), end="", file=sys.stderr, flush=True)
    typed = sys.stdin.readline()
    if not typed:
        raise EOFError
    return typed.strip()


# --- what is shown ------------------------------------------------------------------------


async def _show(sign_in: SignIn, show: Show) -> None:
    if a_person_is_here():
        _tell(show.message)
        # Not through what wraps: it is to be copied whole.
        print(f"\n{show.secret.reveal()}\n", file=sys.stderr)
        await asyncio.to_thread(_line, "Press Enter when you have kept it: ")
    else:
        diagnostics.say(
            "a new secret was made and cannot be shown here",
            "keep a copy by: tuisocial login export NAME",
        )
    await sign_in.read()


# --- elsewhere ----------------------------------------------------------------------------


async def _elsewhere(sign_in: SignIn, step: Elsewhere, *, browser: bool) -> None:
    _tell(step.message)
    opened = step.page and browser and await asyncio.to_thread(_opened, step.address)
    by_hand = step.by_hand
    address = step.address if opened or by_hand is None else by_hand.address
    _tell("Your browser shows this page:" if opened else "Open this address:")
    print(f"\n  {printable_line(address)}\n", file=sys.stderr)
    if not opened and sys.stderr.isatty():
        _print_code(address)
    if by_hand is None:
        await sign_in.arrived()
        return
    await _either(sign_in, by_hand, opened=opened)


async def _either(sign_in: SignIn, by_hand: ByHand, *, opened: bool) -> None:
    """Wait for the browser's answer or for a typed code, whichever comes first."""
    arrived = asyncio.ensure_future(sign_in.arrived())
    hidden = by_hand.field.kind is FieldKind.SECRET
    waits = " (or wait for the browser)" if opened else ""
    typed = _typed(f"{by_hand.field.label}{waits}: ", hidden=hidden)
    try:
        while True:
            both: set[asyncio.Future[Any]] = {arrived, typed}
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if arrived.done():
                if sys.stderr.isatty():
                    print(file=sys.stderr)
                arrived.result()
                return
            line = typed.result()
            if line is None:
                if not opened:
                    raise UsageError(
                        "the sign-in waits for a code, and standard input has ended",
                        "open the address, then give the code on standard input or a terminal",
                    )
                await arrived  # nobody types, and the browser may still answer
                return
            if line and await _taken(sign_in, by_hand, line):
                return
            typed = _typed(f"{by_hand.field.label}: ", hidden=hidden)
    finally:
        echo.restore()  # nobody may have typed the line that is waited for
        arrived.cancel()
        with contextlib.suppress(asyncio.CancelledError, AdapterError):
            await arrived


async def _taken(sign_in: SignIn, by_hand: ByHand, line: str) -> bool:
    name, kind = by_hand.field.name, by_hand.field.kind
    answers = (
        Answers(secrets={name: Secret(line)})
        if kind is FieldKind.SECRET
        else Answers(texts={name: line})
    )
    try:
        await sign_in.answer(answers)
    except Refused as refused:
        if not a_person_is_here():
            raise
        diagnostics.say(refused.message, refused.remedy)
        return False
    return True


def _typed(prompt: str, *, hidden: bool) -> asyncio.Future[str | None]:
    """The next line of standard input, None at its end; the thread that waits holds up nobody."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[str | None] = loop.create_future()

    def settle(line: str | None) -> None:
        if not future.done():
            future.set_result(line)

    def read() -> None:
        with echo.unseen() if hidden else contextlib.nullcontext():
            if sys.stderr.isatty():
                print(printable_line(prompt), end="", file=sys.stderr, flush=True)
            line = sys.stdin.readline()
        if hidden and sys.stderr.isatty():
            print(file=sys.stderr)
        # The loop is closed when the browser was quicker and the program ended meanwhile.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, line.strip() if line else None)

    threading.Thread(target=read, name="typing", daemon=True).start()
    return future


def _opened(address: str) -> bool:
    """Open the address in a window of its own; a browser inside this terminal is left alone."""
    import webbrowser  # 0.03 s

    try:
        found = webbrowser.get()
        if isinstance(found, webbrowser.GenericBrowser) and not isinstance(
            found, webbrowser.BackgroundBrowser
        ):
            return False
        return found.open(address)
    except (webbrowser.Error, OSError):
        return False


def _print_code(address: str) -> None:
    from tuisocial.services.qr import qr_lines

    in_colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM", "dumb") != "dumb"
    for line in qr_lines(address):
        print(f"  \x1b[97;40m{line}\x1b[0m" if in_colour else f"  {line}", file=sys.stderr)
    print(file=sys.stderr)
