"""The screen on which a post is written, as it looks: what stands where, and what it says.

What is done with what is typed there is `compose`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal

from tuisocial.commands import Context
from tuisocial.model.draft import Draft
from tuisocial.model.ids import LoginId
from tuisocial.sdk.options import Field
from tuisocial.services.plan import TargetPlan
from tuisocial.tui import own_texts
from tuisocial.tui.keeper import Keeper
from tuisocial.tui.render.compose import fates_that_fit, heading, said, text_spots
from tuisocial.tui.render.draft import attachment_line, ballot_line, fact_spots, target_spots
from tuisocial.tui.render.lines import Line
from tuisocial.tui.render.look import Role
from tuisocial.tui.render.width import Safe
from tuisocial.tui.screens.base import CommandScreen
from tuisocial.tui.widgets.editor import Editor
from tuisocial.tui.widgets.fields import FieldInput
from tuisocial.tui.widgets.key_line import KeyLine
from tuisocial.tui.widgets.page import Page
from tuisocial.tui.widgets.spots import Spots
from tuisocial.tui.widgets.suggestions import Suggestions

if TYPE_CHECKING:
    from tuisocial.errors import UserError
    from tuisocial.model.post import Post
    from tuisocial.store.logins import StoredLogin

_WARNING = Field("warning", "CW", placeholder="what the text is about")


class ComposeForm(CommandScreen[str | None]):
    """See the module. `about` is the post that is answered or quoted."""

    context = Context.COMPOSE

    def __init__(self, draft: Draft, key: str = "", about: Post | None = None) -> None:
        super().__init__()
        self._first, self._first_key, self._about = draft, key, about
        self.active: LoginId | None = None
        """Whose own text is shown; None for the one for all."""
        self.plans: Sequence[TargetPlan] = ()
        self.asked: set[LoginId] = set()
        """Targets whose servers have not answered yet."""
        self.guessed = ""
        """The language, as far as the text tells."""
        self._trouble: UserError | None = None

    def compose(self) -> ComposeResult:
        program, look = self.program, self.program.look
        runtime = program.runtime
        self.keeper = Keeper(
            runtime.composing, self._first, self._first_key, runtime.now, self._show_kept
        )
        self._title = Page(look, [[]])
        self._facts = Spots(look)
        self._warning = FieldInput(_WARNING, self._first.content_warning or "")
        self._texts = Spots(look)
        self._editor = Editor(own_texts.text_of(self._first, None), self._choosing)
        self._suggestions = Suggestions(look)
        self._files = Spots(look)
        self._fates = Page(look, [])
        self._said = Page(look, [])
        self._keys = KeyLine(look, self.context)
        self._keys.words = {"leave": "keep it"}
        yield self._title
        yield self._facts
        yield Horizontal(Page(look, [[(Safe(" CW "), Role.DIM)]]), self._warning, id="warning")
        yield self._texts
        yield self._editor
        yield self._suggestions
        yield self._files
        yield self._fates
        yield self._said
        yield self._keys

    @property
    def draft(self) -> Draft:
        """The draft as it is now."""
        return self.keeper.draft

    def _writers(self) -> Sequence[StoredLogin]:
        return self.program.runtime.composing.writers()

    def _choosing(self, key: str) -> bool:
        """Whether a key is for the suggestions."""
        raise NotImplementedError

    def _show(self) -> None:
        program, look, draft = self.program, self.program.look, self.draft
        width = max(self.size.width, 20) - 2
        plans = {one.login: one for one in self.plans}
        self._facts.show(
            [
                target_spots(self._writers(), draft, plans, self.asked, look),
                fact_spots(
                    draft, self.plans, self.asked, self.guessed, program.runtime.now(), look
                ),
            ]
        )
        self._texts.show([text_spots(draft, self.active, look, width)])
        files = [attachment_line(one, look, width) for one in draft.media]
        if draft.ballot is not None:
            files.append(ballot_line(draft.ballot, look, width))
        self._files.show([[(line, "files")] for line in files])
        room = max(self.size.height // 3, 2)
        fates = fates_that_fit(
            self.plans, self.asked, look, width, room, empty=not own_texts.any_words(draft)
        )
        self._fates.show(_indented(fates))
        self._show_kept()

    def _show_kept(self) -> None:
        if not self.is_mounted:
            return
        look, now = self.program.look, self.program.runtime.now()
        self._title.show(
            [heading(self.draft, self._about, self.keeper, now, self.size.width, look)]
        )
        trouble = self.keeper.trouble or self._trouble
        self._said.show(_indented(said(trouble, self.size.width - 2)))

    def _show_warning(self) -> None:
        shown = self._warning.has_focus or self.draft.content_warning is not None
        self.query_one("#warning").display = shown

    def on_resize(self) -> None:
        self._show()

    def look_changed(self) -> None:
        look = self.program.look
        for part in self.query("*").results():
            if isinstance(part, Page | Spots | Suggestions | KeyLine):
                part.look = look
                part.forget()
        self._show()


def _indented(lines: Sequence[Line]) -> list[Line]:
    return [[(Safe(" "), Role.TEXT), *line] for line in lines]
