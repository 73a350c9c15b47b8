"""The application: composes screens and binds them to the runtime, and nothing else."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
from collections.abc import Coroutine, Sequence
from typing import Any, ClassVar

from textual import events, on
from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.theme import Theme

from tuisocial.commands import Context
from tuisocial.config.schema import Density
from tuisocial.config.themes import shipped_folder
from tuisocial.errors import UserError
from tuisocial.model.ids import AccountId, LoginId
from tuisocial.services.runtime import Runtime
from tuisocial.store.database import StoreDamaged
from tuisocial.store.rows import SourceState
from tuisocial.tui.bridge import Bridge, Dirty
from tuisocial.tui.guard import Guarded
from tuisocial.tui.opener import Opener, browser
from tuisocial.tui.render.glyphs import glyphs_for
from tuisocial.tui.render.links import PostLink, may_open
from tuisocial.tui.render.look import Colours, Look, Mark
from tuisocial.tui.render.safe import safe, safe_line
from tuisocial.tui.screens.base import CommandScreen
from tuisocial.tui.screens.home import HomeScreen
from tuisocial.tui.sending import unsent
from tuisocial.tui.theme_files import DEFAULT, BrokenTheme, ThemeFile, Themes
from tuisocial.tui.typed import Typed

log = logging.getLogger("tuisocial.tui")

_THEME_WATCH = 2.0
_LAST_SECONDS = 5.0
_TOAST = 6.0
"""Seconds for which words in a toast can be read."""


class TuisocialApp(Guarded, App[str | None], inherit_bindings=False):
    """The whole application over one runtime, which it starts after its first paint and closes."""

    CSS_PATH = "app.tcss"
    TITLE = "tuisocial"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q,ctrl+c", "quit", "Quit", id="quit", priority=True, show=False)
    ]

    def __init__(self, runtime: Runtime, opener: Opener | None = None, **options: Any) -> None:
        self.runtime = runtime
        if "NO_COLOR" in os.environ:
            # Textual would make it shades of grey otherwise.
            options["ansi_color"] = True
        super().__init__(**options)
        self.opener = opener or browser(self.suspend)
        self._themes = Themes((shipped_folder(), runtime.paths.themes_dir))
        self._complaint = ""
        self._theme_file = self._usable_theme(runtime.settings.ui.theme)
        self._density = runtime.settings.ui.density
        self.look = self._make_look()
        self.register_theme(_textual_theme(self._theme_file))
        # Without the watcher, which would read the style sheet again before the first paint.
        self.set_reactive(App.theme, self._theme_file.name)
        self.stylesheet.set_variables(self.get_css_variables())
        self._home = HomeScreen()
        self._bridge: Bridge | None = None
        self.farewell = ""
        """A sentence for when the terminal is back, if there is something to say."""
        self._failed = False
        self._warned_of_loss = False
        self._damage: StoreDamaged | None = None
        self._complaints: set[str] = set()
        self._jobs: set[asyncio.Task[None]] = set()
        self._lasting: set[asyncio.Task[None]] = set()
        self.typed = Typed(self, super().on_event)

    async def run_async(self, **options: Any) -> str | None:
        """Run until the person quits, then close the runtime: the terminal is theirs by then.

        Raises: UserError if the first screen could not be shown, StoreDamaged.
        """
        try:
            answer = await super().run_async(**options)
            if self._failed:
                raise UserError(
                    "the screen could not be shown",
                    f"the details are in {self.runtime.paths.log_file}",
                )
            if self._damage is not None:
                raise self._damage
            return answer
        finally:
            self.typed.close()
            for job in tuple(self._jobs):
                job.cancel()
            if self._lasting:
                await asyncio.wait(self._lasting, timeout=_LAST_SECONDS)
            self.farewell = unsent(self.runtime)
            await self.runtime.aclose()

    async def action_quit(self) -> None:
        """Quit; where a text would be lost by that, say so and do it only when asked again."""
        from tuisocial.tui.screens.compose import ComposeScreen

        writing = [each for each in self.screen_stack if isinstance(each, ComposeScreen)]
        kept = [await each.keeper.keep() for each in writing]
        if all(kept) or self._warned_of_loss:
            await super().action_quit()
        else:
            self._warned_of_loss = True
            self.say("the text could not be saved; quit once more to lose it", trouble=True)

    def get_default_screen(self) -> Screen[Any]:
        return self._home

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self.typed.add(event)
        else:
            await super().on_event(event)

    def on_mount(self) -> None:
        self.animation_level = "none"
        self._bridge = Bridge(self.runtime.bus, self.set_timer, self.post_message)
        if not self.runtime.logins.all():
            self.welcome()
        told = (self.runtime.store_notice, self.runtime.secrets_notice, self._complaint)
        notices = [notice for notice in told if notice]
        if notices:
            self.say("; ".join(notices), trouble=True)
        self.set_interval(_THEME_WATCH, self._watch_themes)
        if _on_a_terminal():
            self.set_interval(_THEME_WATCH, self._leave_with_the_terminal)
        # The shell has written over what was painted.
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        self.call_after_refresh(self._start)

    def _leave_with_the_terminal(self) -> None:
        # A window that is closed sends no signal to whoever runs in a session of its own, and
        # reading from what is left of it never waits.
        if not _on_a_terminal():
            self.exit()

    def _start(self) -> None:
        # What was made until now stays; looking through it again and again costs the reader.
        gc.freeze()
        gc.enable()
        self.background(self.runtime.start())

    def on_unmount(self) -> None:
        if self._bridge is not None:
            self._bridge.close()

    @on(Dirty)
    def _read_again(self) -> None:
        if self._bridge is None:
            return
        stale = self._bridge.take()
        if stale.logins or stale.everything:
            self._refresh_look()
        if not stale:
            return
        for screen in self.screen_stack:
            if isinstance(screen, CommandScreen):
                screen.refresh_stale(stale)

    # --- for screens ----------------------------------------------------------------------

    def background(self, work: Coroutine[Any, Any, object], *, lasting: bool = False) -> None:
        """Let `work` run beside the screen; it outlives the screen that asked for it.

        Work that is `lasting` is done before the program ends.
        """

        async def run() -> None:
            try:
                await work
            except Exception as error:  # noqa: BLE001 - reported, which logs it
                self._handle_exception(error)

        job = asyncio.create_task(run())
        jobs = self._lasting if lasting else self._jobs
        jobs.add(job)
        job.add_done_callback(jobs.discard)

    def say(self, words: str, *, trouble: bool = False) -> None:
        """Answer in a toast what was just done, in the place of the answer before."""
        self.hush()
        self.notify(
            safe_line(words),
            severity="warning" if trouble else "information",
            markup=False,
            timeout=_TOAST,
        )

    def hush(self) -> None:
        """Take away the answer to what was done before: the reader has gone on."""
        self.clear_notifications()

    def open_address(self, url: str) -> None:
        """Open an address in the browser, if it is fit for that."""
        if not may_open(url, self._owned):
            self.say(f"this is no address of the web, so it is not opened: {url[:200]}")
            return

        async def open_it() -> None:
            trouble = await self.opener(url)
            self.say(f"{trouble}: {url}" if trouble else f"opened {url}", trouble=bool(trouble))

        self.background(open_it())

    async def edit_outside(self, text: str) -> str:
        """What the person's own editor makes of a text, in this terminal."""
        from tuisocial.tui.outside_editor import edited

        return await edited(self, text)

    def copy(self, text: str, what: str) -> None:
        """Put text on the clipboard by way of the terminal."""
        self.copy_to_clipboard(safe(text))
        self.say(f"{what} is on the clipboard, if the terminal allows it")

    def choose_link(self, links: Sequence[PostLink]) -> None:
        """Let one of several addresses be chosen, and open it."""
        from tuisocial.tui.screens.choice import Choice, ChoiceScreen

        choices = [Choice(link.url, link.label) for link in links]

        def chosen(index: int | None) -> None:
            if index is not None:
                self.open_address(links[index].url)

        self.push_screen(ChoiceScreen("Open which?", choices), chosen)

    def help(self, context: Context) -> None:
        """Show the keys that work in a context."""
        from tuisocial.tui.screens.help import HelpScreen

        self.push_screen(HelpScreen(context))

    def trouble(self, states: Sequence[SourceState]) -> None:
        """Tell whole how timelines stand."""
        from tuisocial.tui.screens.trouble import TroubleScreen

        self.push_screen(TroubleScreen(states))

    def palette(self) -> None:
        """Find anything by name."""
        from tuisocial.tui.screens.palette import PaletteScreen

        self.push_screen(PaletteScreen(), lambda entry: entry.act() if entry else None)

    def welcome(self) -> None:
        """Offer the ways to begin."""
        from tuisocial.tui.screens.welcome import WelcomeScreen

        self.push_screen(WelcomeScreen(first=not self.runtime.logins.all()))

    def logins(self) -> None:
        """Show all logins, and what can be changed about them."""
        from tuisocial.tui.screens.logins import LoginsScreen

        def chosen(login: LoginId | None) -> None:
            if login is not None:
                self._home.show_login(login)

        self.push_screen(LoginsScreen(), chosen)

    def outbox(self) -> None:
        """Show what waits to be sent, and what was."""
        from tuisocial.tui.screens.outbox import OutboxScreen

        self.push_screen(OutboxScreen())

    def drafts(self) -> None:
        """Show what was begun and not sent."""
        from tuisocial.tui.screens.drafts import DraftsScreen

        self.push_screen(DraftsScreen())

    def sign_in_again(self, login: LoginId) -> None:
        """Sign in once more, in place, a login that was signed out."""
        from tuisocial.tui.signing import sign_in_again

        sign_in_again(self, self.runtime.logins.get(login))

    def stop_process(self) -> bool:
        """Give the terminal back to the shell, which can continue this; False where none can."""
        if self._driver is None or not self._driver.can_suspend:
            return False
        self.action_suspend_process()
        return True

    @property
    def home(self) -> HomeScreen:
        """The first screen."""
        return self._home

    # --- looks ----------------------------------------------------------------------------

    def themes_known(self) -> list[tuple[str, str]]:
        """Every theme there is, and what is wrong with its file if something is."""
        known = []
        for name in self._themes.names():
            try:
                self._themes.read(name)
            except BrokenTheme as problem:
                known.append((name, str(problem)))
            else:
                known.append((name, ""))
        return known

    def use_theme(self, name: str) -> None:
        """Change to another theme until the program ends."""
        try:
            theme = self._themes.read(name)
        except BrokenTheme as problem:
            self.say(str(problem), trouble=True)
            return
        self._theme_file = theme
        self.register_theme(_textual_theme(theme))
        self.set_reactive(App.theme, theme.name)
        # Also when the name is the same and the colours are not.
        self.mutate_reactive(App.theme)
        self._refresh_look()

    def use_density(self, density: Density) -> None:
        """Show more or less of each post until the program ends."""
        self._density = density
        self._refresh_look()

    def _usable_theme(self, name: str) -> ThemeFile:
        try:
            return self._themes.read(name)
        except BrokenTheme as problem:
            self._complaint = str(problem)
            return self._themes.read(DEFAULT)

    def _watch_themes(self) -> None:
        if self._themes.changed():
            self.use_theme(self._theme_file.name)

    def _refresh_look(self) -> None:
        self.look = self._make_look()
        for screen in self.screen_stack:
            if isinstance(screen, CommandScreen):
                screen.look_changed()

    def _make_look(self) -> Look:
        settings = self.runtime.settings.ui
        colours = Colours(self._theme_file, sixteen=self.console.color_system == "standard")
        marks = {
            login.id: Mark(
                safe_line(str(login.id)),
                self.runtime.logins.colour(login.id),
                self.runtime.logins.vocabulary(login.id),
            )
            for login in self.runtime.logins.all()
        }
        return Look(colours, glyphs_for(settings.ascii), self._density, marks, self._name_of)

    def _name_of(self, account: AccountId) -> str:
        stored = self.runtime.accounts.stored(account)
        return stored.display_name if stored is not None and stored.fetched else ""

    def _owned(self, url: str) -> bool:
        """Whether an adapter calls an address its own."""
        for name in self.runtime.registry.names():
            try:
                if self.runtime.registry.get(name).owns(url):
                    return True
            except UserError:
                continue
        return False

    # --- trouble --------------------------------------------------------------------------

    def _handle_exception(self, error: Exception) -> None:
        """What a person can mend: onto the screen; what nobody expected: into the log as well."""
        if isinstance(error, StoreDamaged):
            # Nothing can be read from here on. The sentence is said when the terminal is back.
            self._damage = self._damage or error
            self.exit()
            return
        shown = self.is_running and self._home.is_mounted
        if isinstance(error, UserError) and shown:
            words = f"{error.message}; {error.remedy}" if error.remedy else error.message
            self._complain(words)
            return
        log.error("unexpected trouble on the screen", exc_info=error)
        if not shown:
            # Nothing can be shown yet, and nothing ever would be.
            self._failed = True
            self.exit()
            return
        file = self.runtime.paths.log_file
        self._complain(f"something went wrong; the details are in {file}")

    def _fatal_error(self) -> None:
        """Textual's last resort prints what every frame holds, secrets too; ours ends silently."""
        self._failed = True
        self._close_messages_no_wait()

    def _complain(self, words: str) -> None:
        """Say it, unless the same words are still to be read."""
        if words not in self._complaints:
            self._complaints.add(words)
            self.say(words, trouble=True)
            self.set_timer(_TOAST, lambda: self._complaints.discard(words))


def _on_a_terminal() -> bool:
    try:
        return sys.__stdin__ is not None and os.isatty(sys.__stdin__.fileno())
    except (OSError, ValueError):
        return False


def _textual_theme(theme: ThemeFile) -> Theme:
    roles = theme.roles
    return Theme(
        name=theme.name,
        primary=roles["accent"],
        accent=roles["accent"],
        foreground=roles["text"],
        background=theme.background,
        surface=theme.background,
        panel=theme.selection,
        warning=roles["warning"],
        error=roles["error"],
        success=roles["ok"],
        dark=theme.dark,
    )
