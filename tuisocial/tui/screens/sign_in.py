"""A sign-in on the screen: each of its steps drawn from data, what is wrong said in place.

Nothing that was typed is lost by an error or by going back. What is secret is masked, and handed
on as `Secret`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from tuisocial.commands import Command, Context
from tuisocial.errors import UserError
from tuisocial.sdk.errors import AdapterError, Refused
from tuisocial.sdk.login_steps import Ask, Done, Elsewhere, Show
from tuisocial.sdk.options import Field, FieldKind
from tuisocial.services.qr import qr_lines
from tuisocial.services.signing_in import SignIn, still_valid
from tuisocial.tui.render.lines import Line, wrapped
from tuisocial.tui.render.look import Role
from tuisocial.tui.render.safe import safe_line
from tuisocial.tui.render.width import Safe
from tuisocial.tui.screens.base import CommandScreen
from tuisocial.tui.widgets.fields import FieldInput, answers_of
from tuisocial.tui.widgets.key_line import KeyLine
from tuisocial.tui.widgets.page import Page

_NAME = Field(
    "name",
    "Name",
    required=False,
    placeholder="chosen for you",
    help="What you will call this login here.",
)

_MOST_LINES = 12
"""Of one text that explains."""

_NOT_KEPT = "You are signed in, and the login is not kept yet. Enter tries once more."

_LOW = 16
"""Lines of the screen below which explanations are left out."""

_ONE_FIELD = 2
"""Lines that are to be left for it before the heading may stay."""

_AROUND_A_CODE = 8
"""Lines of the screen that are not the code's."""

Typed = dict[str, str]
"""What was typed into each field, for when somebody goes back and comes again."""


class SignInScreen(CommandScreen[bool]):
    """Dismissed with True when the login was kept."""

    context = Context.FORM

    def __init__(self, sign_in: SignIn, title: str, typed: Typed) -> None:
        super().__init__()
        self._sign_in = sign_in
        self._title = title
        self._typed = typed
        self._first = sign_in.step
        self._name = ""
        self._busy = False
        self._shown = ""
        self._waiting: asyncio.Task[None] | None = None
        self._inputs: dict[str, FieldInput] = {}
        self._saying: tuple[str, Role] = ("", Role.DIM)

    def compose(self) -> ComposeResult:
        look = self.program.look
        yield Page(look, self._heading(), classes="heading")
        self._body = VerticalScroll(can_focus=False)
        yield self._body
        self._answer = Page(look, [[]], classes="answer")
        yield self._answer
        self._keys = KeyLine(look, self.context)
        yield self._keys

    def on_mount(self) -> None:
        self.program.background(self._open())

    async def _open(self) -> None:
        await self._draw()
        if not self._inputs:
            self._submit()  # a way that asks nothing first

    def on_unmount(self) -> None:
        # Whoever closes the screen, what a step holds open must go.
        if self._waiting is not None:
            self._waiting.cancel()
        self._empty()
        self.program.background(self._sign_in.leave())

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
            case "form-down":
                self._body.scroll_page_down(animate=False)
            case "form-up":
                self._body.scroll_page_up(animate=False)
            case "copy-shown":
                if self._shown:
                    self.program.copy(self._shown, "the address")
            case "leave":
                self._remember()
                self.dismiss(False)

    # --- drawing a step -------------------------------------------------------------------

    async def _draw(self) -> None:
        self._empty()
        await self._body.remove_children()
        self._inputs, self._shown = {}, ""
        step = self._sign_in.step
        match step:
            case Ask():
                first = step is self._first and self._sign_in.again is None
                named = (_NAME,) if first else ()
                await self._draw_questions(step.message, (*step.fields, *named))
            case Show():
                await self._draw_secret(step)
            case Elsewhere():
                await self._draw_elsewhere(step)
            case Done():
                named = (_NAME,) if self._sign_in.again is None else ()
                await self._draw_questions(_NOT_KEPT, named)
        if self._inputs:
            self.set_focus(next(iter(self._inputs.values())))
        # What was just mounted has no place yet, and the focus would be looked for at the end.
        self.call_after_refresh(self._body.scroll_home, animate=False)

    async def _draw_questions(self, message: str, fields: tuple[Field, ...]) -> None:
        parts: list[Widget] = []
        if message:
            parts.append(self._text(message))
        for field in fields:
            parts.append(Page(self.program.look, self._label(field), classes="label"))
            made = FieldInput(field, self._typed.get(field.name, field.value))
            self._inputs[field.name] = made
            parts.append(made)
        await self._body.mount(*parts)

    async def _draw_secret(self, show: Show) -> None:
        await self._body.mount(
            self._text(show.message),
            Static(show.secret.reveal(), markup=False, classes="secret"),
            self._text("Enter goes on when you have kept it."),
        )

    async def _draw_elsewhere(self, step: Elsewhere) -> None:
        trouble = await self.program.opener(step.address) if step.page else ""
        by_hand = step.by_hand
        elsewhere = bool(trouble) and by_hand is not None
        address = by_hand.address if by_hand is not None and elsewhere else step.address
        self._shown = address
        parts: list[Widget] = [self._text(step.message)]
        if step.page:
            opened = "Your browser shows this page:" if not trouble else "Open this address:"
            parts.append(self._text(opened))
        parts.append(Static(str(safe_line(address)), markup=False, classes="address"))
        if by_hand is not None:
            parts.append(Page(self.program.look, self._label(by_hand.field), classes="label"))
            made = FieldInput(by_hand.field, "")
            self._inputs[by_hand.field.name] = made
            parts.append(made)
        if not step.page or trouble:
            parts.append(self._code(address))
        await self._body.mount(*parts)
        self._waiting = asyncio.create_task(self._go_on(self._sign_in.arrived))

    def _code(self, address: str) -> Widget:
        """The address for a phone's camera, where it can be seen whole."""
        lines = qr_lines(address)
        most = self.app.size.height - _AROUND_A_CODE
        if len(lines) > most or (lines and len(lines[0]) > self.app.size.width - 2):
            return self._text(
                f"As a QR code it needs a window of {len(lines) + _AROUND_A_CODE} lines."
            )
        return Static("\n".join(lines), markup=False, classes="code")

    def _heading(self) -> list[Line]:
        if self._low:
            return [[(Safe(" "), Role.TEXT), (safe_line(self._title), Role.STRONG)]]
        summary = self._said(self._sign_in.flow.summary, Role.DIM)
        return [
            [],
            [(Safe(" "), Role.TEXT), (safe_line(self._title), Role.STRONG)],
            *([(Safe(" "), Role.TEXT), *line] for line in summary),
            [],
        ]

    def _text(self, words: str) -> Page:
        space = (Safe(" "), Role.TEXT)
        lines = [[space, *line] for line in self._said(words, Role.TEXT)]
        return Page(self.program.look, [*lines, []])

    def _label(self, field: Field) -> list[Line]:
        space = (Safe(" "), Role.TEXT)
        about = field.help
        if field.kind is FieldKind.URLS:
            about = f"{about.rstrip('.')}. Several are separated by blanks.".lstrip(". ")
        if not field.required and field.kind is not FieldKind.FLAG:
            about = f"may be left empty. {about}".strip()
        if self._low:
            about = ""
        help_lines = [[space, *line] for line in self._said(about, Role.DIM)] if about else []
        return [[space, (safe_line(field.label), Role.STRONG)], *help_lines]

    # --- going on -------------------------------------------------------------------------

    def _turn(self, by: int) -> None:
        inputs = list(self._inputs.values())
        if inputs:
            here = next((n for n, made in enumerate(inputs) if made.has_focus), 0)
            self.set_focus(inputs[(here + by) % len(inputs)])

    def _remember(self) -> None:
        for name, made in self._inputs.items():
            self._typed[name] = made.value

    def _empty(self) -> None:
        for made in self._inputs.values():
            made.empty()

    def _submit(self) -> None:
        if self._busy:
            return
        self._remember()
        match self._sign_in.step:
            case Ask(fields=fields):
                if self._complete(fields) and self._named():
                    answers = answers_of(fields, self._inputs)
                    self._begin(lambda: self._sign_in.answer(answers))
            case Show():
                self._begin(self._sign_in.read)
            case Elsewhere(by_hand=by_hand) if by_hand is not None:
                if self._complete((by_hand.field,)):
                    answers = answers_of((by_hand.field,), self._inputs)
                    self._begin(lambda: self._sign_in.answer(answers))
            case Elsewhere():
                self._say("Waiting for the other side …", Role.DIM)
            case Done():
                if self._named():
                    self._begin(None)

    def _named(self) -> bool:
        """Take the name that was typed, if it is free."""
        if _NAME.name not in self._inputs:
            return True
        self._name = self._typed[_NAME.name].strip()
        if self._name:
            try:
                self.program.runtime.logins.free_id(self._name)
            except UserError as error:
                self._complain(error)
                self.set_focus(self._inputs[_NAME.name])
                return False
        return True

    def _complete(self, fields: tuple[Field, ...]) -> bool:
        for field in fields:
            empty = field.name in self._inputs and not self._typed.get(field.name, "").strip()
            if field.required and field.kind is not FieldKind.FLAG and empty:
                self._say(f"{field.label} is needed.", Role.WARNING)
                self.set_focus(self._inputs[field.name])
                return False
        return True

    def _begin(self, call: Callable[[], Awaitable[object]] | None) -> None:
        self._busy = True
        self._say("Asking …", Role.DIM)
        self.program.background(self._go_on(call))

    async def _go_on(self, call: Callable[[], Awaitable[object]] | None) -> None:
        """Take a step, and draw the next one or keep the login at the end."""
        try:
            if call is not None:
                await call()
            if self._waiting not in (None, asyncio.current_task()):
                self._waiting.cancel()
            self._waiting = None
            if isinstance(self._sign_in.step, Done):
                await self._keep(self._sign_in.step)
                return
        except (AdapterError, UserError) as error:
            if isinstance(self._sign_in.step, Done) and self.is_current:
                await self._draw()
            self._complain(error)
            return
        finally:
            self._busy = False
        if self.is_current:
            self._say("", Role.DIM)
            await self._draw()

    async def _keep(self, end: Done) -> None:
        login = await self.program.runtime.logins.keep(self._sign_in, self._name or None)
        self._typed.clear()
        self._empty()
        again = self._sign_in.again is not None
        same = ", ".join(map(str, self.program.runtime.logins.same_account(login)))
        words = f"{login.id} is signed in again" if again else f"{login.id} was added"
        self.program.say(f"{words}; {same} is the same account" if same else words)
        warnings = [end.warning] if end.warning else []
        if self._sign_in.unrevoked is not None:
            warnings.append("; ".join(still_valid(login.id, self._sign_in.unrevoked)))
        if warnings:
            self.program.say(". ".join(warnings), trouble=True)
        if self.is_current:
            self.dismiss(True)

    def _complain(self, error: AdapterError | UserError) -> None:
        if not self.is_current:
            return
        remedy = f" {error.remedy[0].upper()}{error.remedy[1:]}." if error.remedy else ""
        self._say(f"{error.message[:1].upper()}{error.message[1:]}.{remedy}", Role.ERROR)
        if isinstance(error, Refused) and error.field in self._inputs:
            self.set_focus(self._inputs[error.field])

    def _say(self, words: str, role: Role) -> None:
        """Answer at the bottom, where all of it is to be read: the rest makes room for it."""
        self._saying = (words, role)
        most = max(self.app.size.height - 1, 1)
        lines = self._said(words, role, most)
        heading = self._heading()
        self.query_one(".heading").display = len(heading) + len(lines) + _ONE_FIELD <= most
        self._answer.show([[(Safe(" "), Role.TEXT), *line] for line in lines])

    def _said(self, words: str, role: Role, most: int = _MOST_LINES) -> list[Line]:
        width = max((self.size.width or self.app.size.width) - 3, 20)
        return wrapped([(safe_line(words), role)], width, most)[:most]

    @property
    def _low(self) -> bool:
        """Whether there is room for what is typed and little else."""
        return self.app.size.height < _LOW

    def on_resize(self, event: events.Resize) -> None:
        self._say(*self._saying)
        step = self._sign_in.step
        if self._body.children and not isinstance(step, Elsewhere) and not self._busy:
            self._remember()
            self.query_one(".heading", Page).show(self._heading())
            self.program.background(self._draw())
