"""What the tabs of views are called, and in whose colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tuisocial.services.timelines import View
from tuisocial.tui.render.look import Look, Role, Tone
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.widgets.tabs import Tab


def tabs_of(
    own: Sequence[View], opened: Sequence[View], newer: Mapping[str, int], look: Look
) -> list[Tab]:
    """A tab for each view, the opened ones last; `newer` counts by the views' names.

    What belongs to one login has its colour, and its name where it is not the login's own tab.
    """
    tabs = []
    for at, view in enumerate([*own, *opened]):
        tone: Tone = Role.DIM
        title = view.title
        if len(view.sources) == 1 and at > 0:
            login = view.sources[0].login
            mark = look.marks.get(login)
            tone = mark.colour if mark is not None else tone
            title += f" {login}" if at >= len(own) else ""
        tabs.append(Tab(safe_line(title), newer.get(view.name, 0), tone))
    return tabs
