"""The palette: every command, tab, timeline, hashtag, theme and density by name.

Textual's own palette shows and searches; this says what there is to find.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tuisocial.commands import COMMANDS, Command
from tuisocial.config.schema import Density
from tuisocial.model.ids import LoginId
from tuisocial.model.timeline import Timeline, TimelineKind
from tuisocial.store.rows import Source
from tuisocial.tui.app import TuisocialApp
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.render.width import Safe

_Entry = tuple[Safe, str, Callable[[], None]]
"""What is shown, what it does, and doing it."""


class Everything(Provider):
    """All that can be done by name."""

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for words, about, act in [*self._tags(query), *self._entries()]:
            score = 1.0 if words.startswith("#") else matcher.match(words)
            if score > 0:
                yield Hit(score, Content(words), act, text=words, help=about)

    async def discover(self) -> Hits:
        for words, about, act in self._entries():
            yield DiscoveryHit(Content(words), act, text=words, help=about)

    @property
    def _program(self) -> TuisocialApp:
        return cast("TuisocialApp", self.app)

    def _entries(self) -> Iterator[_Entry]:
        program = self._program
        for command in COMMANDS:
            if command.in_palette:
                words = Safe(f"{command.label} ({command.keys[0]})")
                yield words, command.description, partial(_run, program, command)
        for login in program.runtime.logins.all():
            for timeline in program.runtime.timelines.available(login.id):
                title = safe_line(f"{_called(program, login.id, timeline)} on {login.id}")
                act = partial(program.home.open_source, Source(login.id, timeline))
                yield title, "Open this timeline in a tab.", act
        for name in program.theme_names():
            words = safe_line(f"theme {name}")
            yield words, "Use these colours until you quit.", partial(program.use_theme, name)
        for density in Density:
            act = partial(program.use_density, density)
            yield Safe(f"density {density}"), "How much of each post is shown.", act

    def _tags(self, query: str) -> Iterator[_Entry]:
        tag = query.strip().split(" ")[0]
        if not tag.startswith("#") or len(tag) < 2:
            return
        timeline = Timeline(TimelineKind.TAG, tag[1:].casefold())
        for login in self._program.runtime.logins.all():
            words = safe_line(f"{tag} on {login.id}")
            act = partial(self._program.home.open_source, Source(login.id, timeline))
            yield words, "Open this hashtag in a tab.", act


def _called(program: TuisocialApp, login: LoginId, timeline: Timeline) -> str:
    """What a network's own people call a timeline."""
    mark = program.look.marks.get(login)
    if mark is not None and timeline.kind is TimelineKind.LOCAL:
        return mark.vocabulary.local
    if mark is not None and timeline.kind is TimelineKind.PUBLIC:
        return mark.vocabulary.public
    return timeline.title or str(timeline)


def _run(program: TuisocialApp, command: Command) -> None:
    if command.name == "quit":
        program.exit()
    else:
        program.home.run_command(command, 1)
