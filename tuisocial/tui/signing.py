"""From wanting to sign in to the screen that does it: which way, and for which login."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tuisocial.errors import UserError
from tuisocial.tui.screens.choice import Choice, ChoiceScreen
from tuisocial.tui.screens.sign_in import SignInScreen, Typed

if TYPE_CHECKING:
    from tuisocial.model.login import Login
    from tuisocial.sdk.login_steps import LoginFlow
    from tuisocial.tui.app import TuisocialApp

Way = tuple[str, "LoginFlow"]
"""An adapter's name, and one of its ways to sign in."""


def add_login(program: TuisocialApp, ended: Callable[[bool], None], *, guest: bool) -> None:
    """Let one of the ways to look around, or to sign in, be chosen and walked.

    `ended` is told whether a login was added.
    """
    ways = [way for way in program.runtime.logins.flows() if way[1].guest == guest]
    if not ways:
        program.say("no adapter offers that; see: tuisocial adapter list", trouble=True)
        return
    title = "Look around as a guest" if guest else "Sign in"
    _choose(program, title, ways, None, ended)


def sign_in_again(program: TuisocialApp, login: Login) -> None:
    """Let a login that was signed out be signed in once more, in place."""
    try:
        flows = program.runtime.logins.ways_again(login.id)
    except UserError as error:
        program.say(f"{error.message}; {error.remedy}", trouble=True)
        return
    ways = [(login.adapter, flow) for flow in flows]
    _choose(program, f"Sign in again: {login.id}", ways, login, lambda _: None)


def _choose(
    program: TuisocialApp,
    title: str,
    ways: list[Way],
    again: Login | None,
    ended: Callable[[bool], None],
) -> None:
    choices = []
    for adapter, flow in ways:
        network = program.runtime.registry.get(adapter).vocabulary.network
        choices.append(Choice(f"{network}: {flow.title}", flow.summary))
    typed: dict[int, Typed] = {}

    def forget() -> None:
        for each in typed.values():
            each.clear()

    def ask() -> None:
        program.push_screen(ChoiceScreen(title, choices), chosen)

    def chosen(index: int | None) -> None:
        if index is None:
            forget()
            ended(False)
            return
        adapter, flow = ways[index]
        sign_in = program.runtime.logins.begin(adapter, flow, again=again)
        heading = choices[index].title if again is None else f"{title}, {flow.title}"
        screen = SignInScreen(sign_in, heading, typed.setdefault(index, {}))
        program.push_screen(screen, walked)

    def walked(added: bool | None) -> None:
        if added:
            forget()
            ended(True)
        else:
            ask()

    ask()
