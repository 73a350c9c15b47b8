"""A secret is in memory while it is used, and not afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.let_go import backwards, holders
from tests.services.world import World
from tuisocial.model.ids import LoginId
from tuisocial.sdk.errors import Refused
from tuisocial.sdk.login_steps import Answers, Elsewhere, LoginFlow, Show, SignInContext, Step
from tuisocial.sdk.secret import Secret
from tuisocial.sdk.testing.making import make_post
from tuisocial.services.logs import Scrubber
from tuisocial.services.spellings import spellings
from tuisocial.store.secrets.file import FileSecrets

Open = Callable[..., World]


async def test_a_token_is_in_memory_only_while_its_session_is_open(
    open_world: Open, tmp_path: Path
) -> None:
    name = f"of-{token_hex(4)}"
    world = open_world(secrets=FileSecrets(tmp_path / "secrets" / "secrets.json"))
    await world.login(name)
    secret = backwards(f"token-of-{name}-that-nobody-may-see")
    # The server of these tests is in this process, too.
    tokens, world.server.tokens = world.server.tokens, {}
    known = {backwards(token): account for token, account in tokens.items()}
    del tokens
    assert holders(secret) == []

    for token, account in known.items():
        world.server.tokens[backwards(token)] = account
    world.server.add(make_post(1))
    await world.refresh()
    assert world.names() == ["1"]
    world.server.tokens.clear()
    assert holders(secret) != []
    await world.runtime._sessions.close(LoginId(name))
    assert holders(secret) == []


def showing(closed: asyncio.Event, asked: asyncio.Event, go_on: asyncio.Event) -> LoginFlow:
    """A way to sign in that shows what it was given, then waits elsewhere, knowing it still."""

    async def start(answers: Answers, context: SignInContext) -> Step:
        token = answers.secrets["token"]

        async def arrived() -> Step:
            raise Refused(token.reveal())

        async def aclose() -> None:
            closed.set()

        async def read() -> Step:
            asked.set()
            await go_on.wait()
            return Elsewhere("go there", "https://x.example", arrived, aclose=aclose)

        return Show("keep it", token, read)

    return LoginFlow("showing", "", "", (), start)


@pytest.mark.parametrize("step", ["shown", "elsewhere", "between"])
async def test_a_sign_in_that_was_left_holds_no_secret_though_it_is_held(
    world: World, step: str
) -> None:
    closed, asked, go_on = asyncio.Event(), asyncio.Event(), asyncio.Event()
    sign_in = world.runtime.logins.begin("memory", showing(closed, asked, go_on))
    secret = token_hex(16)
    await sign_in.answer(Answers(secrets={"token": Secret(secret)}))
    remembered = backwards(secret)
    del secret
    assert holders(remembered) != []
    if step == "shown":
        await sign_in.leave()
    elif step == "elsewhere":
        go_on.set()
        await sign_in.read()
        await sign_in.leave()
    else:
        reading = asyncio.create_task(sign_in.read())
        await asked.wait()
        await sign_in.leave()
        go_on.set()
        await reading
        del reading
    assert closed.is_set() is (step != "shown")
    assert holders(remembered) == []
    with pytest.raises(Refused, match="is over"):
        await sign_in.answer(Answers())


def test_what_hides_a_secret_does_not_hold_it() -> None:
    scrubber = Scrubber()
    made = [token_hex(16), f"it's a {token_hex(8)} \\ é & more"]
    remembered = [backwards(each) for text in made for each in spellings(text)]
    scrubber.hide(*map(Secret, made))
    del made
    for each in remembered:
        assert holders(each) == []
        assert scrubber.exactly(f"a{backwards(each)}z") == "a***z"


@given(st.lists(st.text("ab", min_size=4, max_size=9), min_size=1, max_size=4), st.data())
def test_secrets_that_overlap_are_all_hidden_and_nothing_else_is(
    secrets: list[str], data: st.DataObject
) -> None:
    scrubber = Scrubber()
    scrubber.hide(*map(Secret, secrets))
    text = data.draw(st.text("ab.", max_size=40))
    covered = [False] * len(text)
    for spelled in {spelled for secret in secrets for spelled in spellings(secret)}:
        for at in range(len(text)):
            if text.startswith(spelled, at):
                covered[at : at + len(spelled)] = [True] * len(spelled)
    kept = "".join("*" if hidden else char for char, hidden in zip(text, covered, strict=True))
    assert scrubber.exactly(text).replace("*", "") == kept.replace("*", "")
    assert ("*" in scrubber.exactly(text)) is any(covered)


@given(st.integers(0, 120))
def test_a_secret_that_a_long_text_s_end_cuts_through_shows_no_part(before: int) -> None:
    scrubber = Scrubber()
    secret = "0123456789" * 4
    scrubber.hide(Secret(secret))
    text = "x" * (100_000 - before) + secret + "y" * 1000
    said = scrubber.exactly(text)
    assert "01" not in said
    assert said.endswith(" (cut)")
    assert len(said) <= len(text)
    assert said.startswith("x" * 90_000)


def test_a_text_of_nothing_but_beginnings_of_a_secret_is_gone_through_all_the_same() -> None:
    scrubber = Scrubber()
    scrubber.hide(*(Secret(f"abcd{number:028}") for number in range(50)))
    text = "abcd" * 25_000
    assert scrubber.exactly(text) == text
