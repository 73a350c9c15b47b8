"""A conversation as a list: a tree with guides, the post it is about, and holes with reasons.

It is read from the store and shows what is there; fetching is asked for by a message.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tuisocial.config.schema import Density
from tuisocial.model.ids import PostId
from tuisocial.model.thread import MissingReason
from tuisocial.tui.render.lines import Line, wrapped
from tuisocial.tui.render.look import Look, Role
from tuisocial.tui.render.row import post_lines
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.render.times import ago
from tuisocial.tui.render.width import Safe
from tuisocial.tui.widgets.block_list import BlockList

if TYPE_CHECKING:
    from tuisocial.services.threads import ThreadItem, ThreadView

_DEEPEST = 8
_FOOTER_LINES = 4
_MISSING = {
    MissingReason.DELETED: "a post that was deleted",
    MissingReason.NOT_FOUND: "a post that its server no longer has",
    MissingReason.NOT_ALLOWED: "a post that you may not see",
    MissingReason.NOT_FETCHED: "a post that was not fetched",
}


class ThreadList(BlockList["ThreadItem"]):
    """The conversation around one post at a time; `trail` leads back to those before it."""

    def __init__(
        self,
        read: Callable[[PostId], ThreadView],
        look: Look,
        now: Callable[[], datetime],
        opened: set[str],
        **options: Any,
    ) -> None:
        super().__init__(look, **options)
        self.focus_post: PostId | None = None
        self.trail: list[PostId] = []
        self._read = read
        self._now = now
        self._opened = opened
        self._view: ThreadView | None = None
        self._asked: set[PostId] = set()
        self._gutters: dict[str, tuple[Line, Line]] = {}
        self._under_parent: set[str] = set()

    # --- blocks ---------------------------------------------------------------------------

    def key_of(self, block: ThreadItem) -> str:
        return str(_post_of(block))

    def variant_of(self, block: ThreadItem) -> object:
        post = _post_of(block)
        time = ago(block.row.post.created_at, self._now()) if block.row else ""
        whole = post == self.focus_post
        guides = "".join(text for text, _ in self.gutter_of(block)[0])
        under = self.key_of(block) in self._under_parent
        return (time, guides, whole, under, str(post) in self._opened)

    def gutter_of(self, block: ThreadItem) -> tuple[Line, Line]:
        return self._gutters.get(self.key_of(block), ([], []))

    def lines_of(self, block: ThreadItem, width: int) -> list[Line]:
        if block.row is not None:
            opened = str(block.row.post.id) in self._opened
            whole = block.row.post.id == self.focus_post
            return post_lines(
                block.row,
                self.look,
                width,
                self._now(),
                opened=opened,
                whole=whole,
                under_parent=self.key_of(block) in self._under_parent,
            )
        assert block.missing is not None
        words = _MISSING[block.missing.reason]
        if block.missing.reason is MissingReason.NOT_FETCHED:
            words += f" {self.look.glyphs.dot} Enter"
        return [[(Safe(words), Role.DIM)]]

    def spaced(self) -> bool:
        return self.look.density is not Density.COMPACT

    def footer(self, width: int) -> list[Line]:
        view = self._view
        if view is None:
            return []
        if view.fetching:
            words = "fetching the conversation"
        elif view.error:
            words = f"{view.error}; Enter asks again"
        elif view.complete is False:
            words = "there are more replies than the server told"
        elif view.complete is None and view.focus not in self._asked:
            words = "from what is stored; Enter asks for the rest"
        else:
            return []
        tone = Role.ERROR if view.error and not view.fetching else Role.DIM
        return wrapped([(safe_line(words), tone)], width, _FOOTER_LINES)[:_FOOTER_LINES]

    def empty(self) -> list[Line]:
        if self.focus_post is None:
            return []
        return [[(Safe("Nothing of this conversation is stored."), Role.DIM)]]

    # --- reading --------------------------------------------------------------------------

    def about(self, post: PostId) -> None:
        """Show the conversation around `post`, that post selected and at the top."""
        self.focus_post = post
        self._load()
        self.put(next((n for n, b in enumerate(self.blocks) if _post_of(b) == post), 0), 0)

    def reread(self) -> None:
        """Read again: posts of the conversation came or changed."""
        if self.focus_post is not None:
            self._load()

    @property
    def selected_post(self) -> PostId | None:
        """The selected post, here or missing."""
        return None if self.selected is None else _post_of(self.selected)

    def go_to(self, post: PostId) -> None:
        """Show the conversation around another post, with a way back to this one."""
        if self.focus_post is not None:
            self.trail.append(self.focus_post)
        self.about(post)

    def go_back(self) -> bool:
        """Show the conversation before this one; False if there is none."""
        if not self.trail:
            return False
        before, here = self.trail.pop(), self.focus_post
        self.about(before)
        index = next((n for n, b in enumerate(self.blocks) if _post_of(b) == here), None)
        if index is not None:
            self.put(index, 2)
        return True

    def asked(self, post: PostId) -> None:
        """Somebody's server was asked for the conversation around `post`."""
        self._asked.add(post)

    def clear(self) -> None:
        """Show nothing."""
        self.focus_post, self._view = None, None
        self.trail.clear()
        self.show(())

    def _load(self) -> None:
        assert self.focus_post is not None
        keep = self.key_of(self.selected) if self.selected is not None else None
        self._view = self._read(self.focus_post)
        self._gutters = self._guides(self._view.items)
        self._under_parent = self._shown_parents(self._view.items)
        self.show(self._view.items, keep=keep, index=self.viewport.selected)

    def _shown_parents(self, items: tuple[ThreadItem, ...]) -> set[str]:
        """The posts whose guide leads to the one they answer, and to no place of a missing one."""
        way: list[ThreadItem] = []
        found: set[str] = set()
        for item in items:
            del way[item.depth :]
            if 0 < item.depth <= _DEEPEST and way and way[-1].row is not None:
                found.add(self.key_of(item))
            way.append(item)
        return found

    def _guides(self, items: tuple[ThreadItem, ...]) -> dict[str, tuple[Line, Line]]:
        """The tree's lines left of each post; read from the end, they know what follows."""
        glyphs = self.look.glyphs
        open_at: set[int] = set()
        gutters: dict[str, tuple[Line, Line]] = {}
        for item in reversed(items):
            depth = min(item.depth, _DEEPEST)
            open_at = {level for level in open_at if level <= depth}
            if depth:
                trunks = [f"{glyphs.trunk} " if n in open_at else "  " for n in range(1, depth)]
                if item.depth > _DEEPEST:
                    elbow = glyphs.deeper
                else:
                    elbow = glyphs.branch if depth in open_at else glyphs.last_branch
                rest = f"{glyphs.trunk} " if depth in open_at else "  "
                lead = "".join(trunks)
                gutters[self.key_of(item)] = (
                    [(Safe(f"{lead}{elbow} "), Role.DIM)],
                    [(Safe(lead + rest), Role.DIM)],
                )
                open_at.add(depth)
        return gutters


def _post_of(item: ThreadItem) -> PostId:
    if item.row is not None:
        return item.row.post.id
    assert item.missing is not None
    return item.missing.post
