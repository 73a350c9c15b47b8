"""The outbox and drafts from scripts: seen, tried again, taken back, written on, forgotten."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Cli
from tests.cli.test_writing import LONG, drafts, editor, left
from tuisocial.errors import ExitCode


@pytest.fixture
def waiting(signed_in: Cli) -> Cli:
    """A command with `me`, and `down` for which a post waits as number 1."""
    signed_in.sign_in("down.example", name="down")
    assert signed_in("post", "--to", "down", "Hello").code == ExitCode.UNREACHABLE
    return signed_in


def test_what_waits_is_listed_for_people_and_scripts(waiting: Cli) -> None:
    heads, row = waiting("outbox", "list").out.splitlines()
    assert heads.split() == ["number", "login", "act", "text"]
    assert row.split()[:3] == ["1", "down", "post"]
    assert "could not be reached" in row
    assert row.endswith("Hello")
    (told,) = waiting("outbox", "list", "--json").json["deliveries"]
    assert (told["number"], told["state"], told["text"]) == (1, "failed", "Hello")
    assert waiting("outbox", "show", "1", "--json").json["deliveries"] == [told]


def test_what_is_not_there_is_a_mistake_of_usage(waiting: Cli) -> None:
    for verb in (["show", "7"], ["retry", "7"], ["drop", "7"], ["edit", "7"]):
        ended = waiting("outbox", *verb)
        assert (ended.code, ended.stdout) == (ExitCode.USAGE, b"")
        assert "the outbox has no number 7" in ended.said
    for verb in ("retry", "drop"):
        assert "nothing was chosen" in waiting("outbox", verb).said


def test_everything_is_tried_again_at_once(waiting: Cli) -> None:
    waiting("post", "--queue", "--to", "me", "Later")
    ended = waiting("outbox", "retry", "--all", "--json")
    assert ended.code == ExitCode.UNREACHABLE
    assert [(one["login"], one["state"]) for one in ended.json["deliveries"]] == [
        ("down", "failed"), ("me", "sent"),
    ]  # fmt: skip
    assert ended.json["draft"] is None
    assert waiting("outbox", "retry", "1").code == ExitCode.UNREACHABLE
    assert left(waiting) == [("down", "failed")]


def test_with_nothing_to_send_all_is_sent(signed_in: Cli) -> None:
    ended = signed_in("outbox", "retry", "--all", "--wait")
    assert (ended.code, ended.out, ended.stderr) == (ExitCode.OK, "", "")


def test_what_is_dropped_is_a_draft_again_and_what_was_sent_is_not(waiting: Cli) -> None:
    ended = waiting("outbox", "drop", "1")
    assert (ended.code, ended.stdout) == (ExitCode.OK, b"")
    assert "the text is kept as draft" in ended.said
    assert (left(waiting), drafts(waiting)) == ([], ["Hello"])
    sent = waiting("post", "--to", "me", "--json", "Gone").json["deliveries"][0]
    late = waiting("outbox", "drop", str(sent["number"]))
    assert late.code == ExitCode.FAILED
    assert "is sent already, or on its way" in late.said


def test_a_post_is_taken_back_written_on_and_sent(waiting: Cli) -> None:
    environment = editor(waiting, "text = text.replace('To: down', 'To: me').rstrip() + ' again'")
    ended = waiting("outbox", "edit", "1", "--json", environment=environment)
    assert ended.code == ExitCode.OK, ended.stderr
    (delivery,) = ended.json["deliveries"]
    assert (delivery["login"], delivery["text"]) == ("me", "Hello again")
    assert (left(waiting), drafts(waiting)) == ([], [])


def test_what_was_sent_to_some_goes_to_the_others_only(waiting: Cli) -> None:
    first = waiting("post", "--to", "me", "--to", "down", "--json", "To both").json
    number = str(first["deliveries"][1]["number"])
    environment = editor(waiting, "assert 'To: down\\n' in text\ntext = text.rstrip() + '!'")
    ended = waiting("outbox", "edit", number, "--json", environment=environment)
    assert ended.code == ExitCode.UNREACHABLE
    (delivery,) = ended.json["deliveries"]
    assert (delivery["login"], delivery["text"]) == ("down", "To both!")
    # They stay one post of two copies.
    assert delivery["draft"] == first["draft"]
    assert drafts(waiting) == []


@pytest.mark.parametrize("code", ["sys.exit(1)", "text = ''"])
def test_a_post_that_was_taken_back_outlives_the_editor(waiting: Cli, code: str) -> None:
    ended = waiting("outbox", "edit", "1", environment=editor(waiting, code))
    assert ended.code == ExitCode.FAILED
    assert "the text is kept as draft" in ended.stderr
    assert (left(waiting), drafts(waiting)) == ([], ["Hello"])


def test_a_deletion_has_no_text_to_be_written_on(signed_in: Cli) -> None:
    signed_in.sign_in("down.example", name="down")
    post = signed_in("post", "--to", "me", "--json", "Hello").json["deliveries"][0]["post"]
    number = signed_in("delete", post, "--yes", "--queue", "--json").json["deliveries"][0]["number"]
    ended = signed_in("outbox", "edit", str(number))
    assert ended.code == ExitCode.USAGE
    assert "deletes a post and has no text" in ended.said
    assert left(signed_in) == [("me", "queued")]


@pytest.fixture
def begun(signed_in: Cli) -> tuple[Cli, str]:
    """A command with a draft that is too long, and the beginning of its id."""
    key = signed_in("post", "--no-split", "--json", LONG).json["draft"]
    return signed_in, key[:8]


def test_drafts_are_listed_shown_and_found_by_their_words(begun: tuple[Cli, str]) -> None:
    cli, key = begun
    _, row = cli("draft", "list").out.splitlines()
    assert row.startswith(key)
    assert cli("draft", "list", "ENGINE", "weaves", "--json").json["drafts"][0]["text"] == LONG
    assert cli("draft", "list", "mill", "--json").json["drafts"] == []
    assert cli("draft", "show", key).out.startswith("To: me\nVisibility: public\n")
    assert cli("draft", "show", key, "--json").json["draft"]["id"].startswith(key)
    missing = cli("draft", "show", "nothing")
    assert (missing.code, missing.stdout) == (ExitCode.USAGE, b"")
    assert "no draft begins with 'nothing'" in missing.said


def test_a_draft_is_written_on_and_sent(begun: tuple[Cli, str]) -> None:
    cli, key = begun
    refused = cli("draft", "send", key)
    assert refused.code == ExitCode.FAILED
    assert "characters too long" in refused.stderr
    environment = editor(cli, "text = 'To: me\\n\\nShort words\\n'")
    ended = cli("draft", "edit", key, environment=environment)
    assert ended.code == ExitCode.OK
    assert f"draft {key} is kept; tuisocial draft send {key}" in ended.said
    assert cli("draft", "send", key, "--dry-run", "--json").json["sendable"]
    sent = cli("draft", "send", key, "--json").json["deliveries"]
    assert [(one["state"], one["text"]) for one in sent] == [("sent", "Short words")]
    assert drafts(cli) == []


def test_a_draft_that_was_sent_is_not_sent_again(signed_in: Cli) -> None:
    key = signed_in("post", "--json", "Once").json["draft"]
    for verb in ("send", "edit", "discard"):
        ended = signed_in("draft", verb, key)
        assert (ended.code, ended.stdout) == (ExitCode.USAGE, b"")
        assert "was handed to the outbox already" in ended.said
    assert len(signed_in("outbox", "list", "--sent", "--json").json["deliveries"]) == 1


def test_a_draft_is_discarded(begun: tuple[Cli, str]) -> None:
    cli, key = begun
    ended = cli("draft", "discard", key)
    assert (ended.code, ended.stdout) == (ExitCode.OK, b"")
    assert drafts(cli) == []
