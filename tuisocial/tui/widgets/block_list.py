"""A list of blocks of lines that paints only what is visible, on Textual's line API.

Blocks are rows, gaps, notes: whatever has a key and some lines. What they are and where they come
from is for the lists built on this; this one knows keys, positions on the screen, the selection
and the mouse. It keeps the reader's block on its line whatever happens around it.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tuisocial.tui.guard import Guarded
from tuisocial.tui.render.lines import Line, Piece, painted, width_of
from tuisocial.tui.render.look import Look, Role
from tuisocial.tui.render.width import Safe
from tuisocial.tui.widgets.viewport import Viewport

Block = TypeVar("Block")

_REMEMBERED = 400
_WHEEL_LINES = 3


class BlockList(Guarded, Widget, Generic[Block], can_focus=True):
    """See the module; `blocks` are shown from the top."""

    class Selected(Message):
        """Another block is selected, or the selected one changed."""

    class Chosen(Message):
        """The selected block was clicked again: the same as Enter."""

    def __init__(self, look: Look, **options: Any) -> None:
        super().__init__(**options)
        self.look = look
        self.blocks: Sequence[Block] = ()
        self.viewport = Viewport(lambda index: len(self._strips(index)))
        self._painted: OrderedDict[tuple[object, ...], tuple[Block, list[Strip]]] = OrderedDict()
        self._shown: list[tuple[int, int]] = []
        self._active = True
        self._fitted = Size(0, 0)
        self._line = 0
        """The screen's line on which the selected block begins."""
        self._footer: list[Strip] = []

    # --- for those who build on it --------------------------------------------------------

    @abstractmethod
    def key_of(self, block: Block) -> str:
        """What identifies a block when the list is read again."""

    @abstractmethod
    def lines_of(self, block: Block, width: int) -> list[Line]:
        """A block's lines in `width` cells."""

    def variant_of(self, block: Block) -> object:
        """What else a block's lines depend on: when it changes they are painted anew."""
        return None

    def gutter_of(self, block: Block) -> tuple[Line, Line]:
        """What stands left of a block's first line and of the others."""
        return [], []

    def spaced(self) -> bool:
        """Whether a blank line stands between two blocks."""
        return True

    def footer(self, width: int) -> list[Line]:
        """Lines below the last block."""
        return []

    def empty(self) -> list[Line]:
        """What is shown instead of nothing."""
        return []

    def moved(self) -> None:
        """Called after the reader moved."""

    # --- what is shown --------------------------------------------------------------------

    @property
    def selected(self) -> Block | None:
        """The selected block."""
        index = self.viewport.selected
        return self.blocks[index] if 0 <= index < len(self.blocks) else None

    @property
    def place(self) -> tuple[str, int]:
        """What is selected, and on which line of the screen it begins."""
        return ("" if self.selected is None else self.key_of(self.selected), self._line)

    @property
    def block_width(self) -> int:
        """Cells for a block's lines: one at the left is the bar's, one at the right is free."""
        return max(self.size.width - 2, 1)

    def show(self, blocks: Sequence[Block], *, keep: str | None = None, index: int = 0) -> None:
        """Replace the blocks; the one with the key `keep` stays where it is on the screen.

        `index` is selected instead where it is gone.
        """
        found = next((at for at, block in enumerate(blocks) if self.key_of(block) == keep), None)
        self.blocks = blocks
        self.viewport.count = len(blocks)
        self.viewport.selected = max(0, min(index if found is None else found, len(blocks) - 1))
        self._put(self._line)

    def put(self, index: int, line: int = 0) -> None:
        """Select a block and put it on a line of the screen, as far as the ends allow."""
        self.viewport.selected = max(0, min(index, len(self.blocks) - 1))
        self._put(line)

    def repaint(self) -> None:
        """Paint all that is visible; the selected block stays on its line."""
        self._put(self._line)

    def repaint_selected(self) -> None:
        """Paint the selected block, which may be taller or shorter now, and all of it."""
        self._put(self._line, whole=True)

    def set_active(self, active: bool) -> None:
        """Whether the keys are for this list; the selection of one they are not for is faint."""
        if active != self._active:
            self._active = active
            self.refresh()

    def forget(self) -> None:
        """Drop what was painted: the look is another."""
        self._painted.clear()
        self._put(self._line, whole=True)

    def _put(self, line: int, *, whole: bool = False) -> None:
        view = self.viewport
        self._measure()
        if not view.height:
            # Not laid out yet: the first paint puts it there.
            self._line = line
            return
        if self.blocks:
            view.place(view.selected, line)
            if whole or not view.is_visible(view.selected):
                view.select(view.selected)
        self._note()
        self.refresh()

    def _note(self) -> None:
        """Keep what the screen shows, for painting it line by line."""
        view = self.viewport
        self._shown = view.lines()
        self._line = view.line_of(view.selected) if self.blocks else 0

    def render_line(self, y: int) -> Strip:
        if self._fitted != self.size:
            # Painting can come before the event that tells of the new size.
            self._fit()
        if not self.blocks:
            return self._empty_line(y)
        if y < len(self._shown):
            index, line = self._shown[y]
            strips = self._strips(index)
            if line < len(strips):
                return strips[line]
        below = y - len(self._shown)
        if 0 <= below < len(self._footer):
            return self._footer[below]
        return painted([], self.size.width, self.look.colours)

    def _empty_line(self, y: int) -> Strip:
        lines = self.empty()
        line = lines[y - 1] if 0 < y <= len(lines) else []
        return painted([(Safe(" "), Role.TEXT), *line], self.size.width, self.look.colours)

    def _measure(self) -> None:
        view, width = self.viewport, self.size.width
        view.height = self.size.height
        self._fitted = self.size
        space = (Safe(" "), Role.TEXT)
        self._footer = [
            painted([space, *line], width, self.look.colours)
            for line in self.footer(self.block_width)
        ]
        view.tail = len(self._footer)

    def _strips(self, index: int) -> list[Strip]:
        block = self.blocks[index]
        selected = index == self.viewport.selected
        mark = selected and (2 if self._active else 1)
        key = (self.key_of(block), self.size.width, mark, self.variant_of(block))
        found = self._painted.get(key)
        if found is not None and (found[0] is block or found[0] == block):
            self._painted.move_to_end(key)
            return found[1]
        strips = self._paint(block, selected)
        self._painted[key] = (block, strips)
        if len(self._painted) > _REMEMBERED:
            self._painted.popitem(last=False)
        return strips

    def _paint(self, block: Block, selected: bool) -> list[Strip]:
        width, colours = self.size.width, self.look.colours
        first, rest = self.gutter_of(block)
        gutter = width_of(first)
        try:
            lines = self.lines_of(block, max(self.block_width - gutter, 10))
        except Exception as error:  # noqa: BLE001 - reported, which logs it
            self.app._handle_exception(error)
            lines = [[(Safe("this one cannot be shown; the log says why"), Role.ERROR)]]
        bar: Piece = (Safe(" "), Role.TEXT)
        if selected and self._active:
            bar = (Safe(self.look.glyphs.bar), Role.ACCENT)
        elif selected:
            bar = (Safe(self.look.glyphs.faint_bar), Role.DIM)
        strips = [
            painted(
                [bar, *(rest if at else first), *line],
                width,
                colours,
                selected and self._active,
            )
            for at, line in enumerate(lines)
        ]
        if self.spaced():
            strips.append(painted([(Safe(" "), Role.TEXT), *rest], width, colours))
        return strips

    # --- moving ---------------------------------------------------------------------------

    def move(self, how: str, count: int = 1) -> None:
        """Carry out a movement by its command's name."""
        view = self.viewport
        before = (view.top, view.skip, view.selected)
        page = max(view.height - 2, 1)
        match how:
            case "next":
                view.step(count)
            case "previous":
                view.step(-count)
            case "page-down":
                view.page(page)
            case "page-up":
                view.page(-page)
            case "half-page-down":
                view.page(max(page // 2, 1))
            case "half-page-up":
                view.page(-max(page // 2, 1))
            case "first":
                view.select(0)
                view.place(0, 0)
            case "last":
                view.to_end()
            case "scroll":
                view.scroll(count)
        self._repaint_after(before)

    def select_at(self, y: int) -> bool:
        """Select what is on a line of the screen; True if it already was."""
        if not self.blocks or y >= len(self._shown):
            return False
        index = self._shown[y][0]
        if index == self.viewport.selected:
            return True
        before = (self.viewport.top, self.viewport.skip, self.viewport.selected)
        self.viewport.select(index)
        self._repaint_after(before)
        return False

    def _repaint_after(self, before: tuple[int, int, int]) -> None:
        view = self.viewport
        top, skip, selected = before
        if selected != view.selected:
            self.post_message(self.Selected())
        self._note()
        if (top, skip) != (view.top, view.skip):
            self.refresh()
        elif selected != view.selected:
            for y, (index, _) in enumerate(self._shown):
                if index in (selected, view.selected):
                    self.refresh(Region(0, y, self.size.width, 1))
        self.moved()

    # --- the screen and the mouse ---------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        if self._fitted != self.size:
            self._fit()

    def _fit(self) -> None:
        self._put(self._line, whole=True)

    def on_focus(self) -> None:
        self.refresh()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.move("scroll", _WHEEL_LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.move("scroll", -_WHEEL_LINES)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        if self.select_at(event.y):
            self.post_message(self.Chosen())
