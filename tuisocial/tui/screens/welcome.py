"""The first start: three ways to begin, and the same as commands for those who like to type."""

from __future__ import annotations

from tuisocial.tui.screens.choice import Choice, ChoiceScreen

DEMO = "demo"
"""What the application returns when the demo was chosen."""

_CHOICES = (
    Choice(
        "Look around", "Read public posts of a server or a relay as a guest, without an account."
    ),
    Choice(
        "Sign in", "Read with an account or a key of yours; what is secret goes to the keyring."
    ),
    Choice("Try the demo", "Servers on this machine, filled with posts; nothing leaves it."),
)
_COMMANDS = (
    "The same as commands:",
    "  tuisocial login add --help",
    "  tuisocial demo",
    "",
)


class WelcomeScreen(ChoiceScreen):
    """Shown when there is no login; without the welcome and the demo, to add another one."""

    def __init__(self, *, first: bool) -> None:
        if first:
            super().__init__("Welcome to tuisocial", _CHOICES, _COMMANDS)
        else:
            super().__init__("Add a login", _CHOICES[:2])

    def chosen(self, index: int) -> None:
        if index == 2:
            self.app.exit(DEMO)
            return
        from tuisocial.tui.signing import add_login

        add_login(self.program, self._ended, guest=index == 0)

    def _ended(self, added: bool) -> None:
        if added and self.is_current:
            self.dismiss(None)

    def left(self) -> None:
        if self.program.runtime.logins.all():
            self.dismiss(None)
        else:
            self.app.exit()
