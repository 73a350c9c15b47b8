"""A timeline as a list: windows read from the store by position, never the whole of it.

It keeps a ceiling: what came in above it is counted and shown only when the reader asks. It knows
no network and waits for none; what is to be fetched, it asks for by a message.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from textual.message import Message

from tuisocial.config.schema import Density
from tuisocial.services.timelines import Timelines, View
from tuisocial.store.rows import Gap, Item, Position, Row, SourceStatus
from tuisocial.tui.render.gap import gap_lines
from tuisocial.tui.render.lines import Line
from tuisocial.tui.render.look import Look, Role
from tuisocial.tui.render.row import post_lines
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.render.times import ago
from tuisocial.tui.render.width import Safe
from tuisocial.tui.widgets.block_list import BlockList

_READ = 40
_NEAR = 20
_AT_ONCE = 8
_KEPT = 300
_BOTTOM = Position(-(1 << 60), "\U0010ffff")


class TimelineList(BlockList[Item]):
    """The rows of one view."""

    class OlderWanted(Message):
        """The reader is at the end of what is stored."""

    class NewSeen(Message):
        """The number of posts above the ceiling is another."""

    def __init__(
        self,
        view: View,
        timelines: Timelines,
        look: Look,
        now: Callable[[], datetime],
        opened: set[str],
        **options: Any,
    ) -> None:
        super().__init__(look, **options)
        self.view = view
        self.newer = 0
        self.filling: set[str] = set()
        self.older_note = ""
        self._timelines = timelines
        self._now = now
        self._opened = opened
        self._ceiling: Position | None = None
        self._more_newer = False
        self._more_older = False
        self._following = False
        self._stale = False

    # --- blocks ---------------------------------------------------------------------------

    def key_of(self, block: Item) -> str:
        return block.key

    def variant_of(self, block: Item) -> object:
        if isinstance(block, Gap):
            return block.key in self.filling
        return (ago(block.post.created_at, self._now()), str(block.post.id) in self._opened)

    def lines_of(self, block: Item, width: int) -> list[Line]:
        if isinstance(block, Gap):
            filling = block.key in self.filling
            return gap_lines(block, self.look, width, self._now(), filling=filling)
        opened = str(block.post.id) in self._opened
        return post_lines(block, self.look, width, self._now(), opened=opened)

    def spaced(self) -> bool:
        return self.look.density is not Density.COMPACT

    def footer(self, width: int) -> list[Line]:
        return [[(Safe(self.older_note), Role.DIM)]] if self.older_note else []

    def empty(self) -> list[Line]:
        states = self._timelines.states(self.view)
        waiting = (SourceStatus.NEVER, SourceStatus.FETCHING)
        if not states:
            words = ["There is no login yet.", "Press a to add one, or : for everything else."]
        elif any(state.status in waiting for state in states):
            words = ["Nothing is stored yet; the first posts are on their way."]
        elif any(state.error for state in states):
            words = ["Nothing is stored yet, and nothing could be fetched:"]
            words += [
                f"{state.source.login}: {state.error}"
                + (f"; {state.remedy}" if state.remedy else "")
                for state in states
                if state.error
            ]
        elif all(state.status is SourceStatus.OFFLINE for state in states):
            words = ["Nothing is stored yet, and there is no connection.", "Press . to try again."]
        else:
            words = ["Nothing here yet.", "Press . to look again."]
        return [[(safe_line(word), Role.DIM)] for word in words]

    # --- reading --------------------------------------------------------------------------

    def open(self) -> None:
        """Read what is stored, from where the reader left it."""
        self._ceiling = self._timelines.head(self.view)
        self._following = self._ceiling is None
        left = self._timelines.read_position(self.view)
        if left is None or self._ceiling is None or left.order <= self._ceiling.order:
            # What fits on the screen, however short the rows are.
            self._read_top(self.app.size.height // (2 if self.spaced() else 1) + 2)
            return
        self._read_around(left)
        self.put(self.viewport.selected, 0)

    def reread(self) -> None:
        """Read the neighbourhood again: the store has changed."""
        self.older_note = ""
        self._stale = False
        if self._following:
            self._ceiling = self._timelines.head(self.view)
            self._read_top()
            self.post_message(self.Selected())
            return
        selected = self.selected
        if selected is None:
            self._read_top()
        else:
            self._read_around(selected.position)
        self.post_message(self.Selected())

    def mark_stale(self) -> None:
        """The store has changed while another list is on the screen."""
        self._stale = True

    def catch_up(self) -> None:
        """This list comes onto the screen again."""
        if self._stale:
            self.reread()

    def show_new(self) -> None:
        """Raise the ceiling to what has come in, and go to the top.

        Until the reader moves, what this fetches is shown too: it was asked for.
        """
        self._following = True
        self._ceiling = self._timelines.head(self.view)
        self._read_top()
        self.post_message(self.Selected())

    def settled(self) -> None:
        """What was asked for has come: from now on, newer posts are announced only."""
        if self.blocks:
            self._following = False

    def end_reached(self, found: bool) -> None:
        """Older posts were fetched, or there are none to be had (any more, or just now)."""
        if found:
            self.reread()
            return
        states = self._timelines.states(self.view)
        if all(state.ended for state in states):
            self.older_note = "That is all there is."
        else:
            self.older_note = "Older posts cannot be had just now."
        self.repaint_selected()

    def position(self) -> Position | None:
        """Where the reader is."""
        return None if self.selected is None else self.selected.position

    def move(self, how: str, count: int = 1) -> None:
        if self.blocks:
            self._following = False
        if how == "first" and self._more_newer:
            self._read_top()
            self.post_message(self.Selected())
            return
        if how == "last":
            self._read_bottom()
        if how not in ("next", "previous"):
            super().move(how, count)
            return
        # Not further at a time than what is certainly loaded.
        while count > 0:
            here = self.position()
            super().move(how, min(count, _AT_ONCE))
            count -= _AT_ONCE
            if self.position() == here:
                return

    def moved(self) -> None:
        selected, count = self.viewport.selected, len(self.blocks)
        if min(selected, count - 1 - selected) < _AT_ONCE:
            self._read_on()
        elif self._wants_more():
            # The reader sees the move first.
            self.call_after_refresh(self._read_on)
        if selected >= count - 3 and not self._more_older and count:
            self.post_message(self.OlderWanted())

    def _wants_more(self) -> bool:
        selected, count = self.viewport.selected, len(self.blocks)
        older = selected >= count - _NEAR and self._more_older
        return older or (selected < _NEAR and self._more_newer)

    def _read_on(self) -> None:
        """Read more at the end that the reader is near to."""
        if self._wants_more():
            older = self.viewport.selected >= len(self.blocks) - _NEAR and self._more_older
            self._extend(older=older)

    def _read_top(self, count: int = _READ) -> None:
        window = self._timelines.window(self.view, after=count, ceiling=self._ceiling)
        self._more_newer, self._more_older = window.more_newer, window.more_older
        self._count(window.newer)
        self.show(window.items)
        self.put(0, 0)

    def _read_bottom(self) -> None:
        if not self._more_older:
            return
        window = self._timelines.window(
            self.view, at=_BOTTOM, before=_READ, after=0, ceiling=self._ceiling
        )
        if window.items:
            self._more_newer, self._more_older = window.more_newer, window.more_older
            self.show(window.items, index=len(window.items) - 1)

    def _read_around(self, position: Position) -> None:
        visible = len({index for index, _ in self._shown})
        window = self._timelines.window(
            self.view,
            at=position,
            before=visible + _AT_ONCE,
            after=visible + _NEAR,
            ceiling=self._ceiling,
        )
        self._more_newer, self._more_older = window.more_newer, window.more_older
        self._count(window.newer)
        index = next(
            (n for n, item in enumerate(window.items) if item.position.order >= position.order),
            len(window.items) - 1,
        )
        self.show(window.items, keep=position.key, index=index)

    def _extend(self, *, older: bool) -> None:
        """Read on at one end, and let go of the other when there is too much."""
        blocks = list(self.blocks)
        if older:
            window = self._timelines.window(
                self.view, at=blocks[-1].position, after=_READ, ceiling=self._ceiling
            )
            self._more_older = window.more_older
            new = [i for i in window.items if i.position.order > blocks[-1].position.order]
            dropped = max(len(blocks) + len(new) - _KEPT, 0)
            self._more_newer |= dropped > 0
            kept, shift = [*blocks, *new][dropped:], -dropped
        else:
            window = self._timelines.window(
                self.view, at=blocks[0].position, before=_READ, after=0, ceiling=self._ceiling
            )
            self._more_newer = window.more_newer
            new = [i for i in window.items if i.position.order < blocks[0].position.order]
            joined = [*new, *blocks]
            self._more_older |= len(joined) > _KEPT
            kept, shift = joined[:_KEPT], len(new)
        self.blocks = kept
        view = self.viewport
        view.count = len(kept)
        view.top, view.selected = view.top + shift, view.selected + shift
        self._note()

    def _count(self, newer: int) -> None:
        if newer != self.newer:
            self.newer = newer
            self.post_message(self.NewSeen())


__all__ = ["Item", "Row", "TimelineList"]
