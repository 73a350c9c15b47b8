"""The last line: the keys that work here, the likeliest first."""

from __future__ import annotations

from tuisocial.commands import BY_NAME, Context
from tuisocial.tui.render.lines import Line, fitted, width_of
from tuisocial.tui.render.look import Look, Role
from tuisocial.tui.render.width import Safe
from tuisocial.tui.widgets.bar import Bar

_LINES = {
    Context.LIST: ("open", "reply", "compose", "show-new", "open-links", "palette"),
    Context.THREAD: ("back", "open-links", "reply", "copy-link", "palette"),
    Context.HELP: ("next", "page-down", "back"),
    Context.CHOICE: ("next", "choose", "back", "close"),
    Context.FORM: ("next-field", "submit", "leave"),
    Context.LOGINS: (
        "show-login",
        "login-again",
        "new-login",
        "login-enable",
        "login-mute",
        "back",
    ),
    Context.PALETTE: ("run", "next-entry", "previous-entry", "leave"),
    Context.COMPOSE: ("send", "targets", "own-text", "compose-menu", "leave", "attach", "editor"),
    Context.TARGETS: ("next", "tick", "remember", "back"),
    Context.OUTBOX: ("show-delivery", "retry", "edit-delivery", "drop", "back"),
    Context.DRAFTS: ("resume", "discard", "search-drafts", "back"),
}
_NO_HELP = frozenset({Context.FORM, Context.PALETTE, Context.COMPOSE, Context.HELP})


class KeyLine(Bar):
    """The keys of one context; `words` replaces a command's label where it does something else."""

    def __init__(self, look: Look, context: Context) -> None:
        super().__init__(look)
        self.context = context
        self.words: dict[str, str] = {}
        self._pending = ""
        self._note = Safe("")

    def show(self, pending: str, note: Safe) -> None:
        """Show keys that wait for more, or a note on the last key, or neither."""
        if (pending, note) != (self._pending, self._note):
            self._pending, self._note = pending, note
            self.update()

    def note(self, note: Safe) -> None:
        """Say something short until the next key."""
        self.show("", note)

    def lines(self, width: int) -> list[Line]:
        if self._pending:
            return [[(Safe(f" {self._pending} "), Role.ACCENT)]]
        last = [] if self.context in _NO_HELP else _hint("?", "keys")
        if self._note:
            said: Line = [(Safe(f" {self._note} "), Role.WARNING)]
            return [[*fitted(said, width - width_of(last), self.look.glyphs.more), *last]]
        if self.context in (Context.LIST, Context.THREAD):
            line = _hint("j/k", "move")
        else:
            line = []
        for name in _LINES[self.context]:
            command = BY_NAME[name]
            hint = _hint(command.keys[0], self.words.get(name, command.label))
            if width_of(line) + width_of(hint) + width_of(last) > width:
                break
            line += hint
        return [[*line, *last]]


def _hint(key: str, label: str) -> Line:
    return [(Safe(f" {key}"), Role.ACCENT), (Safe(f" {label} "), Role.DIM)]
