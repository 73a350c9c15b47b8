"""The commands: no key means two things in one place, and the documentation says what is true."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from tuisocial.commands import BY_NAME, COMMANDS, Context, as_markdown, available
from tuisocial.tui.keymap import Keymap

KEYS_PAGE = Path(__file__).parents[1] / "docs" / "keys.md"


@pytest.mark.parametrize("context", Context)
def test_no_key_means_two_things_in_one_place(context: Context) -> None:
    keys = [key for command in available(context) for key in command.keys]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("context", Context)
def test_no_key_is_the_beginning_of_another(context: Context) -> None:
    keys = [key for command in available(context) for key in command.keys]
    clashes = [pair for pair in combinations(keys, 2) if f"{pair[1]} ".startswith(f"{pair[0]} ")]
    assert clashes == []


def test_a_key_that_works_in_several_places_does_the_same_sort_of_thing_in_all() -> None:
    labels: dict[str, set[str]] = {}
    for command in COMMANDS:
        for key in command.keys:
            labels.setdefault(key, set()).add(command.name)
    shared = {key: names for key, names in labels.items() if len(names) > 1}
    assert shared == {
        "Enter": {
            "open",
            "choose",
            "show-login",
            "show-delivery",
            "tick",
            "resume",
            "submit",
            "run",
        },
        "Right": {"open", "choose", "show-login", "show-delivery", "resume"},
        "Space": {"page-down", "tick"},
        "a": {"add-login", "login-again"},
        "c": {"compose", "login-colour"},
        "d": {"delete-post", "drop", "discard"},
        "e": {"edit-post", "edit-delivery", "login-enable"},
        "r": {"reply", "retry", "login-rename"},
        "Esc": {"back", "leave"},
        "Tab": {"switch-pane", "next-field", "other-field"},
        "Ctrl-p": {"palette", "compose-menu"},
        "Shift-Tab": {"switch-pane", "previous-field"},
        "Down": {"next", "next-field", "next-entry"},
        "Up": {"previous", "previous-field", "previous-entry"},
        "PgDn": {"page-down", "entries-down", "form-down"},
        "PgUp": {"page-up", "entries-up", "form-up"},
    }


def test_names_are_unique_and_descriptions_are_sentences() -> None:
    assert len(BY_NAME) == len(COMMANDS)
    assert [c.name for c in COMMANDS if not c.description.endswith(".")] == []


def test_the_page_of_keys_is_what_the_commands_say() -> None:
    assert as_markdown() in KEYS_PAGE.read_text(), "write it with: python docs/write_keys.py"


def test_counts_multiply_and_sequences_wait() -> None:
    keymap = Keymap(Context.LIST)
    assert keymap.press("1").pending == "1"
    assert keymap.press("2").pending == "12"
    moved = keymap.press("j")
    assert (moved.command, moved.count) == (BY_NAME["next"], 12)
    assert keymap.press("g").pending == "g"
    assert keymap.press("t").command is BY_NAME["next-tab"]
    assert keymap.press("0").command is None


def test_a_sequence_that_leads_nowhere_is_dropped_and_its_last_key_counts() -> None:
    keymap = Keymap(Context.LIST)
    keymap.press("g")
    assert keymap.press("j").command is BY_NAME["next"]
    keymap.press("5")
    assert keymap.press("~").command is None
    assert keymap.press("j").count == 1
