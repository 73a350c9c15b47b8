"""What is secret is not shown while it is typed, and the terminal is left as it was found."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import termios
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from tests.cli.conftest import Cli
from tests.cli.network import TOKEN
from tuisocial.errors import ExitCode

_PAGE = """
import asyncio, os
import tuisocial.sdk.testing.memory as module
from tuisocial.sdk.login_steps import ByHand, Elsewhere, LoginFlow
from tuisocial.sdk.options import Field, FieldKind
from tuisocial.sdk.login_steps import Answers
ways = module.MemoryAdapter.login_flows
def flows(self):
    token, guest = ways(self)
    async def page(answers, context):
        async def arrived():
            await asyncio.Event().wait()
        async def typed(answers):
            return await token.start(
                Answers({"server": "memory.example"}, secrets={"token": answers.secrets["code"]}),
                context,
            )
        field = Field("code", "Code", FieldKind.SECRET)
        by_hand = ByHand("https://memory.example/by-hand", field, typed)
        return Elsewhere("Agree there.", "https://memory.example/agree", arrived, by_hand=by_hand)
    return token, LoginFlow("page", "On a page", "elsewhere", (), page, flag="page"), guest
module.MemoryAdapter.login_flows = flows
"""


class _Person:
    """Somebody in front of a command on a terminal."""

    def __init__(self, ours: int, theirs: int, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self._ours, self._theirs = ours, theirs
        self.shown = b""

    def type(self, text: str) -> None:
        os.write(self._ours, f"{text}\n".encode())

    def see(self, words: bytes) -> None:
        """Read until the words were shown."""
        while words not in self.shown:
            self.shown += os.read(self._ours, 1000)

    @property
    def echoed(self) -> bool:
        """Whether the terminal shows what is typed."""
        return bool(termios.tcgetattr(self._theirs)[3] & termios.ECHO)


@contextmanager
def _in_front_of(cli: Cli, arguments: Sequence[str]) -> Iterator[_Person]:
    ours, theirs = pty.openpty()
    process = cli.popen(
        *arguments, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        # Whoever runs the tests in the background has made interrupts be ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    try:
        yield _Person(ours, theirs, process)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(ours)
        os.close(theirs)


@pytest.mark.parametrize(
    ("arguments", "answers"),
    [
        (["login", "add", "memory"], [(b"Which?", "1"), (b"Server: ", ""), (b"Token: ", None)]),
        (["login", "add", "memory", "--token-stdin"], [(b"Token: ", None)]),
        (["login", "add", "memory", "--page", "--no-browser"], [(b"Code: ", None)]),
    ],
    ids=["asked for", "wanted by a flag", "by hand"],
)
def test_an_interrupt_while_a_secret_is_typed_leaves_the_echo_on(
    cli: Cli, arguments: list[str], answers: list[tuple[bytes, str | None]]
) -> None:
    cli.sabotage(_PAGE)
    with _in_front_of(cli, arguments) as person:
        for question, answer in answers:
            person.see(question)
            if answer is not None:
                person.type(answer)
        assert not person.echoed
        person.process.send_signal(signal.SIGINT)
        assert person.process.wait(60) == ExitCode.INTERRUPTED
        assert person.echoed


def test_a_code_that_is_secret_is_not_shown_while_it_is_typed(cli: Cli) -> None:
    cli.sabotage(_PAGE)
    with _in_front_of(cli, ["login", "add", "memory", "--page", "--no-browser"]) as person:
        person.see(b"Code: ")
        person.type(TOKEN)
        person.see(b"was added")
        assert person.process.wait(60) == ExitCode.OK
        assert TOKEN.encode() not in person.shown
        assert person.echoed
