"""Every command of the application by name, with what it does, where it works and its keys.

Pure data: key presses, the palette, the help screen and `docs/keys.md` are all made from this
list, so that none of them can say anything else. Carrying a command out is `tui`'s work.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Context(StrEnum):
    """Where the person is; the values are headings."""

    LIST = "In a list"
    THREAD = "In a thread"
    HELP = "On the help screen"
    CHOICE = "Where something is to be chosen"
    FORM = "In a form"
    LOGINS = "In the list of logins"
    PALETTE = "In the palette"
    COMPOSE = "Where a post is written"
    TARGETS = "Where targets are chosen"
    OUTBOX = "In the outbox"
    DRAFTS = "In the list of drafts"


READING = frozenset({Context.LIST, Context.THREAD})
LISTS = frozenset({Context.LOGINS, Context.OUTBOX, Context.DRAFTS})
SCROLLING = READING | LISTS | {Context.HELP, Context.CHOICE}
TYPING = frozenset({Context.FORM, Context.PALETTE, Context.COMPOSE})
NOT_TYPING = frozenset(Context) - TYPING


@dataclass(frozen=True, slots=True)
class Command:
    """One thing the application does.

    `keys` are in the order of preference and spelt as people read them: `j`, `Ctrl-d`, `PgDn`,
    `g g` for one after the other. `label` is a word or two, for the line of keys; `takes_count`
    says that digits before it count, `counted` what they do, `uncounted` the count without any;
    `in_palette` that it can be chosen by name.
    """

    name: str
    label: str
    description: str
    keys: tuple[str, ...]
    contexts: frozenset[Context]
    takes_count: bool = False
    in_palette: bool = False
    counted: str = "repeats it"
    uncounted: int = 1

    @property
    def about(self) -> str:
        """The description, with what a number before the key does."""
        if not self.takes_count:
            return self.description
        return f"{self.description} A number before it {self.counted}: 5{self.keys[0]}."


TABS = 9
"""Tabs that a key reaches directly."""

COMMANDS = (
    Command(
        "next",
        "next",
        "The next post, line or choice.",
        ("j", "Down"),
        NOT_TYPING,
        takes_count=True,
    ),
    Command(
        "previous",
        "previous",
        "The previous post, line or choice.",
        ("k", "Up"),
        NOT_TYPING,
        takes_count=True,
    ),
    Command("page-down", "page down", "A page down.", ("PgDn", "Space"), SCROLLING),
    Command("page-up", "page up", "A page up.", ("PgUp",), SCROLLING),
    Command("half-page-down", "half down", "Half a page down.", ("Ctrl-d",), SCROLLING),
    Command("half-page-up", "half up", "Half a page up.", ("Ctrl-u",), SCROLLING),
    Command("first", "first", "The first one.", ("g g", "Home"), SCROLLING),
    Command("last", "last", "The last one that is stored, to its end.", ("G", "End"), SCROLLING),
    Command(
        "open",
        "thread",
        "Open the thread, the content warning or the long post; fill the gap.",
        ("Enter", "Right"),
        READING,
    ),
    Command(
        "choose",
        "choose",
        "Take the marked choice; its number takes it too.",
        ("Enter", "Right"),
        frozenset({Context.CHOICE}),
    ),
    Command(
        "show-login",
        "timeline",
        "Show the login's own timeline.",
        ("Enter", "Right"),
        frozenset({Context.LOGINS}),
    ),
    *(
        Command(name, label, description, keys, frozenset({Context.LOGINS}))
        for name, label, description, keys in (
            ("login-again", "sign in again", "Sign the login in again, in place.", ("a",)),
            ("new-login", "new", "Add a login.", ("n",)),
            ("login-down", "down", "Move the login down.", ("J",)),
            ("login-up", "up", "Move the login up.", ("K",)),
            ("login-enable", "on/off", "Use the login or not; its posts stay.", ("e",)),
            (
                "login-share",
                "mentions",
                "Merge all of its timeline, or only what speaks to you.",
                ("m",),
            ),
            ("login-mute", "mute", "Leave it out of the merged timeline for a day.", ("z",)),
            ("login-posts", "posts", "Let new posts go out by it unless told otherwise.", ("p",)),
            ("login-colour", "colour", "The next colour for its mark.", ("c",)),
            ("login-rename", "rename", "Call it by another name.", ("r",)),
            ("login-remove", "remove", "Sign it out, and forget it and its secret.", ("x",)),
        )
    ),
    *(
        Command(name, label, description, keys, frozenset({Context.COMPOSE}))
        for name, label, description, keys in (
            ("send", "send", "Send it, or say what stands in the way.", ("Ctrl-g", "Ctrl-Enter")),
            ("targets", "targets", "Choose the logins that post it.", ("Ctrl-t",)),
            ("own-text", "own text", "Write another text for one of the targets.", ("Ctrl-e",)),
            (
                "preview",
                "preview",
                "What each target gets, part by part; Enter there changes it.",
                ("Ctrl-s",),
            ),
            ("warn", "warning", "The content warning, and back to the text.", ("Ctrl-n",)),
            ("visibility", "who sees it", "Choose who can see it.", ("Ctrl-r",)),
            ("language", "language", "Say which language it is in.", ("Ctrl-l",)),
            ("attach", "file", "Add a picture, a film or a sound.", ("Ctrl-f",)),
            ("editor", "editor", "Write it in your own editor.", ("Ctrl-o",)),
            (
                "compose-menu",
                "more",
                "All that can be done here: poll, time, files, discard.",
                ("Ctrl-p",),
            ),
            ("other-field", "other field", "From the text to the warning and back.", ("Tab",)),
        )
    ),
    Command(
        "tick",
        "tick",
        "Have the login post it, or not; its number does the same.",
        ("Enter", "Space"),
        frozenset({Context.TARGETS}),
    ),
    Command(
        "remember",
        "for all new posts",
        "Begin new posts like this from now on.",
        ("s",),
        frozenset({Context.TARGETS}),
    ),
    Command(
        "show-delivery",
        "whole",
        "Show all of it: the text, and what each server answered.",
        ("Enter", "Right"),
        frozenset({Context.OUTBOX}),
    ),
    *(
        Command(name, label, description, keys, frozenset({Context.OUTBOX}))
        for name, label, description, keys in (
            ("retry", "retry", "Try it again at once.", ("r",)),
            ("retry-all", "retry all", "Try everything that waits at once.", ("R",)),
            ("edit-delivery", "edit", "Take it back and write on.", ("e",)),
            ("drop", "drop", "Send it never; its text stays among the drafts.", ("d",)),
        )
    ),
    Command("resume", "write on", "Write on.", ("Enter", "Right"), frozenset({Context.DRAFTS})),
    Command("discard", "discard", "Forget the draft.", ("d",), frozenset({Context.DRAFTS})),
    Command(
        "search-drafts",
        "search",
        "Show only those with these words.",
        ("/",),
        frozenset({Context.DRAFTS}),
    ),
    Command(
        "submit", "go on", "Go on with what was filled in.", ("Enter",), frozenset({Context.FORM})
    ),
    Command(
        "next-field", "next field", "The next field.", ("Tab", "Down"), frozenset({Context.FORM})
    ),
    Command(
        "previous-field",
        "previous field",
        "The previous field.",
        ("Shift-Tab", "Up"),
        frozenset({Context.FORM}),
    ),
    Command("form-down", "down", "Further down in the form.", ("PgDn",), frozenset({Context.FORM})),
    Command("form-up", "up", "Further up in the form.", ("PgUp",), frozenset({Context.FORM})),
    Command(
        "back",
        "back",
        "Go back one step; in a list, close the content warning that was opened.",
        ("Esc", "Left", "h"),
        NOT_TYPING,
    ),
    Command(
        "leave",
        "back",
        "Go back one step; nothing that was typed is lost.",
        ("Esc",),
        TYPING,
    ),
    Command("run", "do it", "Do what is marked.", ("Enter",), frozenset({Context.PALETTE})),
    Command("next-entry", "next", "The next one.", ("Down",), frozenset({Context.PALETTE})),
    Command(
        "previous-entry", "previous", "The previous one.", ("Up",), frozenset({Context.PALETTE})
    ),
    Command("entries-down", "page down", "A page down.", ("PgDn",), frozenset({Context.PALETTE})),
    Command("entries-up", "page up", "A page up.", ("PgUp",), frozenset({Context.PALETTE})),
    Command(
        "switch-pane",
        "other pane",
        "To the other pane, where there are two.",
        ("Tab", "Shift-Tab"),
        READING,
    ),
    Command(
        "show-new",
        "new",
        "Show what is new from the top, and look for more.",
        (".",),
        READING,
        in_palette=True,
    ),
    Command(
        "open-links",
        "links",
        "Open the post's link; with several, choose which.",
        ("o",),
        READING,
        in_palette=True,
    ),
    Command(
        "open-post",
        "in browser",
        "Open the post itself in the browser.",
        ("O",),
        READING,
        in_palette=True,
    ),
    Command("copy-link", "copy link", "Copy the post's address.", ("y",), READING, in_palette=True),
    Command("copy-text", "copy text", "Copy the post's text.", ("Y",), READING, in_palette=True),
    Command(
        "next-tab",
        "next tab",
        "The next tab.",
        ("g t",),
        READING,
        takes_count=True,
        in_palette=True,
        counted="goes to the tab of that number",
        uncounted=0,
    ),
    Command(
        "previous-tab",
        "previous tab",
        "The previous tab.",
        ("g T",),
        READING,
        takes_count=True,
        in_palette=True,
    ),
    *(
        Command(f"tab-{number}", f"tab {number}", f"Tab {number}.", (f"Alt-{number}",), READING)
        for number in range(1, TABS + 1)
    ),
    Command("compose", "compose", "Write a new post.", ("c",), READING, in_palette=True),
    Command(
        "compose-as",
        "as another",
        "Answer the post by a login that you choose; where there is none, write a new one.",
        ("C",),
        READING,
        in_palette=True,
    ),
    Command("reply", "reply", "Answer the post.", ("r",), READING, in_palette=True),
    Command("quote", "quote", "Quote the post.", ("Q",), READING, in_palette=True),
    Command(
        "edit-post",
        "edit",
        "Change a post of yours and its copies.",
        ("e",),
        READING,
        in_palette=True,
    ),
    Command(
        "delete-post",
        "delete",
        "Delete a post of yours; what that comes to is said before.",
        ("d",),
        READING,
        in_palette=True,
    ),
    Command(
        "undo",
        "undo",
        "Take back what was just sent and has not gone out, and write on.",
        ("u",),
        READING,
        in_palette=True,
    ),
    Command(
        "outbox",
        "outbox",
        "What waits to be sent, and what was sent.",
        ("g o",),
        READING,
        in_palette=True,
    ),
    Command("drafts", "drafts", "What was begun and not sent.", ("g d",), READING, in_palette=True),
    Command(
        "palette",
        "everything",
        "Find a command, a timeline, a hashtag or a theme by name.",
        (":", "Ctrl-p"),
        READING,
    ),
    Command(
        "add-login",
        "sign in",
        "Sign in again where a login is signed out; otherwise add one.",
        ("a",),
        READING,
        in_palette=True,
    ),
    Command(
        "logins",
        "logins",
        "All logins: their order, names, colours, and what is merged of each.",
        ("g l",),
        READING,
        in_palette=True,
    ),
    Command(
        "copy-shown",
        "copy",
        "Copy the address that is shown.",
        ("Ctrl-y",),
        frozenset({Context.FORM}),
    ),
    Command(
        "trouble",
        "what is wrong",
        "What is wrong with each login, and what to do about it.",
        ("!",),
        READING,
        in_palette=True,
    ),
    Command("help", "keys", "The keys that work here.", ("?",), NOT_TYPING - {Context.HELP}),
    Command(
        "close",
        "quit",
        "Close what is open: help, thread, opened tab; else to the first tab, and quit there.",
        ("q",),
        NOT_TYPING,
    ),
    Command(
        "quit",
        "quit",
        "Quit from anywhere.",
        ("Ctrl-q", "Ctrl-c"),
        frozenset(Context),
        in_palette=True,
    ),
    Command(
        "suspend",
        "to the shell",
        "Back to the shell; `fg` there comes back here.",
        ("Ctrl-z",),
        frozenset(Context),
    ),
)

BY_NAME = {command.name: command for command in COMMANDS}


def available(context: Context) -> list[Command]:
    """The commands that work in a context, in the order of the list."""
    return [command for command in COMMANDS if context in command.contexts]


def as_markdown() -> str:
    """The tables of `docs/keys.md`, a section for each context."""
    out = []
    for context in Context:
        out += [f"## {context}", "", "| keys | command | what it does |", "|---|---|---|"]
        for command in available(context):
            keys = " ".join(f"`{key}`" for key in command.keys)
            out.append(f"| {keys} | {command.name} | {command.about} |")
        out.append("")
    return "\n".join(out)
