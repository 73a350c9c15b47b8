"""A form for one way to sign in, made from its fields: what is wrong is said in place.

Nothing that was typed is lost by an error. What is secret is masked, and handed on as `Secret`.
"""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input

from tuisocial.commands import Command, Context
from tuisocial.errors import UserError
from tuisocial.sdk.errors import AdapterError, Refused
from tuisocial.sdk.login_steps import Answers, LoginFlow
from tuisocial.sdk.options import Field, FieldKind
from tuisocial.sdk.secret import Secret
from tuisocial.tui.render.lines import Line, wrapped
from tuisocial.tui.render.look import Role
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.render.width import Safe
from tuisocial.tui.screens.base import CommandScreen
from tuisocial.tui.screens.choice import Choice, ChoiceScreen
from tuisocial.tui.widgets.key_line import KeyLine
from tuisocial.tui.widgets.page import Page

_NAME = Field(
    "name",
    "Name",
    required=False,
    placeholder="chosen for you",
    help="What you will call this login here.",
)


def choose_flow(screen: CommandScreen[int | None], *, guest: bool) -> None:
    """Let one of the ways to look around, or to sign in, be chosen; fill in its form."""
    program = screen.program
    flows = [found for found in program.runtime.logins.flows() if found[1].guest == guest]
    if not flows:
        program.say("no adapter offers that; see: tuisocial adapter list", trouble=True)
        return
    choices = []
    for adapter, flow in flows:
        network = program.runtime.registry.get(adapter).vocabulary.network
        choices.append(Choice(f"{network}: {flow.title}", flow.summary))

    def chosen(index: int | None) -> None:
        if index is not None:
            adapter, flow = flows[index]
            program.push_screen(LoginForm(adapter, flow, choices[index].title), filled)

    def filled(added: bool | None) -> None:
        if not screen.is_current:
            return
        if added:
            screen.dismiss(None)
        else:
            choose_flow(screen, guest=guest)

    title = "Look around as a guest" if guest else "Sign in"
    program.push_screen(ChoiceScreen(title, choices), chosen)


class LoginForm(CommandScreen[bool]):
    """Dismissed with True when the login was added."""

    context = Context.FORM

    def __init__(self, adapter: str, flow: LoginFlow, title: str) -> None:
        super().__init__()
        self._adapter = adapter
        self._flow = flow
        self._title = title
        self._asked = False
        self._fields = (*flow.fields, _NAME)
        self._inputs: dict[str, Input] = {}

    def compose(self) -> ComposeResult:
        look = self.program.look
        heading: list[Line] = [
            [],
            [(Safe(" "), Role.TEXT), (safe_line(self._title), Role.STRONG)],
            *([(Safe(" "), Role.TEXT), *line] for line in self._said(self._flow.summary, Role.DIM)),
            [],
        ]
        yield Page(look, heading, classes="heading")
        with VerticalScroll(can_focus=False):
            for field in self._fields:
                yield Page(look, self._label(field), classes="label")
                made = Input(
                    placeholder=safe_line(field.placeholder),
                    password=field.kind is FieldKind.SECRET,
                    compact=True,
                    select_on_focus=False,
                )
                self._inputs[field.name] = made
                yield made
        self._answer = Page(look, [[]], classes="answer")
        yield self._answer
        self._keys = KeyLine(look, self.context)
        yield self._keys

    def on_mount(self) -> None:
        self._inputs[self._fields[0].name].focus()

    def look_changed(self) -> None:
        for part in (self._keys, *self.query(Page)):
            part.look = self.program.look
            part.forget()

    def run_command(self, command: Command, count: int) -> None:
        match command.name:
            case "next-field":
                self._turn(1)
            case "previous-field":
                self._turn(-1)
            case "submit":
                self._submit()
            case "leave":
                self.dismiss(False)

    def _turn(self, by: int) -> None:
        inputs = list(self._inputs.values())
        here = next((n for n, made in enumerate(inputs) if made.has_focus), 0)
        inputs[(here + by) % len(inputs)].focus()

    def _submit(self) -> None:
        if self._asked:
            return
        for field in self._fields:
            made = self._inputs[field.name]
            if field.required and not made.value.strip():
                self._say(f"{field.label} is needed.", Role.WARNING)
                made.focus()
                return
        self._asked = True
        self._say("Asking …", Role.DIM)
        self.program.background(self._add())

    async def _add(self) -> None:
        name = self._inputs[_NAME.name].value.strip() or None
        try:
            login = await self.program.runtime.logins.add(
                self._adapter, self._flow, self._answers(), name
            )
        except (AdapterError, UserError) as error:
            remedy = f" {error.remedy[0].upper()}{error.remedy[1:]}." if error.remedy else ""
            message = error.message[:1].upper() + error.message[1:]
            self._say(f"{message}.{remedy}", Role.ERROR)
            if isinstance(error, Refused) and error.field in self._inputs:
                self._inputs[error.field].focus()
            return
        finally:
            self._asked = False
        self.program.say(f"{login.id} was added")
        if self.is_current:
            self.dismiss(True)

    def _answers(self) -> Answers:
        texts: dict[str, str] = {}
        lists: dict[str, tuple[str, ...]] = {}
        secrets: dict[str, Secret] = {}
        for field in self._flow.fields:
            value = self._inputs[field.name].value.strip()
            if not value:
                continue
            match field.kind:
                case FieldKind.SECRET:
                    secrets[field.name] = Secret(value)
                case FieldKind.URLS:
                    lists[field.name] = tuple(value.replace(",", " ").split())
                case _:
                    texts[field.name] = value
        return Answers(texts, lists, secrets)

    def _label(self, field: Field) -> list[Line]:
        space = (Safe(" "), Role.TEXT)
        about = field.help
        if field.kind is FieldKind.URLS:
            about = f"{about} Several are separated by blanks.".strip()
        if not field.required:
            about = f"may be left empty. {about}".strip()
        help_lines = [[space, *line] for line in self._said(about, Role.DIM)] if about else []
        return [[space, (safe_line(field.label), Role.STRONG)], *help_lines]

    def _say(self, words: str, role: Role) -> None:
        self._answer.show([[(Safe(" "), Role.TEXT), *line] for line in self._said(words, role)])

    def _said(self, words: str, role: Role) -> list[Line]:
        width = max((self.size.width or self.app.size.width) - 3, 20)
        return wrapped([(safe_line(words), role)], width, 4)[:4]
