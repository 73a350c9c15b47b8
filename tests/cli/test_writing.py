"""Posting from scripts: what each target gets, what came of it, and where the text is then."""

from __future__ import annotations

import signal
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.network import ROOT, WARNED
from tuisocial.errors import ExitCode
from tuisocial.model.post import Visibility

LONG = "The engine weaves patterns. " * 30


def editor(cli: Cli, code: str) -> dict[str, str]:
    """An environment in which the editor is a program: `text` is the file's, to be changed."""
    file = cli.home / "editor.py"
    file.write_text(
        "import sys, pathlib\nfile = pathlib.Path(sys.argv[1])\ntext = file.read_text()\n"
        f"{code}\nfile.write_text(text)\n"
    )
    return {"VISUAL": f"python3 {file}"}


def drafts(cli: Cli) -> list[str]:
    return [draft["text"] for draft in cli("draft", "list", "--json").json["drafts"]]


def left(cli: Cli) -> list[tuple[str, str]]:
    """Login and state of what is not sent."""
    found = cli("outbox", "list", "--json").json["deliveries"]
    return [(one["login"], one["state"]) for one in found]


def test_a_post_goes_out_by_the_logins_that_post_and_its_address_is_told(signed_in: Cli) -> None:
    ended = signed_in("post", "Hello there")
    assert (ended.code, ended.stderr) == (ExitCode.OK, "")
    assert ended.out.startswith("me: sent https://memory.example/posts/post-")
    assert (left(signed_in), drafts(signed_in)) == ([], [])
    (row,) = signed_in("outbox", "list", "--sent", "--json").json["deliveries"]
    assert (row["text"], row["state"], row["part"], row["parts"]) == ("Hello there", "sent", 1, 1)
    assert row["post"] == f"memory:{row['url'].rpartition('/')[2]}"
    assert signed_in("timeline", "--offline", "--json").json["entries"] == []
    thread = signed_in("thread", row["post"], "--offline", "--json").json
    assert thread["items"][0]["entry"]["text"] == "Hello there"


@pytest.mark.parametrize("arguments", [["-"], []])
def test_the_text_is_read_from_standard_input(signed_in: Cli, arguments: list[str]) -> None:
    ended = signed_in("post", *arguments, "--json", stdin="Two\nlines, ü\n\n")
    assert ended.json["deliveries"][0]["text"] == "Two\nlines, ü"


def test_what_is_no_text_and_what_cannot_be_is_a_mistake_of_usage(signed_in: Cli) -> None:
    picture = signed_in.home / "mill.png"
    picture.touch()
    media = ["--media", str(picture)]
    for arguments, words in [
        (["--to", "nobody", "x"], "no login named nobody"),
        (["--to", "a b", "x"], "no login named a b"),
        (["--media", "gone.png", "x"], "'gone.png' does not exist"),
        (["--alt", "A mill", *media, "x"], "--alt has no --media before it"),
        ([*media, "--alt", "a", "--alt", "b", "x"], "has two --alt"),
        ([*media, "--focus", "2,2", "x"], "not a point"),
        (["--own", "me", "x"], "not an own text"),
        (["--at", "soon", "x"], "not a time: 'soon'"),
        (["--poll-for", "1d", "x"], "there is no poll"),
        (["--poll", "a", "--poll-for", "ever", "x"], "not a length of time"),
        (["--wait", "--queue", "x"], "exclude each other"),
        (["--visibility", "secret", "x"], "'secret' is not one of"),
    ]:
        ended = signed_in("post", *arguments)
        assert (ended.code, ended.stdout) == (ExitCode.USAGE, b""), arguments
        assert words in ended.said
    empty = signed_in("post", stdin=" \n")
    assert empty.code == ExitCode.USAGE
    assert "there is nothing to post" in empty.said
    bad = subprocess.PIPE
    process = signed_in.popen("post", stdin=bad, stdout=bad, stderr=bad)
    assert b"no UTF-8 text" in process.communicate(b"\xff\xfe")[1]
    assert (left(signed_in), drafts(signed_in)) == ([], [])


def test_every_flag_arrives_in_the_draft(signed_in: Cli) -> None:
    first, second = signed_in.home / "a.png", signed_in.home / "b.png"
    first.touch()
    second.touch()
    signed_in(
        "post", "x" * 600, "--no-split", "--cw", "mills", "--sensitive", "--lang", "en",
        "--visibility", "unlisted", "--markdown", "--quotable", "followers",
        "--media", "a.png", "--alt", "A mill", "--focus", "0.5,-1",
        "--media", "b.png", "--poll", "a", "--poll", "b", "--poll-for", "2h", "--poll-multiple",
        "--poll-hide", "--at", "2030-01-02T03:04:05Z", "--own", "me=" + "y" * 501,
    )  # fmt: skip
    (draft,) = signed_in("draft", "list", "--json").json["drafts"]
    known = {key: draft[key] for key in draft if key not in ("id", "saved_at", "text", "own")}
    assert known == {
        "queued": False,
        "targets": ["me"],
        "content_warning": "mills",
        "sensitive": True,
        "language": "en",
        "markdown": True,
        "visibility": "unlisted",
        "quotable": "followers",
        "media": [
            {"path": str(first), "alt": "A mill", "focus": [0.5, -1.0]},
            {"path": str(second), "alt": None, "focus": None},
        ],
        "poll": {"options": ["a", "b"], "seconds": 7200, "multiple": True, "hide_totals": True},
        "reply_to": None,
        "quote": None,
        "edits": None,
        "at": "2030-01-02T03:04:05Z",
        "overflow": "refuse",
    }
    assert draft["own"] == {"me": {"text": "y" * 501, "parts": []}}


@pytest.mark.parametrize(
    ("typed", "minutes"), [("+90m", 90), ("+1d 2h", 26 * 60)], ids=["minutes", "days"]
)
def test_a_time_may_be_told_from_now_on(signed_in: Cli, typed: str, minutes: int) -> None:
    signed_in("post", "x" * 600, "--no-split", "--at", typed)
    (draft,) = signed_in("draft", "list", "--json").json["drafts"]
    meant = datetime.now(UTC) + timedelta(minutes=minutes)
    assert abs(datetime.fromisoformat(draft["at"]) - meant) < timedelta(minutes=5)


def test_a_rehearsal_names_each_fate_and_sends_and_keeps_nothing(signed_in: Cli) -> None:
    signed_in.sign_in("down.example", name="down")
    ended = signed_in(
        "post", "--to", "me", "--to", "down", "--dry-run", "--json", "--poll", "a", LONG
    )
    assert ended.code == ExitCode.OK
    assert ended.json["sendable"]
    for target, login in zip(ended.json["targets"], ("me", "down"), strict=True):
        assert target["login"] == login
        assert [part["fits"] for part in target["parts"]] == [True, True]
        assert "".join(part["text"] for part in target["parts"]).startswith("The engine weaves")
        told = {fate["feature"]: (fate["outcome"], fate["text"]) for fate in target["fates"]}
        assert told["poll"] == ("lost", "polls are left out")
        assert told["text"] == ("replaced", "becomes a thread of 2")
        assert told["visibility"] == ("kept", None)
    shown = signed_in("post", "--to", "me", "--dry-run", "--poll", "a", LONG).out
    assert "poll lost: polls are left out" in shown
    assert "part 2 of 2" in shown
    assert (left(signed_in), drafts(signed_in)) == ([], [])


def test_what_is_refused_beforehand_is_told_and_kept_as_a_draft(signed_in: Cli) -> None:
    rehearsed = signed_in("post", "--no-split", "--dry-run", "--json", LONG)
    assert (rehearsed.code, rehearsed.json["sendable"]) == (ExitCode.FAILED, False)
    ended = signed_in("post", "--no-split", "--json", LONG)
    assert ended.code == ExitCode.FAILED
    assert ended.json["deliveries"] == []
    why, where = ended.stderr.splitlines()
    assert "me: text refused: 340 characters too long; shorten it" in why
    key = ended.json["draft"][:8]
    assert where == f"tuisocial: the text is kept as draft {key}; tuisocial draft edit {key}"
    assert drafts(signed_in) == [LONG]
    assert left(signed_in) == []


@pytest.mark.parametrize("rehearsed", [True, False])
def test_a_login_whose_secret_is_gone_is_to_be_signed_in_again_and_the_text_is_a_draft(
    signed_in: Cli, rehearsed: bool
) -> None:
    (signed_in.home / "data" / "secrets" / "secrets.json").unlink()
    ended = signed_in("post", "Hello", *(["--dry-run"] if rehearsed else []))
    assert ended.code == ExitCode.SIGN_IN
    assert "sign in again" in ended.stderr + ended.out
    assert drafts(signed_in) == ([] if rehearsed else ["Hello"])


@pytest.mark.parametrize(
    ("server", "code", "state", "words"),
    [
        ("strict.example", ExitCode.FAILED, "refused", "no post about looms; write of mills"),
        ("closed.example", ExitCode.SIGN_IN, "failed", "tuisocial login again other"),
        (
            "down.example",
            ExitCode.UNREACHABLE,
            "failed",
            "it is kept: tuisocial outbox retry 2 tries it again",
        ),
        ("busy.example", ExitCode.UNREACHABLE, "failed", "asks for fewer requests"),
        ("lossy.example", ExitCode.UNKNOWN, "unknown", "lossy.example went away"),
    ],
)
def test_each_trouble_has_its_exit_code_and_the_post_is_in_the_outbox(
    signed_in: Cli, server: str, code: ExitCode, state: str, words: str
) -> None:
    signed_in.sign_in(server, name="other")
    ended = signed_in("post", "--to", "me", "--to", "other", "--json", "Hello")
    assert ended.code == code
    assert words in ended.said
    one, other = ended.json["deliveries"]
    assert (one["state"], other["state"]) == ("sent", state)
    assert (one["retry_at"] is None, other["retry_at"] is None) == (True, state == "refused")
    assert left(signed_in) == [("other", state)]
    shown = signed_in("outbox", "show", str(other["number"])).out
    assert f"{other['number']} post by other" in shown
    assert "Hello" in shown


def test_the_gravest_of_several_troubles_decides_the_exit_code(signed_in: Cli) -> None:
    targets = []
    for name in ("strict", "down", "closed"):
        signed_in.sign_in(f"{name}.example", name=name)
        targets += ["--to", name]
    ended = signed_in("post", *targets, "Hello")
    assert ended.code == ExitCode.UNREACHABLE
    assert len(ended.stderr.splitlines()) == 3
    assert [line.partition(":")[0] for line in ended.out.splitlines()] == [
        "strict", "down", "closed",
    ]  # fmt: skip


def test_what_is_only_queued_waits_and_is_no_failure(signed_in: Cli) -> None:
    ended = signed_in("post", "--queue", "Later")
    assert (ended.code, ended.out, ended.stderr) == (
        ExitCode.OK, "me: in the outbox as 1\n", "",
    )  # fmt: skip
    assert left(signed_in) == [("me", "queued")]


def test_waiting_ends_when_everything_is_settled(signed_in: Cli) -> None:
    signed_in.sign_in("strict.example", name="strict")
    ended = signed_in("post", "--to", "me", "--to", "strict", "--wait", LONG)
    assert ended.code == ExitCode.FAILED
    assert [line.split(" ")[:3] for line in ended.out.splitlines()] == [
        ["me", "1/2:", "sent"],
        ["me", "2/2:", "sent"],
        ["strict", "1/2:", "refused;"],
        ["strict", "2/2:", "in"],
    ]


def test_an_interrupt_while_waiting_leaves_everything_in_the_outbox(signed_in: Cli) -> None:
    signed_in.sign_in("down.example", name="down")
    pipe = subprocess.PIPE
    process = signed_in.popen(
        "post", "--to", "down", "--wait", "Hello", stdin=pipe, stdout=pipe, stderr=pipe
    )
    while left(signed_in) != [("down", "failed")]:
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    out, said = process.communicate(timeout=60)
    assert (process.returncode, out) == (ExitCode.INTERRUPTED, b"")
    assert b"what was not sent waits in the outbox; tuisocial outbox retry --all" in said
    assert left(signed_in) == [("down", "failed")]


def test_an_answer_is_no_wider_than_what_it_answers_and_has_its_warning(signed_in: Cli) -> None:
    for verb in (["reply", str(WARNED.id)], ["post", "--reply-to", str(WARNED.id)]):
        plan = signed_in(*verb, "--dry-run", "--json", "Indeed").json
        (part,) = plan["targets"][0]["parts"]
        assert part["content_warning"] == "spiders"
        assert "reply" in {fate["feature"] for fate in plan["targets"][0]["fates"]}
    bare = signed_in("reply", str(WARNED.id), "--cw", "", "--dry-run", "--json", "Indeed").json
    assert bare["targets"][0]["parts"][0]["content_warning"] is None
    ended = signed_in("reply", str(ROOT.id), "Indeed", "--json")
    thread = signed_in("thread", ended.json["deliveries"][0]["post"], "--offline", "--json").json
    assert thread["items"][0]["entry"]["id"] == str(ROOT.id)
    quoted = signed_in("quote", str(ROOT.id), "See this", "--json").json["deliveries"][0]
    thread = signed_in("thread", quoted["post"], "--offline", "--json").json
    assert thread["items"][0]["entry"]["quote"]["id"] == str(ROOT.id)
    assert thread["items"][0]["entry"]["visibility"] == Visibility.PUBLIC


def test_an_answer_to_what_cannot_be_found_is_kept_for_nobody(signed_in: Cli) -> None:
    ended = signed_in("reply", "memory:gone", "Careful words")
    assert (ended.code, ended.stdout) == (ExitCode.FAILED, b"")
    kept, why = ended.stderr.splitlines()
    assert "the text is kept as draft" in kept
    assert "memory:gone" in why
    (draft,) = signed_in("draft", "list", "--json").json["drafts"]
    assert (draft["text"], draft["targets"]) == ("Careful words", [])
    sent = signed_in("draft", "send", draft["id"])
    assert sent.code == ExitCode.USAGE
    assert "nobody to post as" in sent.stderr


def test_a_post_of_mine_is_changed_and_taken_back_wherever_it_went(signed_in: Cli) -> None:
    # Each command meets a server that has forgotten; `ROOT` is what it always has.
    plan = signed_in("edit", str(ROOT.id), "Mended", "--dry-run", "--json").json
    assert plan["targets"][0]["parts"][0]["text"] == "Mended"
    changed = signed_in("edit", str(ROOT.id), "Mended", "--json")
    assert changed.code == ExitCode.OK
    (delivery,) = changed.json["deliveries"]
    assert (delivery["act"], delivery["post"]) == ("edit", str(ROOT.id))
    said = signed_in("delete", str(ROOT.id), "--dry-run")
    assert (said.code, said.out) == (ExitCode.OK, "me: goes from every server\n")
    asked = signed_in("delete", str(ROOT.id))
    assert asked.code == ExitCode.USAGE
    assert "deleting asks first" in asked.said
    gone = signed_in("delete", str(ROOT.id), "--yes", "--json")
    assert gone.code == ExitCode.OK
    (delivery,) = gone.json["deliveries"]
    assert (delivery["act"], delivery["state"]) == ("delete", "sent")
    assert delivery["post"] == str(ROOT.id)


def test_the_editor_gets_a_header_block_and_what_it_leaves_is_sent(signed_in: Cli) -> None:
    environment = editor(
        signed_in,
        "assert text.startswith('To: me\\n'), text\n"
        "text = text.replace('CW:', 'CW: mills').rstrip() + ' and more\\n'",
    )
    ended = signed_in("post", "Begun", "--editor", "--json", environment=environment)
    assert ended.code == ExitCode.OK, ended.stderr
    (delivery,) = ended.json["deliveries"]
    assert delivery["text"] == "Begun and more"
    assert list((signed_in.home / "state").glob("draft-*")) == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("sys.exit(3)", "ended with 3"),
        ("text = 'Nonsense: x\\n\\nWords'", "there is no header Nonsense"),
        ("text = 'To: nobody\\n\\nWords'", "no login named nobody"),
    ],
)
def test_what_was_written_outlives_an_editor_or_a_header_that_failed(
    signed_in: Cli, code: str, words: str
) -> None:
    ended = signed_in("post", "Begun", "--editor", environment=editor(signed_in, code))
    assert ended.code in (ExitCode.FAILED, ExitCode.USAGE)
    assert words in ended.stderr
    files = list((signed_in.home / "state").glob("draft-*"))
    assert len(drafts(signed_in)) == 1
    assert all(str(file) in ended.stderr for file in files)
    if "nobody" not in words:
        assert len(files) == 1


def test_an_answer_whose_editor_failed_is_a_draft_of_an_answer(signed_in: Cli) -> None:
    environment = editor(signed_in, "sys.exit(3)")
    ended = signed_in("reply", str(ROOT.id), "Begun", "--editor", environment=environment)
    assert ended.code == ExitCode.FAILED
    (draft,) = signed_in("draft", "list", "--json").json["drafts"]
    assert (draft["targets"], draft["reply_to"]) == (["me"], str(ROOT.id))


def test_nothing_written_is_nothing_sent(signed_in: Cli) -> None:
    environment = editor(signed_in, "text = ''")
    ended = signed_in("post", "Begun", "--editor", environment=environment)
    assert (ended.code, ended.stdout) == (ExitCode.FAILED, b"")
    assert "nothing was written" in ended.said
    assert drafts(signed_in) == []


def test_without_a_store_that_takes_it_the_text_written_is_still_in_its_file(
    signed_in: Cli,
) -> None:
    signed_in.sabotage(
        "import tuisocial.store.drafts as module\n"
        "from tuisocial.errors import UserError\n"
        "def full(*_):\n    raise UserError('the store cannot be written: no space is left')\n"
        "module.save_draft = full\n"
    )
    environment = editor(signed_in, "text += 'words'")
    ended = signed_in("post", "--editor", environment=environment)
    assert ended.code == ExitCode.FAILED
    (file,) = (signed_in.home / "state").glob("draft-*")
    assert f"what was written is in {file}" in ended.stderr
    assert "words" in Path(file).read_text()


def test_a_login_that_may_only_read_is_named(cli: Cli) -> None:
    cli("login", "add", "memory", "--guest", "--name", "visitor")
    nobody = cli("post", "Hello")
    assert nobody.code == ExitCode.USAGE
    assert "nobody to post as" in nobody.stderr
    ended = cli("post", "--to", "visitor", "Hello")
    assert ended.code == ExitCode.FAILED
    assert "visitor may only read" in ended.stderr


def test_a_post_is_deleted_and_is_a_draft_then(signed_in: Cli) -> None:
    ended = signed_in("delete", str(ROOT.id), "--redraft", "--yes", "--json")
    assert ended.code == ExitCode.OK
    (gone,) = ended.json["deliveries"]
    assert (gone["act"], gone["state"]) == ("delete", "sent")
    (draft,) = signed_in("draft", "list", "--json").json["drafts"]
    assert (draft["id"], draft["text"], draft["edits"]) == (
        ended.json["draft"],
        ROOT.text.text,
        None,
    )
    assert f"tuisocial draft send {draft['id'][:8]}" in ended.stderr
    assert signed_in("draft", "send", draft["id"]).code == ExitCode.OK
    assert drafts(signed_in) == []
