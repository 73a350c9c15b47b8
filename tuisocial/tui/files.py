"""The files of a post being written: picked or dropped, described, put in order, taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tuisocial.model.draft import Attachment
from tuisocial.sdk.options import Field
from tuisocial.services.header_values import read_point
from tuisocial.tui.screens.choice import Choice, ChoiceScreen
from tuisocial.tui.screens.path_prompt import PathScreen
from tuisocial.tui.screens.prompt import PromptScreen

if TYPE_CHECKING:
    from tuisocial.tui.screens.compose import ComposeScreen

_ALT = Field(
    "alt",
    "Description",
    required=False,
    help="What is to be seen or heard in it, for those who cannot. Esc: later.",
)
_FOCUS = Field(
    "focus",
    "Focus",
    required=False,
    help="The point that small pictures must show, each part from -1 to 1: 0, 0.5",
)


class Files:
    """Changes the files of the draft on the screen where it is written."""

    def __init__(self, screen: ComposeScreen) -> None:
        self._screen = screen

    @property
    def _all(self) -> tuple[Attachment, ...]:
        return self._screen.draft.media

    def pick(self) -> None:
        """Ask for a path."""

        def picked(path: str | None) -> None:
            if path is not None:
                self.add((path,))

        self._screen.program.push_screen(PathScreen(), picked)

    def add(self, paths: Sequence[str]) -> None:
        """Add files, and ask for a description of each."""
        new = tuple(Attachment(path) for path in paths)
        first = len(self._all)
        self._set((*self._all, *new))
        self._describe_from(first)

    def menu(self) -> None:
        """Choose one of the files, and what to do with it."""
        if not self._all:
            self._screen.note("there are no files; Ctrl-f adds one")
            return
        choices = [Choice(Path(each.path).name, each.alt or "no description") for each in self._all]

        def chosen(index: int | None) -> None:
            if index is not None:
                self._of(index)

        self._screen.program.push_screen(ChoiceScreen("Which file?", choices), chosen)

    def _of(self, at: int) -> None:
        acts = [
            (Choice("Describe it"), lambda: self._describe(at)),
            (Choice("It needs no description"), lambda: self._put(at, alt="")),
            (Choice("Set its focus"), lambda: self._focus(at)),
            (Choice("Move it up"), lambda: self._move(at, -1)),
            (Choice("Move it down"), lambda: self._move(at, 1)),
            (Choice("Take it out"), lambda: self._take_out(at)),
        ]

        def chosen(index: int | None) -> None:
            if index is not None:
                acts[index][1]()

        title = Path(self._all[at].path).name
        self._screen.program.push_screen(
            ChoiceScreen(title, [choice for choice, _ in acts]), chosen
        )

    def _describe_from(self, at: int) -> None:
        """Ask for a description of one file and of those after it, until somebody has enough."""

        def typed(answer: str | None) -> None:
            if answer:
                self._put(at, alt=answer)
                self._describe_from(at + 1)

        if at < len(self._all):
            self._screen.program.push_screen(self._asks(at), typed)

    def _describe(self, at: int) -> None:
        def typed(answer: str | None) -> None:
            if answer is not None:
                self._put(at, alt=answer or None)

        self._screen.program.push_screen(self._asks(at), typed)

    def _asks(self, at: int) -> PromptScreen:
        one = self._all[at]
        return PromptScreen(f"Describe {Path(one.path).name}", _ALT, one.alt or "", kept=True)

    def _focus(self, at: int) -> None:
        def typed(answer: str | None) -> None:
            if answer is not None:
                self._put(at, focus=read_point(answer) if answer else None)

        def fault(answer: str) -> str:
            try:
                read_point(answer)
            except ValueError:
                return "write two numbers from -1 to 1: 0, 0.5"
            return ""

        focus = self._all[at].focus
        value = "{:g}, {:g}".format(*focus) if focus else ""
        name = Path(self._all[at].path).name
        self._screen.program.push_screen(
            PromptScreen(f"Focus of {name}", _FOCUS, value, fault=fault), typed
        )

    def _put(self, at: int, **changes: str | tuple[float, float] | None) -> None:
        files = list(self._all)
        files[at] = replace(files[at], **changes)  # type: ignore[arg-type]
        self._set(tuple(files))

    def _move(self, at: int, by: int) -> None:
        files = list(self._all)
        files.insert(max(at + by, 0), files.pop(at))
        self._set(tuple(files))

    def _take_out(self, at: int) -> None:
        self._set((*self._all[:at], *self._all[at + 1 :]))

    def _set(self, files: tuple[Attachment, ...]) -> None:
        self._screen.change(replace(self._screen.draft, media=files))
