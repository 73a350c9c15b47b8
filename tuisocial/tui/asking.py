"""What is asked for beside the text of a post, each by a screen of its own; answers change the
draft.

Files are `tui.files`' affair.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tuisocial.commands import BY_NAME
from tuisocial.model.draft import Overflow
from tuisocial.model.ids import LoginId
from tuisocial.model.post import Visibility
from tuisocial.sdk.options import Field
from tuisocial.services.header_values import read_duration, read_time
from tuisocial.tui import own_texts
from tuisocial.tui.files import Files
from tuisocial.tui.screens.choice import Choice, ChoiceScreen
from tuisocial.tui.screens.poll import PollScreen
from tuisocial.tui.screens.preview import PreviewScreen
from tuisocial.tui.screens.prompt import PromptScreen
from tuisocial.tui.screens.targets import TargetsScreen

if TYPE_CHECKING:
    from tuisocial.model.draft import Ballot
    from tuisocial.tui.screens.compose import ComposeScreen

_SEEN_BY = (
    (Visibility.PUBLIC, "by everybody, in all lists"),
    (Visibility.UNLISTED, "by everybody who comes by, in no public list"),
    (Visibility.FOLLOWERS, "by those who follow you"),
    (Visibility.DIRECT, "by those who are named in it"),
)
_TOO_LONG = (
    (Overflow.SPLIT, "Split it", "A thread of several posts."),
    (Overflow.LINK, "Cut it, and link to the whole", "On a target that takes all of it."),
    (Overflow.REFUSE, "Do not send it", "It is said before."),
)
_LANGUAGE = Field(
    "language", "Language", required=False, help="Two letters: en, de, ja. Empty: it is guessed."
)
_TIME = Field(
    "time", "When", required=False, help="18:00, 2026-12-24 18:00, or 2h from now. Empty: at once."
)
_IN_MENU = (
    "targets",
    "visibility",
    "warn",
    "language",
    "attach",
    "own-text",
    "preview",
    "editor",
)

Done = Callable[[], None]


class Asking:
    """Asks on behalf of the screen where a post is written."""

    def __init__(self, screen: ComposeScreen) -> None:
        self._screen = screen
        self._files = Files(screen)

    def run(self, name: str) -> None:
        """Carry out a command that asks for something."""
        match name:
            case "targets":
                self._targets()
            case "visibility":
                self._visibility()
            case "language":
                self._language()
            case "attach":
                self._files.pick()
            case "own-text":
                self._own_text()
            case "preview":
                self._preview()
            case "editor":
                self._screen.call_later(self._edit_outside)
            case "compose-menu":
                self._menu()

    def attach(self, paths: tuple[str, ...]) -> None:
        """Add files, and ask what is to be seen or heard in each."""
        self._files.add(paths)

    def files(self) -> None:
        """Choose one of the files, and what to do with it; or what to do with the poll."""
        if self._screen.draft.media:
            self._files.menu()
        else:
            self._poll()

    async def _edit_outside(self) -> None:
        from tuisocial.tui.outside_editor import edit_outside

        await edit_outside(self._screen)

    def _targets(self) -> None:
        def chosen(targets: tuple[LoginId, ...] | None) -> None:
            if targets is not None:
                self._screen.change(replace(self._screen.draft, targets=targets))

        self._screen.program.push_screen(TargetsScreen(self._screen.draft.targets), chosen)

    def _visibility(self) -> None:
        screen = self._screen
        choices = [Choice(each.value, f"Seen {who}.") for each, who in _SEEN_BY]

        def chosen(index: int | None) -> None:
            if index is not None:
                screen.change(replace(screen.draft, visibility=_SEEN_BY[index][0]))

        below = ("Where a target has no such thing it gets a narrower one, never a wider.",)
        title = f"Who can see it? Now: {screen.draft.visibility.value}"
        screen.program.push_screen(ChoiceScreen(title, choices, below), chosen)

    def _language(self) -> None:
        screen = self._screen

        def typed(answer: str | None) -> None:
            if answer is not None:
                screen.change(replace(screen.draft, language=answer.lower() or None))

        value = screen.draft.language or screen.guessed
        prompt = PromptScreen("Which language is it in?", _LANGUAGE, value, fault=_no_language)
        screen.program.push_screen(prompt, typed)

    def _own_text(self) -> None:
        screen = self._screen
        targets = screen.draft.targets
        if not targets:
            screen.note("nobody posts it yet; Ctrl-t chooses")
            return
        acts: list[tuple[Choice, Done]] = [
            (Choice("The text for all"), lambda: screen.show_text(None))
        ]
        for login in targets:
            if login in screen.draft.own:
                acts.append((Choice(f"{login}: its own text"), self._shows(login)))
                acts.append((Choice(f"{login}: the text for all again"), self._takes_back(login)))
            else:
                about = "Begins with the text for all."
                acts.append((Choice(f"{login}: write an own text", about), self._begins(login)))
        self._offer("Which text?", acts)

    def _shows(self, login: LoginId) -> Done:
        return lambda: self._screen.show_text(login)

    def _takes_back(self, login: LoginId) -> Done:
        def act() -> None:
            self._screen.show_text(None)
            self._screen.change(own_texts.without(self._screen.draft, login))

        return act

    def _begins(self, login: LoginId) -> Done:
        def act() -> None:
            screen = self._screen
            screen.change(own_texts.with_text(screen.draft, login, screen.draft.text))
            screen.show_text(login)

        return act

    def _preview(self) -> None:
        screen = self._screen

        def chosen(login: LoginId | None) -> None:
            one = next((one for one in screen.plans if one.login == login), None)
            if one is None or login is None:
                return
            if login not in screen.draft.own:
                screen.change(own_texts.with_parts(screen.draft, one))
            screen.show_text(login)

        if screen.plans:
            screen.program.push_screen(PreviewScreen(screen.plans), chosen)
        else:
            screen.note("nobody posts it yet; Ctrl-t chooses")

    # --- the menu -------------------------------------------------------------------------

    def _menu(self) -> None:
        screen, draft = self._screen, self._screen.draft
        acts: list[tuple[Choice, Done]] = [
            (Choice("Files", "Describe, order or take them out."), self._files.menu),
            (Choice("Poll", "Make, change or take out a poll."), self._poll),
            (Choice("Later", "Have the servers post it at another time."), self._later),
            (
                Choice(
                    "Sensitive: no" if draft.sensitive else "Sensitive: yes",
                    "Whether its files are hidden until somebody opens them.",
                ),
                lambda: screen.change(replace(draft, sensitive=not draft.sensitive)),
            ),
            (Choice("Too long", f"Now: {draft.overflow.value}."), self._too_long),
            (
                Choice("Discard this draft", "It is gone then."),
                self._discard,
            ),
        ]
        for name in _IN_MENU:
            command = BY_NAME[name]
            title = f"{command.label[:1].upper()}{command.label[1:]} ({command.keys[0]})"
            acts.append((Choice(title, command.description), self._runs(name)))
        self._offer("This post", acts)

    def _runs(self, name: str) -> Done:
        return lambda: self._screen.run_command(BY_NAME[name], 1)

    def _offer(self, title: str, acts: list[tuple[Choice, Done]]) -> None:
        def chosen(index: int | None) -> None:
            if index is not None:
                acts[index][1]()

        choices = [choice for choice, _ in acts]
        self._screen.program.push_screen(ChoiceScreen(title, choices), chosen)

    def _poll(self) -> None:
        screen = self._screen

        def made(ballot: Ballot | None) -> None:
            screen.change(replace(screen.draft, ballot=ballot))

        screen.program.push_screen(PollScreen(screen.draft.ballot), made)

    def _later(self) -> None:
        screen = self._screen
        now = screen.program.runtime.now

        def typed(answer: str | None) -> None:
            if answer is not None:
                at = moment(answer, now()) if answer else None
                screen.change(replace(screen.draft, at=at))

        def fault(answer: str) -> str:
            try:
                moment(answer, now())
            except (ValueError, OverflowError, OSError):
                return f"{answer[:20]!r} is no time; write 18:00 or 2026-12-24 18:00"
            return ""

        at = screen.draft.at
        value = f"{at.astimezone():%Y-%m-%d %H:%M}" if at is not None else ""
        screen.program.push_screen(PromptScreen("Post it when?", _TIME, value, fault=fault), typed)

    def _too_long(self) -> None:
        screen = self._screen
        choices = [Choice(title, about) for _, title, about in _TOO_LONG]

        def chosen(index: int | None) -> None:
            if index is not None:
                screen.change(replace(screen.draft, overflow=_TOO_LONG[index][0]))

        title = "What becomes of a text that is too long for a target?"
        screen.program.push_screen(ChoiceScreen(title, choices), chosen)

    def _discard(self) -> None:
        screen = self._screen
        choices = [Choice("Keep it"), Choice("Discard it", "The text cannot be had back.")]

        def chosen(index: int | None) -> None:
            if index == 1:
                screen.call_later(screen.discard)

        screen.program.push_screen(ChoiceScreen("Discard this draft?", choices), chosen)


def _no_language(answer: str) -> str:
    good = 2 <= len(answer) <= 3 and answer.isascii() and answer.isalpha()
    return "" if good else f"{answer[:20]!r} is no code of a language; write two letters: en"


def moment(text: str, now: datetime) -> datetime:
    """A time that somebody wrote: of day, whole, or how long from `now`.

    Raises: ValueError, OverflowError, OSError.
    """
    if ":" not in text:
        return now + read_duration(text.removeprefix("in ").removeprefix("+").strip())
    hour, _, minute = text.partition(":")
    if len(text) <= 5 and hour.isdigit() and minute.isdigit():
        local = now.astimezone().replace(
            hour=int(hour), minute=int(minute), second=0, microsecond=0
        )
        return local if local > now else local + timedelta(days=1)
    return read_time(text)
