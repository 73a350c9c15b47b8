"""The first screen: it carries out the commands of reading by asking the services.

What is shown where is `panes`' business, what a list or a thread shows their own.
"""

from __future__ import annotations

from textual import on

from tuisocial.commands import Command
from tuisocial.store.rows import Gap, SourceStatus
from tuisocial.tui.actions import ACTIONS
from tuisocial.tui.screens.panes import PanesScreen
from tuisocial.tui.widgets.block_list import BlockList
from tuisocial.tui.widgets.timeline_list import TimelineList

WRITING = frozenset({"compose", "compose-as", "reply", "quote", "edit-post", "delete-post"})
_DOWN = frozenset({"next", "page-down", "half-page-down", "last"})


class HomeScreen(PanesScreen):
    """See the module."""

    def __init__(self) -> None:
        super().__init__()
        self._fetching_older: set[str] = set()

    def run_command(self, command: Command, count: int) -> None:
        match command.name:
            case "open":
                self._open()
            case "back":
                self._back()
            case "switch-pane":
                self._switch_pane()
            case "show-new":
                self._show_new()
            case name if name in ACTIONS:
                if self._post is not None:
                    ACTIONS[name](self.program, self._post)
                else:
                    self.note("there is no post here")
            case "next-tab" if count:
                self._show_tab(count)
            case "next-tab":
                self._turn_tab(1)
            case "previous-tab":
                self._turn_tab(-count)
            case "close":
                self._close_tab()
            case name if name in WRITING:
                self._write(name)
            case "undo":
                self._undo()
            case "outbox":
                self.program.outbox()
            case "drafts":
                self.program.drafts()
            case "palette":
                self.program.palette()
            case "add-login":
                self._sign_in()
            case "logins":
                self.program.logins()
            case "trouble":
                self._show_trouble()
            case "help":
                self.program.help(self.context)
            case name if name.startswith("tab-"):
                self._show_tab(int(name.removeprefix("tab-")))
            case name:
                self._move(name, count)

    def _move(self, how: str, count: int) -> None:
        place = self._pane.place
        self._pane.move(how, count)
        # Now, so that it is painted together with the move.
        self._show_address()
        stuck = how in _DOWN and self._pane.place == place and not self._reading
        if stuck and self._view.name in self._fetching_older:
            self.note("the end of what is loaded; older posts are being fetched")

    def _write(self, name: str) -> None:
        from tuisocial.tui import writing

        writing.run(self.program, name, self._post)

    def _undo(self) -> None:
        from tuisocial.tui import writing

        if self._sending.undoable:
            writing.undo(self.program, self._sending.key)
        else:
            self.note("nothing was just sent that could be taken back")

    def _show_trouble(self) -> None:
        states = self.program.runtime.timelines.states(self._view)
        if states:
            self.program.trouble(sorted(states, key=lambda state: not state.error))
        else:
            self.note("there is no login yet; a adds one")

    def _open(self) -> None:
        chosen = None if self._reading else self._list.selected
        if isinstance(chosen, Gap):
            self._fill(chosen)
            return
        post = self._post
        warned = post is not None and post.content_warning is not None
        if post is not None and warned and str(post.id) not in self._opened:
            self._opened.add(str(post.id))
            self._pane.repaint_selected()
            return
        if self._reading:
            self._open_in_thread()
        elif post is not None:
            self._thread.trail.clear()
            self._thread.about(post.id)
            self._enter_thread()
            self._fetch_thread()

    def _sign_in(self) -> None:
        """Sign in again the login that is signed out, or add one."""
        states = self.program.runtime.timelines.states(self._view)
        out = [s.source.login for s in states if s.status is SourceStatus.SIGNED_OUT]
        if out:
            self.program.sign_in_again(out[0])
        else:
            self.program.welcome()

    def _open_in_thread(self) -> None:
        post = self._thread.selected_post
        if post is None:
            return
        if post != self._thread.focus_post:
            self._thread.go_to(post)
        self._fetch_thread()

    def _fetch_thread(self) -> None:
        post = self._thread.focus_post
        if post is not None:
            self._thread.asked(post)
            self.program.background(self.program.runtime.threads.fetch(post))

    def _back(self) -> None:
        if self._reading:
            if not self._thread.go_back():
                self._close_thread()
        elif self._post is not None and str(self._post.id) in self._opened:
            self._opened.discard(str(self._post.id))
            self._list.repaint_selected()

    def _show_new(self) -> None:
        shown = self._list
        self._close_thread()
        shown.show_new()
        self._refresh_around()

        async def fetch() -> None:
            await self.program.runtime.timelines.refresh(shown.view)
            shown.reread()
            shown.settled()
            self._refresh_around()

        self.program.background(fetch())

    def _fill(self, gap: Gap) -> None:
        shown = self._list
        if gap.key in shown.filling:
            return
        shown.filling.add(gap.key)
        shown.repaint_selected()
        self._status.show_activity(f"filling the gap of {gap.source.login}")

        async def fill() -> None:
            try:
                await self.program.runtime.timelines.fill(shown.view, gap)
            finally:
                shown.filling.discard(gap.key)
                self._status.show_activity("")
                shown.reread()

        self.program.background(fill())

    @on(BlockList.Chosen)
    def _chosen(self) -> None:
        self._open()

    @on(TimelineList.OlderWanted)
    def _older_wanted(self) -> None:
        shown = self._list
        if shown.view.name in self._fetching_older or shown.older_note:
            return
        self._fetching_older.add(shown.view.name)
        self._status.show_activity("loading older posts")

        async def fetch() -> None:
            found = False
            try:
                found = await self.program.runtime.timelines.older(shown.view)
            finally:
                self._fetching_older.discard(shown.view.name)
                self._status.show_activity("")
            shown.end_reached(found)

        self.program.background(fetch())
