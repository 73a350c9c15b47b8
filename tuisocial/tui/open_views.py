"""Which views have a tab, which one is shown, what the tabs are called and in whose colour."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from tuisocial.model.ids import LoginId
from tuisocial.services.timelines import View
from tuisocial.tui.render.look import Look, Role, Tone
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.widgets.tabs import Tab


class OpenViews:
    """The views with a tab: the merged one, each login's own, and those that were opened."""

    def __init__(self, own: Sequence[View]) -> None:
        self.own = list(own)
        self.opened: list[View] = []
        self.active = self.own[0].name
        """The name of the view that is shown."""

    @property
    def all(self) -> list[View]:
        """Every view in the order of the tabs."""
        return [*self.own, *self.opened]

    def add(self, view: View) -> bool:
        """Give a view a tab; False if it has one."""
        if any(view.name == known.name for known in self.all):
            return False
        self.opened.append(view)
        return True

    def beside(self, by: int) -> View:
        """The view so many tabs further, around the end."""
        views = self.all
        here = next(n for n, view in enumerate(views) if view.name == self.active)
        return views[(here + by) % len(views)]

    def numbered(self, number: int) -> View | None:
        """The view of a tab's number, from 1."""
        views = self.all
        return views[number - 1] if number <= len(views) else None

    def read_again(self, own: Sequence[View], logins: Collection[LoginId]) -> Mapping[str, View]:
        """Take over the logins' views as they are now; the views that have a tab, by name."""
        self.own = list(own)
        self.opened = [
            view for view in self.opened if all(source.login in logins for source in view.sources)
        ]
        return {view.name: view for view in self.all}

    def tabs(self, newer: Mapping[str, int], look: Look) -> tuple[list[Tab], int]:
        """The tabs and the number of the active one; `newer` counts by the views' names."""
        names = [view.name for view in self.all]
        return _tabs(self.own, self.opened, newer, look), names.index(self.active)


def _tabs(
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
