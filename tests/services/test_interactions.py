"""Acting on posts and people: shown at once, confirmed by the server, or as it was before."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar

import pytest

from tests.services.world import Held, World
from tuisocial.errors import UsageError, UserError
from tuisocial.events import PostChanged
from tuisocial.model.ids import AccountId, LoginId, PostId
from tuisocial.model.poll import Poll, PollOption
from tuisocial.model.post import Action, Mark, Off, On, PostView, Unknown, Viewer
from tuisocial.sdk.errors import (
    BadAnswer,
    NotAllowed,
    NotFound,
    NotSupported,
    Sent,
    SignInNeeded,
    Unreachable,
)
from tuisocial.sdk.testing.making import make_account, make_post
from tuisocial.sdk.testing.memory import MemoryAdapter
from tuisocial.sdk.testing.memory_writing import WritingAdapter, WritingSession
from tuisocial.services.interactions import Done, MarkName, Tie

Open = Callable[..., World]
ME, YOU = LoginId("me"), LoginId("you")
BOB = make_account("bob")
POST = make_post(1, author=BOB)
POLL = make_post(2, author=BOB, poll=Poll("p", (PollOption("Yes"), PollOption("No"))))


class Session(WritingSession):
    """A session that can do all of it; `viewer` is what it says that a login may."""

    viewer: ClassVar[Viewer] = Viewer()

    async def post(self, post: PostId, *, key: str = "") -> PostView:
        view = await super().post(post, key=key)
        return PostView(view.login, view.post, view.remote_key, self.viewer)

    async def vote(self, post: object, options: object) -> None:
        await self._ask("vote", str(options))

    async def mute(self, account: AccountId, until: datetime | None = None) -> None:
        await self._ask("mute", f"{account} {until}")

    async def unmute(self, account: AccountId) -> None:
        await self._ask("unmute", str(account))


@pytest.fixture
async def world(open_world: Open) -> World:
    adapter = WritingAdapter()
    adapter.session_class = Session
    made = open_world(adapter)
    await made.login("me")
    made.server.add(POST, POLL)
    return made


def mark_of(world: World, login: str = "me", name: str = "liked") -> Mark:
    (row,) = [row for row in world.rows(world.view(login)) if row.post.id == POST.id]
    (sighting,) = [each for each in row.sightings if each.login.name == login]
    found: Mark = getattr(sighting.viewer, name)
    return found


def asked(world: World, method: str) -> list[tuple[str, str, str]]:
    return [(c.login.name, c.about, c.key) for c in world.server.calls if c.method == method]


async def like(world: World, *, on: bool = True, login: LoginId | None = None) -> Done:
    return await world.runtime.interactions.mark(MarkName.LIKED, POST.id, on=on, login=login)


@pytest.mark.parametrize("name", MarkName)
async def test_a_mark_is_set_with_its_servers_key_and_unset_with_what_the_server_gave(
    world: World, name: MarkName
) -> None:
    await world.refresh()
    act = {MarkName.LIKED: "like", MarkName.REPOSTED: "repost", MarkName.BOOKMARKED: "bookmark"}
    interactions = world.runtime.interactions
    assert await interactions.mark(name, POST.id, on=True) == Done(ME)
    assert asked(world, act[name]) == [("me", str(POST.id), "key-post-1")]
    assert mark_of(world, name=name.value) == On(f"undo-{act[name]}")
    assert await interactions.mark(name, POST.id, on=False) == Done(ME)
    assert asked(world, f"un{act[name]}") == [("me", str(POST.id), f"undo-{act[name]}")]
    assert mark_of(world, name=name.value) == Off()


async def test_a_mark_is_there_before_its_server_answered(world: World) -> None:
    await world.refresh()
    held = Held(world.server, "like")
    acting = asyncio.create_task(like(world))
    await held.asked.wait()
    assert mark_of(world) == On()
    assert PostChanged(POST.id) in world.heard
    held.answer()
    await acting
    assert mark_of(world) == On("undo-like")


@pytest.mark.parametrize(
    ("error", "left"),
    [
        (NotAllowed("you are blocked there"), Unknown()),
        (Unreachable("it is down"), Unknown()),
        (BadAnswer("nonsense"), Unknown()),
        (RuntimeError("the adapter broke"), Unknown()),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_a_mark_that_failed_is_what_it_was_and_the_reason_is_told(
    world: World, error: Exception, left: Mark
) -> None:
    await world.refresh()
    world.server.fail(error, "like", times=1)
    with pytest.raises((NotAllowed, Unreachable, BadAnswer)):
        await like(world)
    assert mark_of(world) == left
    await like(world)
    world.server.fail(NotFound("gone"), "unlike")
    with pytest.raises(NotFound):
        await like(world, on=False)
    assert mark_of(world) == On("undo-like")


async def test_nobody_knows_a_mark_whose_answer_got_lost(world: World) -> None:
    await world.refresh()
    await like(world)
    world.server.fail(Unreachable("it went away", sent=Sent.MAYBE), "unlike")
    with pytest.raises(Unreachable):
        await like(world, on=False)
    assert mark_of(world) == Unknown()


async def test_a_post_that_could_not_be_read_is_certainly_not_marked(world: World) -> None:
    world.server.fail(Unreachable("it is in trouble", sent=Sent.MAYBE), "post")
    with pytest.raises(Unreachable) as told:
        await like(world)
    assert told.value.sent is Sent.NO


async def test_nobody_knows_a_mark_that_was_given_up_on(world: World) -> None:
    await world.refresh()
    held = Held(world.server, "like")
    acting = asyncio.create_task(like(world))
    await held.asked.wait()
    acting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await acting
    assert mark_of(world) == Unknown()


async def test_what_its_server_confirmed_is_not_done_twice(world: World) -> None:
    await world.refresh()
    await like(world)
    assert await like(world) == Done(ME, changed=False)
    assert len(asked(world, "like")) == 1


async def test_the_login_that_has_seen_a_post_acts_on_it_unless_another_is_named(
    world: World,
) -> None:
    await world.login("you")
    await world.refresh(world.view("you"))
    assert (await like(world)).login == YOU
    assert (await like(world, login=ME)).login == ME
    assert asked(world, "like")[-1] == ("me", str(POST.id), "key-post-1")


async def test_a_post_that_nobody_has_seen_is_fetched_first(world: World) -> None:
    assert await like(world) == Done(ME)
    assert [c.method for c in world.server.calls if c.method in ("post", "like")] == [
        "post", "like",
    ]  # fmt: skip
    assert asked(world, "like") == [("me", str(POST.id), "key-post-1")]


async def test_a_guest_and_a_login_of_another_network_cannot_act(open_world: Open) -> None:
    other = MemoryAdapter(network="other")
    world = open_world(WritingAdapter(), other)
    await world.login("far", adapter=other)
    world.server.add(POST)
    with pytest.raises(UsageError, match="none of your logins can act"):
        await like(world)
    with pytest.raises(UsageError, match="far cannot act there"):
        await like(world, login=LoginId("far"))
    with pytest.raises(UserError, match="nobody"):
        await like(world, login=LoginId("nobody"))


async def test_an_adapter_that_cannot_leaves_no_mark(open_world: Open) -> None:
    world = open_world(MemoryAdapter([POST]))
    await world.login("me")
    await world.refresh()
    with pytest.raises(NotSupported, match="me cannot like posts"):
        await like(world)
    assert mark_of(world) == Unknown()
    for tie in Tie:
        with pytest.raises(NotSupported, match=f"me cannot {tie.value} people"):
            await world.runtime.interactions.tie(tie, BOB.id, on=True)


async def test_what_the_server_does_not_allow_is_not_asked_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Session, "viewer", Viewer(allowed=frozenset({Action.LIKE})))
    interactions = world.runtime.interactions
    assert await like(world) == Done(ME)
    with pytest.raises(NotAllowed, match="me may not repost this post"):
        await interactions.mark(MarkName.REPOSTED, POST.id, on=True)
    with pytest.raises(NotAllowed, match="me may not react to this post"):
        await interactions.react(POST.id, "★")
    assert asked(world, "repost") == []


async def test_a_login_that_is_signed_out_is_marked_so(world: World) -> None:
    world.server.fail(SignInNeeded("no longer"), "like")
    with pytest.raises(SignInNeeded):
        await like(world)
    (login,) = world.runtime.logins.stored()
    assert login.signed_out


async def test_reactions_and_votes_are_followed_by_a_new_look_at_the_post(world: World) -> None:
    interactions = world.runtime.interactions
    assert await interactions.react(POLL.id, "★") == Done(ME)
    assert await interactions.vote(POLL.id, [1]) == Done(ME)
    assert [c.method for c in world.server.calls if c.method != "me"] == [
        "post", "react ★", "react ★-answer", "post", "vote", "post",
    ]  # fmt: skip
    world.server.fail(Unreachable("it is down"), "post")
    assert await interactions.vote(POLL.id, [0]) == Done(ME)


@pytest.mark.parametrize("options", [[2], [-1], []])
async def test_only_options_that_there_are_can_be_voted_for(
    world: World, options: list[int]
) -> None:
    with pytest.raises(UsageError, match="the options 1 to 2"):
        await world.runtime.interactions.vote(POLL.id, options)
    with pytest.raises(UsageError, match="no poll"):
        await world.runtime.interactions.vote(POST.id, [0])


async def test_people_are_followed_and_muted_and_it_is_said_who_has_to_agree(
    world: World,
) -> None:
    locked = make_account("cleo", locked=True)
    world.server.welcome("x", BOB)
    world.server.welcome("y", locked)
    tie = world.runtime.interactions.tie
    assert await tie(Tie.FOLLOW, BOB.id, on=True) == Done(ME)
    assert await tie(Tie.FOLLOW, locked.id, on=True) == Done(ME, asked=True)
    assert await tie(Tie.FOLLOW, BOB.id, on=False) == Done(ME)
    until = datetime(2026, 3, 1, tzinfo=UTC)
    assert await tie(Tie.MUTE, BOB.id, on=True, until=until) == Done(ME)
    assert await tie(Tie.MUTE, BOB.id, on=False) == Done(ME)
    assert asked(world, "mute") == [("me", f"{BOB.id} {until}", "")]
    assert asked(world, "unmute") == [("me", str(BOB.id), "")]


async def test_who_posts_unless_told_otherwise_follows_unless_told_otherwise(
    world: World,
) -> None:
    await world.login("you")
    world.server.welcome("x", BOB)
    await world.runtime.arrangement.change(ME, posts=False)
    await world.runtime.arrangement.change(YOU, posts=True)
    assert (await world.runtime.interactions.tie(Tie.FOLLOW, BOB.id, on=True)).login == YOU
