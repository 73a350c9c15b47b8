"""`tuisocial timeline`: what is printed, from the network and from the store."""

from __future__ import annotations

from json import loads

import pytest

from tests.cli.conftest import Cli, Ended
from tests.cli.network import HOSTILE, POSTS_VARIABLE, REPOST, RICH, WARNED
from tuisocial.errors import ExitCode
from tuisocial.model.printable import printable


def _ids(ended: Ended) -> list[str]:
    return [entry["id"] for entry in ended.json["entries"]]


def test_rows_come_newest_first_and_once_each_over_as_many_pages_as_it_takes(
    signed_in: Cli,
) -> None:
    ended = signed_in("timeline", "--json", "--limit", "70")
    entries = ended.json["entries"]
    assert (ended.code, ended.stderr, len(entries)) == (ExitCode.OK, "", 70)
    places = [entry["sort_at"] for entry in entries]
    assert places == sorted(places, reverse=True)
    assert len({entry["key"] for entry in entries}) == 70


def test_a_list_that_ends_early_prints_what_there_is(signed_in: Cli) -> None:
    entries = signed_in("timeline", "--json", "--limit", "500").json["entries"]
    assert len(entries) == 80 + 6


def test_offline_prints_what_was_fetched_before_and_asks_nobody(cli: Cli) -> None:
    cli.sign_in()
    fetched = cli("timeline", "--json", "--limit", "30")
    stored = cli("timeline", "--json", "--limit", "30", "--offline")
    assert stored.json["entries"] == fetched.json["entries"]
    assert (stored.code, stored.stderr) == (ExitCode.OK, "")
    assert [source["state"] for source in stored.json["sources"]] == ["offline"]


def test_lines_hold_the_same_entries_as_the_document(signed_in: Cli) -> None:
    document = signed_in("timeline", "--json", "--limit", "30")
    lines = signed_in("timeline", "--jsonl", "--limit", "30", "--offline")
    assert [loads(line) for line in lines.out.splitlines()] == document.json["entries"]


def test_one_post_seen_by_two_logins_is_one_entry_that_names_both(signed_in: Cli) -> None:
    signed_in.sign_in(name="other")
    entries = signed_in("timeline", "--json").json["entries"]
    assert all(entry["logins"] == ["me", "other"] for entry in entries)
    assert len({entry["key"] for entry in entries}) == len(entries)


def test_logins_and_sources_can_be_chosen(signed_in: Cli) -> None:
    signed_in.sign_in(name="other")
    ended = signed_in("timeline", "--json", "--login", "other", "--source", "#looms")
    assert _ids(ended) == [str(RICH.id)]
    assert [(s["login"], s["source"]) for s in ended.json["sources"]] == [("other", "#looms")]


def test_a_repost_names_who_reposted_it_and_sorts_by_when(signed_in: Cli) -> None:
    entry = signed_in("timeline", "--json", "--limit", "1").json["entries"][0]
    assert entry["key"] == REPOST.key
    assert entry["reposted_by"]["handle"] == "@bob@memory.example"
    assert entry["reposters"] == [entry["reposted_by"]]
    assert entry["sort_at"] > entry["created_at"]


@pytest.mark.parametrize("limit", ["5", "70", "500"])
def test_no_post_is_printed_twice_whether_fetched_or_stored(signed_in: Cli, limit: str) -> None:
    signed_in.sign_in(name="other")
    for how in ([], ["--offline"]):
        lines = signed_in("timeline", "--jsonl", "--limit", limit, *how).out.splitlines()
        ids = [loads(line)["id"] for line in lines]
        assert len(set(ids)) == len(ids) == min(int(limit), 80 + 6)


def test_once_the_post_itself_is_fetched_it_names_who_reposted_it_instead(signed_in: Cli) -> None:
    entries = signed_in("timeline", "--json", "--limit", "500").json["entries"]
    (entry,) = [each for each in entries if each["reposters"]]
    assert entry["id"] == entry["key"] == str(REPOST.view.post.id)
    assert entry["reposted_by"] is None
    assert [who["handle"] for who in entry["reposters"]] == ["@bob@memory.example"]
    assert entry is entries[-1]


_FAULTS = [
    ("down.example", ExitCode.UNREACHABLE, "connection refused; try again later"),
    ("closed.example", ExitCode.SIGN_IN, "does not accept this sign-in; sign in again"),
    ("busy.example", ExitCode.UNREACHABLE, "asks for fewer requests; try again later"),
    ("html.example", ExitCode.FAILED, "answered with a web page; check the address"),
    ("fault.example", ExitCode.FAILED, "the adapter of me failed: RuntimeError"),
]


@pytest.mark.parametrize(("server", "code", "words"), _FAULTS)
def test_when_every_login_fails_the_worst_decides_and_what_is_stored_is_printed(
    cli: Cli, server: str, code: ExitCode, words: str
) -> None:
    cli.sign_in(server)
    ended = cli("timeline", "--json")
    assert ended.code == code
    assert f"me home: {words}" in ended.said or words in ended.said
    (source,) = ended.json["sources"]
    assert source["error"]
    assert ended.json["entries"] == []


@pytest.mark.parametrize("server", [fault[0] for fault in _FAULTS])
def test_one_login_that_fails_is_named_and_the_other_is_printed(
    signed_in: Cli, server: str
) -> None:
    signed_in.sign_in(server, name="broken")
    ended = signed_in("timeline", "--json")
    assert ended.code == ExitCode.OK
    assert ended.said.startswith("tuisocial: broken home: ")
    assert len(ended.json["entries"]) == 20
    states = {source["login"]: source for source in ended.json["sources"]}
    assert states["me"]["state"] == "up_to_date"
    assert states["broken"]["error"]


def test_a_secret_in_an_adapters_fault_reaches_neither_output_nor_log(cli: Cli) -> None:
    cli.sign_in("fault.example")
    ended = cli("timeline", "--json")
    log = (cli.home / "state" / "tuisocial.log").read_text()
    assert "RuntimeError" in log
    assert "token-of-ada" not in log + ended.out + ended.stderr


def test_the_listing_for_people_names_author_time_login_and_id(signed_in: Cli) -> None:
    out = signed_in("timeline", "--limit", "7").out
    assert "Ada @ada@memory.example  2026-01-01" in out
    assert f"  {RICH.id}\n" in out
    assert "reposted by Bob @bob@memory.example" in out
    assert "[image: A loom] https://memory.example/1.png" in out
    assert "(x) Yes (2)" in out


def test_a_content_warning_hides_the_text_in_a_list_and_not_in_its_thread(signed_in: Cli) -> None:
    listed, asked = signed_in("timeline", "--limit", "8"), signed_in("thread", str(WARNED.id))
    for ended in (listed, asked):
        assert "content warning: spiders" in ended.out
    assert WARNED.text.text not in listed.out
    assert WARNED.text.text in asked.out


def test_lines_fit_the_width_that_is_asked_for(signed_in: Cli) -> None:
    signed_in("timeline")
    out = signed_in("timeline", "--offline", environment={"COLUMNS": "40"}).out
    texts = [line for line in out.splitlines() if line.startswith("  red") or "bidi" in line]
    assert texts
    assert all(len(line) <= 40 for line in texts)


def test_hostile_text_reaches_stdout_without_its_power(signed_in: Cli) -> None:
    document = signed_in("timeline", "--json")
    listing = signed_in("timeline", "--offline")
    lines = signed_in("timeline", "--offline", "--jsonl")
    for ended in (document, listing, lines):
        assert printable(ended.out) == ended.out
    assert "[b]markup[/b]" in listing.out
    texts = {entry["id"]: entry["text"] for entry in document.json["entries"]}
    assert texts[str(HOSTILE.id)] == HOSTILE.text.text


def test_what_was_posted_in_a_long_absence_is_fetched_as_far_as_it_is_printed(cli: Cli) -> None:
    cli.sign_in("growing.example")
    cli("timeline")
    cli.environment[POSTS_VARIABLE] = "300"
    few = cli("timeline", "--json", "--limit", "20").json
    assert [entry["id"] for entry in few["entries"]] == [
        f"memory:post-{n}" for n in range(300, 280, -1)
    ]
    all_ = cli("timeline", "--json", "--limit", "300").json
    assert [entry["id"] for entry in all_["entries"]] == [
        f"memory:post-{n}" for n in range(300, 0, -1)
    ]
    assert all_["gaps"] == []


def test_a_hole_that_cannot_be_filled_is_named(cli: Cli) -> None:
    cli.sign_in("growing.example")
    cli("timeline")
    cli.environment[POSTS_VARIABLE] = "300"
    cli("timeline")
    ended = cli("timeline", "--json", "--limit", "60", "--offline")
    (gap,) = ended.json["gaps"]
    assert (gap["login"], gap["source"]) == ("me", "home")
    assert gap["newest"] > gap["oldest"]


def test_a_list_with_nothing_in_it_says_so(signed_in: Cli) -> None:
    ended = signed_in("timeline", "--source", "#nothing")
    assert (ended.code, ended.out) == (ExitCode.OK, "")
    assert ended.said.endswith("there is nothing to show")
