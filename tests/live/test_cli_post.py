"""Posting from the command line to real servers of both networks, each command a process."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.live.reading import get, read_relay
from tests.live.test_cli_demo import Ended, _tuisocial
from tuisocial.demo import Demo
from tuisocial.errors import ExitCode

pytestmark = pytest.mark.live

_PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@dataclass
class Desk:
    """Somebody with a login on each network of a demo."""

    demo: Demo
    home: str

    def __call__(self, *arguments: str, stdin: str = "") -> Ended:
        return _tuisocial(self.home, *arguments, stdin=stdin)

    def json(self, *arguments: str, code: ExitCode = ExitCode.OK) -> Any:
        ended = self(*arguments, "--json")
        assert ended.code == code, ended.lines
        return json.loads(ended.out)

    def sent(self, *arguments: str, code: ExitCode = ExitCode.OK) -> dict[str, dict[str, Any]]:
        """The deliveries of a command, by login."""
        return {one["login"]: one for one in self.json(*arguments, code=code)["deliveries"]}

    def statuses(self) -> list[str]:
        """What the reader has on the Mastodon-API server, as plain text."""
        address = f"{self.demo.mastodon_url}/api/v1"
        token = self.demo.mastodon_token
        me = get(f"{address}/accounts/verify_credentials", token).json()["id"]
        found = get(f"{address}/accounts/{me}/statuses", token).json()
        return [status["content"] for status in found]

    def notes(self, **of: Any) -> list[dict[str, Any]]:
        return read_relay(self.demo.relay_url, {"kinds": [1], **of})


@pytest.fixture
def desk(own_demo: Demo, tmp_path: Path) -> Desk:
    home = tmp_path / "home"
    (home / "config").mkdir(parents=True)
    (home / "config" / "config.toml").write_text('[secrets]\nbackend = "file"\n')
    made = Desk(own_demo, str(home))
    for arguments, secret in (
        (["mastodon", "--server", own_demo.mastodon_url, "--token-stdin", "--name", "masto"],
         own_demo.mastodon_token),
        (["nostr", "--nsec-stdin", "--relay", own_demo.relay_url, "--name", "nos"],
         own_demo.nsec),
    ):  # fmt: skip
        added = made("login", "add", *arguments, stdin=f"{secret}\n")
        assert added.code == ExitCode.OK, added.lines
    return made


BOTH = ("--to", "masto", "--to", "nos")


def test_one_text_with_a_warning_is_one_post_on_both_networks(desk: Desk) -> None:
    plan = desk.json("post", *BOTH, "--dry-run", "--cw", "Looms", "The mill runs again today.")
    assert plan["sendable"]
    assert {target["login"]: target["parts"][0]["count"] > 0 for target in plan["targets"]} == {
        "masto": True, "nos": True,
    }  # fmt: skip
    assert not any("The mill runs" in text for text in desk.statuses())
    sent = desk.sent("post", *BOTH, "--cw", "Looms", "The mill runs again today.")
    assert {login: one["state"] for login, one in sent.items()} == {"masto": "sent", "nos": "sent"}
    (place,) = sent["nos"]["places"]
    assert (place["url"].rstrip("/"), place["accepted"]) == (desk.demo.relay_url, True)
    assert sum("The mill runs" in text for text in desk.statuses()) == 1
    (note,) = desk.notes(ids=[sent["nos"]["post"].partition(":")[2]])
    assert note["content"] == "The mill runs again today."
    assert ["content-warning", "Looms"] in note["tags"]
    entries = desk.json("timeline", "--limit", "40")["entries"]
    (row,) = [entry for entry in entries if "The mill runs" in entry["text"]]
    assert {row["id"], *(copy["id"] for copy in row["copies"])} == {
        one["post"] for one in sent.values()
    }


def test_what_waits_for_a_relay_that_is_away_goes_out_once_when_it_is_back(desk: Desk) -> None:
    desk.demo.relay.stop()
    ended = desk("post", *BOTH, "--json", "Written while the relay was away.")
    assert ended.code in (ExitCode.UNREACHABLE, ExitCode.UNKNOWN), ended.lines
    states = {one["login"]: one["state"] for one in json.loads(ended.out)["deliveries"]}
    assert states["masto"] == "sent"
    assert states["nos"] in ("failed", "unknown")
    waiting = desk.json("outbox", "list")["deliveries"]
    assert [one["login"] for one in waiting] == ["nos"]
    desk.demo.relay.start()
    desk.demo.relay.wait()
    (settled,) = desk.json("outbox", "retry", "--all", "--wait")["deliveries"]
    assert settled["state"] == "sent"
    assert desk.json("outbox", "list")["deliveries"] == []
    for _ in range(2):
        desk("outbox", "retry", "--all")
    found = [note for note in desk.notes() if note["content"].startswith("Written while")]
    assert len(found) == 1
    assert sum("Written while" in text for text in desk.statuses()) == 1


def test_a_long_text_is_a_thread_where_it_must_be(desk: Desk) -> None:
    text = "The engine weaves algebraic patterns. " * 20
    deliveries = desk.json("post", *BOTH, text)["deliveries"]
    parts = [one["part"] for one in deliveries if one["login"] == "masto"]
    assert parts == [1, 2]
    assert all(one["state"] == "sent" for one in deliveries)
    first, second = (one for one in deliveries if one["login"] == "masto")
    thread = desk.json("thread", second["post"])["items"]
    assert [item["entry"]["id"] for item in thread][:2] == [first["post"], second["post"]]


def test_a_post_is_changed_answered_liked_and_taken_back_on_both_networks(desk: Desk) -> None:
    sent = desk.sent("post", *BOTH, "The first draft of it.")
    changed = desk.sent("edit", sent["masto"]["post"], "The second draft of it.")
    assert {login: one["state"] for login, one in changed.items()} == {
        "masto": "sent", "nos": "sent",
    }  # fmt: skip
    assert sum("The second draft" in text for text in desk.statuses()) == 1
    assert not any("The first draft" in text for text in desk.statuses())
    now = changed["masto"]["post"]
    answer = desk.sent("reply", now, "And an answer to it.")
    assert answer["masto"]["state"] == "sent"
    for login in ("masto", "nos"):
        post = changed[login]["post"]
        for act in ("like", "unlike", "repost", "unrepost", "bookmark", "unbookmark"):
            done = desk.json(act, post, "--login", login)
            assert (done["act"], done["login"], done["target"]) == (act, login, post)
    told = desk.json("delete", now, "--dry-run")["targets"]
    assert {one["login"] for one in told} == {"masto", "nos"}
    gone = desk.sent("delete", now, "--yes")
    assert {login: one["state"] for login, one in gone.items()} == {"masto": "sent", "nos": "sent"}
    assert not any("The second draft" in text for text in desk.statuses())
    assert desk.notes(ids=[changed["nos"]["post"].partition(":")[2]]) == []


def test_people_are_followed_and_no_longer(desk: Desk) -> None:
    entries = desk.json("timeline", "--limit", "40")["entries"]
    for login in ("masto", "nos"):
        author = next(e["author"]["id"] for e in entries if e["login"] == login)
        for act in ("unfollow", "follow", "mute", "unmute"):
            assert desk.json(act, author, "--login", login)["target"] == author


def test_a_picture_goes_with_its_words(desk: Desk, tmp_path: Path) -> None:
    picture = tmp_path / "mill.png"
    picture.write_bytes(_PICTURE)
    words = "Drawing of the mill"
    sent = desk.sent("post", "--to", "masto", "--media", str(picture), "--alt", words, "A drawing.")
    (item,) = desk.json("thread", sent["masto"]["post"])["items"]
    assert [media["alt"] for media in item["entry"]["media"]] == [words]
