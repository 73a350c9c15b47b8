"""What the palette finds: every command, timeline, hashtag, theme and density by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from textual.fuzzy import Matcher

from tuisocial.commands import COMMANDS, Command
from tuisocial.config.schema import Density
from tuisocial.model.ids import LoginId
from tuisocial.model.timeline import Timeline, TimelineKind
from tuisocial.store.rows import Source
from tuisocial.tui.app import TuisocialApp
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.render.width import Safe

_TAG = re.compile(r"#[\w-]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be done: its name, a sentence about it, and doing it."""

    name: Safe
    about: Safe
    act: Callable[[], None]


def entries(program: TuisocialApp) -> list[Entry]:
    """All that can be done by name, but for hashtags, of which there is no end."""
    return [
        *_commands(program),
        *_timelines(program),
        *_themes(program),
        *(
            Entry(
                Safe(f"density {density}"),
                Safe("How much of each post is shown."),
                partial(program.use_density, density),
            )
            for density in Density
        ),
    ]


def found(program: TuisocialApp, known: list[Entry], query: str) -> list[Entry]:
    """What answers to a query, the likeliest first."""
    if query.startswith("#"):
        return list(_tags(program, query)) if _TAG.fullmatch(query) else []
    if not query:
        return known
    matcher = Matcher(query)
    scored = [(matcher.match(entry.name), entry) for entry in known]
    return [entry for score, entry in sorted(scored, key=lambda pair: -pair[0]) if score > 0]


def refusal(query: str) -> str:
    """Why nothing answers to a query, and what to type instead."""
    if query == "#":
        return "Type the hashtag's word: #cats"
    if query.startswith("#"):
        return "A hashtag is one word of letters, digits, _ and - only."
    return "Nothing has that name."


def _commands(program: TuisocialApp) -> Iterator[Entry]:
    for command in COMMANDS:
        if command.in_palette:
            name = Safe(f"{command.label} ({command.keys[0]})")
            yield Entry(name, Safe(command.description), partial(_run, program, command))


def _timelines(program: TuisocialApp) -> Iterator[Entry]:
    for login in program.runtime.logins.all():
        for timeline in program.runtime.timelines.available(login.id):
            name = safe_line(f"{_called(program, login.id, timeline)} on {login.id}")
            act = partial(program.home.open_source, Source(login.id, timeline))
            yield Entry(name, Safe("Open this timeline in a tab."), act)


def _themes(program: TuisocialApp) -> Iterator[Entry]:
    for name, trouble in program.themes_known():
        words = safe_line(f"theme {name} (broken)" if trouble else f"theme {name}")
        about = safe_line(trouble or "Use these colours until you quit.")
        yield Entry(words, about, partial(program.use_theme, name))


def _tags(program: TuisocialApp, tag: str) -> Iterator[Entry]:
    timeline = Timeline(TimelineKind.TAG, tag[1:].casefold())
    logins = program.runtime.logins.all()
    if len(logins) > 1:
        act = partial(program.home.open_merged, timeline)
        yield Entry(safe_line(f"{tag} on all logins"), Safe("Open it merged, in a tab."), act)
    for login in logins:
        act = partial(program.home.open_source, Source(login.id, timeline))
        yield Entry(safe_line(f"{tag} on {login.id}"), Safe("Open this hashtag in a tab."), act)


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
        program.home.run_command(command, command.uncounted)
