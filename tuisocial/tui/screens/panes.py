"""The first screen's panes: tabs, the list of each, a thread beside or over it, the lines below.

It knows what is shown where and keeps that up to date. What the keys do is `home`'s.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.timer import Timer

from tuisocial.commands import Context
from tuisocial.model.ids import LoginId
from tuisocial.model.post import Post
from tuisocial.model.timeline import Timeline
from tuisocial.services.timelines import View
from tuisocial.store.rows import Gap, Row, Source
from tuisocial.tui.bridge import Stale
from tuisocial.tui.keymap import Keymap
from tuisocial.tui.open_views import OpenViews
from tuisocial.tui.render.links import links_of
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.render.width import Safe
from tuisocial.tui.screens.base import CommandScreen
from tuisocial.tui.sending import SendingWatch
from tuisocial.tui.widgets.block_list import BlockList
from tuisocial.tui.widgets.divider import Divider
from tuisocial.tui.widgets.key_line import KeyLine
from tuisocial.tui.widgets.status_line import StatusLine
from tuisocial.tui.widgets.tabs import Tabs
from tuisocial.tui.widgets.thread_list import ThreadList
from tuisocial.tui.widgets.timeline_list import TimelineList

WIDE = 120
"""Columns from which list and thread stand side by side."""

_REST = 0.3
"""Seconds on one post after which the thread beside follows, and the place is remembered."""

_CLOCK = 20.0


class PanesScreen(CommandScreen[None]):
    """See the module."""

    context = Context.LIST

    def __init__(self) -> None:
        super().__init__()
        self._thread_keys = Keymap(Context.THREAD)
        self._list_keys = self._keymap
        self._lists: dict[str, TimelineList] = {}
        self._opened: set[str] = set()
        self._rest: Timer | None = None
        self._second: Timer | None = None

    def compose(self) -> ComposeResult:
        program = self.program
        look = program.look
        self._tabs = Tabs(look)
        runtime = program.runtime
        self._thread = ThreadList(
            lambda post: runtime.threads.stored(post), look, runtime.now, self._opened
        )
        self._thread.set_active(False)
        self._divider = Divider(look)
        self._status = StatusLine(look)
        self._sending = SendingWatch(runtime)
        self._keys = KeyLine(look, Context.LIST)
        self._views = OpenViews(program.runtime.timelines.views())
        first = self._list_for(self._views.own[0], mounting=False)
        self._panes = Container(first, self._divider, self._thread, id="panes")
        yield self._tabs
        yield self._panes
        yield self._status
        yield self._keys

    def on_mount(self) -> None:
        self.set_class(self.app.size.width >= WIDE, "wide")
        self._list.open()
        self._list.focus()
        self._refresh_around()
        if self.has_class("wide"):
            self.call_after_refresh(self._follow)
        self.set_interval(_CLOCK, self._tick)
        self.call_after_refresh(self._show_sending)

    # --- tabs -----------------------------------------------------------------------------

    @property
    def _list(self) -> TimelineList:
        return self._lists[self._views.active]

    @property
    def _view(self) -> View:
        return self._list.view

    def _list_for(self, view: View, *, mounting: bool = True) -> TimelineList:
        if view.name not in self._lists:
            runtime = self.program.runtime
            made = TimelineList(
                view, runtime.timelines, self.program.look, runtime.now, self._opened
            )
            made.set_class(view.name == self._views.active, "shown")
            self._lists[view.name] = made
            if mounting:
                self._panes.mount(made, before=self._divider)
                made.open()
        return self._lists[view.name]

    def show_view(self, view: View) -> None:
        """Make a view's tab the active one, opening it if it has none."""
        if self._views.add(view):
            self.program.background(self.program.runtime.timelines.refresh(view))
        self.program.hush()
        self._close_thread()
        self._remember_place()
        self._list.remove_class("shown")
        self._views.active = view.name
        shown = self._list_for(view)
        shown.add_class("shown")
        shown.catch_up()
        self._list.focus()
        self._refresh_around()

    def show_login(self, login: LoginId) -> None:
        """Make a login's own tab the active one."""
        for view in self._views.own:
            if view.name == f"login:{login}":
                self.show_view(view)

    def open_source(self, source: Source) -> None:
        """Open any timeline of a login as a tab."""
        self.show_view(self.program.runtime.timelines.open_view(source))

    def open_merged(self, timeline: Timeline) -> None:
        """Open a timeline of all logins as one tab."""
        view = self.program.runtime.timelines.view_for(None, timeline)
        self.show_view(replace(view, title=timeline.title or str(timeline)))

    @on(Tabs.Chosen)
    def _tab_chosen(self, message: Tabs.Chosen) -> None:
        self.show_view(self._views.all[message.index])

    def _turn_tab(self, by: int) -> None:
        self.show_view(self._views.beside(by))

    def _show_tab(self, number: int) -> None:
        view = self._views.numbered(number)
        if view is not None:
            self.show_view(view)
        else:
            self.note(f"there is no tab {number}")

    def _close_tab(self) -> None:
        """Close the thread, or an opened tab, or leave for the first tab; there, quit."""
        if self._reading and not self.has_class("wide"):
            self._close_thread()
            return
        view = self._view
        if view in self._views.own[1:]:
            self.show_view(self._views.own[0])
            return
        if view not in self._views.opened:
            self._remember_place()
            self.app.exit()
            return
        self._turn_tab(-1)
        self._views.opened.remove(view)
        self._lists.pop(view.name).remove()
        self._refresh_around()

    def _show_tabs(self) -> None:
        newer = {name: shown.newer for name, shown in self._lists.items()}
        self._tabs.show(*self._views.tabs(newer, self.program.look))

    # --- the pane that the keys are for -----------------------------------------------------

    @property
    def _pane(self) -> ThreadList | TimelineList:
        """The list that the keys are for."""
        return self._thread if self._reading else self._list

    @property
    def _reading(self) -> bool:
        return self.has_class("reading")

    @property
    def _post(self) -> Post | None:
        chosen = self._pane.selected
        if chosen is None or isinstance(chosen, Gap):
            return None
        row = chosen if isinstance(chosen, Row) else chosen.row
        return row.post if row is not None else None

    def _enter_thread(self) -> None:
        self.program.hush()
        self.add_class("reading")
        self._list.set_active(False)
        self._thread.set_active(True)
        self.context = Context.THREAD
        self._keymap = self._thread_keys
        self._thread.focus()
        self._keys.context = Context.THREAD
        self._keys.update()
        self._show_address()

    def _close_thread(self) -> None:
        if not self._reading:
            return
        self.program.hush()
        self.remove_class("reading")
        self._list.set_active(True)
        self._thread.set_active(False)
        self.context = Context.LIST
        self._keymap = self._list_keys
        self._list.focus()
        self._keys.context = Context.LIST
        self._keys.update()
        self._show_address()
        if self.has_class("wide"):
            self._follow()

    def _switch_pane(self) -> None:
        if not self.has_class("wide"):
            self.note(f"there is one pane; from {WIDE} columns on there are two")
        elif self._reading:
            self._close_thread()
        elif self._thread.focus_post is not None:
            self._enter_thread()

    # --- sending --------------------------------------------------------------------------

    def watch_sending(self, key: str) -> None:
        """Say on the line of state what becomes of a draft."""
        self._sending.watch(key)
        self._show_sending()

    def _show_sending(self) -> None:
        self._status.show_sending(self._sending.words())
        if self._second is not None:
            self._second.stop()
            self._second = None
        if self._sending.moving:
            self._second = self.set_timer(1.0, self._show_sending)

    @contextmanager
    def doing(self, activity: str) -> Iterator[None]:
        """Say on the line of state what is being done, if it takes its time."""
        self._status.show_activity(activity)
        try:
            yield
        finally:
            self._status.show_activity("")

    # --- what changes by itself -----------------------------------------------------------

    def refresh_stale(self, stale: Stale) -> None:
        """Read again what the store says is stale."""
        if stale.logins or stale.everything:
            self._read_views()
        if stale.writing or stale.everything:
            self._show_sending()
        for shown in list(self._lists.values()):
            touched = stale.everything or stale.logins or stale.rows & set(shown.view.sources)
            if touched and shown is self._list:
                shown.reread()
            elif touched:
                shown.mark_stale()
            elif not shown.blocks and stale.states & set(shown.view.sources):
                shown.repaint()
        if self._thread.focus_post is not None and (stale.threads or stale.everything):
            self._thread.reread()
        self._refresh_around()

    def look_changed(self) -> None:
        look = self.program.look
        for part in (self._tabs, self._divider, self._status, self._keys, self._thread):
            part.look = look
            part.forget()
        for shown in self._lists.values():
            shown.look = look
            shown.forget()
        self._refresh_around()

    def _read_views(self) -> None:
        logins = {login.id for login in self.program.runtime.logins.all()}
        kept = self._views.read_again(self.program.runtime.timelines.views(), logins)
        if self._views.active not in kept:
            self.show_view(self._views.own[0])
        for name, shown in list(self._lists.items()):
            if name in kept:
                shown.view = kept[name]
            else:
                self._lists.pop(name).remove()

    def _refresh_around(self) -> None:
        self._status.show_states(self.program.runtime.timelines.states(self._view))
        self._status.show_newer(self._list.newer)
        self._show_tabs()
        self._show_address()

    def _tick(self) -> None:
        """The times of the rows grow older."""
        if self._reading or self.has_class("wide"):
            self._thread.repaint()
        self._list.repaint()

    @on(BlockList.Selected)
    def _selected(self) -> None:
        self._show_address()
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(_REST, self._rested)

    @on(TimelineList.NewSeen)
    def _new_seen(self) -> None:
        self._status.show_newer(self._list.newer)
        self._show_tabs()

    def _rested(self) -> None:
        self._remember_place()
        if self.has_class("wide") and not self._reading:
            self._follow()

    def _follow(self) -> None:
        """Show beside the list the thread of what is selected there, from the store."""
        chosen = self._list.selected
        if isinstance(chosen, Row):
            if chosen.post.id != self._thread.focus_post:
                self._thread.trail.clear()
                self._thread.about(chosen.post.id)
        else:
            self._thread.clear()

    def _remember_place(self) -> None:
        place = self._list.position()
        if place is not None:
            self.program.runtime.timelines.save_read_position(self._view, place)

    def _show_address(self) -> None:
        post = self._post
        links = links_of(post) if post is not None and post.text.facets else []
        link = next((link.url for link in links if link.label == "link"), "")
        self._status.show_address(safe_line(link) if link else Safe(""))

    def on_resize(self, event: events.Resize) -> None:
        wide = event.size.width >= WIDE
        if wide != self.has_class("wide"):
            self.set_class(wide, "wide")
            if wide and not self._reading:
                self._follow()

    @on(events.DescendantFocus)
    def _pane_clicked(self, event: events.DescendantFocus) -> None:
        """A click in the other pane takes the keys there."""
        if event.widget is self._thread and not self._reading:
            self._enter_thread()
        elif event.widget is self._list and self._reading:
            self._close_thread()
