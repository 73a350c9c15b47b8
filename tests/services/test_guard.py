"""A broken adapter hurts its own login and nobody else, whatever it does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.services.world import Held, World
from tuisocial.errors import UserError
from tuisocial.model.entry import Entry
from tuisocial.model.ids import AccountId, LoginId, PostId
from tuisocial.model.limits import Limits
from tuisocial.model.media import Media
from tuisocial.model.thread import Thread
from tuisocial.model.timeline import HOME, Timeline
from tuisocial.registry import Registry
from tuisocial.sdk.errors import AdapterError, BadAnswer, SignInNeeded, Unreachable
from tuisocial.sdk.page import Page, Skipped, Withdrawn
from tuisocial.sdk.testing.making import (
    make_account,
    make_entry,
    make_post,
    make_posts,
    make_repost,
)
from tuisocial.sdk.testing.memory import MemoryAdapter, MemorySession
from tuisocial.services.guard import PATIENCE, Guard
from tuisocial.store.rows import Source, SourceStatus
from tuisocial.store.secrets.command import CommandSecrets
from tuisocial.store.secrets.keyring import KeyringSecrets

Open = Callable[..., World]
ME = LoginId("me")


@pytest.fixture
def guard() -> Guard:
    return Guard(logging.getLogger("tests.guard"), lambda text: text.replace("hunter2", "***"))


def answering(value: object) -> Callable[[], Any]:
    async def call() -> object:
        if isinstance(value, BaseException):
            raise value
        return value

    return call


async def test_an_answer_passes(guard: Guard) -> None:
    assert await guard(ME, answering(5)) == 5


async def test_an_adapter_s_own_errors_pass_without_secrets(guard: Guard) -> None:
    error = SignInNeeded("bad token hunter2", remedy="not hunter2 again")
    with pytest.raises(SignInNeeded) as caught:
        await guard(ME, answering(error))
    assert (caught.value.message, caught.value.remedy) == ("bad token ***", "not *** again")


@pytest.mark.parametrize("place", [CommandSecrets("x"), KeyringSecrets("x", Path("x"))])
def test_a_place_for_secrets_has_less_time_than_the_call_that_waits_for_it(
    place: CommandSecrets | KeyringSecrets,
) -> None:
    # The other way round a prompt that nobody answers would count as a silent server.
    assert place._patience < PATIENCE


async def test_trouble_below_passes(guard: Guard) -> None:
    with pytest.raises(UserError, match="disk"):
        await guard(ME, answering(UserError("the disk is full")))


@pytest.mark.parametrize(
    "error", [ValueError("x"), RecursionError(), ExceptionGroup("g", [OSError()])]
)
async def test_any_other_error_is_a_bad_answer_and_in_the_log(
    guard: Guard, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(BadAnswer, match=type(error).__name__):
        await guard(ME, answering(error))
    assert "login me" in caplog.text
    assert "Traceback" in caplog.text


def raising() -> Any:
    raise TypeError("timeline() takes 1 positional argument but 2 were given")


@pytest.mark.parametrize("call", [raising, lambda: 5, lambda: None], ids=["raises", "5", "None"])
async def test_a_call_that_is_no_coroutine_is_a_bad_answer(guard: Guard, call: Any) -> None:
    with pytest.raises(BadAnswer, match="TypeError"):
        await guard(ME, call)


async def test_silence_counts_as_unreachable(guard: Guard) -> None:
    with pytest.raises(Unreachable, match="did not answer within 0 seconds"):
        await guard(ME, asyncio.Event().wait, patience=0)


async def test_our_own_cancellation_passes(guard: Guard) -> None:
    began = asyncio.Event()

    async def wait() -> None:
        began.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(guard(ME, wait))
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert task.cancelled()


async def test_an_adapter_that_cancels_itself_is_a_bad_answer(guard: Guard) -> None:
    with pytest.raises(BadAnswer, match="CancelledError"):
        await guard(ME, answering(asyncio.CancelledError()))


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_what_ends_the_program_ends_it(guard: Guard, error: type[BaseException]) -> None:
    with pytest.raises(error):
        asyncio.run(guard(ME, answering(error())))


async def test_a_check_that_fails_is_a_bad_answer(guard: Guard) -> None:
    def check(answer: object) -> None:
        raise TypeError("not a page")

    with pytest.raises(BadAnswer, match="TypeError"):
        await guard(ME, answering(5), check)


# --- what is no page ----------------------------------------------------------------------


def row(**changes: Any) -> Entry:
    return replace(make_entry(make_post(9), "me"), **changes)


def post_row(**changes: Any) -> Entry:
    sound = make_entry(make_post(9), "me")
    return replace(sound, view=replace(sound.view, post=replace(sound.view.post, **changes)))


GARBAGE: list[Any] = [
    None, 5, "page", [], {}, Page,
    Page(None),  # type: ignore[arg-type]
    Page([row()]),  # type: ignore[arg-type]
    Page((None,)),
    Page(({"id": 1},)),
    Page((), older=5),  # type: ignore[arg-type]
    Page((), accounts=(None,)),  # type: ignore[arg-type]
    Page((), deleted=("memory:1",)),  # type: ignore[arg-type]
    Page((), withdrawn=("memory:1",)),  # type: ignore[arg-type]
    Page((), withdrawn=(Withdrawn(PostId("memory", "1"), "memory:ada"),)),  # type: ignore[arg-type]
    Page((), skipped=("x",)),  # type: ignore[arg-type]
    Page((row(view=None),)),
    Page((row(sort_at="now"),)),
    Page((row(sort_at=datetime(2026, 1, 1)),)),  # noqa: DTZ001
    Page((row(sort_at=None),)),
    Page((row(key=None),)),
    Page((row(key=5),)),
    Page((row(reason="because"),)),
    Page((make_entry(make_post(9), "somebody else"),)),
    Page((make_repost(make_post(9), make_account(id=AccountId("Not A Network", "x")), 9, "me"),)),
    Page((post_row(id="memory:9"),)),
    Page((post_row(id=PostId("Not A Network", "x")),)),
    Page((post_row(id=PostId("memory", "")),)),
    Page((post_row(author=None),)),
    Page((post_row(author=make_account(handle=None)),)),
    Page((post_row(author=replace(make_account(), name=5)),)),
    Page((post_row(text="plain"),)),
    Page((post_row(created_at=datetime(2026, 1, 1)),)),  # noqa: DTZ001
    Page((post_row(created_at=1767225600),)),
    Page((post_row(edited_at="yesterday"),)),
    Page((post_row(visibility="public"),)),
    Page((post_row(kind="note"),)),
    Page((post_row(title=5),)),
    Page((post_row(url=b"x"),)),
    Page((post_row(native={"a": 1}),)),
    Page((post_row(same_as=("x",)),)),
    Page((post_row(same_as=(PostId("", ""),)),)),
    Page((post_row(reply_to=PostId("memory", "1")),)),
    Page((post_row(media=("x",)),)),
    Page((post_row(media=(Media("image", "u"),)),)),  # type: ignore[arg-type]
    Page((post_row(counts=7),)),
    Page((post_row(poll="yes or no"),)),
    Page((post_row(tags=(object(),)),)),
    Page((post_row(card=object()),)),
    Page((row(),), older="\ud800"),  # type: ignore[arg-type]
]  # fmt: skip


@pytest.mark.parametrize("answer", GARBAGE, ids=range(len(GARBAGE)))
async def test_what_is_no_page_is_that_login_s_trouble_only(
    open_world: Open, answer: object
) -> None:
    world = open_world()
    await world.login("me")
    await world.login("good", "other.example")
    world.adapters[0].at("other.example").add(*make_posts(2))
    world.server.add(make_post(5))
    await world.refresh(world.view("me"))

    async def timeline(*_: object, **__: object) -> object:
        return answer

    session = await world.runtime._sessions.get(ME)
    session.timeline = timeline  # type: ignore[method-assign,assignment]
    await world.refresh()

    state = world.state("me")
    assert state.status is SourceStatus.BEHIND
    assert "the adapter of me failed" in state.error
    assert "log" in state.remedy
    assert world.state("good").status is SourceStatus.UP_TO_DATE
    assert world.names() == ["5", "2", "1"]
    later = await world.restarted(offline=True)
    assert later.names() == ["5", "2", "1"]
    await later.close()


async def test_a_skipped_record_is_in_the_log_and_costs_nothing(world: World) -> None:
    rows = tuple(make_entry(post, "me") for post in make_posts(2))
    world.server.script(HOME, Page(rows, None, skipped=(Skipped("odd", "\x1b[2J{"),)))
    await world.refresh()
    assert world.names() == ["2", "1"]
    log = world.runtime.paths.log_file.read_text()
    assert "odd" in log
    assert "\x1b" not in log


@pytest.mark.parametrize("answer", [None, 5, Thread(PostId("memory", "post-1"), (None,))])  # type: ignore[arg-type]
async def test_what_is_no_thread_is_said(world: World, answer: object) -> None:
    async def thread(*_: object) -> object:
        return answer

    session = await world.runtime._sessions.get(ME)
    session.thread = thread  # type: ignore[method-assign,assignment]
    await world.runtime.threads.fetch(PostId("memory", "post-1"))
    assert "failed" in world.runtime.threads.stored(PostId("memory", "post-1")).error


@pytest.mark.parametrize("answer", [None, "ada", make_account(id=AccountId("", ""))], ids=str)
async def test_what_is_no_account_is_said(world: World, answer: object) -> None:
    async def account(*_: object) -> object:
        return answer

    session = await world.runtime._sessions.get(ME)
    session.account = account  # type: ignore[method-assign,assignment]
    with pytest.raises(BadAnswer):
        await world.runtime.accounts.fetch(AccountId("memory", "account-ada"))


# --- adapters that break elsewhere --------------------------------------------------------


class BrokenSession(MemorySession):
    """Breaks at every question that needs no waiting."""

    def timelines(self) -> tuple[Timeline, ...]:
        raise ZeroDivisionError

    def limits(self) -> Limits:
        raise ZeroDivisionError

    def endpoints(self) -> object:
        raise ZeroDivisionError

    async def aclose(self) -> None:
        raise ZeroDivisionError


async def test_a_session_that_breaks_at_every_turn_can_be_used_and_removed(
    open_world: Open,
) -> None:
    adapter = MemoryAdapter()
    adapter.session_class = BrokenSession
    world = open_world(adapter)
    await world.login("me")
    adapter.server.add(*make_posts(2))
    await world.refresh()
    assert world.names() == ["2", "1"]
    assert world.state("me").detail == ""
    report = await world.runtime.logins.check(ME)
    assert (report.error, report.limits, report.endpoints) == (None, Limits(), ())
    await world.runtime.logins.remove(ME)
    assert world.runtime.logins.all() == []


class BrokenAdapter(MemoryAdapter):
    """Breaks wherever it is asked but at signing in."""

    broken = False

    async def open(self, login: Any, context: Any) -> MemorySession:
        if self.broken:
            raise ZeroDivisionError
        return await super().open(login, context)

    def owns(self, text: str) -> bool | None:
        raise ZeroDivisionError

    def login_flows(self) -> Any:
        if self.broken:
            raise ZeroDivisionError
        return super().login_flows()


async def test_an_adapter_that_breaks_at_every_turn_stops_nobody(open_world: Open) -> None:
    broken, good = BrokenAdapter(), MemoryAdapter(network="other")
    world = open_world(broken, good)
    await world.login("bad")
    await world.login("good", adapter=good)
    good.server.add(make_post(1, network="other"))
    broken.broken = True
    await world.refresh()
    assert world.names() == ["1"]
    assert "ZeroDivisionError" in world.state("bad").error
    assert {name for name, _ in world.runtime.logins.flows()} == {"other"}
    found = await world.runtime.threads.find("https://other.example/posts/1")
    assert found == PostId("other", "post-1")


async def test_a_login_whose_adapter_is_gone_says_so_and_the_others_go_on(
    open_world: Open,
) -> None:
    one, two = MemoryAdapter(), MemoryAdapter(network="other")
    world = open_world(one, two)
    await world.login("gone")
    await world.login("here", adapter=two)
    one.server.add(make_post(1))
    two.server.add(make_post(2, network="other"))
    await world.refresh()
    await world.close()

    world = open_world(two, registry=Registry.of(two), secrets=world.secrets)
    assert [view.name for view in world.timelines.views()] == [
        "merged", "login:gone", "login:here",
    ]  # fmt: skip
    assert world.names() == ["2", "1"]
    assert {s.status for s in world.timelines.states(world.merged)} == {SourceStatus.BEHIND}
    assert world.timelines.available(LoginId("gone"))
    assert world.runtime.logins.vocabulary(LoginId("gone")).network == "memory"
    await world.refresh()
    assert "no adapter named memory" in world.state("gone").error
    assert world.state("here").status is SourceStatus.UP_TO_DATE
    report = await world.runtime.logins.check(LoginId("gone"))
    assert isinstance(report.error, AdapterError)
    await world.runtime.threads.fetch(PostId("memory", "post-1"))
    assert "no adapter" in world.runtime.threads.stored(PostId("memory", "post-1")).error
    assert world.runtime.threads.stored(PostId("memory", "post-1")).items
    await world.runtime.logins.remove(LoginId("gone"))
    assert ("gone", "token") not in world.secrets.kept


# --- races --------------------------------------------------------------------------------


async def test_a_cancelled_fetch_leaves_the_state_as_it_was(world: World) -> None:
    before = world.state("me")
    for _ in range(2):
        held = Held(world.server)
        task = asyncio.create_task(world.refresh())
        await held.asked.wait()
        assert world.state("me").status is SourceStatus.FETCHING
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        held.answer()
        assert world.state("me") == before
        await world.refresh()
        before = world.state("me")
        assert before.status is SourceStatus.UP_TO_DATE


async def test_two_tasks_that_fetch_one_source_take_turns(world: World) -> None:
    world.server.add(*make_posts(20))
    await world.refresh()
    await asyncio.gather(
        world.refresh(), world.older(), world.refresh(), world.older(), world.older()
    )
    assert world.names() == [str(n) for n in range(20, 0, -1)]
    cursors = [call.cursor for call in world.server.calls if call.cursor]
    assert len(cursors) == len(set(cursors))


async def test_two_processes_on_one_source_leave_a_whole_list(open_world: Open) -> None:
    world = open_world(page=5)
    await world.login("me")
    other = open_world(*world.adapters, page=5, secrets=world.secrets)
    world.server.add(*make_posts(30))
    await world.refresh()
    await asyncio.gather(*(w.older() for w in (world, other, world, other)))
    world.server.add(*make_posts(20, first=31))
    await asyncio.gather(world.refresh(), other.refresh())
    gap = world.gaps()[0]
    while world.gaps() or other.gaps():
        await asyncio.gather(
            *(w.timelines.fill(w.merged, gap) for w in (world, other) for gap in w.gaps())
        )
    await world.everything()
    assert gap.key not in {item.key for item in world.items()}
    assert world.names() == other.names() == [str(n) for n in range(50, 0, -1)]


async def test_a_slower_process_does_not_set_a_cursor_back(open_world: Open) -> None:
    world = open_world(page=5)
    await world.login("me")
    other = open_world(*world.adapters, page=5, secrets=world.secrets)
    world.server.add(*make_posts(30))
    await world.refresh()
    held = Held(world.server)
    slow = asyncio.create_task(other.older())
    await held.asked.wait()
    await world.older()
    await world.older()
    held.answer()
    # It finds its page known, and goes on from where the other one got to.
    await slow
    await world.older()
    assert world.names() == [str(n) for n in range(30, 5, -1)]


async def test_closing_while_a_fetch_runs_breaks_nothing(world: World) -> None:
    world.server.add(*make_posts(2))
    held = Held(world.server)
    refreshing = asyncio.create_task(world.refresh())
    await held.asked.wait()
    await world.close()
    held.answer()
    await refreshing
    assert world.timelines.trouble(Source(ME, HOME)) is not None


async def test_a_view_of_a_removed_login_is_empty_and_harmless(world: World) -> None:
    world.server.add(*make_posts(2))
    await world.refresh()
    view = world.merged
    await world.runtime.logins.remove(ME)
    assert world.timelines.window(view).items == ()
    assert world.timelines.head(view) is None
    assert world.timelines.states(view)[0].status is SourceStatus.NEVER
    await world.refresh(view)
    assert not await world.older(view)
    assert "no login named me" in world.timelines.states(view)[0].error
    assert world.merged.sources == ()
    assert world.items() == ()
